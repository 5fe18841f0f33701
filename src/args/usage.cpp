#include "usage.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "styled_text.hpp"

namespace latchkey::args {

namespace {

std::string positional_name(const Argument& argument, bool required) {
    const char* const brackets = required ? "<>" : "[]";
    std::string name;
    name += brackets[0];
    name += argument.value_name;
    name += brackets[1];
    if (argument.repeatable) name += "...";
    return name;
}

std::string switch_name(const Argument& argument) {
    if (!argument.long_name.empty()) return "--" + std::string(argument.long_name);
    return std::string("-") + argument.short_name;
}

bool has_visible_options(const Command& command) {
    return std::any_of(command.options.begin(), command.options.end(),
                       [](const Argument& option) { return option.visible; });
}

}  // namespace

std::vector<const Argument*> options_of(const Command& command) {
    std::vector<const Argument*> options;
    for (const Argument& option : command.options) options.push_back(&option);
    if (command.help_flag) options.push_back(&help_option());
    if (command.version_flag) options.push_back(&version_option());
    return options;
}

std::string shown_name(const Argument& argument) {
    return without_escapes(styled_name(argument, argument.required));
}

std::string styled_name(const Argument& argument, bool required) {
    if (argument.positional())
        return styled(Style::placeholder, positional_name(argument, required));
    std::string name = styled(Style::literal, switch_name(argument));
    if (argument.takes_value()) {
        name += styled(Style::placeholder, " ");
        name += styled(Style::placeholder, "<" + std::string(argument.value_name) + ">");
    }
    return name;
}

std::string described(const Argument& argument) {
    std::string text(argument.help);
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
    if (!argument.default_value.empty()) {
        add("[default: " + std::string(argument.default_value) + "]");
    }
    if (!argument.possible_values.empty()) {
        const std::vector<std::string> values(argument.possible_values.begin(),
                                              argument.possible_values.end());
        add("[possible values: " + join(values, ", ") + "]");
    }
    return text;
}

std::string styled_usage(const Command& command, std::string_view path,
                         std::span<const Argument* const> used) {
    std::string usage = styled(Style::heading, "Usage:") + " " + styled(Style::literal, path);
    const auto add = [&usage](const std::string& part) { usage += " " + part; };

    if (used.empty() && has_visible_options(command)) add(styled(Style::placeholder, "[OPTIONS]"));
    for (const Argument* argument : used) {
        if (!argument->positional()) add(styled_name(*argument, true));
    }
    for (const Argument& positional : command.positionals) {
        const bool is_used = std::find(used.begin(), used.end(), &positional) != used.end();
        add(styled_name(positional, positional.required || is_used));
    }
    if (command.subcommand_required) {
        add(styled(Style::placeholder, "<COMMAND>"));
    } else if (used.empty() && !command.subcommands.empty()) {
        add(styled(Style::placeholder, "[COMMAND]"));
    }
    return usage;
}

}  // namespace latchkey::args
