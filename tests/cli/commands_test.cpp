#include "commands.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "latchkey/args/command_table.hpp"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

/// The paths below `command` that a user can run: all but those that need a subcommand.
void add_runnable(const args::Command& command, const std::string& path,
                  std::multiset<std::string>& paths) {
    for (const args::Command& each : command.subcommands) {
        const std::string name = path + std::string(each.name);
        if (!each.subcommand_required) paths.insert(name);
        add_runnable(each, name + " ", paths);
    }
}

}  // namespace

TEST_CASE("every command of the table has a function, and every function a row", "[cli]") {
    std::multiset<std::string> rows;
    add_runnable(args::latchkey_command(), "", rows);
    std::multiset<std::string> entries;
    for (const CommandEntry& entry : list_commands()) entries.emplace(entry.path);
    CHECK(entries == rows);
}

TEST_CASE("a command is found by the whole of its path", "[cli]") {
    const auto found = find_command("toolchain install");
    REQUIRE(found);
    CHECK(found->path == "toolchain install");
    CHECK_FALSE(find_command("toolchain"));
    CHECK_FALSE(find_command("toolchain nothing"));
}
