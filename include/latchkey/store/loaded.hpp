#pragma once

#include <string>
#include <vector>

#include "latchkey/lock/key.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Documentation: no tool loads it.
bool is_documentation(const dist::Component& component);

/// Whether a tool may execute or load this component's files. cargo, rustc and what they start may
/// load anything but documentation: code generators, rustc's own libraries, linkers and the
/// library's source are found by paths in the sysroot. A tool that is not known may start cargo.
bool may_load(std::string_view tool, const dist::Component& component);

/// The ranges that a tool of this generation holds: its directory, and `use` of each listed
/// component that it may load.
///
/// Requires: state.has_directory().
std::vector<lock::Key> keys_of_tool(const State& state, const std::string& toolchain,
                                    std::string_view tool);

/// The ranges of who runs from a directory that no state describes to him.
std::vector<lock::Key> keys_of_all(const Place& place);

}  // namespace latchkey::store
