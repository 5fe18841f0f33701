#include "reporter.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "screen/screen.hpp"

using namespace latchkey;
using namespace latchkey::cli;
using latchkey::test::Screen;

namespace {

/// A reporter with a terminal of its own.
struct Desk {
    Screen screen;
    screen::Output output = screen.output();
    screen::Progress progress{output, {.visible = true, .color = false, .columns = 80, .rows = 24}};
    screen::Log log{[this](std::string_view text) { progress.line(text); }, screen::LogSetup{}};
    LogReporter reporter{log, progress};

    void install(const std::string& id, const std::string& name) {
        reporter.begin(id, name);
        reporter.total(id, 2048);
        reporter.advance(id, 2048);
        reporter.phase(id, transfer::Phase::done, "");
        reporter.end(id);
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("when the last bar ends nothing is left to be drawn", "[cli]") {
    Desk desk;
    desk.install("rustc-x86_64-unknown-linux-gnu", "rustc");
    const std::string drawn = desk.screen.fresh();
    CHECK(contains(drawn, "rustc installed"));
    CHECK(contains(drawn, "2.0 KiB"));
    desk.reporter.info("done");
    CHECK(desk.screen.fresh() == "info: done\n");
}

TEST_CASE("a component that begins again has one bar", "[cli]") {
    Desk desk;
    desk.reporter.begin("a", "cargo");
    desk.reporter.total("a", 4096);
    desk.reporter.advance("a", 1024);
    desk.reporter.begin("a", "cargo");  // Another encoding.
    desk.reporter.phase("a", transfer::Phase::downloading, "");
    desk.reporter.total("a", 2048);
    desk.reporter.advance("a", 1024);
    desk.progress.tick({});
    const std::string drawn = desk.screen.fresh();
    CHECK(contains(drawn, "cargo downloading [####     ]      1.0/2.0 KiB"));
    CHECK(std::count(drawn.begin(), drawn.end(), '\n') == 1);
    desk.reporter.end("a");
    CHECK(desk.screen.fresh() == "\033[1A\r\033[J");
}

TEST_CASE("what waits for its turn, or for another process, says so", "[cli]") {
    Desk desk;
    desk.reporter.begin("a", "cargo");
    desk.reporter.begin("b", "rustc");
    desk.reporter.phase("b", transfer::Phase::waiting, "pid 4711: rustup update");
    desk.progress.tick({});
    const std::string drawn = desk.screen.fresh();
    CHECK(contains(drawn, "cargo waiting\033[K"));
    CHECK(contains(drawn, "rustc waiting for pid 4711: rustup update\033[K"));
}

TEST_CASE("a bar that fails leaves no line", "[cli]") {
    Desk desk;
    desk.reporter.begin("a", "cargo");
    desk.progress.tick({});
    CHECK(contains(desk.screen.fresh(), "cargo"));
    desk.reporter.end("a");
    CHECK_FALSE(contains(desk.screen.fresh(), "cargo"));
}

TEST_CASE("what is reported of unknown bars is passed over", "[cli]") {
    Desk desk;
    desk.reporter.advance("a", 1);
    desk.reporter.total("a", 1);
    desk.reporter.phase("a", transfer::Phase::waiting, "pid 1: rustup update");
    desk.reporter.end("a");
    CHECK(desk.screen.fresh().empty());
}
