#include "latchkey/args/command_table.hpp"

#include "argument_kinds.hpp"
#include "discussions.hpp"
#include "latchkey/args/doc_flags.hpp"
#include "own_table.hpp"
#include "toolchain_table.hpp"

namespace latchkey::args {

namespace {

constexpr std::string_view kLocalHelp =
    "Toolchain name, such as 'stable', 'nightly', '1.8.0', or a custom toolchain name, or an "
    "absolute path. For more information see `rustup help toolchain`";

Command show_command() {
    return {
        .name = "show",
        .about = "Show the active and installed toolchains or profiles",
        .discussion = discussion::kShow,
        .options = {verbose_option("Enable verbose output with rustc information for all installed "
                                   "toolchains")},
        .subcommands =
            {
                {.name = "active-toolchain",
                 .about = "Show the active toolchain",
                 .discussion = discussion::kShowActiveToolchain,
                 .options = {verbose_option("Enable verbose output with rustc information")}},
                {.name = "home", .about = "Display the computed value of RUSTUP_HOME"},
                {.name = "profile",
                 .about = "Show the default profile used for the `rustup install` command"},
            },
    };
}

Command run_command() {
    return {
        .name = "run",
        .about = "Run a command with an environment configured for a given toolchain",
        .discussion = discussion::kRun,
        .options = {flag("install", "Install the requested toolchain if needed")},
        .positionals =
            {{.value_name = "TOOLCHAIN",
              .help = kLocalHelp,
              .value_class = ValueClass::local_toolchain,
              .required = true},
             {.value_name = "COMMAND", .required = true, .repeatable = true, .passthrough = true}},
    };
}

Command doc_command() {
    Command command = {
        .name = "doc",
        .aliases = {"docs"},
        .about = "Open the documentation for the current toolchain",
        .discussion = discussion::kDoc,
        .options =
            {
                way_to_open("path", "Only print the path to the documentation"),
                way_to_open(
                    "serve",
                    "Serve the documentation over a local HTTP server instead of opening it "
                    "directly as a `file://` URL"),
                official_option(),
            },
        .positionals = {{.value_name = "TOPIC",
                         .help =
                             "Topic such as 'core', 'fn', 'usize', 'eprintln!', 'core::arch', "
                             "'alloc::format!', 'std::fs', 'std::fs::read_dir', 'std::io::Bytes', "
                             "'std::iter::Sum', 'std::io::error::Result' etc..."}},
    };
    for (const DocFlag& each : doc_flags()) command.options.push_back(page(each.name, each.help));
    return command;
}

Command self_command() {
    return {
        .name = "self",
        .about = "Modify the rustup installation",
        .subcommands =
            {
                {.name = "update",
                 .aliases = {"up"},
                 .about = "Download and install updates to rustup"},
                {.name = "uninstall",
                 .about = "Uninstall rustup",
                 .options = {yes_option(),
                             flag("no-modify-path",
                                  "Do not clean up the `PATH` environment variable")}},
                {.name = "upgrade-data", .about = "Upgrade the internal data format"},
            },
        .subcommand_required = true,
        .help_when_empty = true,
    };
}

Command set_command() {
    return {
        .name = "set",
        .about = "Alter rustup settings",
        .subcommands =
            {
                {.name = "default-host",
                 .about = "The tuple used to identify toolchains when not specified",
                 .positionals = {word("HOST_TUPLE", "")}},
                {.name = "profile",
                 .about = "The default components installed with a toolchain",
                 .positionals = {{.value_name = "PROFILE_NAME",
                                  .possible_values = profiles(),
                                  .default_value = "default"}}},
                {.name = "auto-self-update",
                 .about = "The rustup auto self update mode",
                 .positionals = {{.value_name = "AUTO_SELF_UPDATE_MODE",
                                  .possible_values = {"enable", "disable", "check-only"},
                                  .default_value = "enable"}}},
                {.name = "auto-install",
                 .about = "The auto toolchain install mode",
                 .positionals = {{.value_name = "AUTO_INSTALL_MODE",
                                  .possible_values = {"enable", "disable"},
                                  .default_value = "enable"}}},
                {.name = "release-hint",
                 .about = "The new stable release hint mode",
                 .positionals = {{.value_name = "RELEASE_HINT_MODE",
                                  .possible_values = {"enable", "disable"},
                                  .default_value = "enable"}},
                 .visible = false,
                 .upcoming = true},
            },
        .subcommand_required = true,
        .help_when_empty = true,
    };
}

Command completions_command() {
    return {
        .name = "completions",
        .about = "Generate tab-completion scripts for your shell",
        .discussion = discussion::kCompletions,
        .positionals = {{.value_name = "SHELL",
                         .possible_values = {"bash", "elvish", "fish", "powershell", "zsh"},
                         .required = true},
                        {.value_name = "COMMAND",
                         .possible_values = {"rustup", "cargo"},
                         .default_value = "rustup"}},
        .help_when_empty = true,
    };
}

Command make_rustup_command() {
    return {
        .name = "rustup",
        .about = "The Rust toolchain installer",
        .discussion = discussion::kRustup,
        .options = {exclusive(verbose_option(kVerboseHelp)), exclusive(quiet_option(kQuietHelp))},
        .positionals = {{.value_name = "+toolchain",
                         .help =
                             "Release channel (e.g. +stable) or custom toolchain to set override",
                         .value_class = ValueClass::plus_toolchain}},
        .subcommands =
            {
                install_command({"add"}, discussion::kInstall),
                uninstall_command(),
                {.name = "dump-testament",
                 .about = "Dump information about the build",
                 .visible = false},
                toolchain_command(),
                default_command(),
                show_command(),
                update_command(),
                check_command(),
                target_command(),
                component_command(),
                override_command(),
                run_command(),
                {.name = "which",
                 .about = "Display which binary will be run for a given command",
                 .options = {toolchain_option(ValueClass::resolvable_toolchain, kResolvableHelp)},
                 .positionals = {word("COMMAND", "")}},
                doc_command(),
                {.name = "man",
                 .about = "View the man page for a given command",
                 .options = {official_option()},
                 .positionals = {word("COMMAND", "")}},
                self_command(),
                set_command(),
                completions_command(),
            },
        .version_flag = true,
    };
}

Command make_latchkey_command() {
    Command tree = make_rustup_command();
    tree.name = "latchkey";
    tree.about = "A process-safe Rust toolchain manager, a drop-in for rustup";
    add_own_rows(tree);
    return tree;
}

}  // namespace

const Command& rustup_command() {
    static const Command tree = make_rustup_command();
    return tree;
}

const Command& latchkey_command() {
    static const Command tree = make_latchkey_command();
    return tree;
}

}  // namespace latchkey::args
