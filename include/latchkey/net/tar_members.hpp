#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::net {

/// Where a file's bytes lie in an archive.
struct TarMember {
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;

    bool operator==(const TarMember&) const = default;
};

/// The regular files of a tar archive that is not compressed, by their paths. Only the headers are
/// read. Empty: it is not such an archive.
///
/// Knows the plain form, as `latchkey bundle` writes it: files and folders with names of up to 255
/// bytes.
///
/// `shown` is the archive's name in errors.
/// Throws: Errc::corrupt if it is cut off, has a bad header, or has anything but files and folders;
///         Errc::io.
/// Source: POSIX.1, pax, "ustar Interchange Format".
std::optional<std::map<std::string, TarMember>> find_tar_members(const platform::Fd& file,
                                                                 const std::string& shown);

}  // namespace latchkey::net
