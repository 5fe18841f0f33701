#include "new_generation.hpp"

#include <utility>

#include "base_home.hpp"
#include "behind.hpp"
#include "commit_steps.hpp"
#include "draft.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/pending.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/settle.hpp"
#include "notes.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;

/// A generation that was away only within this very commit: nobody remembers a path of it, unless
/// somebody runs from it already.
void retire_unseen(const Home& home, const std::string& toolchain, std::uint64_t number,
                   Junk& junk) {
    const Place place{toolchain, number};
    const auto range =
        LockSet::try_acquire(home.lock_file(), Key::directory(place.name()), Mode::exclusive);
    if (range) (void)junk.take(home.away() + "/" + std::to_string(number));
}

/// A generation on its way from a draft to where it lives.
class NewGeneration {
public:
    NewGeneration(const OnWorker& on, const Home& home, const std::string& toolchain,
                  const Current& current, const State& old, const Wanted& wanted,
                  const LockSet& toolchain_lock)
        : home_(home),
          toolchain_(toolchain),
          current_(current),
          old_(old),
          wanted_(wanted),
          toolchain_lock_(toolchain_lock),
          begun_(current.installed()),
          fresh_(!begun_ || current.kind == Current::Kind::based),
          home_is_free_(!platform::find_status(home.toolchain(toolchain))),
          draft_(on, home, toolchain, old, begun_ ? home.directory(current.place) : "") {}

    /// What is not there, or not as it was. Null: the draft has all.
    const Supply* fill() {
        if (begun_) draft_.carry_others();
        const Supply* const gone = draft_.fill(wanted_.components, !home_is_free_);
        const bool based = current_.kind == Current::Kind::based;
        if (based && gone == nullptr) restore_times(home_, draft_.path(), draft_.components());
        return gone;
    }

    /// Commits it, at home or away.
    State commit() {
        describe();
        if (current_.kind == Current::Kind::ours) {
            save_former(home_, toolchain_, old_, state_, toolchain_lock_);
        }
        // A fresh one is committed by the rename, so that no directory is ever without its state:
        // until then the state leads to nothing, and the toolchain is not installed.
        if (fresh_ && home_is_free_) save(draft_.path());
        if (home_is_free_) put_home();
        if (state_.where == State::Where::away) {
            state_.number = draft_.move_away(state_.number);
            state_.behind = behind_of(home_, toolchain_, current_, old_);
            save(home_.directory(state_.place(toolchain_)));
        }
        file_record(home_, toolchain_, state_);
        return std::move(state_);
    }

private:
    /// The state of what the draft has, and rustup's notes.
    void describe() {
        state_.number = next_number(home_, toolchain_);
        state_.word = random_word();
        state_.serial = next_serial(home_, toolchain_, old_);
        state_.components = draft_.components();
        const bool same_manifest = !wanted_.manifest && wanted_.manifest_hash.empty();
        state_.manifest_hash = same_manifest ? old_.manifest_hash : wanted_.manifest_hash;
        state_.update_hash = wanted_.update_hash.value_or(old_.update_hash);
        state_.release = wanted_.release;
        state_.held = wanted_.held_at;
        if (begun_ && same_manifest && !state_.release) state_.release = old_.release;
        if (begun_ && !state_.held) state_.held = old_.held;
        state_.where = home_is_free_ ? State::Where::home : State::Where::away;
        const Tag tag{toolchain_, state_.number, state_.word, old_.word};
        if (wanted_.combined) {
            draft_.write_combined_notes(tag);
        } else {
            draft_.write_notes(wanted_.manifest.get(), tag);
        }
    }

    void put_home() {
        platform::make_directories(home_.toolchains());
        if (!platform::try_rename(draft_.path(), home_.toolchain(toolchain_))) {
            state_.where = State::Where::away;
        } else if (!fresh_) {
            save(home_.toolchain(toolchain_));
        }
    }

    void save(const std::string& directory) {
        state_.metadata = load_fingerprint(directory);
        mark_written(state_, directory);
        const std::string what(wanted_.held_at ? kRollback
                               : !begun_       ? "install"
                               : fresh_        ? "adopt"
                                               : "update");
        record_commit(state_, what, wanted_.command);
        save_state(home_, toolchain_, state_, toolchain_lock_);
    }

    const Home& home_;
    const std::string& toolchain_;
    const Current& current_;
    const State& old_;
    const Wanted& wanted_;
    const LockSet& toolchain_lock_;
    const bool begun_;  ///< It is made from a directory that is there.
    const bool fresh_;  ///< This home has no directory of it.
    const bool home_is_free_;
    Draft draft_;
    State state_;
};

}  // namespace

Committed make_generation(const OnWorker& on, const Home& home, const std::string& toolchain,
                          const Current& current, const State& old, const Wanted& wanted,
                          Junk& junk, const LockSet& toolchain_lock) {
    NewGeneration generation(on, home, toolchain, current, old, wanted, toolchain_lock);
    if (const Supply* const gone = generation.fill()) return supply_gone(gone->from);
    State state = generation.commit();
    Committed committed;
    if (state.where == State::Where::away) {
        const std::uint64_t made = state.number;
        try_step(committed,
                 [&] { settle(on, home, toolchain, wanted.may_copy, junk, toolchain_lock); });
        if (auto settled = find_state(home, toolchain)) state = std::move(*settled);
        try_step(committed, [&] {
            if (state.where == State::Where::home) retire_unseen(home, toolchain, made, junk);
        });
    }
    try_step(committed, [&] { bring_pending(on, home, toolchain, state, toolchain_lock); });
    try_step(committed, [&] { save_update_hash(home, toolchain, state); });
    return committed;
}

}  // namespace latchkey::store
