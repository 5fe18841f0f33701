#include "latchkey/screen/log.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::screen;

namespace {

std::chrono::system_clock::time_point some_time() {
    using namespace std::chrono;
    return system_clock::time_point(sys_days(year(2026) / 1 / 2)) + 3h + 4min + 5s + 678901us;
}

/// What a log of this setup prints, a line a level.
std::string all_levels(LogSetup setup) {
    std::string printed;
    Log log([&printed](std::string_view line) { printed += line; }, std::move(setup), some_time);
    log.error("e");
    log.warn("w");
    log.info("i");
    log.debug("d");
    log.trace("t");
    return printed;
}

LogSetup set_up(std::map<std::string, std::string> variables, bool verbose = false,
                bool quiet = false) {
    return log_setup(platform::Environment(std::move(variables)), false, verbose, quiet, {});
}

std::string reported(const Error& error, ErrorForm form) {
    std::string printed;
    LogSetup setup;
    setup.error_form = form;
    Log log([&printed](std::string_view line) { printed += line; }, setup);
    log.report(error);
    return printed;
}

}  // namespace

TEST_CASE("the options decide on the levels", "[screen]") {
    CHECK(all_levels(set_up({})) == "error: e\nwarn: w\ninfo: i\n");
    CHECK(all_levels(set_up({}, false, true)) == "error: e\nwarn: w\n");
    CHECK(all_levels(set_up({}, true, false)) == "error: e\nwarn: w\ninfo: i\ndebug: d\n");
}

TEST_CASE("a text of several lines is printed as it is", "[screen]") {
    std::string printed;
    Log log([&printed](std::string_view line) { printed += line; }, {});
    log.info("one\ntwo");
    CHECK(printed == "info: one\ntwo\n");
}

TEST_CASE("what a message quotes is not obeyed, in any form of line", "[screen]") {
    for (const bool timed : {false, true}) {
        std::string printed;
        LogSetup setup;
        setup.color = true;
        if (timed) setup.filter = LogFilter::parse("info");
        Log log([&printed](std::string_view line) { printed = line; }, setup, some_time);
        log.info(
            "from '\033]0;title\x07\r\xC2\x9B"
            "2J\x7F'\n\tand on");
        CHECK(printed.ends_with(" from '?]0;title???2J?'\n\tand on\n"));
        CHECK(printed.find("\033[") != std::string::npos);  // The level's own colour.
        log.report(Error(Errc::corrupt, "\033[2Jbad").in("worse\b"));
        CHECK(printed.ends_with(" worse?: ?[2Jbad\n"));
    }
}

TEST_CASE("level words are coloured as rustup's", "[screen]") {
    LogSetup setup = set_up({{"RUSTUP_TERM_COLOR", "always"}});
    setup.level = Level::trace;
    CHECK(all_levels(setup) ==
          "\033[1m\033[31merror:\033[0m e\n\033[1m\033[33mwarn:\033[0m w\n\033[1minfo:\033[0m i\n"
          "\033[1m\033[35mdebug:\033[0m d\n\033[1m\033[34mtrace:\033[0m t\n");
}

TEST_CASE("RUSTUP_LOG gives lines a time and a target, and the options lose their effect",
          "[screen]") {
    const std::string info = "2026-01-02T03:04:05.678901Z  INFO rustup::cli: i\n";
    const std::string debug = "2026-01-02T03:04:05.678901Z DEBUG rustup::cli: d\n";
    const std::string warn = "2026-01-02T03:04:05.678901Z  WARN rustup::cli: w\n";
    const std::string error = "2026-01-02T03:04:05.678901Z ERROR rustup::cli: e\n";
    CHECK(all_levels(set_up({{"RUSTUP_LOG", "rustup=DEBUG"}}, false, true)) ==
          error + warn + info + debug);
    CHECK(all_levels(set_up({{"RUSTUP_LOG", "warn"}}, true)) == error + warn);
    CHECK(all_levels(set_up({{"RUSTUP_LOG", ""}})) == "error: e\nwarn: w\ninfo: i\n");
}

TEST_CASE("a line with a time has its own colours", "[screen]") {
    std::string printed;
    LogSetup setup = set_up({{"RUSTUP_LOG", "info"}, {"RUSTUP_TERM_COLOR", "always"}});
    Log log([&printed](std::string_view line) { printed += line; }, setup, some_time);
    log.info("i");
    CHECK(printed ==
          "\033[2m2026-01-02T03:04:05.678901Z\033[0m \033[32m INFO\033[0m "
          "\033[2mrustup::cli\033[0m\033[2m:\033[0m i\n");
}

TEST_CASE("the longest target that fits decides", "[screen]") {
    const LogFilter filter =
        LogFilter::parse("warn,rustup::dist=trace,rustup=ERROR,rustup::net=off");
    CHECK(filter.passes(Level::warn, "other"));
    CHECK_FALSE(filter.passes(Level::info, "other"));
    CHECK(filter.passes(Level::trace, "rustup::dist::download"));
    CHECK(filter.passes(Level::error, "rustup::cli"));
    CHECK_FALSE(filter.passes(Level::warn, "rustup::cli"));
    CHECK_FALSE(filter.passes(Level::error, "rustup::net"));
}

TEST_CASE("directives about others keep us silent, none at all means info", "[screen]") {
    CHECK_FALSE(LogFilter::parse("foo=trace").passes(Level::error, "rustup::cli"));
    const LogFilter broken = LogFilter::parse("garbage=x=y");
    CHECK(broken.passes(Level::info, "rustup::cli"));
    CHECK_FALSE(broken.passes(Level::debug, "rustup::cli"));
    CHECK(broken.ignored() == std::vector<std::string>{"garbage=x=y"});
    CHECK(LogFilter::parse("[,info,a b=info,x[y]=debug,rustup::dist=5,x[y,rustup=loud").ignored() ==
          std::vector<std::string>{"[", "a b=info", "x[y", "rustup=loud"});
    CHECK(LogFilter::parse("rustup").passes(Level::trace, "rustup::cli"));
    CHECK(LogFilter::parse("4").passes(Level::debug, "x"));
}

TEST_CASE("an error is one line, or a report with numbered causes", "[screen]") {
    const Error alone(Errc::io, "inner");
    const Error twice = alone.in("middle");
    const Error thrice = twice.in("outer");
    CHECK(reported(thrice, ErrorForm::line) == "error: outer: middle: inner\n");
    CHECK(reported(thrice, ErrorForm::report) ==
          "error: outer\n\nCaused by:\n    0: middle\n    1: inner\n");
    CHECK(reported(twice, ErrorForm::report) == "error: middle\n\nCaused by:\n    inner\n");
    CHECK(reported(alone, ErrorForm::report) == "error: inner\n");
}

TEST_CASE("the lines of a cause are indented below it", "[screen]") {
    const Error parse(Errc::corrupt, "line 1\n  |\nbad\n");
    CHECK(error_text(parse.in("a"), ErrorForm::report) ==
          "a\n\nCaused by:\n    line 1\n      |\n    bad\n    ");
    CHECK(error_text(parse.in("b").in("a"), ErrorForm::report) ==
          "a\n\nCaused by:\n    0: b\n    1: line 1\n         |\n       bad\n       ");
}

TEST_CASE("a report is asked for by RUST_BACKTRACE or by -v anywhere", "[screen]") {
    const auto form = [](std::map<std::string, std::string> variables,
                         std::vector<std::string> arguments) {
        return error_form(platform::Environment(std::move(variables)), arguments);
    };
    CHECK(form({}, {"show"}) == ErrorForm::line);
    CHECK(form({}, {"show", "-v"}) == ErrorForm::report);
    CHECK(form({}, {"--verbose", "show"}) == ErrorForm::report);
    CHECK(form({{"RUST_BACKTRACE", "1"}}, {}) == ErrorForm::report);
    CHECK(form({{"RUST_BACKTRACE", "full"}}, {}) == ErrorForm::line);
    CHECK(form({{"RUST_BACKTRACE", "1"}, {"RUSTUP_NO_BACKTRACE", "1"}}, {"-v"}) == ErrorForm::line);
}
