#include "latchkey/store/save_state.hpp"

#include <cassert>

#include "latchkey/platform/directory.hpp"
#include "latchkey/store/history.hpp"
#include "staged_file.hpp"

namespace latchkey::store {

void save_state(const Home& home, const std::string& toolchain, const State& state,
                [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    platform::make_alike_directories(home.state_folder(toolchain));
    file_record_if_in_effect(home, toolchain);
    save_staged_durably(home.staging(lock::Key::toolchain(toolchain)), home.state(toolchain),
                        serialise(state));
}

void commit_state(const Home& home, const std::string& toolchain, State& state,
                  const std::string& what, const std::string& command,
                  const lock::LockSet& toolchain_lock) {
    record_commit(state, what, command);
    save_state(home, toolchain, state, toolchain_lock);
    file_record(home, toolchain, state);
}

void forget_state(const OnWorker& on, const Home& home, const std::string& toolchain,
                  [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    const std::string folder = home.state_folder(toolchain);
    for (const platform::DirectoryEntry& entry : platform::find_entries(folder)) {
        const std::string path = folder + "/" + entry.name;
        if (path != home.state(toolchain)) platform::remove_tree(on, path);
    }
    platform::remove_tree(on, folder);
}

}  // namespace latchkey::store
