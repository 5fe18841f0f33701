#include "latchkey/store/kept.hpp"

#include <algorithm>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/freed_bytes.hpp"
#include "ownership.hpp"

namespace latchkey::store {
namespace {

void add_directory(const OnWorker& on, const Home& home, const Place& place, FreedBytes& freed,
                   std::vector<Kept>& kept) {
    Kept each;
    each.toolchain = place.toolchain;
    each.what = place.is_home() ? "the directory in toolchains/"
                                : "generation " + std::to_string(place.away);
    each.bytes = freed.count_directory(on, home.directory(place));
    each.keys = {lock::Key::directory(place.name())};
    kept.push_back(std::move(each));
}

void add_partial(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const State& state, FreedBytes& freed, std::vector<Kept>& kept) {
    const Place place = state.place(toolchain);
    const std::string directory = home.directory(place);
    for (const StateComponent& component : state.components) {
        if (component.counts()) continue;
        Kept each;
        each.toolchain = toolchain;
        each.what = "component " + component.component.full_name();
        for (const std::string& path :
             Ownership(home, directory, {component}).list(on, directory)) {
            const auto status = platform::find_status(directory + "/" + path);
            if (status) each.bytes += freed.count_file(*status);
        }
        each.keys = {lock::Key::use(place.name(), component.component.full_name()),
                     lock::Key::use_all(place.name())};
        kept.push_back(std::move(each));
    }
}

}  // namespace

std::vector<Kept> find_kept(const OnWorker& on, const Home& home) {
    std::vector<Kept> kept;
    FreedBytes freed;
    for (const std::string& toolchain : list_toolchains(home)) {
        on.check();
        const Current current = find_current(home, toolchain);
        const auto state = current.state;
        const std::vector<std::uint64_t> away = list_away(home, toolchain).directories;
        const bool lags = state && state->where != State::Where::home && state->behind &&
                          find_at_home(home, toolchain);
        if (away.empty() && !lags && !(state && state->any_partial())) continue;
        if (lags) add_directory(on, home, {toolchain, 0}, freed, kept);
        const std::vector<Former> spared = list_spared(home, toolchain);
        for (const std::uint64_t number : away) {
            const Place place{toolchain, number};
            if (current.installed() && current.place == place) continue;
            if (std::ranges::find(spared, place, &Former::place) != spared.end()) continue;
            add_directory(on, home, place, freed, kept);
        }
        if (state && state->has_directory() && state->any_partial()) {
            add_partial(on, home, toolchain, *state, freed, kept);
        }
    }
    return kept;
}

}  // namespace latchkey::store
