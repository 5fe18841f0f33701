#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/store/home.hpp"
#include "latchkey/store/record.hpp"

namespace latchkey::store {

/// What a toolchain's name stands for.
struct Current {
    enum class Kind {
        absent,      ///< Nothing has that name.
        generation,  ///< A generation of ours.
        plain,       ///< A directory that rustup made.
        linked,      ///< A link to somewhere else; perhaps dangling.
        foreign,     ///< A file, or something else that is no toolchain.
    };
    Kind kind = Kind::absent;
    std::uint64_t number = 0;  ///< Of the generation; 0 for `plain`, which will be adopted.
    std::uint64_t inode = 0;   ///< Of the directory, for `plain`: renames leave it as it is.

    bool operator==(const Current&) const = default;
};

/// One readlink(2), and an lstat(2) where it is no link.
Current find_current(const Home& home, const std::string& toolchain);

/// The number that counts as current: the name's, or without a name that of the last "removed"
/// record; 0 where there is neither. Whatever is above it is the leftover of a killed commit.
std::uint64_t current_number(const Home& home, const std::string& toolchain);

/// One more than any number that was ever given out for this name.
std::uint64_t next_number(const Home& home, const std::string& toolchain);

/// Empty where it is not there. Throws: Errc::corrupt, Errc::unsupported, Errc::io.
std::optional<Record> find_record(const Home& home, const std::string& toolchain,
                                  std::uint64_t number);

/// The toolchains that have a folder in `generations/`.
std::vector<std::string> generation_folders(const Home& home);

/// The numbers of which there is a directory, a link, or a record; sorted.
struct Numbers {
    std::vector<std::uint64_t> directories;
    std::vector<std::uint64_t> links;
    std::vector<std::uint64_t> records;
};
Numbers list_numbers(const Home& home, const std::string& toolchain);

}  // namespace latchkey::store
