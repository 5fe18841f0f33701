#include "commands.hpp"

#include <catch2/catch.hpp>

#include "latchkey/args/command_table.hpp"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

void check_functions(const args::Command& command, const std::string& path) {
    for (const args::Command& each : command.subcommands) {
        const std::string name =
            path.empty() ? std::string(each.name) : path + " " + std::string(each.name);
        CAPTURE(name);
        if (!each.subcommand_required) CHECK(find_command(name) != nullptr);
        check_functions(each, name);
    }
}

}  // namespace

TEST_CASE("every command of the table can be run", "[cli]") {
    check_functions(args::latchkey_command(), "");
    CHECK(find_command("toolchain nothing") == nullptr);
}
