#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "context.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::cli {

/// Runs one command. Its value is the exit status; an Error is printed and means 1.
using CommandFunction = task::awaitable<int> (*)(Context& context, args::Invocation invocation);

/// What a row of args' command table does, and how the program treats it.
struct CommandEntry {
    std::string_view path;  ///< The row's canonical names: "toolchain install".
    CommandFunction run;

    /// It downloads: says first which of rustup's variables about that are deprecated or ignored.
    bool warns_of_variables = false;
    /// False: it must work even if the settings cannot be read.
    bool reads_settings = true;
    /// False: there is progress even with `--quiet`, as in rustup.
    bool quiet_hides_progress = true;
    /// False: scripts may count on it to install the active toolchain.
    bool auto_install_is_deprecated = true;
    /// Hints in the end at a new release of Rust. False: it is what the hint recommends.
    bool hints_of_release = true;
    /// Warns in the end if there is no toolchain at all. False: it is not about toolchains.
    bool warns_of_empty_setup = true;
};

/// The entries of one file. Each `commands/FILE.cpp` defines `CommandEntries FILE_commands()`.
using CommandEntries = std::span<const CommandEntry>;

/// The entries of all files, as CMake lists them.
std::vector<CommandEntry> list_commands();

/// The entry of this path. Empty: it is not a command, or only a group of them.
std::optional<CommandEntry> find_command(std::string_view path);

/// What `check` returns if there is something newer, which is not a failure.
inline constexpr int kUpdateAvailable = 100;

/// What `--version` says below the version: the active rustc.
task::awaitable<int> run_version(Context& context);

}  // namespace latchkey::cli
