#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/resolve/site.hpp"
#include "latchkey/upkeep/prune_rules.hpp"
#include "latchkey/upkeep/verify.hpp"

namespace latchkey::upkeep {

/// What is asked for, and where.
struct PruneRequest {
    PruneRules rules;
    resolve::Site site;
    std::optional<resolve::Name> active = {};  ///< Empty: no toolchain is active.
    bool dry_run = false;
};

/// What became of one toolchain, or would become.
struct Pruned {
    Choice choice;
    bool planned = false;   ///< It was to go at the first look.
    bool was_gone = false;  ///< Somebody else has removed it meanwhile.
    /// Of one that goes: what that frees on the disk, after those before it.
    std::uint64_t bytes = 0;
    std::optional<Error> failure = {};  ///< Why it could not be removed.
};

/// Removes the toolchains that the rules do not keep, one after another, as
/// Engine::uninstall does, or says which it would remove. The others are told first, then
/// each that goes, when it is gone.
///
/// Everything is looked at again under `toolchain` of each: one that came into use, was used or
/// changed meanwhile stays. A tool that starts between that look and the commit, which is the next
/// thing to happen, goes on with its files as after every uninstall.
///
/// Throws:   Errc::unsupported for a home of Latchkey 0.1; Errc::io; what choosing the default
///           toolchain throws.
task::awaitable<void> prune(Means& means, PruneRequest request,
                            std::function<void(const Pruned&)> tell);

}  // namespace latchkey::upkeep
