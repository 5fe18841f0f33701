#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::setup {

/// The facts that decide which shells there are, and where their files lie.
struct ShellScene {
    std::optional<std::string> home;
    std::string cargo_home;
    platform::Environment environment;
    std::optional<std::string> zsh_folder;  ///< See find_zsh_folder().
};

/// The names of all scripts in CARGO_HOME that find_shells() may use.
inline constexpr std::array<std::string_view, 6> kEnvNames{"env",      "env.fish", "env.nu",
                                                           "env.tcsh", "env.ps1",  "env.xsh"};

/// A shell that is used here, and how it gets `$CARGO_HOME/bin` into PATH.
///
/// Source: the files and texts are rustup 1.29's. They stay compatible, so that either program
///         finds what the other has written.
struct Shell {
    std::string_view shown;     ///< The name in texts: "sh/ash/dash/pdksh", "fish".
    std::string_view env_name;  ///< The script in CARGO_HOME: "env", "env.fish".
    std::string env_script;
    std::string source_line;              ///< The line in start-up files. Without a line end.
    std::string long_line;                ///< source_line without `$HOME`, which counts as well.
    std::vector<std::string> edited;      ///< The start-up files to which the line is added.
    std::vector<std::string> searched{};  ///< Those from which it is removed.
};

/// The folder from which zsh reads its files, if it is not the home: ZDOTDIR for users whose shell
/// is zsh, otherwise what a fresh zsh says. Starts one only if zsh is installed.
std::optional<std::string> find_zsh_folder(const OnWorker& on,
                                           const platform::Environment& environment);

/// The shells that are used here.
///
/// Shape: in rustup's order. sh is always among them.
std::vector<Shell> find_shells(const ShellScene& scene);

/// CARGO_HOME for texts and scripts: "$HOME/.cargo" if it is that folder, in whatever spelling;
/// otherwise the path without redundant slashes and dots.
std::string shown_cargo_home(const ShellScene& scene);

/// Lines that rustup wrote before version 1.24, and the files that may have them.
struct Historic {
    std::vector<std::string> lines;
    std::vector<std::string> files;
};
Historic historic_lines(const ShellScene& scene);

/// Whether a folder of PATH has a file of this name. It need not be a program.
bool is_on_path(const platform::Environment& environment, std::string_view name);

}  // namespace latchkey::setup
