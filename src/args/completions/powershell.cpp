#include <fmt/format.h>

#include "latchkey/args/completions.hpp"
#include "latchkey/base/text.hpp"
#include "tree.hpp"

namespace latchkey::args::completions {
namespace {

constexpr std::string_view kHead = R"(
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName '{0}' -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        '{0}'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {{
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {{
                break
        }}
        $element.Value
    }}) -join ';'

    $completions = @(switch ($command) {{
)";

constexpr std::string_view kTail = R"(    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
)";

std::string result(std::string_view word, std::string_view shown, std::string_view kind,
                   std::string_view help) {
    return fmt::format(
        "            [CompletionResult]::new('{}', '{}', [CompletionResultType]::{}, '{}')\n", word,
        shown, kind, replace_all(help, "'", "''"));
}

/// PowerShell's lists know no case: a blank tells `-V` from `-v`.
std::string shown_switch(const std::string& name) {
    const bool is_capital = name.size() == 2 && name[1] >= 'A' && name[1] <= 'Z';
    return is_capital ? name + " " : name;
}

}  // namespace

std::string powershell_script(const Command& root) {
    std::string script = fmt::format(kHead, root.name);
    visit(make_tree(root), [&script](const Node& node) {
        script += fmt::format("        '{}' {{\n", joined_path(node, ";"));
        for (const Argument* option : values_first(node)) {
            for (const std::string& name : switches(*option)) {
                script += result(name, shown_switch(name), "ParameterName", tooltip(*option));
            }
        }
        for (const Node& child : node.children) {
            script += result(child.name, child.name, "ParameterValue", child.about);
        }
        script += "            break\n        }\n";
    });
    return script + std::string(kTail);
}

}  // namespace latchkey::args::completions
