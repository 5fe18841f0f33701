#include "latchkey/store/hand_back.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"

namespace latchkey::store {
namespace {

using platform::FileKind;

/// Does a link of a generation lead into the store? All others are a component's own.
bool leads_into_store(const std::string& target) {
    return target.find("../store/") != std::string::npos;
}

/// Links every file below `from` to the same path below `to`, as if what lies in the store lay
/// here.
void link_directory(const OnWorker& on, const std::string& from, const std::string& to) {
    platform::make_directory(to);
    for (const platform::DirectoryEntry& entry : platform::list_directory(from)) {
        on.check();
        const std::string source = from + "/" + entry.name;
        const std::string place = to + "/" + entry.name;
        const auto target = platform::find_link(source);
        if (entry.kind == FileKind::directory || (target && leads_into_store(*target))) {
            link_directory(on, source, place);
        } else if (target) {
            platform::make_link(*target, place);
        } else {
            platform::link_file(source, place);
        }
    }
}

/// Of every name, every generation and every tree.
std::vector<lock::Key> all_keys(const Home& home) {
    std::vector<lock::Key> keys;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.toolchains())) {
        keys.push_back(lock::Key::toolchain(entry.name));
    }
    for (const std::string& toolchain : generation_folders(home)) {
        keys.push_back(lock::Key::generation(toolchain, 0));
        for (const std::uint64_t number : list_numbers(home, toolchain).directories) {
            if (number != 0) keys.push_back(lock::Key::generation(toolchain, number));
        }
    }
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.store())) {
        if (entry.kind != FileKind::directory) continue;
        keys.push_back(lock::Key::use(entry.name));
        keys.push_back(lock::Key::pin(entry.name));
        keys.push_back(lock::Key::unpack(entry.name));
    }
    return keys;
}

}  // namespace

bool any_generation(const Home& home) {
    const std::vector<platform::DirectoryEntry> names = platform::find_entries(home.toolchains());
    return std::any_of(names.begin(), names.end(), [&home](const platform::DirectoryEntry& name) {
        return find_current(home, name.name).kind == Current::Kind::generation;
    });
}

bool restore_directory(const OnWorker& on, const Home& home, const std::string& toolchain,
                       [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    const Current current = find_current(home, toolchain);
    if (current.kind != Current::Kind::generation) return false;
    const std::string staging = home.staging(lock::Key::toolchain(toolchain));
    platform::remove_tree(on, staging);
    platform::make_directories(staging);
    const std::string draft = staging + "/directory";
    link_directory(on, home.generation(toolchain, current.number), draft);
    if (!platform::exchange_paths(draft, home.toolchain(toolchain))) {
        platform::rename_path(home.toolchain(toolchain), staging + "/name");
        platform::rename_path(draft, home.toolchain(toolchain));
    }
    platform::remove_tree(on, staging);
    return true;
}

bool remove_latchkey(const OnWorker& on, const Home& home) {
    const auto held =
        lock::LockSet::try_acquire(home.lock_file(), all_keys(home), lock::Mode::exclusive);
    // Whoever works at something that is not there yet holds a range that has no name here.
    if (!held || !lock::find_all_holders(home.lock_file()).empty()) return false;
    // Somebody may have made a change since the names were given back.
    if (any_generation(home)) return false;
    // Out of everybody's way by one rename; what a kill leaves there, rustup cleans up.
    platform::make_directories(home.temporary());
    const std::string leftover = home.temporary() + "/latchkey";
    platform::remove_tree(on, leftover);
    platform::rename_path(home.latchkey(), leftover);
    platform::remove_tree(on, leftover);
    return true;
}

}  // namespace latchkey::store
