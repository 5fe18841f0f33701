#pragma once

#include <string>

#include "latchkey/dist/component.hpp"

namespace latchkey::dist {

/// Appends `pkg`, `target` and `is_extension`, a line each, as TOML.
void append_component(std::string& out, const Component& component);

}  // namespace latchkey::dist
