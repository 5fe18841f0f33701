#include "latchkey/args/help.hpp"

#include <catch2/catch.hpp>

#include "argument_kinds.hpp"

using namespace latchkey;
using namespace latchkey::args;

namespace {

std::string short_help(const Command& command, unsigned width) {
    return help_text(command, "rustup x", HelpForm::normal, width, false);
}

}  // namespace

TEST_CASE("the help is as wide as the terminal, or as a variable says", "[args]") {
    const auto width = [](std::map<std::string, std::string> variables, unsigned columns) {
        return help_width(platform::Environment(std::move(variables)), columns);
    };
    CHECK(width({}, 0) == 100);
    CHECK(width({{"COLUMNS", "60"}}, 0) == 60);
    CHECK(width({{"COLUMNS", "60"}}, 90) == 90);
    CHECK(width({{"COLUMNS", "many"}}, 0) == 100);
    CHECK(width({{"COLUMNS", "100001"}}, 0) == 100);
}

TEST_CASE("a help shows what is visible, and goes on below where it is narrow", "[args]") {
    const Command command{.name = "x",
                          .about = "Does it",
                          .options = {flag("force", "Does it though it should not be done"),
                                      {.long_name = "hidden", .visible = false}}};
    const std::string text = short_help(command, 100);
    CHECK(text.find("Does it\n") != std::string::npos);
    CHECK(text.find("--force  Does it though it should not be done\n") != std::string::npos);
    CHECK(text.find("hidden") == std::string::npos);
    CHECK(text.find("-h, --help") != std::string::npos);
    CHECK(short_help(command, 30).find("--force\n") != std::string::npos);
}

TEST_CASE("the version is rustup's in front, and ours behind; scripts read the second word",
          "[args]") {
    CHECK(version_text("rustup") ==
          "rustup " + std::string(kEmulatedVersion) + " (latchkey " LATCHKEY_VERSION ")\n");
    CHECK(version_text("latchkey") == "latchkey " LATCHKEY_VERSION "\n");
}
