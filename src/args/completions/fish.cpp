#include <fmt/format.h>

#include "latchkey/args/completions.hpp"
#include "latchkey/base/text.hpp"
#include "tree.hpp"

namespace latchkey::args::completions {
namespace {

constexpr std::string_view kHead =
    R"(# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_{0}_global_optspecs
	string join \n{1}
end

function __fish_{0}_needs_command
	# Figure out if the current invocation already has a command.
	set -l cmd (commandline -opc)
	set -e cmd[1]
	argparse -s (__fish_{0}_global_optspecs) -- $cmd 2>/dev/null
	or return
	if set -q argv[1]
		# Also print the command, so this can be used to figure out what it is.
		echo $argv[1]
		return 1
	end
	return 0
end

function __fish_{0}_using_subcommand
	set -l cmd (__fish_{0}_needs_command)
	test -z "$cmd"
	and return 1
	contains -- $cmd[1] $argv
end

)";

std::string escaped(std::string_view text) {
    return replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'");
}

std::string global_options(const Node& root) {
    std::string all;
    for (const Argument* option : root.options) {
        all += " ";
        if (option->short_name != 0) all += fmt::format("{}/", option->short_name);
        all += option->long_name;
        if (option->takes_value()) all += "=";
    }
    return all;
}

std::string child_names(const Node& node) {
    std::vector<std::string> names;
    for (const Node& child : node.children) names.emplace_back(child.name);
    return join(names, " ");
}

/// "complete", with the condition under which the node's words are offered.
std::string start_of_line(const Node& node) {
    const std::string_view program = node.path.front();
    std::string condition;
    if (node.path.size() == 1) {
        condition = fmt::format("__fish_{}_needs_command", program);
    } else {
        condition = fmt::format("__fish_{}_using_subcommand {}", program, node.path[1]);
        if (node.path.size() > 2) {
            condition += fmt::format("; and __fish_seen_subcommand_from {}", node.path[2]);
        } else if (!node.children.empty()) {
            condition += "; and not __fish_seen_subcommand_from " + child_names(node);
        }
    }
    return fmt::format("complete -c {} -n \"{}\"", program, condition);
}

std::string described(std::string_view text) {
    return text.empty() ? "" : fmt::format(" -d '{}'", escaped(text));
}

/// How a value is completed: from a list, from files, or as the shell sees fit.
std::string value_part(const Argument& option) {
    if (!option.takes_value()) return {};
    if (option.possible_values.empty()) {
        return option.value_class == ValueClass::path ? " -r -F" : " -r";
    }
    std::vector<std::string> values;
    for (const std::string_view value : option.possible_values) {
        values.push_back(std::string(value) + "\\t''");
    }
    return fmt::format(" -r -f -a \"{}\"", join(values, "\n"));
}

std::string node_lines(const Node& node) {
    const std::string start = start_of_line(node);
    std::string lines;
    for (const Argument* option : values_first(node)) {
        lines += start;
        if (option->short_name != 0) lines += fmt::format(" -s {}", option->short_name);
        if (!option->long_name.empty()) lines += fmt::format(" -l {}", option->long_name);
        lines += described(option->help) + value_part(*option) + "\n";
    }
    // Where a positional may stand instead of a subcommand, files stay on offer.
    const std::string_view only = node.positionals.empty() ? " -f" : "";
    for (const Node& child : node.children) {
        lines += fmt::format("{}{} -a \"{}\"{}\n", start, only, child.name, described(child.about));
    }
    return lines;
}

}  // namespace

std::string fish_script(const Command& root) {
    constexpr std::size_t kDeepest = 3;  // Its conditions know two subcommands.
    const Node tree = make_tree(root);
    std::string script = fmt::format(kHead, root.name, global_options(tree));
    visit(tree, [&script](const Node& node) {
        if (node.path.size() <= kDeepest) script += node_lines(node);
    });
    return script;
}

}  // namespace latchkey::args::completions
