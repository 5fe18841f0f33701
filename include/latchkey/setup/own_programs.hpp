#pragma once

#include <string>

#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::setup {

/// Those of dist::kTools, and which files are programs of ours.
Tools own_tools();

/// Does the running program belong to a package of the system's, which brings new versions of it?
/// Packagers say so by a file `no-self-update` beside the program, links followed.
bool is_packaged();

/// Is the running program the one of CARGO_HOME and that of this very user, and is something about
/// the folder not as config/bin_layout.hpp has it: a name that is lost (proxy::find_lost_names()),
/// a proxy that is missing or another version's, a folder laid out as earlier versions did? Costs a
/// look at each name.
bool has_lost_names(const std::string& cargo_home);

/// Brings them back. Says nothing, and does nothing where it may not or where another process is at
/// it.
task::awaitable<int> mend_bin_folder(task::Workers& workers, std::string cargo_home);

}  // namespace latchkey::setup
