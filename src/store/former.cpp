#include "latchkey/store/former.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/freed_bytes.hpp"
#include "latchkey/store/metadata.hpp"
#include "staged_file.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::Mode;

std::string record_folder(const Home& home, const std::string& toolchain) {
    return home.state_folder(toolchain) + "/former";
}

std::string record_path(const Home& home, const std::string& toolchain, const std::string& word) {
    return record_folder(home, toolchain) + "/" + word;
}

/// Every record that can be read.
std::vector<State> load_records(const Home& home, const std::string& toolchain) {
    std::vector<State> records;
    for (const platform::DirectoryEntry& entry :
         platform::find_entries(record_folder(home, toolchain))) {
        const std::string path = record_path(home, toolchain, entry.name);
        const auto text = platform::find_file_text(path);
        if (!text) continue;
        try {
            State record = parse_state(*text, path);
            if (record.word == entry.name) records.push_back(std::move(record));
        } catch (const Error& e) {
            if (e.code() != Errc::corrupt) throw;  // Else it keeps nothing.
        }
    }
    return records;
}

/// Where the directory with this word is. Empty: it is gone, or at home and being deleted.
std::optional<Place> find_place(const Home& home, const std::string& toolchain,
                                const std::string& word, const std::optional<State>& state,
                                const std::vector<std::uint64_t>& away) {
    const auto is_there = [&](const Place& place) {
        const auto tag = find_tag(home.directory(place));
        return tag && tag->word == word;
    };
    for (const std::uint64_t number : away) {
        if (is_there({toolchain, number})) return Place{toolchain, number};
    }
    const bool lags = state && state->behind && !state->behind->doomed;
    const auto at_home = lags ? find_at_home(home, toolchain) : std::nullopt;
    if (!at_home || at_home->by_link || !is_there({toolchain, 0})) return std::nullopt;
    return Place{toolchain, 0};
}

}  // namespace

std::vector<Former> list_former(const Home& home, const std::string& toolchain) {
    std::vector<State> records = load_records(home, toolchain);
    if (records.empty()) return {};
    const auto state = find_state(home, toolchain);
    const std::vector<std::uint64_t> away = list_away(home, toolchain).directories;
    std::vector<Former> all;
    for (State& record : records) {
        if (!state || !state->has_directory() || record.word == state->word) continue;
        const auto place = find_place(home, toolchain, record.word, state, away);
        if (!place) continue;
        record.number = place->is_home() ? record.number : place->away;
        record.where = place->is_home() ? State::Where::home : State::Where::away;
        all.push_back({std::move(record), *place});
    }
    std::ranges::sort(all, std::ranges::greater(),
                      [](const Former& each) { return each.state.serial; });
    return all;
}

std::vector<Former> list_spared(const Home& home, const std::string& toolchain) {
    std::vector<Former> spared = list_former(home, toolchain);
    if (spared.empty()) return spared;
    const std::size_t count = std::min(load_keep_generations(home), spared.size());
    spared.erase(spared.begin() + static_cast<std::ptrdiff_t>(count), spared.end());
    return spared;
}

void save_former(const Home& home, const std::string& toolchain, const State& old,
                 const State& next, [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    if (!old.record || old.word.empty() || !old.has_directory()) return;
    if (old.manifest_hash.empty() || old.manifest_hash == next.manifest_hash) return;
    // What waits beside the state is not in the directory, and comes into the next one.
    if (std::ranges::any_of(old.components, [](const StateComponent& each) {
            return each.standing == Standing::pending;
        })) {
        return;
    }
    if (load_keep_generations(home) == 0) return;
    State record = old;
    record.behind.reset();
    record.held.reset();
    platform::make_alike_directories(record_folder(home, toolchain));
    // A power failure may take it: then a rollback fetches. The commit need not wait for the disk.
    save_staged(home.staging(Key::toolchain(toolchain)), record_path(home, toolchain, record.word),
                serialise(record));
}

void forget_former(const Home& home, const std::string& toolchain, const std::string& word) {
    if (word.empty()) return;
    platform::remove_file(record_path(home, toolchain, word));
    platform::remove_empty_directory(record_folder(home, toolchain));
}

bool is_pruned(const Home& home, const std::string& toolchain) {
    const auto entries = platform::find_entries(record_folder(home, toolchain));
    return entries.empty() || entries.size() == list_spared(home, toolchain).size();
}

void prune_former(const Home& home, const std::string& toolchain) {
    const auto entries = platform::find_entries(record_folder(home, toolchain));
    if (entries.empty()) return;
    const std::vector<Former> spared = list_spared(home, toolchain);
    for (const platform::DirectoryEntry& entry : entries) {
        const auto has_word = [&entry](const Former& each) {
            return each.state.word == entry.name;
        };
        if (std::ranges::any_of(spared, has_word)) continue;
        forget_former(home, toolchain, entry.name);
    }
}

std::vector<StateComponent> list_former_components(const Home& home, const std::string& toolchain) {
    std::vector<StateComponent> all;
    for (const State& record : load_records(home, toolchain)) {
        all.insert(all.end(), record.components.begin(), record.components.end());
    }
    return all;
}

std::uint64_t count_own_bytes(const OnWorker& on, const Home& home, const Former& former) {
    return FreedBytes().count_directory(on, home.directory(former.place));
}

std::size_t load_keep_generations(const Home& home) {
    const auto text = platform::find_file_text(home.keep_generations());
    const auto count = text ? parse_number(trim(*text)) : std::nullopt;
    return count ? std::min<std::uint64_t>(*count, kMaxKeepGenerations) : 0;
}

void save_keep_generations(const Home& home, std::size_t count,
                           [[maybe_unused]] const lock::LockSet& settings) {
    assert(settings.holds(Key::settings(), Mode::exclusive));
    platform::make_alike_directories(home.latchkey());
    save_staged_durably(home.staging(Key::settings()), home.keep_generations(),
                        fmt::format("{}\n", count));
}

}  // namespace latchkey::store
