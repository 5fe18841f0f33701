#pragma once

#include <string>

#include "latchkey/config/change_variables.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::toolchain {

/// What an engine is told of its surroundings.
struct EngineOptions {
    config::ChangeVariables variables;
    std::string command_line;           ///< For the records: which command made this generation.
    platform::Environment environment;  ///< For the `rustc` that is asked for its version.
};

}  // namespace latchkey::toolchain
