#include "latchkey/store/pending.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include "draft.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/save_state.hpp"
#include "notes.hpp"
#include "placing.hpp"

namespace latchkey::store {

using lock::Key;
using lock::LockSet;
using lock::Mode;

void bring_pending(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
                   const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    if (!state.has_directory()) return;
    const std::string directory = home.directory(state.place(toolchain));
    const std::string folder = pending_folder(home, toolchain);
    bool changed = false;
    std::vector<dist::Component> lost;
    for (StateComponent& each : state.components) {
        if (each.standing != Standing::pending) continue;
        const std::string from = folder + "/" + each.tree;
        changed = true;
        if (platform::find_status(from)) {
            move_tree_into(on, from, directory);
            each.standing = Standing::listed;
        } else {
            lost.push_back(each.component);  // Somebody emptied our folder.
        }
    }
    if (!changed) {
        platform::remove_tree(on, folder);  // Of a killed commit.
        return;
    }
    std::erase_if(state.components, [&lost](const StateComponent& each) {
        return std::ranges::find(lost, each.component) != lost.end();
    });
    if (!lost.empty()) write_lists(home, toolchain, directory, state);
    ++state.serial;
    save_state(home, toolchain, state, toolchain_lock);
    platform::remove_tree(on, folder);
}

}  // namespace latchkey::store
