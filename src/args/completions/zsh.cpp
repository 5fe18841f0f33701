#include <fmt/format.h>

#include <algorithm>

#include "latchkey/args/completions.hpp"
#include "latchkey/base/text.hpp"
#include "tree.hpp"

namespace latchkey::args::completions {
namespace {

constexpr std::string_view kHead = R"(#compdef {0}

autoload -U is-at-least

_{0}() {{
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    )";

constexpr std::string_view kDispatch = R"(    case $state in
    ({0})
        words=($line[{1}] "${{words[@]}}")
        (( CURRENT += 1 ))
        curcontext="${{curcontext%:*:*}}:{2}-command-$line[{1}]:"
        case $line[{1}] in
            {3}
        esac
    ;;
esac
)";

constexpr std::string_view kTail = R"(
if [ "$funcstack[1]" = "_{0}" ]; then
    _{0} "$@"
else
    compdef _{0} {0}
fi
)";

std::string quoted_quotes(std::string_view text) {
    return replace_all(text, "'", "'\\''");
}

std::string escaped_help(std::string_view text) {
    std::string escaped = quoted_quotes(replace_all(text, "\\", "\\\\"));
    for (const char* special : {"[", "]", ":", "$", "`"}) {
        escaped = replace_all(escaped, special, std::string("\\") + special);
    }
    return escaped;
}

std::string escaped_positional_help(std::string_view text) {
    std::string escaped(text);
    for (const char* special : {"[", "]"}) {
        escaped = replace_all(escaped, special, std::string("\\") + special);
    }
    return replace_all(quoted_quotes(escaped), ":", "\\:");
}

/// What completes a value. Neither files nor commands are toolchains; no action at all would make
/// zsh show a message in place of completing what else may stand there.
std::string completer(const Argument& argument) {
    if (!argument.possible_values.empty()) return "(" + joined_values(argument) + ")";
    if (argument.value_class == ValueClass::plus_toolchain) return "()";
    return argument.value_class == ValueClass::path ? "_files" : "_default";
}

std::string excluded_switches(const Node& node, const Argument& option) {
    std::vector<std::string> excluded;
    if (option.exclusive_group == 0 || !option.names_rivals) return {};
    for (const Argument* other : node.options) {
        if (other == &option || other->exclusive_group != option.exclusive_group) continue;
        for (const std::string& name : switches(*other)) excluded.push_back(name);
    }
    return "(" + join(excluded, " ") + ")";
}

void add_option(std::string& lines, const Node& node, const Argument& option) {
    const bool valued = option.takes_value();
    for (const std::string& name : switches(option)) {
        const bool is_long = name.starts_with("--");
        const std::string_view joint = !valued ? "" : is_long ? "=" : "+";
        const std::string value =
            valued ? fmt::format(":{}:{}", option.value_name, completer(option)) : "";
        lines += fmt::format("'{}{}{}{}[{}]{}' \\\n", excluded_switches(node, option),
                             option.repeatable ? "*" : "", name, joint, escaped_help(option.help),
                             value);
    }
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

void add_positional(std::string& lines, const Argument& positional) {
    const std::string_view count = positional.repeatable ? "*::" : positional.required ? ":" : "::";
    const std::string help =
        positional.help.empty() ? "" : " -- " + escaped_positional_help(positional.help);
    lines += fmt::format("'{}{}{}:{}' \\\n", count, lower_case(positional.value_name), help,
                         completer(positional));
}

std::string cases(const Node& node);

/// The arguments of one command, and where to go on for its subcommands.
std::string arguments(const Node& node) {
    const bool is_root = node.path.size() == 1;
    std::string text = "_arguments \"${_arguments_options[@]}\" : \\\n";
    for (const Argument* option : values_first(node)) add_option(text, node, *option);
    for (const Argument* positional : node.positionals) add_positional(text, *positional);
    if (!node.children.empty()) {
        text += fmt::format("\":: :_{}_commands\" \\\n\"*::: :->{}\" \\\n", joined_path(node, "__"),
                            node.name);
    }
    text += "&& ret=0\n";
    if (node.children.empty()) return text;
    if (!is_root) text += "\n";
    return text + fmt::format(kDispatch, node.name, node.positionals.size() + 1,
                              joined_path(node, "-"), cases(node));
}

std::string cases(const Node& node) {
    std::vector<std::string> all;
    for (const Node& child : node.children) {
        all.push_back(fmt::format("({})\n{};;", child.name, arguments(child)));
    }
    return join(all, "\n");
}

std::string subcommand_list(const Node& node) {
    std::string names;
    for (const Node& child : node.children) {
        names += fmt::format("'{}:{}' \\\n", child.name, escaped_help(child.about));
    }
    if (!names.empty()) names = "\n" + names + "    ";
    return fmt::format(
        "(( $+functions[_{0}_commands] )) ||\n_{0}_commands() {{\n"
        "    local commands; commands=({1})\n"
        "    _describe -t commands '{2} commands' commands \"$@\"\n}}\n",
        joined_path(node, "__"), names, joined_path(node, " "));
}

}  // namespace

std::string zsh_script(const Command& root) {
    const Node tree = make_tree(root);
    std::string script = fmt::format(kHead, root.name) + arguments(tree) + "}\n\n";
    for (const Node* node : nodes_by_path(tree)) script += subcommand_list(*node);
    return script + fmt::format(kTail, root.name);
}

}  // namespace latchkey::args::completions
