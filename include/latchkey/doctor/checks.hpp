#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/doctor/finding.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::doctor {

using WallTime = std::chrono::system_clock::time_point;

// What `doctor` looks at. Each check asks the area that knows, and changes nothing. What cannot be
// looked at is a finding, too: none of these throws an Error.

// programs.cpp

/// Whether PATH has the bin folder, once, and before any folder with a program of the same name;
/// and other programs called rustup.
Findings look_at_path(const platform::Environment& environment, const std::string& bin_folder);

/// Whether every program in the bin folder is there and ours.
Findings look_at_bin_folder(const std::string& bin_folder);

/// How much of an installation the bin folder is.
enum class BinFolderState { whole, broken, not_installed };
BinFolderState bin_folder_state(const std::string& bin_folder);

// homes.cpp

/// Whose a home is, on what, with how much room; and whether its file system can do what we use.
/// `shown` is the variable's name. Makes a folder in the home and deletes it.
Findings look_at_home(const OnWorker& on, const std::string& shown, const std::string& home);

/// Who has held or awaited something for long.
Findings look_at_locks(const store::Home& home, const std::string& cargo_home, WallTime now);

/// What earlier commands could not clean up, and why.
Findings look_at_leftovers(const OnWorker& on, const store::Home& home);

// reach.cpp

/// Whose certificates count, and how many.
Findings look_at_certificates(const OnWorker& on, const net::ClientOptions& options);

/// Whether the distribution server at `root` answers, and by which proxy.
///
/// Units: `limit` is for the connection, and for each wait for an answer.
task::awaitable<Findings> reach_server(task::Loop& loop, net::ClientOptions options,
                                       std::string root, std::chrono::seconds limit);

// toolchains.cpp

/// The settings; empty where there are none, or where they cannot be read, which is in `findings`.
std::optional<config::Settings> load_settings(const config::Variables& variables,
                                              Findings& findings);

/// Overrides and defaults that lead nowhere.
Findings look_at_settings(const config::Settings& settings, const config::Variables& variables);

/// What a toolchain's compiler calls itself; in parentheses why it does not start.
using LoadVersion = std::function<task::awaitable<std::string>(std::string toolchain)>;

/// Whether the compiler of each toolchain starts.
task::awaitable<Findings> start_toolchains(std::string rustup_home, LoadVersion load_version);

// variables.cpp

/// What in the environment is odd: values without a meaning, what is deprecated, names that nobody
/// reads.
Findings look_at_variables(const platform::Environment& environment,
                           const config::Variables& variables);

}  // namespace latchkey::doctor
