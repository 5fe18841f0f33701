#include <algorithm>

#include "latchkey/args/command.hpp"

namespace latchkey::args {

std::string Argument::key() const {
    if (!long_name.empty()) return std::string(long_name);
    if (short_name != 0) return std::string(1, short_name);
    return std::string(value_name);
}

bool Command::answers_to(std::string_view word) const noexcept {
    return name == word || std::find(aliases.begin(), aliases.end(), word) != aliases.end();
}

const Command& help_command() {
    static const Command command = {
        .name = "help",
        .about = "Print this message or the help of the given subcommand(s)",
        .positionals = {{.value_name = "COMMAND",
                         .help = "Print help for the subcommand(s)",
                         .repeatable = true}},
        .help_flag = false,
    };
    return command;
}

const Argument& help_option() {
    static const Argument option = {.long_name = "help", .short_name = 'h', .help = "Print help"};
    return option;
}

const Argument& version_option() {
    static const Argument option = {
        .long_name = "version", .short_name = 'V', .help = "Print version"};
    return option;
}

}  // namespace latchkey::args
