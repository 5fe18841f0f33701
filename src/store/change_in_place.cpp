#include "change_in_place.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "commit_steps.hpp"
#include "draft.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/take_out.hpp"
#include "latchkey/store/tree.hpp"
#include "notes.hpp"
#include "ownership.hpp"
#include "placing.hpp"
#include "taken_trees.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;

#ifndef LATCHKEY_CARELESS
constexpr Standing kWhileBrought = Standing::arriving;
#else
// For a program that tests compare with: they must notice a component that is listed before its
// files are there.
constexpr Standing kWhileBrought = Standing::listed;
#endif

/// A change in the directory where it is.
class ChangeInPlace {
public:
    ChangeInPlace(const OnWorker& on, const Home& home, const std::string& toolchain, State state,
                  const Wanted& wanted, Junk& junk, const LockSet& toolchain_lock)
        : on_(on),
          home_(home),
          toolchain_(toolchain),
          state_(std::move(state)),
          wanted_(wanted),
          junk_(junk),
          toolchain_lock_(toolchain_lock),
          directory_(home.directory(state_.place(toolchain))),
          taken_(home, home.staging(Key::toolchain(toolchain)) + "/trees") {}

    /// What an earlier change left goes first. Empty: it cannot be done in place.
    std::optional<Committed> run() {
        if (state_.any_partial() || state_.intended) {
            take_out(on_, home_, toolchain_, state_, junk_, toolchain_lock_);
        }
        if (!sort_out()) return std::nullopt;
        if (const auto gone = fetch_arrived()) return *gone;
        announce();
        for (const Addition& addition : additions_) {
            if (bring(addition)) continue;
            take_out(on_, home_, toolchain_, state_, junk_, toolchain_lock_);
            return supply_gone(addition.supply->from);
        }
        Committed committed;
        if (only_removes()) {
            // Committed by what the state says already.
            try_step(committed, [&] { list(committed); });
        } else {
            list(committed);
        }
        return committed;
    }

private:
    struct Addition {
        dist::Component component;
        const Supply* supply;
        TreeIndex index;
    };

    /// False: a component that is still leaving is in the way of another content.
    bool sort_out() {
        for (const WantedComponent& each : wanted_.components) {
            const StateComponent* known = state_.find(each.component);
            if (known != nullptr && known->counts()) continue;
            if (!each.supply) throw Error(Errc::bug, "a new component has no supply");
            auto index = find_tree_index(home_, each.supply->tree);
            if (!index) throw missing_index_error();
            if (known != nullptr) {
                if (known->standing != Standing::leaving || known->tree != each.supply->tree ||
                    !is_whole(*index)) {
                    return false;
                }
                returning_.push_back(each.component);
                continue;
            }
            const std::string conflict = find_conflict(on_, *index, directory_);
            if (!conflict.empty()) throw conflict_error(each.component, conflict);
            additions_.push_back({each.component, &*each.supply, std::move(*index)});
        }
        return true;
    }

    [[nodiscard]] bool is_whole(const TreeIndex& index) const {
        return std::ranges::all_of(index.files, [this](const IndexedFile& file) {
            const auto status = platform::find_status(directory_ + "/" + file.path);
            return status && looks_unchanged(*status, file);
        });
    }

    /// Takes arrived trees into staging, which only this toolchain's range guards.
    std::optional<Committed> fetch_arrived() {
        // In the order of their names, as everybody does: of two that want the same ones, one gets
        // all.
        std::set<std::string> trees;
        for (const Addition& addition : additions_) {
            if (!addition.supply->from) trees.insert(addition.supply->tree);
        }
        for (const std::string& tree : trees) {
            if (taken_.take(on_, tree)) continue;
            taken_.give_back();
            return supply_gone(std::nullopt);
        }
        return std::nullopt;
    }

    [[nodiscard]] bool is_wanted(const dist::Component& component) const {
        return std::ranges::find(wanted_.components, component, &WantedComponent::component) !=
               wanted_.components.end();
    }

    /// The state says what is about to be partial. Where nothing comes, this is the commit.
    /// Otherwise what goes stays listed until the commit: nobody may see half of a change.
    void announce() {
        std::vector<dist::Component> final_list;
        for (const WantedComponent& each : wanted_.components) {
            // As list() will write it: what is there keeps what the state says of it.
            const StateComponent* known = state_.find(each.component);
            final_list.push_back(known != nullptr ? known->component : each.component);
        }
        if (only_removes()) let_go();
        for (const Addition& addition : additions_) {
            state_.components.push_back({addition.component, addition.supply->tree, kWhileBrought});
        }
        state_.intended = fingerprint_of(list_texts(final_list), state_.metadata);
        if (!additions_.empty()) {
            mark_written(state_, directory_);
            // By their indexes it is known, after a power failure too, which files came half.
            std::vector<std::string> indexes;
            for (const Addition& addition : additions_) {
                indexes.push_back(home_.tree_index(addition.supply->tree));
            }
            platform::sync_files(indexes);
        }
        note_change();
        if (only_removes()) {
            commit_release();
        } else {
            save_state(home_, toolchain_, state_, toolchain_lock_);
        }
    }

    /// What is not wanted any more is leaving.
    void let_go() {
        for (StateComponent& each : state_.components) {
            if (each.counts() && !is_wanted(each.component)) each.standing = Standing::leaving;
        }
    }

    /// What the commit says besides the components.
    void commit_release() {
        if (wanted_.update_hash) state_.update_hash = *wanted_.update_hash;
        if (!wanted_.manifest_hash.empty()) state_.manifest_hash = wanted_.manifest_hash;
        if (wanted_.release) state_.release = wanted_.release;
        if (wanted_.held_at) state_.held = wanted_.held_at;
        const std::string what(wanted_.held_at ? kRollback : "change");
        commit_state(home_, toolchain_, state_, what, wanted_.command, toolchain_lock_);
    }

    [[nodiscard]] bool only_removes() const { return additions_.empty() && returning_.empty(); }

    bool bring(const Addition& addition) {
        if (addition.supply->from) {
            if (!link_tree_into(on_, addition.index, home_.directory(*addition.supply->from),
                                directory_)) {
                return false;
            }
        } else {
            const std::string conflict =
                move_tree_into(on_, taken_.path(addition.supply->tree), directory_);
            // Somebody has put it there since we looked.
            if (!conflict.empty()) throw conflict_error(addition.component, conflict);
        }
        for (const InstalledPart& part : addition.index.header.parts) {
            write_note(home_, toolchain_, directory_, std::string(dist::kPayloadNote) + part.name,
                       dist::serialise_payload_manifest(part.payload));
        }
        return true;
    }

    void list(Committed& committed) {
        let_go();
        std::vector<StateComponent> ordered;
        for (const WantedComponent& each : wanted_.components) {
            const StateComponent* known = state_.find(each.component);
            if (known == nullptr) throw Error(Errc::bug, "a component was not brought");
            ordered.push_back(*known);
            if (!known->counts()) ordered.back().standing = Standing::listed;
        }
        for (const StateComponent& each : state_.components) {
            if (!is_wanted(each.component)) ordered.push_back(each);  // Leaving.
        }
        state_.components = std::move(ordered);
        write_lists(home_, toolchain_, directory_, state_);
        if (!only_removes()) {
            note_change();
            mark_written(state_, directory_);
            commit_release();
        } else {
            save_state(home_, toolchain_, state_, toolchain_lock_);
        }
        try_step(committed, [this] {
            if (!state_.any_partial()) return;
            take_out(on_, home_, toolchain_, state_, junk_, toolchain_lock_);
        });
        try_step(committed, [this] { save_update_hash(home_, toolchain_, state_); });
    }

    void note_change() { ++state_.serial; }

    const OnWorker& on_;
    const Home& home_;
    const std::string& toolchain_;
    State state_;
    const Wanted& wanted_;
    Junk& junk_;
    const LockSet& toolchain_lock_;
    std::string directory_;
    TakenTrees taken_;
    std::vector<Addition> additions_;
    std::vector<dist::Component> returning_;
};

}  // namespace

bool can_be_in_place(const Home& home, const Current& current,
                     const std::vector<StateComponent>& installed, const Wanted& wanted) {
    if (wanted.anew || wanted.combined) return false;
    const std::string manifest =
        dist::note_path(home.directory(current.place), dist::kManifestNote);
    if (wanted.manifest && !platform::has_content(manifest, *wanted.manifest)) return false;
    return std::ranges::none_of(wanted.components, [&installed](const WantedComponent& each) {
        return each.supply && std::ranges::find(installed, each.component,
                                                &StateComponent::component) != installed.end();
    });
}

std::optional<Committed> change_in_place(const OnWorker& on, const Home& home,
                                         const std::string& toolchain, const State& state,
                                         const Wanted& wanted, Junk& junk,
                                         const LockSet& toolchain_lock) {
    return ChangeInPlace(on, home, toolchain, state, wanted, junk, toolchain_lock).run();
}

}  // namespace latchkey::store
