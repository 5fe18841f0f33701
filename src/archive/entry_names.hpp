#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "latchkey/archive/tar_reader.hpp"
#include "latchkey/base/error.hpp"

namespace latchkey::archive {

/// `tar path 'PATH' is not supported`.
Error unsupported_path_error(const std::string& path);

/// An entry's path inside the package: without "." and the first part, which is any name.
///
/// Shape:  parts joined by single slashes; empty for the package's own directory.
/// Throws: Errc::unsupported for an absolute path, "..", no name, or more than 4096 bytes or
///         128 parts.
std::string parse_entry_path(const std::string& path);

/// A path of a list in a package: relative, without ".." and, in what is returned, ".". Empty: it
/// is not one.
std::optional<std::string> parse_listed_path(std::string_view path);

/// How much of names is believed. Real packages have 52,000 of 80 bytes. A parent that no entry has
/// announced counts with the entry that takes it for granted, because a warning names both.
struct NameLimits {
    std::uint64_t entries = 4'000'000;
    std::uint64_t bytes = 256 * 1024 * 1024;
};

/// Every name that a package has used.
class EntryNames {
public:
    explicit EntryNames(NameLimits limits = {}) : limits_(limits) {}

    /// Notes a name and the parents that it takes for granted, which are then directories.
    ///
    /// Returns: the parents that no entry has announced, the nearest first.
    /// Throws:  Errc::corrupt for a name that is used twice, unless both are directories;
    ///          Errc::unsupported beyond the limits.
    std::vector<std::string> add(const std::string& path, TarEntry::Kind kind);

    [[nodiscard]] std::optional<TarEntry::Kind> find(const std::string& path) const;

private:
    void count(std::size_t bytes);

    NameLimits limits_;
    NameLimits used_ = {0, 0};
    std::unordered_map<std::string, TarEntry::Kind> kinds_;
};

/// Finds names that are one where the file system folds case. ASCII only: what else it folds, it
/// says itself when the file is made.
class FoldedNames {
public:
    /// Throws: Errc::unsupported if another spelling of this path was added before.
    void add(const std::string& path);

private:
    std::unordered_map<std::string, std::string> spellings_;
};

}  // namespace latchkey::archive
