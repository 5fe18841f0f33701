#include "held_reporter.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"

using namespace latchkey;
using namespace latchkey::cli;
using toolchain::Reporter;
using Strings = std::vector<std::string>;

namespace {

/// Writes down everything, in its order.
struct Log final : Reporter {
    Strings all;
    bool ordered = true;

    void info(const std::string& text) override { all.push_back("info " + text); }
    void warn(const std::string& text) override { all.push_back("warn " + text); }
    void debug(const std::string& text) override { all.push_back("debug " + text); }
    void wait(const std::string& what, const lock::Blocker& blocker) override {
        all.push_back("wait " + what + " " + lock::str(blocker));
    }
    void plan(const std::string& toolchain, const Strings& components) override {
        all.push_back("plan " + toolchain + " " + join(components, " "));
    }
    void reach(const std::string& toolchain, Milestone milestone) override {
        all.push_back((milestone == Milestone::committed ? "committed " : "settling ") + toolchain);
    }
    [[nodiscard]] bool keeps_order() const override { return ordered; }
    void begin(const std::string& id, const std::string& name) override {
        all.push_back("begin " + id + " " + name);
    }
    void total(const std::string& id, std::uint64_t bytes) override {
        all.push_back("total " + id + " " + std::to_string(bytes));
    }
    void resume(const std::string& id, std::uint64_t bytes) override {
        all.push_back("resume " + id + " " + std::to_string(bytes));
    }
    void advance(const std::string& id, std::uint64_t bytes) override {
        all.push_back("advance " + id + " " + std::to_string(bytes));
    }
    void phase(const std::string& id, transfer::Phase, const std::string& text) override {
        all.push_back("phase " + id + " " + text);
    }
    void end(const std::string& id) override { all.push_back("end " + id); }
};

void tell_everything(Reporter& to) {
    to.info("1");
    to.warn("2");
    to.debug("3");
    to.wait("4", {});
    to.plan("5", {"a", "b"});
    to.reach("6", Reporter::Milestone::committed);
    to.begin("7", "cargo");
    to.total("7", 10);
    to.resume("7", 2);
    to.advance("7", 8);
    to.phase("7", transfer::Phase::unpacking, "now");
    to.end("7");
}

const Strings kEverything = {
    "info 1",     "warn 2",      "debug 3",       "wait 4 a process that cannot be seen from here",
    "plan 5 a b", "committed 6", "begin 7 cargo", "total 7 10",
    "resume 7 2", "advance 7 8", "phase 7 now",   "end 7"};

}  // namespace

TEST_CASE("what is held is told in its order when it is released, once", "[cli]") {
    Log log;
    HeldReporter held(log);
    tell_everything(held);
    CHECK(log.all.empty());
    held.release();
    CHECK(log.all == kEverything);
    held.release();
    CHECK(log.all.size() == kEverything.size());
}

TEST_CASE("after its release a reporter holds nothing", "[cli]") {
    Log log;
    HeldReporter held(log);
    held.release();
    tell_everything(held);
    CHECK(log.all == kEverything);
}

TEST_CASE("nothing is held from one who needs no order", "[cli]") {
    Log log;
    log.ordered = false;
    HeldReporter held(log);
    tell_everything(held);
    CHECK(log.all == kEverything);
}
