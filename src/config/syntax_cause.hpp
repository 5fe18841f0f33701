#pragma once

#include <string_view>

namespace latchkey::config {

/// What rustup says of a mistake that people make by hand; toml++'s own words for all others.
std::string_view syntax_cause(std::string_view description);

}  // namespace latchkey::config
