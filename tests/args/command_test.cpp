// What every command of the table has; the table itself is held against rustup in cli/recorded_test.
#include <catch2/catch.hpp>

#include "latchkey/args/command_table.hpp"

using namespace latchkey::args;

TEST_CASE("an argument is called by its long name, else its letter, else its value", "[args]") {
    CHECK(Argument{.long_name = "yes", .short_name = 'y'}.key() == "yes");
    CHECK(Argument{.short_name = 'y'}.key() == "y");
    CHECK(Argument{.value_name = "TOOLCHAIN"}.key() == "TOOLCHAIN");
}

TEST_CASE("a command answers to its name and its aliases, whole", "[args]") {
    const Command command{.name = "uninstall", .aliases = {"rm", "del"}};
    for (const char* word : {"uninstall", "rm", "del"}) CHECK(command.answers_to(word));
    for (const char* word : {"", "un", "r", "rmm", "UNINSTALL"})
        CHECK_FALSE(command.answers_to(word));
}

namespace {

/// No two names of one command may be the same: the parser would never come to the second.
void check_names(const Command& command) {
    INFO(command.name);
    std::vector<std::string> names;
    for (const Command& each : command.subcommands) {
        names.emplace_back(each.name);
        for (const std::string_view alias : each.aliases) names.emplace_back(alias);
        check_names(each);
    }
    std::vector<std::string> keys;
    std::string letters;
    for (const Argument& option : command.options) {
        keys.push_back(option.key());
        if (option.short_name != 0) letters += option.short_name;
    }
    for (const Argument& positional : command.positionals) keys.push_back(positional.key());
    for (auto* all : {&names, &keys}) {
        std::sort(all->begin(), all->end());
        CHECK(std::adjacent_find(all->begin(), all->end()) == all->end());
    }
    std::sort(letters.begin(), letters.end());
    CHECK(std::adjacent_find(letters.begin(), letters.end()) == letters.end());
}

}  // namespace

TEST_CASE("no command of the tables has a name, a key or a letter twice", "[args]") {
    check_names(rustup_command());
    check_names(latchkey_command());
    check_names(rustup_init_command());
}
