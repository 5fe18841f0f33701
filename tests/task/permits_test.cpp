#include "latchkey/task/permits.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "latchkey/base/error.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using task::Loop;
using task::Permits;
using test::run;

namespace {

struct Use {
    int now = 0;
    int most = 0;
    std::vector<std::uint64_t> order;
};

awaitable<void> work(Permits& permits, std::uint64_t weight, std::chrono::microseconds time,
                     Use& use) {
    const Permits::Permit permit = co_await permits.acquire(weight);
    use.order.push_back(weight);
    use.most = std::max(use.most, ++use.now);
    try {
        co_await test::pause_for(time);
    } catch (...) {
        --use.now;
        throw;
    }
    --use.now;
}

awaitable<void> fail_with_permit(Permits& permits) {
    const Permits::Permit permit = co_await permits.acquire(1);
    throw Error(Errc::io, "disk full");
}

awaitable<void> cancel_soon(awaitable<void> task, std::chrono::microseconds time) {
    try {
        co_await task::first_of(std::move(task), test::stop_after(time));
    } catch (const test::Stop&) {
    }
}

/// Gives a permit back and, in the same breath of the loop, stops the one that gets it.
awaitable<void> give_and_stop(Permits& permits) {
    {
        const Permits::Permit permit = co_await permits.acquire(1);
        co_await test::pause_for(2ms);
    }
    throw test::Stop{};
}

awaitable<void> take(Permits& permits) {
    const Permits::Permit permit = co_await permits.acquire(1);
    co_await test::pause_for_ever();
}

awaitable<void> take_all(Permits& permits, std::size_t count) {
    std::vector<Permits::Permit> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(co_await permits.acquire(1));
}

awaitable<void> add_later(Permits& permits, std::size_t count) {
    co_await test::pause_for(2ms);
    permits.add(count);
}

}  // namespace

TEST_CASE("permits that are added are there for good", "[permits]") {
    Loop loop(1);
    Permits permits(1);
    Use use;
    std::vector<awaitable<void>> tasks;
    for (std::uint64_t i = 0; i < 9; ++i) tasks.push_back(work(permits, i, 5ms, use));
    tasks.push_back(add_later(permits, 2));
    run(loop, task::all(std::move(tasks)));
    CHECK(use.most == 3);
    run(loop, task::with_deadline(take_all(permits, 3), 5s));
}

TEST_CASE("permits that are removed are not given again", "[permits]") {
    Loop loop(1);
    Permits permits(4);
    Use use;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 12; ++i) tasks.push_back(work(permits, 0, 1ms, use));
    run(loop, task::all(std::move(tasks)));
    CHECK(use.most == 4);
    permits.remove(3);
    use = {};
    tasks.clear();
    for (int i = 0; i < 6; ++i) tasks.push_back(work(permits, 0, 1ms, use));
    run(loop, task::all(std::move(tasks)));
    CHECK(use.most == 1);
    CHECK(use.order.size() == 6);
}

namespace {

awaitable<void> remove_meanwhile(Permits& permits, Use& use) {
    co_await test::pause_for(1ms);
    CHECK(use.now == 3);
    permits.remove(2);
}

}  // namespace

TEST_CASE("permits that are had when they are removed are had to the end", "[permits]") {
    Loop loop(1);
    Permits permits(3);
    Use use;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(work(permits, 0, 20ms, use));
    tasks.push_back(remove_meanwhile(permits, use));
    run(loop, task::all(std::move(tasks)));
    CHECK(use.order.size() == 3);
    use = {};
    tasks.clear();
    for (int i = 0; i < 4; ++i) tasks.push_back(work(permits, 0, 1ms, use));
    run(loop, task::all(std::move(tasks)));
    CHECK(use.most == 1);
}

TEST_CASE("no more tasks run than there are permits", "[permits]") {
    Loop loop(1);
    Permits permits(3);
    Use use;
    std::vector<awaitable<void>> tasks;
    for (std::uint64_t i = 0; i < 30; ++i) tasks.push_back(work(permits, i, 500us, use));
    run(loop, task::all(std::move(tasks)));
    CHECK(use.most == 3);
    CHECK(use.order.size() == 30);
}

TEST_CASE("the heaviest waiting task gets the next permit, and equals take turns", "[permits]") {
    Loop loop(1);
    Permits permits(1);
    Use use;
    std::vector<awaitable<void>> tasks;
    for (const std::uint64_t weight : {1, 5, 9, 2, 7}) {
        tasks.push_back(work(permits, weight, 1ms, use));
    }
    run(loop, task::all(std::move(tasks)));
    CHECK(use.order == std::vector<std::uint64_t>{1, 9, 7, 5, 2});  // 1 came when it was free.
}

TEST_CASE("a task that throws gives its permit back", "[permits]") {
    Loop loop(1);
    Permits permits(1);
    CHECK_THROWS_AS(run(loop, fail_with_permit(permits)), Error);
    run(loop, take_all(permits, 1));
}

TEST_CASE("a task that is cancelled while it works or waits gives its permit back", "[permits]") {
    Loop loop(1);
    Permits permits(1);
    Use use;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 3; ++i) {
        tasks.push_back(cancel_soon(work(permits, 1, std::chrono::hours(1), use), 2ms));
    }
    run(loop, task::all(std::move(tasks)));
    CHECK(use.now == 0);
    run(loop, take_all(permits, 1));
}

TEST_CASE("a permit that is granted to a task which is being cancelled is not lost", "[permits]") {
    Loop loop(1);
    Permits permits(1);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(give_and_stop(permits));
    tasks.push_back(take(permits));
    CHECK_THROWS_AS(run(loop, task::all(std::move(tasks))), test::Stop);
    run(loop, take_all(permits, 1));
}

TEST_CASE("whatever is cancelled whenever, all permits are there in the end", "[permits]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Loop loop(1);
    Permits permits(4);
    Use use;
    std::uniform_int_distribution<int> microseconds(0, 3000);
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 500; ++i) {
        tasks.push_back(cancel_soon(
            work(permits, random() % 10, std::chrono::microseconds(microseconds(random)), use),
            std::chrono::microseconds(20 * microseconds(random))));
    }
    run(loop, task::all(std::move(tasks)));
    CHECK(use.most <= 4);
    CHECK(use.now == 0);
    run(loop, task::with_deadline(take_all(permits, 4), 5s));
}

TEST_CASE("a permit outlives its Permits", "[permits]") {
    Loop loop(1);
    auto permits = std::make_unique<Permits>(1);
    auto permit = run(loop, permits->acquire(1));
    permits.reset();
}
