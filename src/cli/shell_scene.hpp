#pragma once

#include "context.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::cli {

/// The surroundings on which the shells' set-up depends. May run zsh, to ask for its folder.
task::awaitable<setup::ShellScene> load_shell_scene(Context& context);

/// The start-up files that get a new line, for all shells. A file may be listed twice.
std::vector<std::string> edited_files(const setup::ShellScene& scene);

/// Writes the scripts for shells and, with `edit`, the lines that source them.
///
/// Locks: `cargo-home`, exclusive; none is left.
task::awaitable<void> add_shell_set_up(Context& context, setup::ShellScene scene, bool edit);

}  // namespace latchkey::cli
