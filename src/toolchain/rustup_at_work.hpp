#pragma once

#include <string>

namespace latchkey::toolchain {

/// Does rustup itself run on this home, by whatever name of it? It holds no range, and between two
/// files it has none open: so its whole run counts. Of a process that may not be looked into only
/// its name is known: then one that is called `rustup` counts.
///
/// Not seen: what another pid namespace has; what begins after the look.
///
/// Throws: Errc::io where /proc cannot be listed.
bool is_rustup_at_work(const std::string& rustup_home);

}  // namespace latchkey::toolchain
