// Command lines: the first byte says of which program, and how it is set up; arguments end at line
// ends or NULs.
//
//     0-1  rustup, latchkey, rustup-init, rustup
//     2    names of toolchains are checked and may be aliases, as the programs do
//     3    a narrow terminal
//
// Any line is a command with all that it must have, or a text for its user.

#include <algorithm>

#include "latchkey/args/command_table.hpp"
#include "latchkey/args/parse.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;
using args::Argument;
using args::Command;
using args::Invocation;
using args::ParseExit;
using args::ValueClass;

std::vector<std::string> arguments_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end =
            std::min(text.find_first_of(std::string_view("\n\0", 2)), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

void read_name(ValueClass value_class, const std::string& text) {
    if (value_class == ValueClass::official_toolchain) (void)dist::parse_official_name(text);
    if (value_class == ValueClass::custom_toolchain) (void)dist::parse_custom_name(text);
    if (value_class == ValueClass::resolvable_or_none) {
        (void)dist::parse_resolvable_name_or_none(text);
    }
    if (value_class == ValueClass::official_or_none) (void)dist::parse_official_name_or_none(text);
    if (value_class == ValueClass::local_toolchain) (void)dist::parse_local_name(text);
    if (value_class == ValueClass::resolvable_toolchain) (void)dist::parse_resolvable_name(text);
}

/// As the program does, but for the folder of a path, at which it looks.
std::optional<std::string> find_fault(ValueClass value_class, const std::string& text) {
    try {
        read_name(value_class, text);
        return std::nullopt;
    } catch (const Error& error) {
        return error.what();
    }
}

std::optional<std::string> find_alias(const std::string& text) {
    if (text != "msrv") return std::nullopt;
    return "1.80";
}

args::ParseSetup setup_of(unsigned char choice, bool color) {
    args::ParseSetup setup;
    if ((choice & 4U) != 0) {
        setup.find_fault = find_fault;
        setup.find_alias = find_alias;
    }
    if ((choice & 8U) != 0) setup.help_width = 20;
    setup.color_on_stdout = setup.color_on_stderr = color;
    return setup;
}

args::ParseResult parse(unsigned char choice, const std::vector<std::string>& words, bool color) {
    const auto program = choice % 4 == 1   ? args::parse_latchkey
                         : choice % 4 == 2 ? args::parse_rustup_init
                                           : args::parse_rustup;
    return program(words, setup_of(choice, color));
}

const Command& find_command(unsigned char choice, const Invocation& invocation) {
    const Command* command =
        choice % 4 == 2 ? &args::rustup_init_command() : &args::latchkey_command();
    for (const std::string& name : invocation.command_path) {
        const auto below = std::ranges::find(command->subcommands, name, &Command::name);
        fuzz::require(below != command->subcommands.end(), "a command that is not in the table");
        command = &*below;
    }
    return *command;
}

void check_argument(const Invocation& invocation, const Argument& argument) {
    const std::vector<std::string> values = invocation.values(argument.key());
    fuzz::require(!argument.required || !values.empty(), "a command without what it must have");
    if (argument.takes_value()) {
        const bool given = invocation.flag(argument.key());
        fuzz::require(!given || !values.empty(), "an option without its value");
        fuzz::require(argument.repeatable || values.size() <= 1, "one value is two");
    }
    for (const std::string& value : values) {
        const auto& possible = argument.possible_values;
        fuzz::require(possible.empty() || std::ranges::find(possible, value) != possible.end(),
                      "a value that nobody offers");
        fuzz::require(argument.value_class != ValueClass::path || !value.empty(), "an empty path");
    }
}

void check(const Invocation& invocation, const Command& command) {
    fuzz::require(command.subcommands.empty() || !command.subcommand_required,
                  "a command ends in the middle");
    for (const Argument& option : command.options) check_argument(invocation, option);
    for (const Argument& positional : command.positionals) check_argument(invocation, positional);
    const bool wants_json = invocation.value("format").value_or("").starts_with("json");
    fuzz::require(invocation.json() == wants_json, "a document is wanted, or not");
    for (const std::string& note : invocation.notes) {
        fuzz::require(is_utf8(note), "a note that is no text");
    }
}

void check(const ParseExit& exit) {
    fuzz::require(is_utf8(exit.text), "a text that is no UTF-8");
    fuzz::require(exit.kind == ParseExit::Kind::version || exit.text.ends_with('\n'),
                  "a text without an end");
    const bool failed = exit.kind == ParseExit::Kind::error;
    fuzz::require(failed == !exit.message.empty(), "an error says what is wrong, and no other");
    fuzz::require(is_utf8(exit.message), "a message that is no UTF-8");
    fuzz::require(!failed || exit.exit_code != 0, "a fault that is a success");
    fuzz::require(exit.exit_code >= 0 && exit.exit_code <= 2, "an unknown end");
    for (const std::string& note : exit.notes) {
        fuzz::require(is_utf8(note), "a note that is no text");
    }
}

/// What our own colours add, and nothing else.
std::string without_colors(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const std::size_t end = text.starts_with("\033[") ? text.find('m') : std::string_view::npos;
        if (end == std::string_view::npos) plain += text.front();
        text.remove_prefix(end == std::string_view::npos ? 1 : end + 1);
    }
    return plain;
}

/// Colours change nothing else.
void compare(const args::ParseResult& plain, const args::ParseResult& painted) {
    fuzz::require(plain.index() == painted.index(), "colours decide");
    const auto* exit = std::get_if<ParseExit>(&plain);
    if (exit == nullptr || exit->text.find('\033') != std::string::npos) return;
    fuzz::require(without_colors(std::get<ParseExit>(painted).text) == exit->text,
                  "in colour it is another text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto words = arguments_of(latchkey::fuzz::text_of(data + 1, size - 1));
    const auto plain = fuzz::parsed([&] { return parse(data[0], words, false); });
    fuzz::require(plain.has_value(), "the parser throws");
    const auto painted = fuzz::parsed([&] { return parse(data[0], words, true); });
    fuzz::require(painted.has_value(), "the parser throws in colour");
    compare(*plain, *painted);
    if (const auto* invocation = std::get_if<Invocation>(&*plain)) {
        check(*invocation, find_command(data[0], *invocation));
    } else {
        check(std::get<ParseExit>(*plain));
    }
    return 0;
}
