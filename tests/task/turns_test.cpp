#include "latchkey/task/turns.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/file.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::Turns;

namespace {

OnWorker worker() {
    return PermitMint::worker(std::stop_token());
}

template <typename Condition>
bool within_seconds(const Condition& condition) {
    for (int i = 0; i < 10000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
    return condition();
}

/// A stream on a thread of its own: takes turns, block by block, until it is told to end.
struct Stream {
    Stream(const Turns& turns, std::uint64_t weight)
        : thread([this, &turns, weight](const std::stop_token& stop) {
              id = ::gettid();
              const OnWorker on = PermitMint::worker(stop);
              Turns::Turn turn(turns, weight);
              try {
                  for (;;) {
                      on.check();
                      turn.take(on);
                      ++blocks;
                      std::this_thread::sleep_for(200us);
                  }
              } catch (const boost::system::system_error& error) {
                  cancelled = test::is_cancellation(error);
              }
          }) {}

    /// Does it sleep until another thread wakes it? Source: proc(5), /proc/[pid]/task/[tid]/syscall.
    [[nodiscard]] bool waits() const {
        const std::string path = "/proc/self/task/" + std::to_string(id.load()) + "/syscall";
        return platform::load_file(path).starts_with(std::to_string(SYS_futex) + " ");
    }

    std::atomic<bool> cancelled = false;
    std::atomic<int> blocks = 0;
    std::atomic<pid_t> id = 0;
    std::jthread thread;  // Last: it uses the others.
};

}  // namespace

TEST_CASE("the heavier streams have the turns, block after block", "[turns]") {
    const Turns turns(2);
    Stream light(turns, 1);
    REQUIRE(within_seconds([&] { return light.blocks > 0; }));
    Stream heavy(turns, 9);
    Stream middle(turns, 5);
    REQUIRE(within_seconds([&] { return heavy.blocks > 0 && middle.blocks > 0; }));
    const int before = light.blocks;  // It may still be at the one that it has begun.
    const int others = heavy.blocks + middle.blocks;
    REQUIRE(within_seconds([&] { return heavy.blocks + middle.blocks > others + 50; }));
    CHECK(light.blocks - before <= 1);
    heavy.thread.request_stop();
    CHECK(within_seconds([&] { return light.blocks > before + 5; }));
}

TEST_CASE("no more streams than there are turns are at work", "[turns]") {
    const Turns turns(2);
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t weight = 0; weight < 6; ++weight) {
            threads.emplace_back([&, weight] {
                for (int i = 0; i < 100; ++i) {
                    Turns::Turn turn(turns, weight % 3);
                    turn.take(worker());
                    const int inside = ++now;
                    for (int seen = most; inside > seen;) most.compare_exchange_weak(seen, inside);
                    std::this_thread::sleep_for(20us);
                    --now;
                    turn.rest();
                }
            });
        }
    }
    CHECK(most == 2);
}

TEST_CASE("who rests lets the next one in, however light", "[turns]") {
    const Turns turns(1);
    Turns::Turn heavy(turns, 9);
    heavy.take(worker());
    Stream light(turns, 1);
    REQUIRE(within_seconds([&] { return light.id != 0 && light.waits(); }));
    CHECK(light.blocks == 0);
    heavy.rest();
    CHECK(within_seconds([&] { return light.blocks > 3; }));
}

TEST_CASE("a turn ends with its owner", "[turns]") {
    const Turns turns(1);
    {
        Turns::Turn first(turns, 1);
        first.take(worker());
    }
    Turns::Turn second(turns, 1);
    second.take(worker());
}

TEST_CASE("a stream that is cancelled stops waiting and keeps nobody from the turn", "[turns]") {
    const Turns turns(1);
    Turns::Turn holder(turns, 5);
    holder.take(worker());
    Stream heavy(turns, 9);
    Stream light(turns, 1);
    REQUIRE(within_seconds([&] { return heavy.id != 0 && heavy.waits(); }));
    REQUIRE(within_seconds([&] { return light.id != 0 && light.waits(); }));
    heavy.thread.request_stop();
    REQUIRE(within_seconds([&] { return heavy.cancelled.load(); }));
    holder.take(worker());  // Nobody heavier waits any more.
    CHECK(light.blocks == 0);
    holder.rest();
    CHECK(within_seconds([&] { return light.blocks > 3; }));
}

TEST_CASE("a turn that is free is had without waiting, unless a heavier stream waits", "[turns]") {
    const Turns turns(1);
    Turns::Turn middle(turns, 5);
    Turns::Turn light(turns, 1);
    CHECK(middle.try_take());
    CHECK(middle.try_take());
    CHECK_FALSE(light.try_take());
    Stream heavy(turns, 9);
    REQUIRE(within_seconds([&] { return heavy.id != 0 && heavy.waits(); }));
    CHECK(middle.try_take());  // It has one, and is not asked for it.
    middle.rest();
    CHECK_FALSE(light.try_take());
    heavy.thread.request_stop();
    heavy.thread.join();
    CHECK(light.try_take());
}
