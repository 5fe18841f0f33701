#include "latchkey/args/parse.hpp"

#include <algorithm>

#include "latchkey/args/help.hpp"
#include "level_parser.hpp"
#include "parse_error.hpp"
#include "usage.hpp"

namespace latchkey::args {

namespace {

/// Whether a document is asked for: also in a line that is not understood, or that ends before the
/// parser comes to that.
bool asks_for_json(std::span<const std::string> arguments) {
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string& word = arguments[at];
        if (word == "--" || word == "run") return false;  // What follows is for another program.
        if (word.starts_with("--format=json")) return true;
        const bool has_value = word == "--format" && at + 1 < arguments.size();
        if (has_value && arguments[at + 1].starts_with("json")) return true;
    }
    return false;
}

/// The last command must have what is given for the whole line.
std::optional<parse_error::Message> find_misplaced(const Command& root, const Command& last,
                                                   const Invocation& invocation,
                                                   const std::string& usage_name) {
    for (const Argument& option : root.options) {
        if (!option.of_line || !invocation.value(option.key())) continue;
        if (find_long(last, option.long_name) != nullptr) continue;
        const std::string path = usage_name + " " + invocation.command();
        return parse_error::unknown_argument("--" + std::string(option.long_name), std::nullopt,
                                             false, styled_usage(last, path, {}));
    }
    return std::nullopt;
}

struct Parsed {
    ParseResult result;
    bool own = false;  ///< It has something that only Latchkey has.
};

Parsed parse_tree(const Command& command, const std::string& usage_name, bool only_stderr,
                  std::span<const std::string> arguments, const ParseSetup& setup) {
    Invocation invocation;
    ParseContext context{setup, invocation, only_stderr};
    LevelParser parser(command, usage_name, context);
    std::optional<ParseExit> exit = parser.parse(arguments);
    if (!exit && parser.has_subcommand()) {
        const auto message = find_misplaced(command, *context.last, invocation, usage_name);
        if (message) {
            exit =
                parse_error::finish(*message, true, setup.color_on_stdout, setup.color_on_stderr);
        }
    }
    if (!exit && !command.subcommands.empty() && !parser.has_subcommand()) {
        exit = ParseExit{.kind = ParseExit::Kind::help,
                         .text = help_text(command, usage_name, HelpForm::expanded,
                                           setup.help_width, setup.color_on_stderr) +
                                 "\n",
                         .to_stderr = true,
                         .exit_code = 1,
                         .plus_toolchain = invocation.plus_toolchain};
    }
    if (!exit) return {std::move(invocation), context.own};
    exit->notes = std::move(invocation.notes);
    if (exit->kind == ParseExit::Kind::version) {
        const auto first = std::find_if(arguments.begin(), arguments.end(),
                                        [](const auto& word) { return word.starts_with('+'); });
        if (first != arguments.end()) exit->plus_toolchain = first->substr(1);
    }
    return {std::move(*exit), context.own};
}

bool is_error(const ParseResult& result) {
    const auto* exit = std::get_if<ParseExit>(&result);
    return exit != nullptr && exit->kind == ParseExit::Kind::error;
}

ParseResult with_json(ParseResult result, std::span<const std::string> arguments) {
    auto* exit = std::get_if<ParseExit>(&result);
    if (exit != nullptr) exit->json = asks_for_json(arguments);
    return result;
}

}  // namespace

ParseResult parse_rustup(std::span<const std::string> arguments, const ParseSetup& setup) {
    constexpr const char* kUsageName = "rustup[EXE]";
    Parsed plain = parse_tree(rustup_command(), kUsageName, false, arguments, setup);
    if (is_error(plain.result)) {
        Parsed own = parse_tree(latchkey_command(), kUsageName, false, arguments, setup);
        if (own.own || !is_error(own.result)) plain = std::move(own);
    }
    return with_json(std::move(plain.result), arguments);
}

ParseResult parse_latchkey(std::span<const std::string> arguments, const ParseSetup& setup) {
    Parsed parsed = parse_tree(latchkey_command(), "latchkey", false, arguments, setup);
    return with_json(std::move(parsed.result), arguments);
}

ParseResult parse_rustup_init(std::span<const std::string> arguments, const ParseSetup& setup) {
    ParseResult result =
        parse_tree(rustup_init_command(), "rustup-init[EXE]", true, arguments, setup).result;
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
