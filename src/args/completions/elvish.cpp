#include <fmt/format.h>

#include "latchkey/args/completions.hpp"
#include "latchkey/base/text.hpp"
#include "tree.hpp"

namespace latchkey::args::completions {
namespace {

constexpr std::string_view kHead = R"(
use builtin;
use str;

set edit:completion:arg-completer[{0}] = {{|@words|
    fn spaces {{|n|
        builtin:repeat $n ' ' | str:join ''
    }}
    fn cand {{|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }}
    var command = '{0}'
    for word $words[1..-1] {{
        if (str:has-prefix $word '-') {{
            break
        }}
        set command = $command';'$word
    }}
    var completions = [
)";

constexpr std::string_view kTail = R"(    ]
    $completions[$command]
}
)";

std::string candidate(std::string_view word, std::string_view help) {
    return fmt::format("            cand {} '{}'\n", word, replace_all(help, "'", "''"));
}

}  // namespace

std::string elvish_script(const Command& root) {
    std::string script = fmt::format(kHead, root.name);
    visit(make_tree(root), [&script](const Node& node) {
        script += fmt::format("        &'{}'= {{\n", joined_path(node, ";"));
        for (const Argument* option : values_first(node)) {
            for (const std::string& name : switches(*option)) {
                script += candidate(name, tooltip(*option));
            }
        }
        for (const Node& child : node.children) script += candidate(child.name, child.about);
        script += "        }\n";
    });
    return script + std::string(kTail);
}

}  // namespace latchkey::args::completions
