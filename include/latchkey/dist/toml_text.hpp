#pragma once

#include <string>
#include <string_view>

namespace latchkey::dist {

/// A string as a TOML value: `"x"`, or `'x'` if that saves escapes, as rustup writes it.
std::string toml_string(std::string_view text);

/// A key for TOML: bare if possible, otherwise quoted.
std::string toml_key(std::string_view text);

}  // namespace latchkey::dist
