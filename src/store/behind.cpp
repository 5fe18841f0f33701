#include "behind.hpp"

#include <utility>
#include <vector>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"
#include "ownership.hpp"

namespace latchkey::store {
namespace {

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

}  // namespace

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

}  // namespace latchkey::store
