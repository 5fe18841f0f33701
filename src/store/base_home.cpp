#include "base_home.hpp"

#include <algorithm>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/loaded.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/tree.hpp"
#include "staged_file.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;

Error busy_error(const Home& base, const std::string& toolchain) {
    return {Errc::busy, "'" + toolchain + "' is being changed in the base home '" + base.root() +
                            "'; try again when that is done"};
}

bool stays(const Wanted& wanted, const dist::Component& component) {
    return std::ranges::any_of(wanted.components, [&component](const WantedComponent& each) {
        return each.component == component && !each.supply;
    });
}

/// Brings the index of a tree whose files are about to be linked or copied. False: without it.
bool bring_index(const Home& home, const Home& base, const std::string& toolchain,
                 const std::string& tree, std::vector<LockSet>& holds) {
    const auto theirs = platform::find_file_text(base.tree_index(tree));
    if (!theirs) return false;
    auto range = LockSet::try_acquire(home.lock_file(), Key::unpack(tree), Mode::exclusive);
    if (!range) return false;
    const auto ours = platform::find_file_text(home.tree_index(tree));
    // Two that were unpacked apart have other times.
    if (ours && *ours != *theirs) return false;
    if (!ours) {
        platform::make_directories(home.trees());
        save_staged(home.staging(Key::toolchain(toolchain)), home.tree_index(tree), *theirs);
    }
    holds.push_back(std::move(*range));
    return true;
}

/// As the base home has it, without what only that home can tell.
State describe(const Home& home, const Home& base, const std::string& toolchain,
               const Current& current, const Wanted& wanted, std::vector<LockSet>& holds) {
    const std::string directory = home.directory(current.place);
    State state;
    if (current.state) state.serial = current.state->serial;
    if (!current.base_state) {
        for (const dist::Component& component :
             find_configured(directory).value_or(std::vector<dist::Component>())) {
            state.components.push_back({component, "", Standing::listed});
        }
        state.update_hash = platform::find_file_text(base.update_hash(toolchain)).value_or("");
        return state;
    }
    const State& theirs = *current.base_state;
    state.manifest_hash = theirs.manifest_hash;
    state.update_hash = theirs.update_hash;
    state.release = theirs.release;
    for (StateComponent each : theirs.installed()) {
        const bool kept = stays(wanted, each.component);
        if (kept && each.standing != Standing::listed) throw busy_error(base, toolchain);
        const bool known =
            kept && !each.tree.empty() && bring_index(home, base, toolchain, each.tree, holds);
        if (kept && !known) each.tree.clear();
        state.components.push_back(std::move(each));
    }
    return state;
}

}  // namespace

void restore_times(const Home& home, const std::string& directory,
                   const std::vector<StateComponent>& components) {
    for (const StateComponent& each : components) {
        const auto index = each.tree.empty() ? std::nullopt : find_tree_index(home, each.tree);
        if (!index) continue;
        for (const IndexedFile& file : index->files) {
            const std::string path = directory + "/" + file.path;
            const auto found = platform::find_status(path);
            const bool own =
                found && found->kind == platform::FileKind::regular && found->links == 1;
            const bool rounded =
                own && found->mtime_nanoseconds == 0 && found->mtime_seconds == file.mtime_seconds;
            if (!rounded || file.mtime_nanoseconds == 0) continue;
            platform::set_modification_time(path, file.mtime_seconds, file.mtime_nanoseconds);
        }
    }
}

std::optional<HeldBase> hold_base(const Home& home, const std::string& toolchain,
                                  const Current& current, const Wanted& wanted) {
    const Home base = home.base(current.place.base);
    const Place there{toolchain, current.place.away};
    const std::vector<Key> keys =
        current.base_state ? keys_of_installed(*current.base_state, toolchain) : keys_of_all(there);
    auto ranges = LockSet::try_acquire(base.lock_file(), keys, Mode::shared);
    if (examine_in_reach(home, toolchain).version != current.version) return std::nullopt;
    if (!ranges) throw busy_error(base, toolchain);
    HeldBase held;
    held.holds.push_back(std::move(*ranges));
    held.state = describe(home, base, toolchain, current, wanted, held.holds);
    return held;
}

}  // namespace latchkey::store
