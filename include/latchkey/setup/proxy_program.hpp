#pragma once

#include <string_view>

namespace latchkey::setup {

/// The program `latchkey-proxy`, which this one carries inside: one file is all that has to be
/// downloaded.
std::string_view proxy_program();

}  // namespace latchkey::setup
