#pragma once

#include <chrono>
#include <string>

#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/component_wishes.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::toolchain {

/// The surroundings of an engine.
struct EngineOptions {
    config::ChangeVariables variables;
    dist::ComponentWishes wishes;  ///< Of every toolchain that is installed or updated.
    /// What becomes of manifests without a good signature.
    config::SignaturePolicy signature = config::SignaturePolicy::warn;
    std::chrono::days minimum_age{0};   ///< Younger nightlies are passed over.
    std::string command_line;           ///< Recorded as the command that made a generation.
    platform::Environment environment;  ///< For the `rustc` that is run for its version.
};

}  // namespace latchkey::toolchain
