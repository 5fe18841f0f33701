#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// The parts between separators; an empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Lines without their line ends, "\n" or "\r\n", as Rust's `str::lines` has them; a last line
/// without one counts, an empty rest does not.
std::vector<std::string_view> lines(std::string_view text);

/// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);

/// A URL's text as those who read URLs take it: blanks and control characters at its ends are none
/// of it, nor are tabs and line ends anywhere; a backslash in front of the query is a slash, if the
/// scheme is one of the web's or `file`.
///
/// Source: WHATWG, "URL", basic URL parser.
std::string tidy_url(std::string_view text);

/// A decimal number, the whole text, no sign, no blanks. Empty if it is none or does not fit.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Parts joined by a separator.
std::string join(std::span<const std::string> parts, std::string_view separator);

/// Every occurrence of `from` (not empty) replaced.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Lower-case hex digits of bytes.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// A view of text as bytes.
std::span<const std::byte> as_bytes(std::string_view text) noexcept;

}  // namespace latchkey
