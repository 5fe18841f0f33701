#pragma once

#include <optional>
#include <string>

#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// What lies at home when a new state is about to lead elsewhere, to know it again when it may be
/// replaced. Empty: nothing lies there. `state` is the one before.
std::optional<Behind> behind_of(const Home& home, const std::string& toolchain,
                                const Current& current, const State& state);

}  // namespace latchkey::store
