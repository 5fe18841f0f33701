#pragma once

#include <string>

#include "context.hpp"
#include "latchkey/setup/bin_folder.hpp"

namespace latchkey::cli {

/// `$CARGO_HOME/bin`.
std::string bin_folder(const Context& context);

/// Copies this program to `bin/rustup` and makes the proxies. Warns of tools that somebody else put
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

/// Does this program run in CARGO_HOME, this user's own, and are there tools beside it that are
/// links to it, as rustup lays them out? Costs a look at each.
bool has_linked_tools(const std::string& cargo_home) noexcept;

/// Makes them proxies. Says nothing, and does nothing where it may not or where another process is
/// at it: such a link is slower, and as good.
task::awaitable<int> replace_linked_tools(task::Workers& workers, std::string cargo_home);

}  // namespace latchkey::cli
