#pragma once

#include <string>
#include <string_view>

namespace latchkey::net {

/// The value of an Authorization or Proxy-Authorization field for `user:password`. Without a colon,
/// the whole text is the user, and the password is empty.
///
/// Source: RFC 7617, 2 (Basic); RFC 4648, 4.
std::string basic_authorization(std::string_view user_and_password);

}  // namespace latchkey::net
