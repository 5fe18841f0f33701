#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::setup {

/// What decides which shells there are, and where their files lie.
struct ShellScene {
    std::optional<std::string> home;
    std::string cargo_home;
    platform::Environment environment;
    std::optional<std::string> zsh_folder;  ///< See find_zsh_folder().
};

/// Every script that find_shells() may name, in CARGO_HOME.
inline constexpr std::array<std::string_view, 6> kEnvNames{"env",      "env.fish", "env.nu",
                                                           "env.tcsh", "env.ps1",  "env.xsh"};

/// A shell that somebody uses here, and how it learns of `$CARGO_HOME/bin`.
///
/// Source: the files and texts are rustup 1.29's; they stay compatible so that either program finds
///         what the other one wrote.
struct Shell {
    std::string_view shown;     ///< As texts call it: "sh/ash/dash/pdksh", "fish".
    std::string_view env_name;  ///< Of the script in CARGO_HOME: "env", "env.fish".
    std::string env_script;
    std::string source_line;              ///< What start-up files say. Without a line end.
    std::string long_line;                ///< The same without `$HOME`, as it may stand there, too.
    std::vector<std::string> edited;      ///< The start-up files to which the line is added.
    std::vector<std::string> searched{};  ///< Those from which it is removed.
};

/// The folder that zsh reads its files from, if it is not the home: ZDOTDIR for those whose shell
/// is zsh, otherwise what a fresh zsh says. Starts one only if there is one.
std::optional<std::string> find_zsh_folder(const OnWorker& on,
                                           const platform::Environment& environment);

/// Shape: in rustup's order; sh is always there.
std::vector<Shell> find_shells(const ShellScene& scene);

/// CARGO_HOME as texts and scripts show it: "$HOME/.cargo" where it is that, by whatever spelling;
/// otherwise without slashes and dots that say nothing.
std::string shown_cargo_home(const ShellScene& scene);

/// Lines that rustup wrote before version 1.24, and the files that may hold them.
struct Historic {
    std::vector<std::string> lines;
    std::vector<std::string> files;
};
Historic historic_lines(const ShellScene& scene);

/// Is there a file of that name in a folder of PATH? It need not be a program.
bool is_on_path(const platform::Environment& environment, std::string_view name);

}  // namespace latchkey::setup
