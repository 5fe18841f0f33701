#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// A URL's text for messages: without the user and password that it may have. Of a text that is not
/// a URL, only what stands behind its last '@': a password with a '#', '/' or '?' that is not
/// encoded cuts a URL in two. A port, no user, and an '@' behind them are taken for that, too.
std::string without_credentials(std::string_view url);

/// The same for a text that a server sent. Behind '?' or '#' it may have a signature, which is as
/// good as a password: none of that is shown.
std::string without_secrets(std::string_view url);

}  // namespace latchkey
