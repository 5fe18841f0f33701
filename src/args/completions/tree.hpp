#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/args/command_table.hpp"

namespace latchkey::args::completions {

/// A command with everything that a shell may offer after it: the table's, and what follows from
/// the table, `help` and the options that every command has.
struct Node {
    std::string_view name;
    std::string_view about;
    std::vector<std::string_view> path;  ///< From "rustup" to the name.
    std::vector<const Argument*> options;
    std::vector<const Argument*> positionals;
    std::vector<Node> children;
};

/// Hidden commands are in it, as clap's generator has them.
Node make_tree(const Command& root);

/// This node and all below it, parents first.
void visit(const Node& node, const std::function<void(const Node&)>& visitor);

/// The same, ordered by their joined paths.
std::vector<const Node*> nodes_by_path(const Node& root);

/// "rustup__self__update" for "__".
std::string joined_path(const Node& node, std::string_view separator);

/// The options with values, then the flags.
std::vector<const Argument*> values_first(const Node& node);

/// "-v", "--verbose": whatever of the two it has.
std::vector<std::string> switches(const Argument& option);

/// What lists say of an option: its help, else its long name.
std::string_view tooltip(const Argument& option);

std::string joined_values(const Argument& argument);

}  // namespace latchkey::args::completions
