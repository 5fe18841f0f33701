#pragma once

#include <optional>
#include <string>

#include "latchkey/net/client.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/setup/release.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::setup {

// A new version of this program: from a server to where the running one lies.

/// What the server at `root` says is the latest. `temporary` is the folder that rustup would
/// download to, for messages.
///
/// Throws: rustup's words, `could not download file from …`; as parse_release.
task::awaitable<Release> fetch_latest(net::Client& client, std::string root, std::string temporary);

/// The program of a version, as a file without a name in `folder`. If a release key was built in,
/// the program must have the hash that the key's owner vouches for; otherwise the one that lies
/// beside it, if any. Empty: what lies there is not ours.
///
/// Throws: as fetch_latest; Errc::corrupt for a wrong hash, or a signature that is wrong or
///         missing.
task::awaitable<std::optional<platform::Fd>> fetch_program(net::Client& client, std::string root,
                                                           std::string version, std::string folder);

/// What the program says is its version.
///
/// Throws: Errc::corrupt if it says nothing.
task::awaitable<std::string> load_version(task::Workers& workers, const platform::Fd& program,
                                          platform::Environment environment);

/// Lets the program put itself into this one's place. False: it failed, and has said why.
///
/// Throws: if it cannot be run; the message names it as one in `folder`.
task::awaitable<bool> let_replace(task::Workers& workers, const platform::Fd& program,
                                  platform::Environment environment, std::string folder);

/// Whether the running program may be replaced by this user.
bool may_write_beside_own_program();

}  // namespace latchkey::setup
