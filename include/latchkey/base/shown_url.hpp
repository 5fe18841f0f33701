#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// A URL's text for messages: without the user and password that it may have.
std::string without_credentials(std::string_view url);

}  // namespace latchkey
