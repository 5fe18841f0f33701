#include "latchkey/toolchain/past.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/store/former.hpp"

namespace latchkey::toolchain {
namespace {

using store::HistoryEntry;
using store::StateComponent;

const StateComponent* find(const HistoryEntry& entry, const dist::Component& component) {
    const auto found = std::ranges::find(entry.components, component, &StateComponent::component);
    return found == entry.components.end() ? nullptr : &*found;
}

/// Where rustup or a hand put a component, only the release tells one from another.
bool has_same_files(const HistoryEntry& one, const StateComponent& here, const HistoryEntry& other,
                    const StateComponent& there) {
    if (here.tree.empty() || there.tree.empty()) return one.manifest_hash == other.manifest_hash;
    return here.tree == there.tree;
}

void compare(PastEntry& past, const HistoryEntry& before) {
    for (const StateComponent& each : past.entry.components) {
        const StateComponent* old = find(before, each.component);
        if (old == nullptr) {
            past.added.push_back(each.component);
        } else if (!has_same_files(before, *old, past.entry, each)) {
            past.changed.push_back(each.component);
        }
    }
    for (const StateComponent& each : before.components) {
        if (find(past.entry, each.component) == nullptr) past.removed.push_back(each.component);
    }
}

}  // namespace

std::vector<PastEntry> load_past(const OnWorker& on, const store::Home& home,
                                 const std::string& toolchain) {
    std::vector<PastEntry> all;
    HistoryEntry before;
    for (HistoryEntry& entry : store::load_history(home, toolchain)) {
        PastEntry past;
        past.entry = std::move(entry);
        compare(past, before);
        before = past.entry;
        all.push_back(std::move(past));
    }
    const auto entry_of = [&all](std::uint64_t serial) -> PastEntry* {
        const auto found = std::ranges::find_if(
            all, [serial](const PastEntry& each) { return each.entry.record.serial == serial; });
        return found == all.end() ? nullptr : &*found;
    };
    const auto state = store::find_state(home, toolchain);
    if (state && state->record) {
        if (PastEntry* const now = entry_of(state->record->serial)) now->current = true;
        if (PastEntry* const now = entry_of(state->held.value_or(0))) now->held = true;
    }
    for (const store::Former& each : store::list_spared(home, toolchain)) {
        PastEntry* const past = each.state.record ? entry_of(each.state.record->serial) : nullptr;
        if (past != nullptr) past->kept_bytes = store::count_own_bytes(on, home, each);
    }
    std::ranges::reverse(all);
    return all;
}

std::string release_text(const HistoryEntry& entry) {
    if (!entry.release) {
        if (entry.manifest_hash.empty()) return "a release that is not known";
        return "the release with manifest " + entry.manifest_hash.substr(0, 12);
    }
    if (entry.release->version.empty()) return "the release of " + entry.release->date;
    return fmt::format("{} of {}", entry.release->version, entry.release->date);
}

}  // namespace latchkey::toolchain
