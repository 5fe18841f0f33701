#include "latchkey/facts/event_reporter.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "support/pipe.hpp"

using namespace latchkey;
using namespace latchkey::facts;
using namespace std::chrono_literals;

namespace {

/// A reporter whose events are read at the end, and whose clock stands still until told.
struct Desk {
    test::Pipe pipe = test::make_pipe();
    EventStream stream{pipe.writer.number()};
    std::string logged;
    screen::Log log{[this](std::string_view text) { logged += text; }, screen::LogSetup{}};
    EventReporter::Time now{1s};
    EventReporter reporter{stream, log, [this] { return now; }};

    std::vector<boost::json::object> events() {
        std::vector<boost::json::object> all;
        std::istringstream lines(test::text_in(pipe));
        for (std::string line; std::getline(lines, line);) {
            all.push_back(boost::json::parse(line).as_object());
        }
        return all;
    }

    std::vector<std::string> names() {
        std::vector<std::string> all;
        for (const boost::json::object& each : events()) {
            all.emplace_back(each.at("event").as_string());
        }
        return all;
    }
};

}  // namespace

TEST_CASE("a component is told at most ten times a second, but its last bytes always", "[facts]") {
    Desk desk;
    desk.reporter.begin("cargo-x", "cargo");
    desk.reporter.total("cargo-x", 100);
    for (int times = 0; times < 99; ++times) {
        desk.now += 10ms;
        desk.reporter.advance("cargo-x", 1);
    }
    desk.reporter.advance("cargo-x", 1);
    desk.reporter.phase("cargo-x", transfer::Phase::unpacking, "");
    desk.reporter.end("cargo-x");
    const auto events = desk.events();
    REQUIRE(events.size() == 1 + 9 + 1 + 1);
    CHECK(events.front().at("bytes") == 0);
    const boost::json::object& last = events[events.size() - 2];
    CHECK(last.at("event") == "download");
    CHECK(last.at("component") == "cargo");
    CHECK(last.at("bytes") == 100);
    CHECK(last.at("total_bytes") == 100);
    CHECK(events.back().at("event") == "unpack");
}

TEST_CASE("a component that begins again begins at nothing", "[facts]") {
    Desk desk;
    desk.reporter.begin("a", "cargo");
    desk.reporter.advance("a", 5);
    desk.reporter.begin("a", "cargo");
    desk.now += 1s;
    desk.reporter.resume("a", 2);
    desk.reporter.end("a");
    const auto events = desk.events();
    REQUIRE(events.size() == 2);
    CHECK(events.back().at("bytes") == 2);
    CHECK_FALSE(events.back().contains("total_bytes"));
}

TEST_CASE("a wait names the process, unless it cannot be seen", "[facts]") {
    Desk desk;
    desk.reporter.wait("'clippy' of stable", {4711, "rustup update"});
    desk.reporter.wait("the settings", {});
    const auto events = desk.events();
    CHECK(events[0].at("for") == "'clippy' of stable");
    CHECK(events[0].at("pid") == 4711);
    CHECK(events[0].at("command") == "rustup update");
    CHECK_FALSE(events[1].contains("pid"));
    CHECK(desk.logged.empty());
}

TEST_CASE("a long plan is several events, each short enough for a pipe", "[facts]") {
    Desk desk;
    desk.reporter.plan("stable", {});
    desk.reporter.plan("stable", std::vector<std::string>(70, "rust-std-x86_64-unknown-none"));
    const auto events = desk.events();
    REQUIRE(events.size() == 1 + 3);
    CHECK(events[0].at("components").as_array().empty());
    CHECK(events[3].at("components").as_array().size() == 10);
}

TEST_CASE("a change reaches its commit and then settles; texts go to the log", "[facts]") {
    Desk desk;
    desk.reporter.info("hello");
    desk.reporter.reach("stable", toolchain::Reporter::Milestone::committed);
    desk.reporter.reach("stable", toolchain::Reporter::Milestone::settling);
    desk.stream.send(log_event("info: hello\n"));
    desk.stream.send_last(done_event(130));
    CHECK(desk.logged == "info: hello\n");
    CHECK(desk.names() == std::vector<std::string>{"commit", "settle", "log", "done"});
}
