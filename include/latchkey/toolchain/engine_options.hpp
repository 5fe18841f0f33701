#pragma once

#include <string>

#include "latchkey/config/change_variables.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::toolchain {

/// The surroundings of an engine.
struct EngineOptions {
    config::ChangeVariables variables;
    std::string command_line;           ///< Recorded as the command that made a generation.
    platform::Environment environment;  ///< For the `rustc` that is run for its version.
};

}  // namespace latchkey::toolchain
