#pragma once

#include <string_view>

namespace latchkey::setup {

/// The bytes of the program `latchkey-proxy`. The full program carries them inside, so that a
/// download is one file.
std::string_view proxy_program();

}  // namespace latchkey::setup
