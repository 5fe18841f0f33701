#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::store {

/// `text` as a gzip file (RFC 1952).
std::string gzipped(std::string_view text);

/// What a gzip file says; one that is not compressed is taken as it is. Empty: it is not there.
///
/// Throws: Errc::corrupt naming `path`; Errc::io.
std::optional<std::string> find_gzip_text(const std::string& path);

/// Its first line, for which little more is read and inflated than that.
std::optional<std::string> find_gzip_line(const std::string& path);

}  // namespace latchkey::store
