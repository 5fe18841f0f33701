#pragma once

#include <string>
#include <string_view>

#include "latchkey/dist/component.hpp"

namespace latchkey::dist {

/// Appends a key: bare where TOML allows it, else quoted.
void append_toml_key(std::string& out, std::string_view key);

/// Appends a basic string with its quotes.
void append_toml_string(std::string& out, std::string_view text);

/// Appends `pkg`, `target` and `is_extension`, a line each.
void append_toml_component(std::string& out, const Component& component);

}  // namespace latchkey::dist
