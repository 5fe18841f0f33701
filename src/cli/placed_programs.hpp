#pragma once

#include <string>

#include "context.hpp"

namespace latchkey::cli {

/// `$CARGO_HOME/bin`.
std::string bin_folder(const Context& context);

/// Places this program as `bin/rustup`, and the proxies. Warns of tools that somebody else put
/// there.
///
/// Throws: as setup::BinFolder; Errc::busy.
/// Locks:  `cargo-home`, exclusive; none is left.
task::awaitable<void> place_programs(Context& context);

/// Places the proxies alone, if `bin/rustup` is a program of ours: a tool that was in the way last
/// time may be gone.
task::awaitable<void> refresh_proxies(Context& context);

}  // namespace latchkey::cli
