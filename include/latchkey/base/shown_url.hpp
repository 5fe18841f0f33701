#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// A URL's text for messages, without user and password.
///
/// If the text is not a URL, only what follows its last '@' is shown, since a password with an
/// unencoded '#', '/' or '?' cuts a URL in two. A URL with a port, no user and a later '@' looks
/// like that and is cut as well.
std::string without_credentials(std::string_view url);

/// As without_credentials(), and without everything from the first '?' or '#': for a URL that a
/// server sent, where a signature may stand, which is as good as a password.
std::string without_secrets(std::string_view url);

}  // namespace latchkey
