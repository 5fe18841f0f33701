#include "argument_kinds.hpp"

namespace latchkey::args {

namespace {

constexpr int kVerboseOrQuiet = 1;
constexpr int kPages = 2;
constexpr int kOpening = 3;

}  // namespace

const std::string_view kOfficialHelp =
    "Toolchain name, such as 'stable', 'nightly', or '1.8.0'. For more information see `rustup "
    "help toolchain`";
const std::string_view kResolvableHelp =
    "Toolchain name, such as 'stable', 'nightly', '1.8.0', or a custom toolchain name. For more "
    "information see `rustup help toolchain`";
const std::string_view kVerboseHelp = "Set log level to 'DEBUG' if 'RUSTUP_LOG' is unset";
const std::string_view kQuietHelp =
    "Disable progress output, set log level to 'WARN' if 'RUSTUP_LOG' is unset";

std::vector<std::string_view> profiles() {
    return {"minimal", "default", "complete"};
}

Argument flag(std::string_view name, std::string_view help) {
    return {.long_name = name, .help = help};
}

Argument toolchain_option(ValueClass value_class, std::string_view help) {
    return {.long_name = "toolchain",
            .value_name = "TOOLCHAIN",
            .help = help,
            .value_class = value_class};
}

Argument official_option() {
    return toolchain_option(ValueClass::official_toolchain, kOfficialHelp);
}

Argument list_option(std::string_view name, char letter, std::string_view value_name,
                     std::string_view help) {
    return {.long_name = name,
            .short_name = letter,
            .value_name = value_name,
            .help = help,
            .repeatable = true};
}

Argument page(std::string_view name, std::string_view help) {
    return {.long_name = name, .help = help, .exclusive_group = kPages, .names_rivals = false};
}

Argument way_to_open(std::string_view name, std::string_view help) {
    return {.long_name = name, .help = help, .exclusive_group = kOpening, .names_rivals = false};
}

Argument verbose_option(std::string_view help) {
    return {.long_name = "verbose", .short_name = 'v', .help = help};
}

Argument quiet_option(std::string_view help) {
    return {.long_name = "quiet", .short_name = 'q', .help = help};
}

Argument yes_option() {
    return {.long_name = "yes", .short_name = 'y', .help = "Disable confirmation prompt"};
}

Argument exclusive(Argument argument) {
    argument.exclusive_group = kVerboseOrQuiet;
    return argument;
}

Argument without_rivals(Argument argument) {
    argument.names_rivals = false;
    return argument;
}

Argument word(std::string_view value_name, std::string_view help) {
    return {.value_name = value_name, .help = help, .required = true};
}

Argument words(std::string_view value_name, std::string_view help) {
    return {.value_name = value_name, .help = help, .required = true, .repeatable = true};
}

}  // namespace latchkey::args
