#pragma once

#include <string>

namespace latchkey::toolchain {

/// Whether rustup itself runs on this home, under any of the home's names. rustup holds no range,
/// and has no file open between two files, so the whole run of a process counts. If a process
/// cannot be inspected, its name decides: `rustup` counts.
///
/// Misses processes of another pid namespace, and those that start later.
///
/// Throws: Errc::io if /proc cannot be listed.
bool is_rustup_at_work(const std::string& rustup_home);

}  // namespace latchkey::toolchain
