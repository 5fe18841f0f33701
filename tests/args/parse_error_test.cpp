#include "parse_error.hpp"

#include <catch2/catch.hpp>

#include "argument_kinds.hpp"
#include "styled_text.hpp"

using namespace latchkey::args;
namespace errors = latchkey::args::parse_error;

namespace {

const Argument kProfile{
    .long_name = "profile", .value_name = "PROFILE", .possible_values = {"minimal", "default"}};

std::string plain_text(const errors::Message& message) {
    return without_escapes(message.text);
}

}  // namespace

TEST_CASE("a word that is not known is told on standard output, with what is like it", "[args]") {
    const std::vector<std::string> one = {"install"};
    const std::vector<std::string> two = {"install", "uninstall"};
    const errors::Message message = errors::unknown_subcommand("instal", one, "");
    CHECK(message.stream == errors::Stream::out);
    CHECK(plain_text(message) ==
          "unrecognized subcommand 'instal'\n\n  tip: a similar subcommand exists: 'install'");
    CHECK(plain_text(errors::unknown_subcommand("instal", two, "")) ==
          "unrecognized subcommand 'instal'\n\n"
          "  tip: some similar subcommands exist: 'install', 'uninstall'");
    CHECK(plain_text(errors::unknown_subcommand("x", {}, "")) == "unrecognized subcommand 'x'");
}

TEST_CASE("an option that is not known may be one of another command, or a value", "[args]") {
    using Similar = errors::SimilarOption;
    CHECK(plain_text(errors::unknown_argument("--forc", Similar{"force", ""}, true, "")) ==
          "unexpected argument '--forc' found\n\n"
          "  tip: a similar argument exists: '--force'\n"
          "  tip: to pass '--forc' as a value, use '-- --forc'");
    CHECK(plain_text(errors::unknown_argument("--forc", Similar{"force", "update"}, false, "")) ==
          "unexpected argument '--forc' found\n\n  tip: 'update --force' exists");
}

TEST_CASE("a value that cannot be is told with those that can", "[args]") {
    const errors::Message message = errors::impossible_value(kProfile, "minimum");
    CHECK(message.stream == errors::Stream::err);
    CHECK(plain_text(message) ==
          "invalid value 'minimum' for '--profile <PROFILE>'\n"
          "  [possible values: minimal, default]\n\n"
          "  tip: a similar value exists: 'minimal'");
    CHECK(plain_text(errors::missing_value(kProfile)) ==
          "a value is required for '--profile <PROFILE>' but none was supplied\n"
          "  [possible values: minimal, default]");
}

TEST_CASE("what excludes an argument is told, one in line and more below", "[args]") {
    const Argument book = page("book", "");
    const Argument std_page = page("std", "");
    const std::vector<const Argument*> one = {&book};
    const std::vector<const Argument*> two = {&book, &std_page};
    CHECK(plain_text(errors::conflict(kProfile, one, "")) ==
          "the argument '--profile <PROFILE>' cannot be used with '--book'");
    CHECK(plain_text(errors::conflict(kProfile, two, "")) ==
          "the argument '--profile <PROFILE>' cannot be used with:\n  --book\n  --std");
    CHECK(plain_text(errors::missing_arguments(two, "")) ==
          "the following required arguments were not provided:\n  --book\n  --std");
}

TEST_CASE("nothing of a word reaches the terminal that it would obey", "[args]") {
    const std::string text = plain_text(errors::refused_value(kProfile, "a\033[2J", "b\033c"));
    CHECK(text.find('\033') == std::string::npos);
}

TEST_CASE("a whole error has its usage, and colours where its stream has", "[args]") {
    const errors::Message message = errors::repeated(kProfile, "Usage: x");
    const ParseExit exit = errors::finish(message, true, true, false);
    CHECK(exit.kind == ParseExit::Kind::error);
    CHECK(exit.to_stderr);
    CHECK(exit.exit_code == 1);
    CHECK(exit.text ==
          "error: the argument '--profile <PROFILE>' cannot be used multiple times\n\n"
          "Usage: x\n\n"
          "For more information, try '--help'.\n");
    CHECK(errors::finish(message, false, false, true).text.find('\033') != std::string::npos);
    CHECK(errors::finish(errors::not_utf8(""), false, false, false).text ==
          "error: invalid UTF-8 was detected in one or more arguments\n");
}
