#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::config {

/// A `rust-toolchain` or `rust-toolchain.toml` that was found but not parsed yet.
struct FoundToolchainFile {
    std::string path;  ///< The directory as given, joined with the file's name.
    std::string text;
    bool may_be_legacy = false;          ///< `rust-toolchain`: one line is a toolchain's name.
    std::optional<std::string> ignored;  ///< A `rust-toolchain.toml` that lies beside it.
    std::uint32_t owner = 0;             ///< The user id of the file that was read.
    std::optional<std::uint32_t> link_owner = {};  ///< Of the symlink that led to it.

    /// `both A and B exist; using contents of A`. Empty: no file is ignored.
    [[nodiscard]] std::optional<std::string> warning() const;
};

/// The toolchain file in a directory. Empty: there is none, which takes two system calls to find
/// out.
///
/// A file that is not regular or cannot be read is passed over. So is one that is not UTF-8, of
/// which `warn` is told. A byte order mark is removed.
std::optional<FoundToolchainFile> find_toolchain_file(
    const std::string& directory, const std::function<void(const std::string&)>& warn = {});

/// What a toolchain file says. Names are not checked here, because that needs the installed
/// toolchains.
struct ToolchainFile {
    std::string path;  ///< Of the file.
    std::optional<std::string> channel;
    std::optional<std::string> toolchain_path;
    std::optional<std::vector<std::string>> components;
    std::optional<std::vector<std::string>> targets;
    std::optional<std::string> profile;

    bool operator==(const ToolchainFile&) const = default;
};

/// Throws: Errc::usage, `could not parse override file: 'FILE': …`.
ToolchainFile parse_toolchain_file(const FoundToolchainFile& found);

}  // namespace latchkey::config
