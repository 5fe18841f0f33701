#pragma once

#include <string>

#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::setup {

/// The tools of dist::kTools, and how to tell which files are programs of ours.
Tools own_tools();

/// Whether the running program belongs to a package of the system, which then brings new versions
/// of it. Packagers say so by a file `no-self-update` beside the program; links are followed.
bool is_packaged();

/// Whether the bin folder needs mending: the running program is that of CARGO_HOME and of this very
/// user, but the folder is not as config/bin_layout.hpp says. A name is lost
/// (proxy::find_lost_names()), the proxy is missing or of another version, or the layout is that of
/// an earlier version. Looks at each name once.
bool has_lost_names(const std::string& cargo_home);

/// Mends the bin folder. Does nothing, and says nothing, if it may not or if another process is
/// doing it.
task::awaitable<int> mend_bin_folder(task::Workers& workers, std::string cargo_home);

}  // namespace latchkey::setup
