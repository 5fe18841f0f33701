#include "directory_in_use.hpp"

#include <vector>

#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/directory_users.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::store {

bool is_used_without_ranges(const Home& home, const std::string& directory) {
    const auto real = platform::find_canonical(directory);
    if (!real) return false;
    if (!platform::DirectoryUsers::look(*real).uses(*real)) return false;
    // Somebody is. Those that hold ranges are asked by those.
    std::vector<pid_t> holders;
    for (const lock::Holder& holder : lock::find_all_holders(home.lock_file())) {
        holders.push_back(holder.process);
    }
    return platform::DirectoryUsers::look(*real, holders).uses(*real);
}

std::optional<lock::LockSet> find_unused(const Home& home, const Place& place) {
    auto range = lock::LockSet::try_acquire(home.lock_file(), lock::Key::directory(place.name()),
                                            lock::Mode::exclusive);
    if (!range && !kUsersCount) {
        return lock::LockSet::try_acquire(home.lock_file(), std::vector<lock::Key>{},
                                          lock::Mode::exclusive);
    }
    if (!range || is_used_without_ranges(home, home.directory(place))) return std::nullopt;
    return range;
}

}  // namespace latchkey::store
