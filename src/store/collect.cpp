#include "latchkey/store/collect.hpp"

#include <algorithm>
#include <map>

#include "draft.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/pending.hpp"
#include "latchkey/store/retire.hpp"
#include "latchkey/store/settle.hpp"
#include "latchkey/store/take_out.hpp"
#include "latchkey/store/tree.hpp"
#include "leaving.hpp"
#include "notes.hpp"
#include "staging.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;

/// `job`'s failure is told, and nothing else.
template <typename Job>
void step(const CleanUp& how, Job job) {
    try {
        job();
    } catch (const Error& e) {
        if (how.failed) how.failed(e);
    }
}

void add_trees(const std::vector<StateComponent>& components, std::set<std::string>& found) {
    for (const StateComponent& each : components) {
        if (!each.tree.empty()) found.insert(each.tree);
    }
}

/// Is every component listed, and are rustup's lists so?
bool is_whole(const State& state) {
    const bool all = std::ranges::all_of(state.components, [](const StateComponent& each) {
        return each.standing == Standing::listed;
    });
    return all && !state.intended;
}

/// On another device home is a link to the generation away, for good unless it may be copied.
bool is_settled_by_link(const Home& home, const std::string& toolchain, const State& state,
                        bool may_copy) {
    return state.where == State::Where::away && !may_copy && is_whole(state) &&
           platform::find_link(home.toolchain(toolchain)) == home.directory(state.place(toolchain));
}

bool is_spared(const Home& home, const std::string& toolchain, const std::string& number,
               const CleanUp& how) {
    if (how.records != Records::count) return false;
    const auto place = Place::parse("away/" + number + "/" + toolchain);
    const std::vector<Former> spared = list_spared(home, toolchain);
    return place && std::ranges::find(spared, *place, &Former::place) != spared.end();
}

/// What there is away.
struct Away {
    std::set<std::string> toolchains;  ///< That have something there which is not to stay.
    std::vector<std::string> empty;    ///< Folders of numbers that a killed clean-up left.
};

Away look_away(const Home& home, const CleanUp& how) {
    Away away;
    std::map<std::string, std::size_t> links;
    for (const platform::DirectoryEntry& number : platform::find_entries(home.away())) {
        const std::string folder = home.away() + "/" + number.name;
        const auto entries = platform::find_entries(folder);
        if (entries.empty()) away.empty.push_back(folder);
        for (const platform::DirectoryEntry& entry : entries) {
            if (entry.kind == platform::FileKind::symlink) ++links[entry.name];
            if (entry.kind != platform::FileKind::directory) continue;
            const auto state = find_state(home, entry.name);
            const bool stays = state && number.name == std::to_string(state->number) &&
                               is_settled_by_link(home, entry.name, *state, how.may_copy);
            if (!stays && !is_spared(home, entry.name, number.name, how))
                away.toolchains.insert(entry.name);
        }
    }
    for (const auto& [toolchain, count] : links) {
        const auto state = find_state(home, toolchain);
        if (count > max_links(state && state->has_directory())) away.toolchains.insert(toolchain);
    }
    return away;
}

bool is_tidy(const Home& home, const std::string& toolchain, bool may_copy) {
    const auto state = find_state(home, toolchain);
    if (!state) return !platform::find_status(home.state_folder(toolchain));
    if (is_settled_by_link(home, toolchain, *state, may_copy)) return true;
    // Where nothing is at home, there is nothing to describe.
    const bool described = has_update_hash(home, toolchain, *state) ||
                           !platform::find_status(home.toolchain(toolchain));
    return state->where == State::Where::home && is_whole(*state) && described &&
           is_pruned(home, toolchain) && !platform::find_status(pending_folder(home, toolchain)) &&
           !platform::find_status(leaving_folder(home, toolchain));
}

void tidy(const OnWorker& on, const Home& home, const std::string& toolchain, const CleanUp& how) {
    Junk junk(home, toolchain);
    {
        const auto range =
            LockSet::try_acquire(home.lock_file(), Key::toolchain(toolchain), Mode::exclusive);
        if (!range) return;  // Who has it cleans up after itself.
        step(how, [&] { give_back_left(on, home, toolchain, junk); });
        step(how, [&] {
            auto state = find_state(home, toolchain);
            if (!state || !state->has_directory()) return;
            if (examine_current(home, toolchain).kind != Current::Kind::ours) return;
            take_out(on, home, toolchain, *state, junk, *range);
        });
        step(how, [&] { settle(on, home, toolchain, how.may_copy, junk, *range); });
        step(how, [&] {
            if (examine_current(home, toolchain).kind != Current::Kind::ours) return;
            save_update_hash(home, toolchain, *find_state(home, toolchain));
        });
        step(how, [&] {
            auto state = find_state(home, toolchain);
            if (state) bring_pending(on, home, toolchain, *state, *range);
        });
        step(how, [&] { retire(on, home, toolchain, how.records, junk, *range); });
        clear_staging(on, home, home.staging(Key::toolchain(toolchain)));
    }
    if (const auto failure = junk.remove(on); failure && how.failed) how.failed(*failure);
}

bool is_referenced(const Home& home, const std::string& tree) {
    const auto references = find_references(home);
    return !references || references->contains(tree);
}

void collect_tree(const OnWorker& on, const Home& home, const std::string& tree, bool is_index) {
    auto held = LockSet::try_acquire(home.lock_file(), Key::pin(tree), Mode::exclusive);
    if (!held || !held->try_add(Key::unpack(tree), Mode::exclusive)) return;
    discard_arrived(on, home, tree, *held);
    if (is_index && !is_referenced(home, tree)) platform::remove_file(home.tree_index(tree));
}

}  // namespace

std::optional<std::set<std::string>> find_references(const Home& home) {
    std::set<std::string> found;
    try {
        for (const std::string& toolchain : list_states(home)) {
            const auto state = find_state(home, toolchain);
            if (!state) continue;
            add_trees(state->components, found);
            if (state->behind) add_trees(state->behind->components, found);
            add_trees(list_former_components(home, toolchain), found);
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    return found;
}

void collect(const OnWorker& on, const Home& home) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.arrived())) {
        on.check();
        collect_tree(on, home, entry.name, false);
    }
    // A look without locks spares most the ranges; what decides is the look under them.
    const auto hint = find_references(home);
    if (!hint) return;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.trees())) {
        on.check();
        if (!entry.name.ends_with(kTreeIndexEnding)) continue;
        const std::string tree = entry.name.substr(0, entry.name.size() - kTreeIndexEnding.size());
        if (!hint->contains(tree)) collect_tree(on, home, tree, true);
    }
}

Error clean_up_error(const Error& e) {
    return e.in("could not clean up");
}

void sweep(const OnWorker& on, const Home& home, const CleanUp& how) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.staging())) {
        on.check();
        if (entry.name.starts_with(kLeftPrefix)) {
            // It was told when it was put aside.
            step({}, [&] { platform::remove_tree(on, home.staging() + "/" + entry.name); });
            continue;
        }
        const auto key = Key::parse_file_name(entry.name);
        if (!key) continue;
        step(how, [&] {
            const auto held = LockSet::try_acquire(home.lock_file(), *key, Mode::exclusive);
            if (!held) return;
            const auto failure = clear_staging(on, home, home.staging(*key));
            if (failure && how.failed) how.failed(*failure);
        });
    }
}

void clean_up(const OnWorker& on, const Home& home, const CleanUp& how) {
    std::set<std::string> toolchains;
    step(how, [&] {
        const Away away = look_away(home, how);
        toolchains = away.toolchains;
        for (const std::string& folder : away.empty) platform::remove_empty_directory(folder);
    });
    step(how, [&] {
        for (const std::string& toolchain : list_states(home)) {
            step(how, [&] {
                if (!is_tidy(home, toolchain, how.may_copy)) toolchains.insert(toolchain);
            });
        }
    });
    for (const std::string& toolchain : toolchains) {
        on.check();
        step(how, [&] { tidy(on, home, toolchain, how); });
    }
    step(how, [&] { sweep(on, home, how); });
    step(how, [&] { collect(on, home); });
}

bool make_room(const Home& home, const std::string& toolchain, bool uninstalls) {
    bool freed = false;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.history(toolchain))) {
        freed |= platform::remove_file(home.history(toolchain) + "/" + entry.name);
    }
    const auto state = uninstalls ? find_state(home, toolchain) : std::nullopt;
    if (!state) return freed;
    std::set<std::string> others;
    for (const std::string& each : list_states(home)) {
        const auto other = each == toolchain ? std::nullopt : find_state(home, each);
        if (!other) continue;
        add_trees(other->components, others);
        add_trees(list_former_components(home, each), others);
    }
    for (const StateComponent& each : state->components) {
        if (each.tree.empty() || others.contains(each.tree) || !each.counts()) continue;
        freed |= platform::remove_file(home.tree_index(each.tree));
    }
    return freed;
}

bool is_anything_left(const Home& home) {
    const auto staged = platform::find_entries(home.staging());
    if (!std::ranges::all_of(staged, [](const platform::DirectoryEntry& entry) {
            return entry.name.starts_with(kLeftPrefix);
        })) {
        return true;
    }
    if (!platform::find_entries(home.arrived()).empty()) return true;
    if (const Away away = look_away(home, {}); !away.toolchains.empty() || !away.empty.empty()) {
        return true;
    }
    const std::vector<std::string> states = list_states(home);
    return !std::ranges::all_of(
        states, [&home](const std::string& each) { return is_tidy(home, each, false); });
}

}  // namespace latchkey::store
