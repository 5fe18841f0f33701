#pragma once

#include <string>

#include "latchkey/store/comparison.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/awaitable.hpp"
#include "latchkey/task/workers.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/upkeep/report.hpp"

namespace latchkey::upkeep {

/// What verifying and repairing work with.
struct Means {
    task::Workers& workers;
    toolchain::Engine& engine;
    store::Home home;
};

/// Compares an installed toolchain with what is known of it: every file of every component, and the
/// notes in lib/rustlib. Changes nothing.
///
/// Requires: `toolchain` is a directory's name under `toolchains/`.
/// Throws:   Errc::not_found if it is not installed; Errc::unsupported for a link to a toolchain
///           elsewhere, and for a home of Latchkey 0.1; Errc::io.
/// Locks:    `directory` and `use` of everything in it, shared. Waits for nobody, and nobody waits
///           for it.
task::awaitable<Report> verify(Means& means, std::string toolchain, store::Depth depth);

/// The same, and repairs what is damaged, beside whatever runs from the toolchain: each file comes
/// by one rename, or gets its mode and time. The content comes from another toolchain that has the
/// same tree, and otherwise from the server. Files that nothing explains stay.
///
/// What cannot be repaired stays in the report as damage, with the reason.
///
/// Throws: as verify(); what opening the lock file throws if this process may not change the home.
/// Locks:  takes `toolchain` for the renames. Killed anywhere, each file is the old one or the
///         right one.
task::awaitable<Report> repair(Means& means, std::string toolchain, store::Depth depth);

}  // namespace latchkey::upkeep
