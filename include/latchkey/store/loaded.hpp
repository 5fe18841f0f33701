#pragma once

#include <string>
#include <vector>

#include "latchkey/lock/key.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Whether a component is documentation, which no tool loads.
bool is_documentation(const dist::Component& component);

/// Whether a tool may execute or load this component's files.
///
/// cargo, rustc and what they start may load everything but documentation, since code generators,
/// rustc's own libraries, linkers and the library's source are found by paths in the sysroot. An
/// unknown tool may start cargo, so the same holds for it.
bool may_load(std::string_view tool, const dist::Component& component);

/// The keys that a tool of this generation holds: `directory` of its place, and `use` of each
/// listed component that it may load.
///
/// Requires: state.has_directory().
std::vector<lock::Key> keys_of_tool(const State& state, const std::string& toolchain,
                                    std::string_view tool);

/// The keys of who reads all that this generation has, documentation too: `directory` of its place,
/// and `use` of each component that is installed.
///
/// Requires: state.has_directory().
std::vector<lock::Key> keys_of_installed(const State& state, const std::string& toolchain);

/// The keys that a tool holds in a directory that no state describes: `directory` and `use …/*`.
std::vector<lock::Key> keys_of_all(const Place& place);

}  // namespace latchkey::store
