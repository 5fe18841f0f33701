#include "toolchain_table.hpp"

#include "argument_kinds.hpp"
#include "discussions.hpp"

namespace latchkey::args {
namespace {

constexpr std::string_view kResolvableOrNoneHelp =
    "'none', a toolchain name, such as 'stable', 'nightly', '1.8.0', or a custom toolchain name. "
    "For more information see `rustup help toolchain`";
constexpr std::string_view kForceNonHostHelp =
    "Install toolchains that require an emulator. See "
    "https://github.com/rust-lang/rustup/wiki/Non-host-toolchains";
constexpr std::string_view kInstallAbout =
    "Install or update the given toolchains, or by default the active toolchain";
constexpr std::string_view kUninstallAbout = "Uninstall the given toolchains";
constexpr std::string_view kSingleColumnHelp = "Force the output to be a single column";
const std::vector<std::string_view> kRemoveAliases = {"remove", "rm", "delete", "del"};
const std::vector<std::string_view> kUninstallAliases = {"uninstall", "rm", "delete", "del"};

}  // namespace

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

}  // namespace latchkey::args
