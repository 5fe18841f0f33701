#include "latchkey/screen/terminal_style.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::screen;

namespace {

using Variables = std::map<std::string, std::string>;

bool colored(Variables variables, bool is_terminal) {
    return screen::wants_color(platform::Environment(std::move(variables)), is_terminal);
}

}  // namespace

TEST_CASE("RUSTUP_TERM_COLOR decides before all others, in any letter case", "[screen]") {
    CHECK(colored({{"RUSTUP_TERM_COLOR", "Always"}, {"NO_COLOR", "1"}}, false));
    CHECK_FALSE(colored({{"RUSTUP_TERM_COLOR", "nEver"}, {"TERM", "xterm"}}, true));
    CHECK(colored({{"RUSTUP_TERM_COLOR", "whatever"}, {"TERM", "xterm"}}, true));
}

TEST_CASE("only a terminal is coloured by itself", "[screen]") {
    CHECK_FALSE(colored({{"TERM", "xterm"}}, false));
    CHECK_FALSE(colored({{"CLICOLOR_FORCE", "1"}}, false));
    CHECK(colored({{"TERM", "xterm"}}, true));
    CHECK_FALSE(colored({}, true));
    CHECK_FALSE(colored({{"TERM", "dumb"}}, true));
    CHECK(colored({{"CI", "1"}}, true));
}

TEST_CASE("the usual variables are honoured on a terminal", "[screen]") {
    CHECK_FALSE(colored({{"TERM", "xterm"}, {"NO_COLOR", "1"}}, true));
    CHECK(colored({{"TERM", "xterm"}, {"NO_COLOR", ""}}, true));
    CHECK_FALSE(colored({{"TERM", "xterm"}, {"CLICOLOR", "0"}}, true));
    CHECK(colored({{"TERM", "dumb"}, {"CLICOLOR", "1"}}, true));
    CHECK(colored({{"TERM", "dumb"}, {"CLICOLOR_FORCE", "1"}, {"CLICOLOR", "0"}}, true));
    CHECK_FALSE(colored({{"TERM", "dumb"}, {"CLICOLOR_FORCE", "0"}}, true));
}

TEST_CASE("progress is for terminals, unless told otherwise", "[screen]") {
    const auto wanted = [](Variables variables, bool is_terminal, bool quiet) {
        return screen::wants_progress(platform::Environment(std::move(variables)), is_terminal,
                                      quiet);
    };
    CHECK(wanted({}, true, false));
    CHECK_FALSE(wanted({}, false, false));
    CHECK_FALSE(wanted({}, true, true));
    CHECK(wanted({{"RUSTUP_TERM_PROGRESS_WHEN", "ALWAYS"}}, false, false));
    CHECK_FALSE(wanted({{"RUSTUP_TERM_PROGRESS_WHEN", "always"}}, false, true));
    CHECK_FALSE(wanted({{"RUSTUP_TERM_PROGRESS_WHEN", "never"}}, true, false));
}

TEST_CASE("only a terminal of a known kind is drawn on again", "[screen]") {
    const auto can = [](Variables variables, bool is_terminal) {
        return screen::can_redraw(platform::Environment(std::move(variables)), is_terminal);
    };
    CHECK(can({{"TERM", "xterm"}}, true));
    CHECK_FALSE(can({{"TERM", "xterm"}, {"RUSTUP_TERM_PROGRESS_WHEN", "always"}}, false));
    CHECK_FALSE(can({{"TERM", "dumb"}}, true));
    CHECK_FALSE(can({{"TERM", ""}}, true));
    CHECK_FALSE(can({}, true));
}

TEST_CASE("the progress is as wide as the terminal, unless a variable says otherwise", "[screen]") {
    const auto progress = [](Variables variables, unsigned columns) {
        return screen::progress_columns(platform::Environment(std::move(variables)), columns);
    };
    CHECK(progress({}, 0) == 80);
    CHECK(progress({}, 120) == 120);
    CHECK(progress({{"RUSTUP_TERM_WIDTH", "50"}}, 120) == 50);
    CHECK(progress({{"RUSTUP_TERM_WIDTH", "wide"}}, 120) == 120);
    CHECK(progress({{"RUSTUP_TERM_WIDTH", "120"}}, 50) == 50);
    CHECK(progress({{"RUSTUP_TERM_WIDTH", "120"}}, 0) == 120);
}
