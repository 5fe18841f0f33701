#include "latchkey/store/supply.hpp"

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/former.hpp"
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

/// A generation that is not current any more has the tree, too.
std::optional<HeldSupply> find_in_former(const Home& home, const std::string& toolchain,
                                         const std::string& tree,
                                         const std::set<std::string>& but) {
    for (const Former& former : list_former(home, toolchain)) {
        const StateComponent* owner = find_owner(former.state, tree);
        const std::string place = former.place.name();
        if (owner == nullptr || but.contains(place)) continue;
        if (is_unverified(home, toolchain, former.state)) continue;
        const std::vector<lock::Key> keys{lock::Key::directory(place),
                                          lock::Key::use(place, owner->component.full_name())};
        auto ranges = lock::LockSet::try_acquire(home.lock_file(), keys, lock::Mode::shared);
        if (!ranges) continue;
        for (const Former& now : list_former(home, toolchain)) {
            if (now.place == former.place && now.state.word == former.state.word) {
                return HeldSupply{{tree, former.place}, std::move(*ranges)};
            }
        }
    }
    return std::nullopt;
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
        if (auto found = find_in_former(home, toolchain, tree, but)) return found;
    }
    return std::nullopt;
}

bool has_arrived(const Home& home, const std::string& tree) {
    if (!platform::find_status(home.arrived(tree))) return false;
    const auto header = find_tree(home, tree);
    return header && header->boot_id == platform::load_boot_id();
}

}  // namespace latchkey::store
