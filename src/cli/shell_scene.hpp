#pragma once

#include "context.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::cli {

/// The shells' surroundings here. May start a zsh, to ask for its folder.
task::awaitable<setup::ShellScene> load_shell_scene(Context& context);

/// The start-up files of all shells that get a new line. May name one twice.
std::vector<std::string> edited_files(const setup::ShellScene& scene);

/// Writes the scripts for shells and, with `edit`, the lines that source them.
///
/// Locks: `cargo-home`, exclusive; none is left.
task::awaitable<void> add_shell_set_up(Context& context, setup::ShellScene scene, bool edit);

}  // namespace latchkey::cli
