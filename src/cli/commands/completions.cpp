#include <algorithm>
#include <array>

#include "commands.hpp"
#include "latchkey/args/completions.hpp"

namespace latchkey::cli {
namespace {

struct Shell {
    std::string_view name;
    std::string (*script)(const args::Command& root);
    std::string_view cargo_script;  ///< Empty: cargo brings none for this shell.
};

// Each toolchain brings cargo's own.
constexpr std::string_view kCargoForBash = R"sh(if command -v rustc >/dev/null 2>&1; then
	source "$(rustc --print sysroot)"/etc/bash_completion.d/cargo
fi
)sh";
constexpr std::string_view kCargoForZsh = R"sh(#compdef cargo
if command -v rustc >/dev/null 2>&1; then
	source "$(rustc --print sysroot)"/share/zsh/site-functions/_cargo
fi
)sh";

constexpr std::array kShells = {
    Shell{"bash", args::completions::bash_script, kCargoForBash},
    Shell{"elvish", args::completions::elvish_script, {}},
    Shell{"fish", args::completions::fish_script, {}},
    Shell{"powershell", args::completions::powershell_script, {}},
    Shell{"zsh", args::completions::zsh_script, kCargoForZsh},
};

task::awaitable<int> run_completions(Context& context, args::Invocation invocation) {
    const std::string name = invocation.required("SHELL");
    const auto* shell = std::find_if(kShells.begin(), kShells.end(),
                                     [&name](const Shell& each) { return each.name == name; });
    if (shell == kShells.end()) throw Error(Errc::bug, "no shell '" + name + "'");
    const std::string command = invocation.required("COMMAND");
    if (command != "cargo") {
        const bool ours = command == "latchkey";
        context.print_data(shell->script(ours ? args::latchkey_command() : args::rustup_command()));
        co_return 0;
    }
    if (shell->cargo_script.empty()) {
        throw Error(Errc::unsupported, "cargo does not currently support completions for " + name);
    }
    context.print_data(shell->cargo_script);
    co_return 0;
}

}  // namespace

CommandEntries completions_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "completions", .run = run_completions, .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
