#pragma once

#include <optional>
#include <string>

#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Describes the directory at home for a new state that will lead elsewhere, so that settling can
/// recognise the directory before it replaces it. Empty: nothing is at home. `state` is the old
/// state.
std::optional<Behind> behind_of(const Home& home, const std::string& toolchain,
                                const Current& current, const State& state);

}  // namespace latchkey::store
