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

/// The latest release, according to the server at `root`. `temporary` is the folder to which rustup
/// would download, for messages.
///
/// Throws: rustup's words, `could not download file from …`; as parse_release().
task::awaitable<Release> fetch_latest(net::Client& client, std::string root, std::string temporary);

/// Fetches the program of a version into a file without a name in `folder`. If a release key was
/// built in, the program must have the hash that the key's owner has signed; otherwise the hash
/// that lies beside it, if one does. Empty: the file there is not a program of ours.
///
/// Throws: as fetch_latest(); Errc::corrupt for a wrong hash, or for a signature that is wrong or
///         missing.
task::awaitable<std::optional<platform::Fd>> fetch_program(net::Client& client, std::string root,
                                                           std::string version, std::string folder);

/// Runs the program to ask for its version.
///
/// Throws: Errc::corrupt if it prints none.
task::awaitable<std::string> load_version(task::Workers& workers, const platform::Fd& program,
                                          platform::Environment environment);

/// Runs the program so that it takes this one's place. False: it failed, and has said why.
///
/// Throws: if it cannot be run; the message names it as a program in `folder`.
task::awaitable<bool> let_replace(task::Workers& workers, const platform::Fd& program,
                                  platform::Environment environment, std::string folder);

/// Whether this user may replace the running program.
bool may_write_beside_own_program();

}  // namespace latchkey::setup
