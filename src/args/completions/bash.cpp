#include <fmt/format.h>

#include <algorithm>

#include "latchkey/args/completions.hpp"
#include "latchkey/base/text.hpp"
#include "tree.hpp"
#include "usage.hpp"

namespace latchkey::args::completions {
namespace {

constexpr std::string_view kHead = R"(_{0}() {{
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${{BASH_VERSINFO[0]}}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${{COMP_WORDS[COMP_CWORD]}}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${{COMP_WORDS[@]:0:COMP_CWORD}}"
    do
        case "${{cmd}},${{i}}" in
            ",$1")
                cmd="{0}"
                ;;
)";

constexpr std::string_view kMiddle = R"(            *)
                ;;
        esac
    done

    case "${cmd}" in
)";

constexpr std::string_view kCase = R"(        {})
            opts="{}"
            if [[ ${{cur}} == -* || ${{COMP_CWORD}} -eq {} ]] ; then
                COMPREPLY=( $(compgen -W "${{opts}}" -- "${{cur}}") )
                return 0
            fi
            case "${{prev}}" in
{}                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${{opts}}" -- "${{cur}}") )
            return 0
            ;;
)";

constexpr std::string_view kTail = R"(    esac
}}

if [[ "${{BASH_VERSINFO[0]}}" -eq 4 && "${{BASH_VERSINFO[1]}}" -ge 4 || "${{BASH_VERSINFO[0]}}" -gt 4 ]]; then
    complete -F _{0} -o nosort -o bashdefault -o default {0}
else
    complete -F _{0} -o bashdefault -o default {0}
fi
)";

/// A variable's value in place of a name: no dashes.
std::string identifier(const Node& node) {
    return replace_all(joined_path(node, "__"), "-", "__");
}

struct Transition {
    std::string from;
    std::string_view word;
    std::string to;

    auto operator<=>(const Transition&) const = default;
};

void collect_transitions(const Node& node, std::vector<Transition>& transitions) {
    for (const Node& child : node.children) {
        transitions.push_back({identifier(node), child.name, identifier(child)});
        collect_transitions(child, transitions);
    }
}

std::string offered_words(const Node& node) {
    std::vector<std::string> offered;
    for (const Argument* option : node.options) {
        if (option->short_name != 0) offered.push_back(std::string("-") + option->short_name);
    }
    for (const Argument* option : node.options) {
        if (!option->long_name.empty()) offered.push_back("--" + std::string(option->long_name));
    }
    for (const Argument* positional : node.positionals) {
        const std::string values = joined_values(*positional);
        offered.push_back(values.empty() ? shown_name(*positional) : values);
    }
    for (const Node& child : node.children) offered.emplace_back(child.name);
    return join(offered, " ");
}

/// What follows an option that takes a value.
std::string value_cases(const Node& node) {
    std::string cases;
    for (const Argument* option : node.options) {
        if (!option->takes_value()) continue;
        const std::string values = joined_values(*option);
        const std::string source =
            values.empty() ? "-f \"${cur}\"" : "-W \"" + values + "\" -- \"${cur}\"";
        std::vector<std::string> names = switches(*option);
        std::reverse(names.begin(), names.end());
        for (const std::string& name : names) {
            cases += fmt::format(
                "                {})\n                    COMPREPLY=($(compgen {}))\n"
                "                    return 0\n                    ;;\n",
                name, source);
        }
    }
    return cases;
}

}  // namespace

std::string bash_script(const Command& root) {
    const Node tree = make_tree(root);
    std::string script = fmt::format(kHead, root.name);
    std::vector<Transition> transitions;
    collect_transitions(tree, transitions);
    std::sort(transitions.begin(), transitions.end());
    for (const Transition& transition : transitions) {
        script +=
            fmt::format("            {},{})\n                cmd=\"{}\"\n                ;;\n",
                        transition.from, transition.word, transition.to);
    }
    script += kMiddle;
    for (const Node* node : nodes_by_path(tree)) {
        script += fmt::format(kCase, identifier(*node), offered_words(*node), node->path.size(),
                              value_cases(*node));
    }
    return script + fmt::format(kTail, root.name);
}

}  // namespace latchkey::args::completions
