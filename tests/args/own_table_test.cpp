#include <catch2/catch.hpp>

#include <algorithm>

#include "latchkey/args/command_table.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/args/parse.hpp"

using namespace latchkey::args;

namespace {

/// rustup's tree without what is marked as ours.
void check_difference(const Command& ours, const Command& theirs) {
    INFO(theirs.name);
    std::vector<const Command*> common;
    for (const Command& each : ours.subcommands) {
        if (!each.own) common.push_back(&each);
    }
    REQUIRE(common.size() == theirs.subcommands.size());
    for (std::size_t at = 0; at < common.size(); ++at) {
        CHECK(common[at]->name == theirs.subcommands[at].name);
        check_difference(*common[at], theirs.subcommands[at]);
    }
    const auto is_common = [](const Argument& option) { return !option.own; };
    CHECK(static_cast<std::size_t>(std::ranges::count_if(ours.options, is_common)) ==
          theirs.options.size());
}

}  // namespace

TEST_CASE("without what is marked as its own, latchkey's tree is rustup's", "[args]") {
    check_difference(latchkey_command(), rustup_command());
}

TEST_CASE("what belongs to the whole line is an option of the whole tree", "[args]") {
    for (const Command& command : latchkey_command().subcommands) {
        for (const Argument& option : command.options) {
            if (!option.of_line) continue;
            INFO(command.name << " --" << option.long_name);
            CHECK(std::ranges::any_of(latchkey_command().options, [&](const Argument& each) {
                return each.long_name == option.long_name && each.of_line;
            }));
        }
    }
}

TEST_CASE("an entry, a number and a hold are understood, also as rustup's", "[args]") {
    for (const auto parse : {parse_latchkey, parse_rustup}) {
        const auto parsed = [parse](const std::vector<std::string>& words) {
            return std::get<Invocation>(parse(words, {}));
        };
        const Invocation rollback = parsed({"toolchain", "rollback", "stable", "--to", "7"});
        CHECK(rollback.value("TOOLCHAIN") == "stable");
        CHECK(rollback.value("to") == "7");
        CHECK(parsed({"set", "keep-generations", "2"}).required("COUNT") == "2");
        CHECK(parsed({"update", "--unhold"}).flag("unhold"));
        CHECK_FALSE(parsed({"update"}).flag("unhold"));
        CHECK_FALSE(parsed({"toolchain", "history"}).value("TOOLCHAIN"));
    }
}

TEST_CASE("keys and signatures are words of ours, also as rustup's", "[args]") {
    for (const auto parse : {parse_latchkey, parse_rustup}) {
        const auto parsed = [parse](const std::vector<std::string>& words) {
            return std::get<Invocation>(parse(words, {}));
        };
        CHECK(parsed({"trust", "add", "k.asc"}).value("KEYFILE") == "k.asc");
        CHECK_FALSE(parsed({"trust", "add"}).value("KEYFILE"));
        CHECK(parsed({"trust", "remove", "2"}).required("KEY") == "2");
        CHECK(parsed({"trust", "list", "--format", "json"}).value("format") == "json");
        CHECK(parsed({"set", "signature", "off"}).required("SIGNATURE_MODE") == "off");
        for (const std::vector<std::string>& bad : {std::vector<std::string>{"trust"},
                                                    {"trust", "remove"},
                                                    {"set", "signature"},
                                                    {"set", "signature", "on"}}) {
            CHECK(std::holds_alternative<ParseExit>(parse(bad, {})));
        }
    }
}

TEST_CASE("a lock may be for several hosts, and be asked for where something is installed",
          "[args]") {
    for (const auto parse : {parse_latchkey, parse_rustup}) {
        const auto parsed = [parse](const std::vector<std::string>& words) {
            return std::get<Invocation>(parse(words, {}));
        };
        CHECK(parsed({"lock"}).values("host").empty());
        CHECK(parsed({"lock", "--host", "a", "--host", "b,c"}).values("host") ==
              std::vector<std::string>{"a", "b", "c"});
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"install"}, {"toolchain", "install"}, {"update"}}) {
            CHECK_FALSE(parsed(words).flag("locked"));
            std::vector<std::string> locked = words;
            locked.emplace_back("--locked");
            CHECK(parsed(locked).flag("locked"));
        }
        CHECK(std::holds_alternative<ParseExit>(parse({{"lock", "stable"}}, {})));
        CHECK(parsed({"set", "minimum-age", "3d"}).required("AGE") == "3d");
        CHECK(std::holds_alternative<ParseExit>(parse({{"set", "minimum-age"}}, {})));
    }
}

TEST_CASE("a rollback needs to be told of which toolchain", "[args]") {
    const std::vector<std::string> words{"toolchain", "rollback"};
    CHECK(std::holds_alternative<ParseExit>(parse_latchkey(words, {})));
}

namespace {

/// Every command that only Latchkey has, and those below it.
void check_own(const Command& command, bool own) {
    own = own || command.own;
    INFO(command.name);
    if (own) {
        CHECK_FALSE(command.about.empty());
        CHECK(command.about.back() != '.');
        for (const Argument& option : command.options) CHECK_FALSE(option.help.empty());
    }
    for (const Command& each : command.subcommands) check_own(each, own);
}

}  // namespace

TEST_CASE("what only Latchkey has says what it is for", "[args]") {
    check_own(latchkey_command(), false);
    for (const Argument& option : latchkey_command().options) CHECK_FALSE(option.help.empty());
}

TEST_CASE("rustup's tree has nothing that is marked as Latchkey's own", "[args]") {
    for (const Command& command : rustup_command().subcommands) {
        INFO(command.name);
        CHECK_FALSE(command.own);
        CHECK(std::ranges::none_of(command.options, &Argument::own));
        CHECK(std::ranges::none_of(command.subcommands, &Command::own));
    }
}
