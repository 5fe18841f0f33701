#include "latchkey/store/hand_back.hpp"

#include "latchkey/dist/rustlib.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

std::vector<std::string> find_unsettled(const Home& home) {
    std::vector<std::string> unsettled;
    for (const std::string& toolchain : list_toolchains(home)) {
        const auto state = find_state(home, toolchain);
        const bool settled = !state || (state->where == State::Where::home &&
                                        !state->any_partial() && !state->intended);
        if (!settled || !list_away(home, toolchain).directories.empty()) {
            unsettled.push_back(toolchain);
        }
    }
    return unsettled;
}

namespace {

/// Where the user's configuration waits until all else is gone.
std::string kept_folder(const Home& home) {
    return home.latchkey() + ".kept";
}

void keep_configuration(const OnWorker& on, const Home& home) {
    const std::string path = home.layout().configuration();
    if (platform::folder_of(path) != home.latchkey() || !platform::find_status(path)) return;
    platform::remove_tree(on, kept_folder(home));
    platform::make_directory(kept_folder(home));
    platform::rename_path(path, kept_folder(home) + path.substr(home.latchkey().size()));
}

void return_configuration(const Home& home) {
    if (platform::find_status(kept_folder(home))) {
        platform::rename_path(kept_folder(home), home.latchkey());
    }
}

}  // namespace

bool remove_latchkey(const OnWorker& on, const Home& home) {
    const std::string leftover = home.temporary() + "/latchkey";
    if (!platform::find_status(home.latchkey())) {
        return_configuration(home);
        platform::remove_tree(on, leftover);  // Of one that was killed.
        return true;
    }
    const auto held = lock::LockSet::try_acquire_everything(home.lock_file());
    if (!held || !find_unsettled(home).empty()) return false;
    // What is known of them first: killed in between, each is a toolchain as rustup makes them.
    // Of that their past, as forget_state() does.
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.states())) {
        platform::remove_tree(on, home.history(entry.name));
    }
    platform::remove_tree(on, home.states());
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.toolchains())) {
        if (entry.kind != platform::FileKind::directory) continue;
        platform::remove_file(dist::note_path(home.toolchain(entry.name), kTagNote));
    }
    keep_configuration(on, home);
    // Out of everybody's way by one rename; what a kill leaves there, rustup cleans up.
    platform::make_directories(home.temporary());
    platform::remove_tree(on, leftover);
    if (!platform::try_rename(home.latchkey(), leftover)) {
        // The lower layer of an overlay: where it is, the lock file last.
        for (const platform::DirectoryEntry& entry : platform::list_directory(home.latchkey())) {
            if (entry.name == "locks" || entry.name == "readers") continue;
            platform::remove_tree(on, home.latchkey() + "/" + entry.name);
        }
        platform::remove_tree(on, home.latchkey());
    }
    return_configuration(home);
    platform::remove_tree(on, leftover);
    return true;
}

}  // namespace latchkey::store
