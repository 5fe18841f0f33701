#include "latchkey/store/supply.hpp"

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/tree.hpp"
#include "latchkey/store/verification.hpp"

namespace latchkey::store {
namespace {

/// Who is leaving still has its files; whoever holds `use` keeps them there.
const StateComponent* find_owner(const State& state, const std::string& tree) {
    for (const StateComponent& each : state.components) {
        const bool there = each.standing == Standing::listed || each.standing == Standing::leaving;
        if (there && each.tree == tree) return &each;
    }
    return nullptr;
}

}  // namespace

std::optional<HeldSupply> find_supply(const Home& home, const std::string& tree,
                                      const std::set<std::string>& but) {
    for (const std::string& toolchain : list_states(home)) {
        // Again each time that somebody has committed: moved is not gone.
        for (auto state = find_state(home, toolchain); state;) {
            const StateComponent* owner = find_owner(*state, tree);
            if (!state->has_directory() || owner == nullptr) break;
            const Place place = state->place(toolchain);
            if (but.contains(place.name()) || is_unverified(home, toolchain, *state)) break;
            const std::vector<lock::Key> keys{
                lock::Key::directory(place.name()),
                lock::Key::use(place.name(), owner->component.full_name())};
            auto ranges = lock::LockSet::try_acquire(home.lock_file(), keys, lock::Mode::shared);
            auto now = find_state(home, toolchain);
            const bool same = now && now->word == state->word && now->serial == state->serial;
            if (same && ranges) return HeldSupply{{tree, place}, std::move(*ranges)};
            if (same) break;
            state = std::move(now);
        }
    }
    return std::nullopt;
}

bool has_arrived(const Home& home, const std::string& tree) {
    if (!platform::find_status(home.arrived(tree))) return false;
    const auto header = find_tree(home, tree);
    return header && header->boot_id == platform::load_boot_id();
}

}  // namespace latchkey::store
