#include "latchkey/task/notice.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/task/group.hpp"
#include "support/error_text.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using task::Loop;
using task::Notice;
using Clock = std::chrono::steady_clock;

namespace {

awaitable<void> wait_for(Notice& changed, const int& value, int wanted, std::string& story) {
    while (value < wanted) co_await changed.wait();
    story += std::to_string(wanted);
}

awaitable<void> count_to(Notice& changed, int& value, int last, std::string& story) {
    while (value < last) {
        co_await test::pause_for(1ms);
        ++value;
        story += "+";
        changed.tell();
    }
}

awaitable<void> fail_soon() {
    co_await test::pause_for(1ms);
    throw Error(Errc::io, "disk full");
}

awaitable<void> wait_and_tell(Notice& changed, std::string& story) {
    try {
        co_await changed.wait();
    } catch (...) {
        story += "cancelled";
        throw;
    }
}

}  // namespace

TEST_CASE("everybody who waits is told, and looks for himself", "[notice]") {
    Loop loop(1);
    Notice changed;
    int value = 0;
    std::string story;
    std::vector<awaitable<void>> tasks;
    for (const int wanted : {2, 1, 3}) tasks.push_back(wait_for(changed, value, wanted, story));
    tasks.push_back(count_to(changed, value, 3, story));
    test::run(loop, task::all(std::move(tasks)));
    CHECK(story == "+1+2+3");
}

TEST_CASE("nobody has to be there to be told", "[notice]") {
    Loop loop(1);
    Notice changed;
    changed.tell();
    const auto start = Clock::now();
    test::run(loop, changed.wait_until(start + 20ms));
    CHECK(Clock::now() - start >= 20ms);  // It was lost.
}

TEST_CASE("a wait may have an end", "[notice]") {
    Loop loop(1);
    Notice changed;
    const auto start = Clock::now();
    test::run(loop, changed.wait_until(start + 5ms));
    CHECK(Clock::now() - start >= 5ms);
    test::run(loop, changed.wait_until(start));  // Over already.
}

TEST_CASE("who waits for ever can be cancelled", "[notice]") {
    Loop loop(1);
    Notice changed;
    std::string story;
    std::vector<awaitable<void>> tasks;
    tasks.push_back(wait_and_tell(changed, story));
    tasks.push_back(fail_soon());
    CHECK(test::error_text([&] { test::run(loop, task::all(std::move(tasks))); }) == "disk full");
    CHECK(story == "cancelled");
    changed.tell();  // Nobody stands in the line any more.
}

TEST_CASE("who waits outlives the notice, and ends when he is cancelled", "[notice]") {
    Loop loop(1);
    auto changed = std::make_unique<Notice>();
    std::string story;
    std::vector<awaitable<void>> tasks;
    tasks.push_back(wait_and_tell(*changed, story));
    tasks.push_back([](std::unique_ptr<Notice>& notice) -> awaitable<void> {
        notice.reset();
        co_await fail_soon();
    }(changed));
    CHECK(test::error_text([&] { test::run(loop, task::all(std::move(tasks))); }) == "disk full");
    CHECK(story == "cancelled");
}
