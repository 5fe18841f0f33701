#include "latchkey/args/command_table.hpp"

#include "argument_kinds.hpp"
#include "discussions.hpp"
#include "latchkey/args/doc_flags.hpp"

namespace latchkey::args {

namespace {

constexpr std::string_view kResolvableHelp =
    "Toolchain name, such as 'stable', 'nightly', '1.8.0', or a custom toolchain name. For more "
    "information see `rustup help toolchain`";
constexpr std::string_view kResolvableOrNoneHelp =
    "'none', a toolchain name, such as 'stable', 'nightly', '1.8.0', or a custom toolchain name. "
    "For "
    "more information see `rustup help toolchain`";
constexpr std::string_view kLocalHelp =
    "Toolchain name, such as 'stable', 'nightly', '1.8.0', or a custom toolchain name, or an "
    "absolute "
    "path. For more information see `rustup help toolchain`";
constexpr std::string_view kForceNonHostHelp =
    "Install toolchains that require an emulator. See "
    "https://github.com/rust-lang/rustup/wiki/Non-host-toolchains";
constexpr std::string_view kInstallAbout =
    "Install or update the given toolchains, or by default the active toolchain";
constexpr std::string_view kUninstallAbout = "Uninstall the given toolchains";
constexpr std::string_view kSingleColumnHelp = "Force the output to be a single column";

const std::vector<std::string_view> kRemoveAliases = {"remove", "rm", "delete", "del"};
const std::vector<std::string_view> kUninstallAliases = {"uninstall", "rm", "delete", "del"};

Command install_command(std::vector<std::string_view> aliases, std::string_view discussion) {
    return {
        .name = "install",
        .aliases = std::move(aliases),
        .about = kInstallAbout,
        .discussion = discussion,
        .options =
            {
                {.long_name = "profile", .value_name = "PROFILE", .possible_values = profiles()},
                list_option("component", 'c', "COMPONENT",
                            "Comma-separated list of components to be added on installation"),
                list_option("target", 't', "TARGET",
                            "Comma-separated list of targets to be added on installation"),
                flag("no-self-update",
                     "Don't perform self update when running the `rustup toolchain install` "
                     "command"),
                flag("no-update", "Don't try to update the installed toolchain"),
                flag("force", "Force an update, even if some components are missing"),
                flag("allow-downgrade",
                     "Allow rustup to downgrade the toolchain to satisfy your component choice"),
                flag("force-non-host", kForceNonHostHelp),
                flag("override",
                     "Set the installed toolchain as the override for the current directory"),
                {.long_name = "default",
                 .help = "Set the installed toolchain as the default toolchain",
                 .visible = false,
                 .upcoming = true},
            },
        .positionals = {{.value_name = "TOOLCHAIN",
                         .help = kOfficialHelp,
                         .value_class = ValueClass::official_toolchain,
                         .repeatable = true}},
    };
}

Command uninstall_command() {
    return {
        .name = "uninstall",
        .aliases = kRemoveAliases,
        .about = kUninstallAbout,
        .positionals = {{.value_name = "TOOLCHAIN",
                         .help = kResolvableHelp,
                         .value_class = ValueClass::resolvable_toolchain,
                         .required = true,
                         .repeatable = true}},
    };
}

Command toolchain_command() {
    return {
        .name = "toolchain",
        .about = "Install, uninstall, or list toolchains",
        .discussion = discussion::kToolchain,
        .subcommands =
            {
                {.name = "list",
                 .about = "List installed toolchains",
                 .options = {without_rivals(exclusive(verbose_option(
                                 "Enable verbose output with toolchain information"))),
                             exclusive(quiet_option(kSingleColumnHelp))}},
                install_command({"update", "up", "add"}, discussion::kToolchainInstall),
                uninstall_command(),
                {.name = "link",
                 .about = "Create a custom toolchain by symlinking to a directory",
                 .discussion = discussion::kToolchainLink,
                 .positionals = {{.value_name = "TOOLCHAIN",
                                  .help = "Custom toolchain name",
                                  .value_class = ValueClass::custom_toolchain,
                                  .required = true},
                                 {.value_name = "PATH",
                                  .help = "Path to the directory",
                                  .value_class = ValueClass::path,
                                  .required = true}}},
            },
        .subcommand_required = true,
        .help_when_empty = true,
    };
}

Command default_command() {
    return {
        .name = "default",
        .about = "Set the default toolchain",
        .discussion = discussion::kDefault,
        .options = {flag("force-non-host", kForceNonHostHelp)},
        .positionals = {{.value_name = "TOOLCHAIN",
                         .help = kResolvableOrNoneHelp,
                         .value_class = ValueClass::resolvable_or_none}},
    };
}

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

Command update_command() {
    return {
        .name = "update",
        .aliases = {"upgrade", "up"},
        .about = "Update Rust toolchains and rustup",
        .discussion = discussion::kUpdate,
        .options =
            {
                flag("no-self-update",
                     "Don't perform self update when running the `rustup update` command"),
                flag("force", "Force an update, even if some components are missing"),
                flag("force-non-host", kForceNonHostHelp),
            },
        .positionals = {{.value_name = "TOOLCHAIN",
                         .help = kOfficialHelp,
                         .value_class = ValueClass::official_toolchain,
                         .repeatable = true,
                         .hints_self_update = true}},
    };
}

Command check_command() {
    return {
        .name = "check",
        .about = "Check for updates to Rust toolchains and rustup",
        .discussion = discussion::kCheck,
        .options = {flag("no-self-update",
                         "Don't check for self update when running the `rustup check` command")},
    };
}

Command target_command() {
    return {
        .name = "target",
        .about = "Modify a toolchain's supported targets",
        .subcommands =
            {
                {.name = "list",
                 .about = "List installed and available targets",
                 .options = {official_option(), flag("installed", "List only installed targets"),
                             quiet_option(kSingleColumnHelp)}},
                {.name = "add",
                 .aliases = {"install"},
                 .about = "Add a target to a Rust toolchain",
                 .options = {official_option()},
                 .positionals = {words("TARGET",
                                       "List of targets to install; \"all\" installs all "
                                       "available targets")}},
                {.name = "remove",
                 .aliases = kUninstallAliases,
                 .about = "Remove a target from a Rust toolchain",
                 .options = {official_option()},
                 .positionals = {words("TARGET", "List of targets to uninstall")}},
            },
        .subcommand_required = true,
        .help_when_empty = true,
    };
}

Command component_command() {
    const Argument target = {.long_name = "target", .value_name = "TARGET"};
    return {
        .name = "component",
        .about = "Modify a toolchain's installed components",
        .subcommands =
            {
                {.name = "list",
                 .about = "List installed and available components",
                 .options = {official_option(), flag("installed", "List only installed components"),
                             quiet_option(kSingleColumnHelp)}},
                {.name = "add",
                 .about = "Add a component to a Rust toolchain",
                 .options = {official_option(), target},
                 .positionals = {words("COMPONENT", "")}},
                {.name = "remove",
                 .aliases = kUninstallAliases,
                 .about = "Remove a component from a Rust toolchain",
                 .options = {official_option(), target},
                 .positionals = {words("COMPONENT", "")}},
            },
        .subcommand_required = true,
        .help_when_empty = true,
    };
}

Command override_command() {
    const Argument path = {.long_name = "path",
                           .value_name = "PATH",
                           .help = "Path to the directory",
                           .value_class = ValueClass::path};
    return {
        .name = "override",
        .about = "Modify toolchain overrides for directories",
        .discussion = discussion::kOverride,
        .subcommands =
            {
                {.name = "list", .about = "List directory toolchain overrides"},
                {.name = "set",
                 .aliases = {"add"},
                 .about = "Set the override toolchain for a directory",
                 .options = {path},
                 .positionals = {{.value_name = "TOOLCHAIN",
                                  .help = kResolvableHelp,
                                  .value_class = ValueClass::resolvable_toolchain,
                                  .required = true}}},
                {.name = "unset",
                 .aliases = kRemoveAliases,
                 .about = "Remove the override toolchain for a directory",
                 .discussion = discussion::kOverrideUnset,
                 .options = {path, flag("nonexistent",
                                        "Remove override toolchain for all nonexistent "
                                        "directories")}},
            },
        .subcommand_required = true,
        .help_when_empty = true,
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
    tree.subcommands.push_back(
        {.name = "doctor",
         .about = "Look for what is wrong with this installation and its surroundings",
         .discussion = discussion::kDoctor,
         .options = {flag("repair", "Mend what can be mended without a decision of yours")}});
    tree.subcommands.push_back({.name = "hand-back",
                                .about = "Give the toolchains back to rustup",
                                .discussion = discussion::kHandBack});
    tree.subcommands.push_back(
        {.name = "locks",
         .about = "Show who holds and who waits for which component or toolchain",
         .discussion = discussion::kLocks,
         .options = {
             flag("watch", "Go on showing it, once a second, until interrupted"),
             flag("json", "Print an array of objects; with `--watch` one at each change")}});
    tree.subcommands.push_back({.name = "man-pages",
                                .about = "Write the manual pages of all commands into a folder",
                                .options = {{.long_name = "date",
                                             .value_name = "DATE",
                                             .help = "What the pages say as the release's date"}},
                                .positionals = {{.value_name = "FOLDER",
                                                 .help = "Where the pages are written; it is made",
                                                 .value_class = ValueClass::path,
                                                 .required = true}},
                                .visible = false});
    tree.subcommands.push_back({.name = "tidy",
                                .about = "Settle the toolchains and free what nobody uses",
                                .discussion = discussion::kTidy});
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
