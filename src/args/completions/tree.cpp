#include "tree.hpp"

#include <algorithm>

#include "usage.hpp"

namespace latchkey::args::completions {
namespace {

std::vector<std::string_view> extended(std::vector<std::string_view> path, std::string_view name) {
    path.push_back(name);
    return path;
}

Node bare_node(const Command& command, const std::vector<std::string_view>& parent) {
    Node node;
    node.name = command.name;
    node.about = command.about;
    node.path = extended(parent, command.name);
    return node;
}

/// Below `help`, commands have nothing but their subcommands.
Node topic_node(const Command& command, const std::vector<std::string_view>& parent) {
    Node node = bare_node(command, parent);
    for (const Command& each : command.subcommands) {
        if (!each.upcoming) node.children.push_back(topic_node(each, node.path));
    }
    return node;
}

Node help_node(const Command& command, const std::vector<std::string_view>& parent) {
    Node node = bare_node(help_command(), parent);
    for (const Command& each : command.subcommands) {
        if (!each.upcoming) node.children.push_back(topic_node(each, node.path));
    }
    node.children.push_back(bare_node(help_command(), node.path));
    return node;
}

Node full_node(const Command& command, const std::vector<std::string_view>& parent) {
    Node node = bare_node(command, parent);
    node.options = options_of(command);
    std::erase_if(node.options, [](const Argument* option) { return option->upcoming; });
    for (const Argument& each : command.positionals) node.positionals.push_back(&each);
    if (command.subcommands.empty()) return node;
    for (const Command& each : command.subcommands) {
        if (!each.upcoming) node.children.push_back(full_node(each, node.path));
    }
    node.children.push_back(help_node(command, node.path));
    return node;
}

}  // namespace

Node make_tree(const Command& root) {
    return full_node(root, {});
}

void visit(const Node& node, const std::function<void(const Node&)>& visitor) {
    visitor(node);
    for (const Node& child : node.children) visit(child, visitor);
}

std::vector<const Node*> nodes_by_path(const Node& root) {
    std::vector<const Node*> nodes;
    visit(root, [&nodes](const Node& node) { nodes.push_back(&node); });
    std::sort(nodes.begin(), nodes.end(), [](const Node* one, const Node* other) {
        return joined_path(*one, "__") < joined_path(*other, "__");
    });
    return nodes;
}

std::string joined_path(const Node& node, std::string_view separator) {
    std::string joined;
    for (const std::string_view name : node.path) {
        if (!joined.empty()) joined += separator;
        joined += name;
    }
    return joined;
}

std::vector<const Argument*> values_first(const Node& node) {
    std::vector<const Argument*> options = node.options;
    std::stable_partition(options.begin(), options.end(),
                          [](const Argument* option) { return option->takes_value(); });
    return options;
}

std::vector<std::string> switches(const Argument& option) {
    std::vector<std::string> both;
    if (option.short_name != 0) both.push_back(std::string("-") + option.short_name);
    if (!option.long_name.empty()) both.push_back("--" + std::string(option.long_name));
    return both;
}

std::string_view tooltip(const Argument& option) {
    return option.help.empty() ? option.long_name : option.help;
}

std::string joined_values(const Argument& argument) {
    std::string joined;
    for (const std::string_view value : argument.possible_values) {
        if (!joined.empty()) joined += ' ';
        joined += value;
    }
    return joined;
}

}  // namespace latchkey::args::completions
