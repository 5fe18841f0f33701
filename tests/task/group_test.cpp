#include "latchkey/task/group.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "latchkey/base/error.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using task::Loop;
using test::run;

namespace {

struct Events {
    int cancelled = 0;
    int finished = 0;
};

awaitable<std::unique_ptr<int>> make_later(int value, std::chrono::milliseconds time) {
    co_await test::pause_for(time);
    co_return std::make_unique<int>(value);
}

awaitable<int> return_at_once(int value) {
    co_return value;
}

awaitable<void> fail_at_once(std::string text) {
    throw Error(Errc::corrupt, text);
    co_return;
}

awaitable<void> fail_later(std::string text, std::chrono::milliseconds time) {
    co_await test::pause_for(time);
    throw Error(Errc::corrupt, text);
}

awaitable<void> note_cancellation(Events& events) {
    try {
        co_await test::pause_for_ever();
    } catch (const boost::system::system_error& e) {
        if (test::is_cancellation(e)) ++events.cancelled;
        throw;
    }
}

/// Fails when it is cancelled, and later than the others.
awaitable<void> fail_when_cancelled(Events& events) {
    bool cancelled = false;
    try {
        co_await test::pause_for_ever();
    } catch (const boost::system::system_error&) {
        cancelled = true;
    }
    if (cancelled) {
        co_await boost::asio::this_coro::reset_cancellation_state();
        co_await test::pause_for(5ms);
        ++events.finished;
        throw Error(Errc::io, "came second");
    }
}

awaitable<int> finish_in_spite_of_cancellation(Events& events) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    co_await test::pause_for(10ms);
    ++events.finished;
    co_return 5;
}

awaitable<void> return_void(Events& events) {
    co_await test::pause_for(1ms);
    ++events.finished;
}

template <typename T>
awaitable<T> fail_with(Errc code, std::string text) {
    throw Error(code, text);
    co_return T{};
}

Errc code_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& e) {
        return e.code();
    }
    return Errc::bug;
}

}  // namespace

TEST_CASE("results come in the order of the tasks, not of their ends", "[group]") {
    Loop loop(1);
    std::vector<awaitable<std::unique_ptr<int>>> tasks;
    tasks.push_back(make_later(1, 20ms));
    tasks.push_back(make_later(2, 1ms));
    tasks.push_back(make_later(3, 10ms));
    const auto results = run(loop, task::all(std::move(tasks)));
    REQUIRE(results.size() == 3);
    CHECK(*results[0] == 1);
    CHECK(*results[1] == 2);
    CHECK(*results[2] == 3);
}

TEST_CASE("tasks of a group run at once", "[group]") {
    Loop loop(1);
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 200; ++i) tasks.push_back(test::pause_for(20ms));
    const auto start = std::chrono::steady_clock::now();
    run(loop, task::all(std::move(tasks)));
    CHECK(std::chrono::steady_clock::now() - start < 2s);  // One after another: four.
}

TEST_CASE("a thousand tasks that never wait all give their results", "[group]") {
    Loop loop(1);
    std::vector<awaitable<int>> tasks;
    for (int i = 0; i < 1000; ++i) tasks.push_back(return_at_once(i));
    const auto results = run(loop, task::all(std::move(tasks)));
    REQUIRE(results.size() == 1000);
    for (int i = 0; i < 1000; ++i) REQUIRE(results[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("an empty group is done", "[group]") {
    Loop loop(1);
    run(loop, task::all(std::vector<awaitable<void>>{}));
    CHECK(run(loop, task::all(std::vector<awaitable<int>>{})).empty());
}

TEST_CASE("the first failure cancels the others, waits for them and is rethrown", "[group]") {
    Loop loop(1);
    Events events;
    std::vector<awaitable<void>> tasks;
    tasks.push_back(fail_when_cancelled(events));
    tasks.push_back(note_cancellation(events));
    tasks.push_back(fail_later("came first", 2ms));
    tasks.push_back(note_cancellation(events));
    CHECK_THROWS_WITH(run(loop, task::all(std::move(tasks))), "came first");
    CHECK(events.cancelled == 2);
    CHECK(events.finished == 1);
}

TEST_CASE("a task that fails before it ever waits cancels those that began before and after it",
          "[group]") {
    Loop loop(1);
    Events events;
    std::vector<awaitable<void>> tasks;
    tasks.push_back(note_cancellation(events));
    tasks.push_back(fail_at_once("at once"));
    tasks.push_back(note_cancellation(events));
    CHECK_THROWS_WITH(run(loop, task::all(std::move(tasks))), "at once");
    CHECK(events.cancelled == 2);
}

TEST_CASE("a failure loses no result that others made, and gives none away", "[group]") {
    Loop loop(1);
    std::vector<awaitable<int>> tasks;
    tasks.push_back(return_at_once(1));
    tasks.push_back(fail_with<int>(Errc::io, "disk full"));
    CHECK_THROWS_WITH(run(loop, task::all(std::move(tasks))), "disk full");
}

TEST_CASE("cancelling a group cancels each of its tasks, through groups of groups", "[group]") {
    Loop loop(1);
    Events events;
    std::vector<awaitable<void>> outer;
    for (int i = 0; i < 3; ++i) {
        std::vector<awaitable<void>> inner;
        for (int j = 0; j < 4; ++j) inner.push_back(note_cancellation(events));
        outer.push_back(task::all(std::move(inner)));
    }
    CHECK_THROWS_AS(run(loop, task::first_of(task::all(std::move(outer)), test::stop_after(2ms))),
                    test::Stop);
    CHECK(events.cancelled == 12);
}

TEST_CASE("the main task's value ends its watcher", "[group]") {
    Loop loop(1);
    Events events;
    CHECK(*run(loop, task::first_of(make_later(3, 1ms), note_cancellation(events))) == 3);
    CHECK(events.cancelled == 1);
}

TEST_CASE("a main task without a value has a watcher, too", "[group]") {
    Loop loop(1);
    Events events;
    run(loop, task::first_of(return_void(events), note_cancellation(events)));
    CHECK(events.finished == 1);
    CHECK(events.cancelled == 1);
    CHECK_THROWS_WITH(
        run(loop, task::first_of(note_cancellation(events), fail_later("watched", 1ms))),
        "watched");
    CHECK(events.cancelled == 2);
}

TEST_CASE("what the watcher throws cancels the main task and is rethrown", "[group]") {
    Loop loop(1);
    CHECK_THROWS_AS(run(loop, task::first_of(make_later(3, 10s), test::stop_after(1ms))),
                    test::Stop);
}

TEST_CASE("what the main task throws ends its watcher and is rethrown", "[group]") {
    Loop loop(1);
    Events events;
    CHECK_THROWS_WITH(
        run(loop, task::first_of(fail_with<int>(Errc::io, "disk full"), note_cancellation(events))),
        "disk full");
    CHECK(events.cancelled == 1);
}

TEST_CASE("a value that comes in spite of the watcher wins", "[group]") {
    Loop loop(1);
    Events events;
    CHECK(run(loop,
              task::first_of(finish_in_spite_of_cancellation(events), test::stop_after(1ms))) == 5);
    CHECK(events.finished == 1);
}

TEST_CASE("what is repeated is so from the beginning until the main task ends", "[group]") {
    Loop loop(1);
    int count = 0;
    auto act = [&count] { ++count; };
    CHECK(*run(loop, task::first_of(make_later(3, 30ms), task::repeat(1ms, act))) == 3);
    CHECK(count > 1);
    const int last = count;
    CHECK(*run(loop, task::first_of(make_later(4, 1ms), task::repeat(10s, act))) == 4);
    CHECK(count == last + 1);
}

TEST_CASE("a deadline that passes is an unreachable server", "[group]") {
    Loop loop(1);
    CHECK(*run(loop, task::with_deadline(make_later(4, 1ms), 10s)) == 4);
    CHECK(code_of([&] { run(loop, task::with_deadline(make_later(4, 10s), 2ms)); }) ==
          Errc::unreachable);
    Events events;
    CHECK_THROWS_WITH(run(loop, task::with_deadline(note_cancellation(events), 2ms)), "timed out");
    CHECK(events.cancelled == 1);
}

TEST_CASE("a cancellation passes a deadline as a cancellation", "[group]") {
    Loop loop(1);
    std::vector<awaitable<void>> tasks;
    Events events;
    tasks.push_back(task::with_deadline(note_cancellation(events), 10s));
    tasks.push_back(fail_later("elsewhere", 2ms));
    CHECK_THROWS_WITH(run(loop, task::all(std::move(tasks))), "elsewhere");
    CHECK(events.cancelled == 1);
}
