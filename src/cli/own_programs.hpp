#pragma once

#include <string>

#include "context.hpp"
#include "latchkey/setup/bin_folder.hpp"

namespace latchkey::cli {

/// `$CARGO_HOME/bin`.
std::string bin_folder(const Context& context);

/// Makes this program `bin/rustup`, and the proxies. Warns of tools that somebody else put
/// there.
///
/// Throws: as setup::BinFolder; Errc::busy.
/// Locks:  `cargo-home`, exclusive; none is left.
task::awaitable<void> place_programs(Context& context);

/// Does the running program belong to a package of the system's, which brings new versions of it?
/// Packagers say so by a file `no-self-update` beside the program, links followed.
bool is_packaged();

/// Which tools a proxy stands for.
setup::Tools own_tools();

/// Makes the proxies only, if `bin/rustup` is a program of ours: what was in the way last time may
/// have gone.
task::awaitable<void> refresh_proxies(Context& context);

/// Is the running program the one of CARGO_HOME and that of this very user, and is something about
/// the folder not as config/bin_layout.hpp has it: a name that is lost (proxy::find_lost_names()),
/// a proxy that is missing or another version's, a folder laid out as earlier versions did? Costs a
/// look at each name.
bool has_lost_names(const std::string& cargo_home);

/// Brings them back. Says nothing, and does nothing where it may not or where another process is at
/// it.
task::awaitable<int> mend_bin_folder(task::Workers& workers, std::string cargo_home);

}  // namespace latchkey::cli
