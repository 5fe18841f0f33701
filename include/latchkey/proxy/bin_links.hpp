#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::proxy {

/// The names of ours in a folder, laid out as config::link_target() says, that do not lead where
/// they should: nothing is there, a link leads nowhere, or it leads to a program of ours by another
/// way, as older links, hard links and copies do. What leads to anything else is somebody else's,
/// and is not lost. None where `rustup` itself is somebody else's: the folder is, too.
///
/// Costs one readlink(2) for each name that is right.
/// Throws: Errc::io.
std::vector<std::string_view> find_lost_names(const std::string& bin);

/// Is the running program the proxy of this CARGO_HOME, is a name there lost, and may this user
/// bring it back? The full program does that. False where it cannot be told.
///
/// `tool`: what the proxy was called by. cargo, with which a build begins, looks at every name. The
/// others, which it starts by the hundred, look at `rustup` and `cargo`, as those look after the
/// rest: two readlink(2), if all is well.
bool has_lost_names(const std::string& cargo_home, std::string_view tool);

}  // namespace latchkey::proxy
