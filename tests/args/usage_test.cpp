#include "usage.hpp"

#include <catch2/catch.hpp>

#include "argument_kinds.hpp"
#include "styled_text.hpp"

using namespace latchkey::args;

namespace {

std::string plain_usage(const Command& command, std::span<const Argument* const> used = {}) {
    return without_escapes(styled_usage(command, "rustup[EXE] x", used));
}

const Command kCommand{
    .name = "x",
    .options = {flag("force", ""), list_option("target", 't', "TARGET", "")},
    .positionals = {word("TOOLCHAIN", ""), {.value_name = "PATH", .repeatable = true}}};

}  // namespace

TEST_CASE("an argument is named as lists and errors name it", "[args]") {
    CHECK(shown_name(kCommand.options[0]) == "--force");
    CHECK(shown_name(kCommand.options[1]) == "--target <TARGET>");
    CHECK(shown_name(Argument{.short_name = 'y'}) == "-y");
    CHECK(shown_name(kCommand.positionals[0]) == "<TOOLCHAIN>");
    CHECK(shown_name(kCommand.positionals[1]) == "[PATH]...");
    CHECK(without_escapes(styled_name(kCommand.positionals[1], true)) == "<PATH>...");
}

TEST_CASE("an argument is described with its default and its values", "[args]") {
    CHECK(described({.help = "What it does"}) == "What it does");
    CHECK(described({.help = "Which", .possible_values = {"a", "b"}, .default_value = "a"}) ==
          "Which [default: a] [possible values: a, b]");
    CHECK(described({.default_value = "a"}) == "[default: a]");
}

TEST_CASE("a usage has what may be given, or what was used", "[args]") {
    CHECK(plain_usage(kCommand) == "Usage: rustup[EXE] x [OPTIONS] <TOOLCHAIN> [PATH]...");
    const std::vector<const Argument*> used = {&kCommand.options[1], &kCommand.positionals[1]};
    CHECK(plain_usage(kCommand, used) ==
          "Usage: rustup[EXE] x --target <TARGET> <TOOLCHAIN> <PATH>...");
    CHECK(plain_usage({.name = "x", .subcommands = {kCommand}}) ==
          "Usage: rustup[EXE] x [COMMAND]");
    CHECK(plain_usage({.name = "x", .subcommands = {kCommand}, .subcommand_required = true}) ==
          "Usage: rustup[EXE] x <COMMAND>");
}

TEST_CASE("behind a command's options come those that it has without saying so", "[args]") {
    CHECK(options_of(kCommand).back() == &help_option());
    CHECK(options_of(kCommand).size() == 3);
    CHECK(options_of({.name = "x", .help_flag = false, .version_flag = true}) ==
          std::vector<const Argument*>{&version_option()});
}
