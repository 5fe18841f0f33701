#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey {

/// Whether bytes are text. Rejected: overlong forms, surrogates, what is above U+10FFFF.
///
/// Source: RFC 3629.
bool is_utf8(std::string_view bytes) noexcept;

/// How many bytes the code point at the front of `bytes` has; 0 where none begins there.
std::size_t code_point_length(std::string_view bytes) noexcept;

/// Without Unicode's white space at both ends, as Rust's `str::trim` does it.
///
/// Source: Unicode's PropList.txt, White_Space.
std::string_view trim_utf8(std::string_view text) noexcept;

/// Each byte with which no code point begins replaced by U+FFFD.
std::string shown_as_utf8(std::string_view bytes);

}  // namespace latchkey
