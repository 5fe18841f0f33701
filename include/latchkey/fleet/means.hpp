#pragma once

#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "latchkey/mirrors/mirrors.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/toolchain/reporter.hpp"

namespace latchkey::fleet {

/// What taking releases along works with. Outlives the tasks that use it.
struct Means {
    task::Loop& loop;
    net::Client& client;
    toolchain::Reporter& reporter;
    config::ChangeVariables variables;  ///< With the mirrors of the configuration.
    store::Home home;
    /// What becomes of manifests without a good signature, unless the list says it of a mirror.
    config::SignaturePolicy signature = config::SignaturePolicy::warn;
    mirrors::Mirrors mirrors{variables};
};

}  // namespace latchkey::fleet
