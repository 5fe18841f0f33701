#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/doctor/finding.hpp"
#include "latchkey/mirrors/configured.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::doctor {

using WallTime = std::chrono::system_clock::time_point;

// The checks of `doctor`. Each asks the area that knows, and changes nothing. No check throws an
// Error: if something cannot be read, that is a finding as well.

// programs.cpp

/// Whether PATH has the bin folder once, and in front of other folders that have a program with one
/// of our names. Also reports other programs called rustup.
Findings look_at_path(const platform::Environment& environment, const std::string& bin_folder);

/// Whether every program in the bin folder is there and ours.
Findings look_at_bin_folder(const std::string& bin_folder);

/// Whether the bin folder has an installation of ours, and all of it.
enum class BinFolderState { whole, broken, not_installed };
BinFolderState bin_folder_state(const std::string& bin_folder);

// homes.cpp

/// A home's owner, file system and free room, and whether the file system can do everything that we
/// use. `shown` is the name of the home's variable. Makes a folder in the home, and deletes it.
Findings look_at_home(const OnWorker& on, const std::string& shown, const std::string& home);

/// As look_at_home(), for each folder of a home. Also whether a move to another layout was
/// interrupted.
Findings look_at_layout(const OnWorker& on, const dist::HomeLayout& layout);

/// Processes that have been changing something, or waiting for it, for a long time.
Findings look_at_locks(const store::Home& home, const std::string& cargo_home, WallTime now);

/// What earlier commands could not clean up, and why.
Findings look_at_leftovers(const OnWorker& on, const store::Home& home);

// reach.cpp

/// Where the trusted certificates come from, and how many there are.
Findings look_at_certificates(const OnWorker& on, const net::ClientOptions& options);

/// Whether the configurations make sense, and how many mirrors they list.
Findings look_at_mirrors(const mirrors::Configured& configured);

/// Whether the distribution server at `root` answers, and through which proxy.
///
/// `limit` holds for the connection, and for each wait for a part of the answer.
task::awaitable<Findings> reach_server(task::Loop& loop, net::ClientOptions options,
                                       std::string root, std::chrono::seconds limit);

// toolchains.cpp

/// The settings. Empty: there are none, or they cannot be read; then `findings` says why.
std::optional<config::Settings> load_settings(const config::Variables& variables,
                                              Findings& findings);

/// Overrides without their directory, and overrides and defaults without their toolchain.
Findings look_at_settings(const config::Settings& settings, const config::Variables& variables);

/// The version line of a toolchain's compiler. If the compiler does not start: why, in parentheses.
using LoadVersion = std::function<task::awaitable<std::string>(std::string toolchain)>;

/// Whether the compiler of each toolchain starts.
task::awaitable<Findings> start_toolchains(dist::HomeLayout home, LoadVersion load_version);

// variables.cpp

/// Variables with values that mean nothing, deprecated variables, and names that nobody reads.
Findings look_at_variables(const platform::Environment& environment,
                           const config::Variables& variables);

}  // namespace latchkey::doctor
