#include "latchkey/store/rollback.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include "behind.hpp"
#include "commit_steps.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/pending.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/settle.hpp"
#include "leaving.hpp"
#include "notes.hpp"
#include "ownership.hpp"
#include "placing.hpp"

namespace latchkey::store {
namespace {

using End = Committed::End;

/// Empty: it is gone, or hands have changed it.
std::optional<Former> find_whole(const Home& home, const std::string& toolchain,
                                 const std::string& word) {
    for (Former& each : list_former(home, toolchain)) {
        if (each.state.word != word) continue;
        const Fingerprint found = load_fingerprint(home.directory(each.place));
        if (!agrees(found, each.state.metadata, each.state.intended)) return std::nullopt;
        return std::move(each);
    }
    return std::nullopt;
}

/// Settling carries what is at home. What is away goes with its directory.
void carry_users_files(const OnWorker& on, const Home& home, const State& old,
                       const Current& current, const Place& to) {
    if (current.place.is_home()) return;
    const std::string from = home.directory(current.place);
    for (const std::string& file : Ownership(home, from, old.components).list_others(on, from)) {
        on.check();
        link_path_into(file, from, home.directory(to));
    }
}

}  // namespace

Committed commit_rollback(const OnWorker& on, const Home& home, const std::string& toolchain,
                          const std::string& expected_version, const ReturnOrder& order, Junk& junk,
                          const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    give_back_left(on, home, toolchain, junk);
    const Current current = examine_current(home, toolchain);
    if (current.version != expected_version) return {End::moved};
    const auto former = find_whole(home, toolchain, order.word);
    if (!former || current.kind != Current::Kind::ours) return supply_gone(std::nullopt);
    const State& old = *current.state;
    carry_users_files(on, home, old, current, former->place);
    State next = former->state;
    save_former(home, toolchain, old, next, toolchain_lock);
    next.serial = old.serial + 1;
    next.held = order.held_at;
    next.behind.reset();
    if (!former->place.is_home()) next.behind = behind_of(home, toolchain, current, old);
    commit_state(home, toolchain, next, std::string(kRollback), order.command, toolchain_lock);
    Committed committed;
    try_step([&] { forget_former(home, toolchain, order.word); });
    try_step(committed, [&] { settle(on, home, toolchain, order.may_copy, junk, toolchain_lock); });
    State now = find_state(home, toolchain).value_or(next);
    try_step(committed, [&] { bring_pending(on, home, toolchain, now, toolchain_lock); });
    try_step(committed, [&] { save_update_hash(home, toolchain, now); });
    return committed;
}

bool commit_hold(const Home& home, const std::string& toolchain,
                 const std::optional<std::uint64_t>& held_at, const lock::LockSet& toolchain_lock) {
    auto state = find_state(home, toolchain);
    if (!state || !state->has_directory() || state->held == held_at) return false;
    state->held = held_at;
    ++state->serial;
    save_state(home, toolchain, *state, toolchain_lock);
    return true;
}

}  // namespace latchkey::store
