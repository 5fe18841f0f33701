#include "latchkey/store/users.hpp"

#include <vector>

#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"

namespace latchkey::store {

Users Users::look(const Home& home) {
    std::vector<pid_t> holders;
    for (const lock::Holder& holder : lock::find_all_holders(home.lock_file())) {
        if (!holder.waiting) holders.push_back(holder.process);
    }
    // A toolchain may lie on another disk, so every path counts.
    return Users(platform::DirectoryUsers::look("/", holders));
}

bool Users::use(const Home& home, const std::string& toolchain) const {
    std::vector<Place> places = {{toolchain, 0}};
    for (const std::uint64_t number : list_away(home, toolchain).directories) {
        places.push_back({toolchain, number});
    }
    for (const Place& place : places) {
        if (lock::is_held(home.lock_file(), lock::Key::directory(place.name()))) return true;
        const auto real = platform::find_canonical(home.directory(place));
        if (real && without_ranges_.uses(*real)) return true;
    }
    return false;
}

}  // namespace latchkey::store
