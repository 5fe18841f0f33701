#include "latchkey/store/commit.hpp"

#include <cassert>
#include <utility>

#include "base_home.hpp"
#include "behind.hpp"
#include "change_in_place.hpp"
#include "commit_steps.hpp"
#include "draft.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/retire.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/settle.hpp"
#include "leaving.hpp"
#include "new_generation.hpp"
#include "notes.hpp"
#include "staging.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;
using End = Committed::End;

#ifndef LATCHKEY_FORGETFUL
constexpr bool kLooksAgain = true;
#else
// For programs that tests compare with: they must notice what is lost without another look.
constexpr bool kLooksAgain = false;
#endif

/// The list of a directory that is given up may be damaged: then nothing of it is known.
enum class List { needed, given_up };

std::vector<dist::Component> configured_of(const std::string& directory, List list) {
    try {
        return find_configured(directory).value_or(std::vector<dist::Component>());
    } catch (const Error& e) {
        if (list == List::needed || e.code() != Errc::corrupt) throw;
        return {};
    }
}

/// A state of which nothing is written yet, for a directory that none describes.
State describe_plain(const Home& home, const Current& current, List list = List::needed) {
    State state;
    const std::string directory = home.directory(current.place);
    for (const dist::Component& component : configured_of(directory, list)) {
        state.components.push_back({component, "", Standing::listed});
    }
    if (current.state) {
        state.serial = current.state->serial;
        state.held = current.state->held;
        // What a killed change of ours brought is nobody else's. Whoever changed the directory
        // since has not taken it away.
        for (const StateComponent& each : current.state->components) {
            const bool ours = current.state->where == State::Where::home && !each.counts();
            if (!ours || state.find(each.component) != nullptr) continue;
            const Standing standing = each.tree.empty() ? each.standing : Standing::arriving;
            state.components.push_back({each.component, each.tree, standing});
        }
    }
    if (const auto tag = find_tag(directory)) state.word = tag->word;
    return state;
}

/// Commits that a toolchain has no directory of ours any more: `next` says where it is instead.
void give_up_directory(const OnWorker& on, const Home& home, const std::string& toolchain,
                       const Current& current, State next, const std::string& action,
                       const std::string& command, Junk& junk, const LockSet& toolchain_lock) {
    State old = current.state.value_or(State{});
    if (current.kind == Current::Kind::plain) old = describe_plain(home, current, List::given_up);
    next.number = current.state ? current.state->number : next_number(home, toolchain);
    next.word = random_word();
    next.serial = next_serial(home, toolchain, old);
    next.behind = behind_of(home, toolchain, current, old);
    commit_state(home, toolchain, next, action, command, toolchain_lock);
    try_step([&] { platform::remove_file(home.update_hash(toolchain)); });
    try_step([&] { settle(on, home, toolchain, false, junk, toolchain_lock); });
    try_step([&] { retire(on, home, toolchain, Records::count, junk, toolchain_lock); });
    try_step([&] { platform::remove_tree(on, home.staging(Key::toolchain(toolchain))); });
}

}  // namespace

Committed commit(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& expected_version, const Wanted& wanted, Junk& junk,
                 const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    give_back_left(on, home, toolchain, junk);
    const Current current = examine_in_reach(home, toolchain);
    if (kLooksAgain && current.version != expected_version) return {End::moved};
    const std::string staging = home.staging(Key::toolchain(toolchain));
    clear_staging(on, home, staging);
    platform::make_alike_directories(staging);
    State state = current.state.value_or(State{});
    if (current.kind == Current::Kind::plain) state = describe_plain(home, current);
    std::optional<HeldBase> base;
    if (current.kind == Current::Kind::based) {
        base = hold_base(home, toolchain, current, wanted);
        if (!base) return {End::moved};
        state = base->state;
    }
    Committed result;
    std::optional<Committed> in_place;
    if (current.installed() && !base && can_be_in_place(home, current, state.installed(), wanted)) {
        if (current.kind == Current::Kind::plain) {
            state = take_over(home, toolchain, current, wanted.command, toolchain_lock);
        }
        in_place = change_in_place(on, home, toolchain, state, wanted, junk, toolchain_lock);
        if (!in_place) {
            // What was partial may be gone by now.
            const Current now = examine_current(home, toolchain);
            result = make_generation(on, home, toolchain, now, now.state.value_or(state), wanted,
                                     junk, toolchain_lock);
        }
    } else {
        result = make_generation(on, home, toolchain, current, state, wanted, junk, toolchain_lock);
    }
    try_step([&] { platform::remove_tree(on, staging); });
    return in_place ? *in_place : result;
}

State take_over(const Home& home, const std::string& toolchain, const Current& current,
                const std::string& command, const LockSet& toolchain_lock) {
    const std::string directory = home.directory(current.place);
    State state = describe_plain(home, current);
    state.number = next_number(home, toolchain);
    state.word = random_word();
    state.serial = next_serial(home, toolchain, state);
    // What it was made from is known only where nobody else had a hand in it.
    if (!current.state) {
        state.update_hash = platform::find_file_text(home.update_hash(toolchain)).value_or("");
    }
    write_note(home, toolchain, directory, kTagNote,
               serialise(Tag{toolchain, state.number, state.word, "", std::nullopt,
                             note_hash(directory, dist::kManifestNote)}));
    state.metadata = load_fingerprint(directory);
    mark_written(state, directory);
    state.synced = true;  // Not written here and now: there is nothing to verify it by.
    commit_state(home, toolchain, state, "adopt", command, toolchain_lock);
    return state;
}

bool commit_uninstall(const OnWorker& on, const Home& home, const std::string& toolchain,
                      const std::string& command, Junk& junk, const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    const Current current = examine_current(home, toolchain);
    if (current.kind == Current::Kind::absent || current.kind == Current::Kind::foreign) {
        return false;
    }
    const auto status = platform::find_status(home.toolchain(toolchain));
    if (status && status->kind == platform::FileKind::symlink && !current.installed()) {
        platform::remove_file(home.toolchain(toolchain));
        if (!current.state) {
            platform::remove_file(home.update_hash(toolchain));
            return true;
        }
    }
    State removed;
    removed.where = State::Where::removed;
    give_up_directory(on, home, toolchain, current, std::move(removed), "uninstall", command, junk,
                      toolchain_lock);
    return true;
}

void commit_link(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& target, const std::string& command, Junk& junk,
                 const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    const Current current = examine_current(home, toolchain);
    const auto status = platform::find_status(home.toolchain(toolchain));
    const bool is_directory = status && status->kind == platform::FileKind::directory;
    const std::string staging = home.staging(Key::toolchain(toolchain));
    platform::make_directories(home.toolchains());
    platform::make_alike_directories(staging);
    if (!is_directory && !current.state) {
        platform::replace_link(target, home.toolchain(toolchain), staging + "/link");
        platform::remove_tree(on, staging);
        return;
    }
    State linked;
    linked.where = State::Where::link;
    linked.link = target;
    give_up_directory(on, home, toolchain, current, std::move(linked), "link", command, junk,
                      toolchain_lock);
}

}  // namespace latchkey::store
