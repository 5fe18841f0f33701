#include "latchkey/task/workers.hpp"

#include <pthread.h>

#include <atomic>
#include <barrier>
#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "latchkey/base/error.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using task::Loop;
using test::run;

namespace {

/// While it lives, every new thread would need a stack that no address space has.
class NoMoreThreads {
public:
    NoMoreThreads() {
        ::pthread_getattr_default_np(&usual_);
        pthread_attr_t enormous = usual_;
        ::pthread_attr_setstacksize(&enormous, std::size_t{1} << 46);
        ::pthread_setattr_default_np(&enormous);
    }
    NoMoreThreads(const NoMoreThreads&) = delete;
    NoMoreThreads& operator=(const NoMoreThreads&) = delete;
    ~NoMoreThreads() { ::pthread_setattr_default_np(&usual_); }

private:
    pthread_attr_t usual_{};
};

struct Threads {
    std::thread::id before;
    std::thread::id job;
    std::thread::id after;
};

awaitable<Threads> note_threads(task::Workers& workers) {
    Threads threads;
    threads.before = std::this_thread::get_id();
    auto job = [](const OnWorker&) { return std::this_thread::get_id(); };
    threads.job = co_await task::offload(workers, job);
    threads.after = std::this_thread::get_id();
    co_return threads;
}

awaitable<std::string> offload_text(task::Workers& workers, std::string text) {
    auto job = [text](const OnWorker&) { return text + "!"; };
    co_return co_await task::offload(workers, std::move(job));
}

awaitable<std::unique_ptr<int>> offload_pointer(task::Workers& workers) {
    auto owned = std::make_unique<int>(41);
    auto job = [owned = std::move(owned)](const OnWorker&) {
        return std::make_unique<int>(*owned + 1);
    };
    co_return co_await task::offload(workers, std::move(job));
}

awaitable<void> offload_failure(task::Workers& workers, std::thread::id& caught_on) {
    auto job = [](const OnWorker&) { throw Error(Errc::corrupt, "bad bytes"); };
    try {
        co_await task::offload(workers, job);
    } catch (const Error&) {
        caught_on = std::this_thread::get_id();
        throw;
    }
}

/// Ends 20 ms after it was told to stop.
awaitable<int> stop_slowly(task::Workers& workers, std::atomic<bool>& began,
                           std::atomic<bool>& ended) {
    auto job = [&began, &ended](const OnWorker& on) {
        began = true;
        while (!on.stopped()) std::this_thread::yield();
        std::this_thread::sleep_for(20ms);
        ended = true;
        on.check();
        return 1;
    };
    co_return co_await task::offload(workers, job);
}

awaitable<int> ignore_cancellation(task::Workers& workers, std::atomic<bool>& began) {
    auto job = [&began](const OnWorker& on) {
        began = true;
        while (!on.stopped()) std::this_thread::yield();
        return 7;
    };
    co_return co_await task::offload(workers, job);
}

awaitable<void> stop_when(std::atomic<bool>& began) {
    while (!began) co_await test::pause_for(100us);
    throw test::Stop{};
}

awaitable<void> offload_counting(task::Workers& workers, std::atomic<int>& count) {
    auto job = [&count](const OnWorker&) { ++count; };
    co_await task::offload(workers, job);
}

awaitable<void> block_until(task::Workers& workers, std::atomic<bool>& released) {
    auto job = [&released](const OnWorker&) {
        while (!released) std::this_thread::yield();
    };
    co_await task::offload(workers, job);
}

awaitable<void> release_after(std::chrono::milliseconds time, std::atomic<bool>& released) {
    co_await test::pause_for(time);
    released = true;
}

awaitable<void> stream_until(task::Workers& workers, std::atomic<bool>& released,
                             std::atomic<int>& running) {
    auto job = [&released, &running](const OnWorker& on) {
        ++running;
        while (!released) {
            on.check();
            std::this_thread::yield();
        }
    };
    co_await task::offload_stream(workers, job);
}

awaitable<void> release_by_pool(task::Workers& workers, std::atomic<bool>& released,
                                std::atomic<int>& running) {
    auto job = [&released, &running](const OnWorker&) {
        while (running < 8) std::this_thread::yield();
        released = true;
    };
    co_await task::offload(workers, job);
}

/// How many threads one job had at the same time.
awaitable<std::size_t> count_lent_threads(task::Workers& workers) {
    auto job = [](const OnWorker& on) {
        std::barrier all_here(2);
        std::atomic<std::size_t> threads = 0;
        on.spread(1, [&](const OnWorker&) {
            // Two that are there at once prove that they are two.
            if (++threads <= 2) all_here.arrive_and_wait();
        });
        return threads.load();
    };
    co_return co_await task::offload(workers, std::move(job));
}

awaitable<void> fail_on_lent_threads(task::Workers& workers) {
    auto job = [](const OnWorker& on) {
        on.spread(1, [](const OnWorker&) { throw Error(Errc::io, "the disk is gone"); });
    };
    co_await task::offload(workers, std::move(job));
}

}  // namespace

TEST_CASE("a job is lent more threads, and has them back before it goes on", "[workers]") {
    Loop loop(1);
    CHECK(run(loop, count_lent_threads(loop.workers())) >= 2);
    CHECK_THROWS_WITH(run(loop, fail_on_lent_threads(loop.workers())), "the disk is gone");
}

TEST_CASE("a job runs on a worker and its task goes on on the loop", "[workers]") {
    Loop loop(2);
    const Threads threads = run(loop, note_threads(loop.workers()));
    CHECK(threads.before == std::this_thread::get_id());
    CHECK(threads.after == std::this_thread::get_id());
    CHECK(threads.job != std::this_thread::get_id());
}

TEST_CASE("a job's value comes back, also one that can only be moved", "[workers]") {
    Loop loop(1);
    CHECK(run(loop, offload_text(loop.workers(), std::string(100, 'x'))) ==
          std::string(100, 'x') + "!");
    CHECK(*run(loop, offload_pointer(loop.workers())) == 42);
}

TEST_CASE("what a job throws is thrown on the loop", "[workers]") {
    Loop loop(1);
    std::thread::id caught_on;
    CHECK_THROWS_WITH(run(loop, offload_failure(loop.workers(), caught_on)), "bad bytes");
    CHECK(caught_on == std::this_thread::get_id());
}

TEST_CASE("a cancelled task waits until its worker has noticed", "[workers]") {
    Loop loop(1);
    std::atomic<bool> began = false;
    std::atomic<bool> ended = false;
    CHECK_THROWS_AS(
        run(loop, task::first_of(stop_slowly(loop.workers(), began, ended), test::stop_after(5ms))),
        test::Stop);
    CHECK(began == ended);
}

TEST_CASE("a job that ends in spite of its cancellation has its value kept", "[workers]") {
    Loop loop(1);
    std::atomic<bool> began = false;
    CHECK(run(loop, task::first_of(ignore_cancellation(loop.workers(), began), stop_when(began))) ==
          7);
}

TEST_CASE("a job that was cancelled in the queue does not begin", "[workers]") {
    Loop loop(1);
    std::atomic<bool> released = false;
    std::atomic<int> count = 0;
    std::vector<awaitable<void>> counting;
    for (int i = 0; i < 10; ++i) counting.push_back(offload_counting(loop.workers(), count));
    std::vector<awaitable<void>> tasks;
    tasks.push_back(block_until(loop.workers(), released));
    tasks.push_back(release_after(20ms, released));
    tasks.push_back(task::first_of(task::all(std::move(counting)), test::stop_after(2ms)));
    CHECK_THROWS_AS(run(loop, task::all(std::move(tasks))), test::Stop);
    CHECK(count == 0);
}

TEST_CASE("streams have threads of their own, so the pool goes on", "[workers]") {
    Loop loop(1);
    std::atomic<bool> released = false;
    std::atomic<int> running = 0;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(stream_until(loop.workers(), released, running));
    tasks.push_back(release_by_pool(loop.workers(), released, running));
    run(loop, task::all(std::move(tasks)));
    CHECK(running == 8);
}

TEST_CASE("when there is no thread for a stream, its task says so", "[workers]") {
    Loop loop(2);
    std::atomic<bool> released = true;
    std::atomic<int> running = 0;
    {
        const NoMoreThreads none;
        CHECK_THROWS_AS(run(loop, stream_until(loop.workers(), released, running)), Error);
    }
    CHECK(running == 0);
    run(loop, stream_until(loop.workers(), released, running));  // And the loop still works.
    CHECK(running == 1);
}

TEST_CASE("when there is no thread for the pool, its task says so", "[workers]") {
    Loop loop(4);
    {
        const NoMoreThreads none;
        CHECK_THROWS_WITH(run(loop, offload_text(loop.workers(), "a")),
                          Catch::StartsWith("start a thread: "));
    }
    CHECK(run(loop, offload_text(loop.workers(), "a")) == "a!");
}

TEST_CASE("one thread does the work of the pool where there are no more", "[workers]") {
    Loop loop(4);
    std::atomic<int> count = 0;
    run(loop, offload_counting(loop.workers(), count));
    const NoMoreThreads none;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 1000; ++i) tasks.push_back(offload_counting(loop.workers(), count));
    run(loop, task::all(std::move(tasks)));
    CHECK(count == 1001);
}

TEST_CASE("jobs that come one after another need one thread", "[workers]") {
    Loop loop(16);
    std::set<std::thread::id> threads;
    for (int i = 0; i < 100; ++i) threads.insert(run(loop, note_threads(loop.workers())).job);
    CHECK(threads.size() == 1);
}

TEST_CASE("ten thousand jobs all come back", "[workers]") {
    Loop loop(4);
    std::atomic<int> count = 0;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 10'000; ++i) tasks.push_back(offload_counting(loop.workers(), count));
    run(loop, task::all(std::move(tasks)));
    CHECK(count == 10'000);
}
