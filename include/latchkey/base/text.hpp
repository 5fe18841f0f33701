#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// The parts between separators. An empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The lines without their ends, "\n" or "\r\n". A last line without an end counts; an empty rest
/// after the last end does not.
///
/// Source: Rust's `str::lines`.
std::vector<std::string_view> lines(std::string_view text);

/// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);

/// Removes what URL parsers ignore: blanks and control characters at both ends, tabs and line ends
/// anywhere. With a scheme of the web or `file`, each backslash before the query becomes a slash.
///
/// Source: WHATWG, "URL", basic URL parser.
std::string tidy_url(std::string_view text);

/// Reads the whole text as a decimal number, without sign or blanks. Empty if it is not one or does
/// not fit.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// The parts with the separator between them.
std::string join(std::span<const std::string> parts, std::string_view separator);

/// Replaces every occurrence of `from`, from left to right.
///
/// Requires: `from` is not empty.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Lower-case hex digits of bytes.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// A view of text as bytes.
std::span<const std::byte> as_bytes(std::string_view text) noexcept;

}  // namespace latchkey
