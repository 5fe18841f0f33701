#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::proxy {

/// The lost names in a folder that should have our links: those that are not the link of
/// config::link_target(). A name is lost if it is missing, if it is a link to nothing, or if it is
/// a program of ours in another form, such as an older link, a hard link or a copy. Any other file
/// belongs to somebody else, and its name is not lost. If `rustup` belongs to somebody else, so
/// does the folder: the answer is empty.
///
/// Costs one readlink(2) for each name that is right.
/// Throws: Errc::io.
std::vector<std::string_view> find_lost_names(const std::string& bin);

/// Whether the full program should mend the links of this CARGO_HOME: the running program is its
/// proxy, a name is lost, the folder is this user's own, and this user may change it. False as well
/// if any of this cannot be read.
///
/// `tool` is the name that the proxy was called by. Called as `cargo`, with which a build begins,
/// it looks at every name. cargo starts the other tools by the hundred, so they look only at
/// `rustup` and `cargo`, which look after the rest: two readlink(2) if nothing is lost.
bool has_lost_names(const std::string& cargo_home, std::string_view tool);

}  // namespace latchkey::proxy
