#include "argument_kinds.hpp"

namespace latchkey::args {

namespace {

Command make_rustup_init_command() {
    const Argument self_replace = {.long_name = "self-replace", .visible = false};
    const Argument dump_testament = {.long_name = "dump-testament", .visible = false};
    return {
        .name = "rustup-init",
        .about = "The installer for rustup",
        .options =
            {
                exclusive(verbose_option(kVerboseHelp)),
                exclusive(quiet_option(kQuietHelp)),
                yes_option(),
                {.long_name = "default-host",
                 .value_name = "DEFAULT_HOST",
                 .help = "Choose a default host tuple"},
                {.long_name = "default-toolchain",
                 .value_name = "DEFAULT_TOOLCHAIN",
                 .help = "Choose a default toolchain to install. Use 'none' to not install any "
                         "toolchains at all",
                 .value_class = ValueClass::official_or_none},
                {.long_name = "profile",
                 .value_name = "PROFILE",
                 .possible_values = profiles(),
                 .default_value = "default"},
                list_option("component", 'c', "COMPONENT",
                            "Comma-separated list of component names to also install"),
                list_option("target", 't', "TARGET",
                            "Comma-separated list of target names to also install"),
                flag("no-update-default-toolchain",
                     "Don't update any existing default toolchain after install"),
                flag("no-modify-path", "Don't configure the PATH environment variable"),
                self_replace,
                dump_testament,
            },
        .version_flag = true,
    };
}

}  // namespace

const Command& rustup_init_command() {
    static const Command tree = make_rustup_init_command();
    return tree;
}

}  // namespace latchkey::args
