#include "latchkey/args/parse.hpp"

#include <algorithm>

#include "latchkey/args/help.hpp"
#include "level_parser.hpp"

namespace latchkey::args {

namespace {

ParseResult parse_tree(const Command& command, const std::string& usage_name, bool only_stderr,
                       std::span<const std::string> arguments, const ParseSetup& setup) {
    Invocation invocation;
    ParseContext context{setup, invocation, only_stderr};
    LevelParser parser(command, usage_name, context);
    std::optional<ParseExit> exit = parser.parse(arguments);
    if (!exit && !command.subcommands.empty() && !parser.has_subcommand()) {
        exit = ParseExit{.kind = ParseExit::Kind::help,
                         .text = help_text(command, usage_name, HelpForm::expanded,
                                           setup.help_width, setup.color_on_stderr) +
                                 "\n",
                         .to_stderr = true,
                         .exit_code = 1,
                         .plus_toolchain = invocation.plus_toolchain};
    }
    if (!exit) return invocation;
    exit->notes = std::move(invocation.notes);
    if (exit->kind == ParseExit::Kind::version) {
        const auto first = std::find_if(arguments.begin(), arguments.end(),
                                        [](const auto& word) { return word.starts_with('+'); });
        if (first != arguments.end()) exit->plus_toolchain = first->substr(1);
    }
    return std::move(*exit);
}

bool has_own_command(const std::string& word) {
    const auto answers = [&word](const Command& each) { return each.answers_to(word); };
    return std::ranges::any_of(latchkey_command().subcommands, answers) &&
           std::ranges::none_of(rustup_command().subcommands, answers);
}

}  // namespace

ParseResult parse_rustup(std::span<const std::string> arguments, const ParseSetup& setup) {
    const bool ours = !arguments.empty() && has_own_command(arguments.front());
    return parse_tree(ours ? latchkey_command() : rustup_command(), "rustup[EXE]", false, arguments,
                      setup);
}

ParseResult parse_latchkey(std::span<const std::string> arguments, const ParseSetup& setup) {
    return parse_tree(latchkey_command(), "latchkey", false, arguments, setup);
}

ParseResult parse_rustup_init(std::span<const std::string> arguments, const ParseSetup& setup) {
    ParseResult result =
        parse_tree(rustup_init_command(), "rustup-init[EXE]", true, arguments, setup);
    if (auto* exit = std::get_if<ParseExit>(&result);
        exit != nullptr && exit->kind == ParseExit::Kind::error) {
        // rustup logs the parser's text as its own error.
        const char* const level =
            setup.color_on_stderr ? "\033[1m\033[31merror:\033[0m " : "error: ";
        exit->text = level + exit->text + "\n";
    }
    return result;
}

}  // namespace latchkey::args
