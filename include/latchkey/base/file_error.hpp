#pragma once

#include <string_view>

#include "latchkey/base/error.hpp"

namespace latchkey {

/// rustup's words for a file that cannot be used: `could not ACTION: 'PATH'`, followed by the cause
/// of `e` alone. `action` is such as "read settings file".
Error file_error(const Error& e, std::string_view action, std::string_view path);

}  // namespace latchkey
