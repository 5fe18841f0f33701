#pragma once

#include <string_view>

namespace latchkey::dist {

/// Which components a fresh toolchain starts with.
enum class Profile { minimal, default_, complete };

/// Accepts one-letter forms, and the empty text for the default profile, as rustup does.
///
/// Throws: Errc::usage in rustup's words.
Profile parse_profile(std::string_view text);

/// `minimal`, `default`, `complete`.
std::string_view str(Profile profile) noexcept;

}  // namespace latchkey::dist
