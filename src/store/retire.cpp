#include "latchkey/store/retire.hpp"

#include <algorithm>
#include <cassert>

#include "directory_in_use.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;

/// Takes a generation away, and leaves a link to home for whoever remembers its path.
void leave_link(const OnWorker& on, const Home& home, const Place& place, Junk& junk) {
    const std::string directory = home.directory(place);
    const std::string target = "../../../toolchains/" + place.toolchain;
    const std::string link = home.staging(Key::toolchain(place.toolchain)) + "/link";
    platform::make_alike_directories(home.staging(Key::toolchain(place.toolchain)));
    platform::remove_tree(on, link);
    platform::make_link(target, link);
    if (platform::exchange_paths(link, directory)) {
        junk.take_or_delete(on, link);
        return;
    }
    junk.take_or_delete(on, directory);
    // For a moment the folder was empty, and who cleans up beside us may have taken it away: then
    // there is no link, which nobody needs.
    try {
        platform::rename_path(link, directory);
    } catch (const Error& e) {
        if (e.code() != Errc::not_found) throw;
    }
}

/// Links that a retired generation left: the newest stay while there is a toolchain.
void prune_links(const Home& home, const std::string& toolchain, bool installed) {
    const std::vector<std::uint64_t> links = list_away(home, toolchain).links;
    const std::size_t kept = max_links(installed);
    for (std::size_t i = 0; i + kept < links.size(); ++i) {
        platform::remove_file(home.directory({toolchain, links[i]}));
        platform::remove_empty_directory(home.away() + "/" + std::to_string(links[i]));
    }
}

}  // namespace

bool retire(const OnWorker& on, const Home& home, const std::string& toolchain, Records records,
            Junk& junk, const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    const auto state = find_state(home, toolchain);
    const bool installed = state && state->has_directory();
    std::vector<Former> spared;
    if (installed && records == Records::count) spared = list_spared(home, toolchain);
    bool all = true;
    for (const std::uint64_t number : list_away(home, toolchain).directories) {
        on.check();
        if (state && state->where == State::Where::away && state->number == number) continue;
        const Place place{toolchain, number};
        if (std::ranges::find(spared, place, &Former::place) != spared.end()) continue;
        // What home leads to, on another device.
        if (platform::find_link(home.toolchain(toolchain)) == home.directory(place)) continue;
        const auto range = find_unused(home, place);
        if (!range) {
            all = false;
            continue;
        }
        if (installed) {
            leave_link(on, home, place, junk);
        } else {
            junk.take_or_delete(on, home.away() + "/" + std::to_string(number));
        }
    }
    prune_links(home, toolchain, installed);
    if (installed) prune_former(home, toolchain);
    if (!all || installed || (state && state->where == State::Where::link)) return all;
    const auto status = platform::find_status(home.toolchain(toolchain));
    if (state && state->where == State::Where::removed) {
        if (status) return false;
        platform::remove_file(home.update_hash(toolchain));
    }
    file_record_if_in_effect(home, toolchain);  // Whoever watches the history sees its end.
    forget_state(on, home, toolchain, toolchain_lock);
    return true;
}

}  // namespace latchkey::store
