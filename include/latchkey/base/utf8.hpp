#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey {

/// Whether all bytes are UTF-8. Overlong forms, surrogates and values above U+10FFFF are not.
///
/// Source: RFC 3629.
bool is_utf8(std::string_view bytes) noexcept;

/// What rustup says of a file that is not UTF-8.
inline constexpr std::string_view kNotUtf8 = "stream did not contain valid UTF-8";

/// The length of the code point at the front. 0: none begins there.
///
/// Units: bytes.
std::size_t code_point_length(std::string_view bytes) noexcept;

/// Removes Unicode's white space from both ends, as Rust's `str::trim` does.
///
/// Source: Unicode's PropList.txt, White_Space.
std::string_view trim_utf8(std::string_view text) noexcept;

/// Replaces each byte that begins no code point by U+FFFD.
std::string shown_as_utf8(std::string_view bytes);

}  // namespace latchkey
