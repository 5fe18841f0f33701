#include "latchkey/store/commit.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

#include "draft.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/settle.hpp"
#include "latchkey/store/take_out.hpp"
#include "latchkey/store/tree.hpp"
#include "leaving.hpp"
#include "notes.hpp"
#include "ownership.hpp"
#include "placing.hpp"
#include "staging.hpp"
#include "taken_trees.hpp"

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

#ifndef LATCHKEY_CARELESS
constexpr Standing kWhileBrought = Standing::arriving;
#else
// For a program that tests compare with: they must notice a component that is listed before its
// files are there.
constexpr Standing kWhileBrought = Standing::listed;
#endif

Committed supply_gone(const std::optional<Place>& spoiled) {
    Committed committed{End::supply_gone};
    committed.spoiled = spoiled;
    return committed;
}

/// A step behind the commit: the change is live, whatever becomes of it.
template <typename Step>
void try_step(Committed& committed, Step step) {
    try {
        step();
    } catch (const Error& e) {
        committed.warnings.push_back(e.what());
    }
}

/// A step behind the commit that every clean-up takes again: there it is told what is in the way.
template <typename Step>
void try_step(Step step) {
    try {
        step();
    } catch (const Error& e) {
        if (e.code() == Errc::bug) throw;
    }
}

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
            if (!index) throw Error(Errc::corrupt, "a tree's index is gone");
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

    /// The state says what is about to be partial. For a removal this is the commit.
    void announce() {
        std::vector<dist::Component> final_list;
        for (const WantedComponent& each : wanted_.components) {
            final_list.push_back(each.component);
        }
        for (StateComponent& each : state_.components) {
            if (each.counts() && !is_wanted(each.component)) each.standing = Standing::leaving;
        }
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

    /// What the commit says besides the components.
    void commit_release() {
        if (wanted_.update_hash) state_.update_hash = *wanted_.update_hash;
        if (!wanted_.manifest_hash.empty()) state_.manifest_hash = wanted_.manifest_hash;
        commit_state(home_, toolchain_, state_, "change", wanted_.command, toolchain_lock_);
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

/// Whether what is wanted is of the release that is there, and nothing of it is to be replaced.
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

/// Of the directory at home, to know it again when it may be replaced.
Behind describe_home(const Home& home, const std::string& toolchain,
                     std::vector<StateComponent> components) {
    const std::string directory = home.toolchain(toolchain);
    Behind behind;
    if (const auto tag = find_tag(directory)) behind.word = tag->word;
    behind.metadata = load_fingerprint(directory);
    behind.components = std::move(components);
    return behind;
}

/// Of what is at home when a new state is about to lead elsewhere. `state`: the one before.
std::optional<Behind> behind_of(const Home& home, const std::string& toolchain,
                                const Current& current, const State& state) {
    if (!find_at_home(home, toolchain)) return std::nullopt;
    if (current.installed() && current.place.is_home()) {
        return describe_home(home, toolchain, state.components);
    }
    if (!may_replace_home(home, toolchain, state)) return state.behind;
    const std::string directory = home.toolchain(toolchain);
    std::vector<StateComponent> components;
    if (is_clone_of(find_tag(directory), state)) {
        components = components_noted(directory, state);
    } else if (state.behind) {
        components = state.behind->components;
    }
    Behind behind = describe_home(home, toolchain, std::move(components));
    behind.doomed = state.behind && state.behind->doomed;
    return behind;
}

/// A generation that was away only within this very commit: nobody remembers a path of it, unless
/// somebody runs from it already.
void retire_unseen(const Home& home, const std::string& toolchain, std::uint64_t number,
                   Junk& junk) {
    const Place place{toolchain, number};
    const auto range =
        LockSet::try_acquire(home.lock_file(), Key::directory(place.name()), Mode::exclusive);
    if (range) (void)junk.take(home.away() + "/" + std::to_string(number));
}

Committed make_generation(const OnWorker& on, const Home& home, const std::string& toolchain,
                          const Current& current, const State& old, const Wanted& wanted,
                          Junk& junk, const LockSet& toolchain_lock) {
    const bool fresh = !current.installed();
    const bool home_is_free = !platform::find_status(home.toolchain(toolchain));
    Draft draft(on, home, toolchain, old, fresh ? "" : home.directory(current.place));
    if (!fresh) draft.carry_others();
    if (const Supply* gone = draft.fill(wanted.components, !home_is_free)) {
        return supply_gone(gone->from);
    }

    State state;
    state.number = next_number(home, toolchain);
    state.word = random_word();
    state.serial = old.serial + 1;
    state.components = draft.components();
    const bool same_manifest = !wanted.manifest && wanted.manifest_hash.empty();
    state.manifest_hash = same_manifest ? old.manifest_hash : wanted.manifest_hash;
    state.update_hash = wanted.update_hash.value_or(old.update_hash);
    const Tag tag{toolchain, state.number, state.word, old.word};
    if (wanted.combined) {
        draft.write_combined_notes(tag);
    } else {
        draft.write_notes(wanted.manifest.get(), tag);
    }

    const auto save = [&](const std::string& directory) {
        state.metadata = load_fingerprint(directory);
        mark_written(state, directory);
        record_commit(state, fresh ? "install" : "update", wanted.command);
        save_state(home, toolchain, state, toolchain_lock);
    };
    state.where = home_is_free ? State::Where::home : State::Where::away;
    // A fresh one is committed by the rename, so that no directory is ever without its state: until
    // then the state leads to nothing, and the toolchain is not installed.
    if (fresh && home_is_free) save(draft.path());
    if (home_is_free) {
        platform::make_directories(home.toolchains());
        if (!platform::try_rename(draft.path(), home.toolchain(toolchain))) {
            state.where = State::Where::away;
        } else if (!fresh) {
            save(home.toolchain(toolchain));
        }
    }
    if (state.where == State::Where::away) {
        state.number = draft.move_away(state.number);
        state.behind = behind_of(home, toolchain, current, old);
        save(home.directory(state.place(toolchain)));
    }
    file_record(home, toolchain, state);
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
    next.serial = old.serial + 1;
    next.behind = behind_of(home, toolchain, current, old);
    commit_state(home, toolchain, next, action, command, toolchain_lock);
    try_step([&] { platform::remove_file(home.update_hash(toolchain)); });
    try_step([&] { settle(on, home, toolchain, false, junk, toolchain_lock); });
    try_step([&] { retire(on, home, toolchain, junk, toolchain_lock); });
    try_step([&] { platform::remove_tree(on, home.staging(Key::toolchain(toolchain))); });
}

}  // namespace

Committed commit(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& expected_version, const Wanted& wanted, Junk& junk,
                 const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    give_back_left(on, home, toolchain, junk);
    const Current current = examine_current(home, toolchain);
    if (kLooksAgain && current.version != expected_version) return {End::moved};
    const std::string staging = home.staging(Key::toolchain(toolchain));
    clear_staging(on, home, staging);
    platform::make_alike_directories(staging);
    State state = current.state.value_or(State{});
    if (current.kind == Current::Kind::plain) state = describe_plain(home, current);
    Committed result;
    std::optional<Committed> in_place;
    if (current.installed() && can_be_in_place(home, current, state.installed(), wanted)) {
        if (current.kind == Current::Kind::plain) {
            state = take_over(home, toolchain, current, wanted.command, toolchain_lock);
        }
        in_place = ChangeInPlace(on, home, toolchain, state, wanted, junk, toolchain_lock).run();
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
    state.serial += 1;
    // What it was made from is known only where nobody else had a hand in it.
    if (!current.state) {
        state.update_hash = platform::find_file_text(home.update_hash(toolchain)).value_or("");
    }
    write_note(home, toolchain, directory, kTagNote,
               serialise(Tag{toolchain, state.number, state.word, ""}));
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

void bring_pending(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
                   const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    if (!state.has_directory()) return;
    const std::string directory = home.directory(state.place(toolchain));
    const std::string folder = pending_folder(home, toolchain);
    bool changed = false;
    std::vector<dist::Component> lost;
    for (StateComponent& each : state.components) {
        if (each.standing != Standing::pending) continue;
        const std::string from = folder + "/" + each.tree;
        changed = true;
        if (platform::find_status(from)) {
            move_tree_into(on, from, directory);
            each.standing = Standing::listed;
        } else {
            lost.push_back(each.component);  // Somebody emptied our folder.
        }
    }
    if (!changed) {
        platform::remove_tree(on, folder);  // Of a killed commit.
        return;
    }
    std::erase_if(state.components, [&lost](const StateComponent& each) {
        return std::ranges::find(lost, each.component) != lost.end();
    });
    if (!lost.empty()) write_lists(home, toolchain, directory, state);
    ++state.serial;
    save_state(home, toolchain, state, toolchain_lock);
    platform::remove_tree(on, folder);
}

}  // namespace latchkey::store
