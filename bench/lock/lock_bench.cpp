// What a range costs, and how long a freed one takes to its waiter. Build it in Release.
//
//   bench_lock [ROUNDS]      rounds of each hand-over, 200 if not said

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/wait.hpp"
#include "support/lock_holder.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using lock::Key;
using lock::LockFile;
using lock::LockSet;
using lock::Mode;
using test::Child;

namespace {

const Key kKey = Key::unpack("clippy");

/// Of the clock that all processes share.
long long now_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// Of sorted values.
double quantile_us(const std::vector<long long>& nanoseconds, double share) {
    const auto last = static_cast<double>(nanoseconds.size() - 1);
    return static_cast<double>(nanoseconds[static_cast<std::size_t>(share * last)]) / 1000.0;
}

void print_row(const std::string& what, std::vector<long long> nanoseconds) {
    std::sort(nanoseconds.begin(), nanoseconds.end());
    std::printf("%-52s %10.1f %10.1f %8zu\n", what.c_str(), quantile_us(nanoseconds, 0.5),
                quantile_us(nanoseconds, 0.99), nanoseconds.size());
    std::fflush(stdout);
}

/// Open, lock, unlock, close: what a proxy or an installer pays for a set of its own.
std::vector<long long> time_sets(const LockFile& file, int rounds) {
    std::vector<long long> times;
    for (int i = 0; i < rounds; ++i) {
        const long long start = now_nanoseconds();
        if (!LockSet::try_acquire(file, kKey, Mode::exclusive)) throw Error(Errc::busy, "busy");
        times.push_back(now_nanoseconds() - start);
    }
    return times;
}

/// Lock and unlock on a description that is open.
std::vector<long long> time_ranges(const LockFile& file, int rounds) {
    auto set = LockSet::try_acquire(file, Key::settings(), Mode::exclusive);
    if (!set) throw Error(Errc::busy, "busy");
    std::vector<long long> times;
    for (int i = 0; i < rounds; ++i) {
        const long long start = now_nanoseconds();
        if (!set->try_add(kKey, Mode::exclusive)) throw Error(Errc::busy, "busy");
        set->release(kKey);
        times.push_back(now_nanoseconds() - start);
    }
    return times;
}

void measure_cost(const LockFile& file, int others, int rounds) {
    std::vector<Key> keys;
    for (int i = 0; i < others; ++i) keys.push_back(Key::use("home/t", std::to_string(i)));
    const auto held = LockSet::try_acquire(file, keys, Mode::shared);
    const std::string beside = ", beside " + std::to_string(others) + " other ranges";
    print_row("acquire and release" + beside, time_ranges(file, rounds));
    print_row("the same with open and close" + beside, time_sets(file, rounds));
}

Child start_ready_holder(const LockFile& file) {
    Child holder = test::start_holder(file.path(), "exclusive try", {"unpack:clippy"});
    holder.wait_for_word("held");
    return holder;
}

Child start_ready_waiter(const LockFile& file) {
    Child waiter = test::start_holder(file.path(), "exclusive wait", {"unpack:clippy"});
    const auto waits = [&waiter](const lock::Holder& holder) {
        return holder.process == waiter.pid() && holder.waiting;
    };
    for (;;) {
        const auto holders = find_holders(file, kKey);
        if (std::any_of(holders.begin(), holders.end(), waits)) break;
    }
    ::usleep(2000);  // From its mark into the system call, and to sleep.
    return waiter;
}

/// Makes the holder let go. Does not wait for it, so that a loop's thread may call it.
long long let_go(Child& holder, bool kill) {
    const long long now = now_nanoseconds();
    if (kill) {
        holder.kill(SIGKILL);
    } else {
        holder.say("release 0");
    }
    return now;
}

/// When it did: by its own word, or when it was killed.
long long time_of_release(Child& holder, bool kill, long long told) {
    return kill ? told : std::stoll(holder.wait_for_word("released "));
}

void measure_processes(const LockFile& file, bool kill, int rounds) {
    std::vector<long long> times;
    for (int i = 0; i < rounds; ++i) {
        Child holder = start_ready_holder(file);
        Child waiter = start_ready_waiter(file);
        const long long told = let_go(holder, kill);
        const long long held = std::stoll(waiter.wait_for_word("held "));
        times.push_back(held - time_of_release(holder, kill, told));
    }
    print_row(kill ? "hand-over to a process when the holder is killed"
                   : "hand-over to a process when the holder lets go",
              times);
}

task::awaitable<long long> take(task::Workers& workers, LockFile file) {
    task::Waiting waiting;
    const LockSet set =
        co_await task::acquire(workers, file, kKey, Mode::exclusive, std::move(waiting));
    co_return now_nanoseconds();
}

task::awaitable<long long> let_go_later(Child& holder, bool kill) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                    std::chrono::milliseconds(3));
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return let_go(holder, kill);
}

task::awaitable<int> hand_over(task::Workers& workers, LockFile file, bool kill, long long& time) {
    Child holder = start_ready_holder(file);
    std::vector<task::awaitable<long long>> tasks;
    tasks.push_back(take(workers, file));
    tasks.push_back(let_go_later(holder, kill));
    const auto clock = co_await task::all(std::move(tasks));
    time = clock[0] - time_of_release(holder, kill, clock[1]);
    co_return 0;
}

void measure_tasks(const LockFile& file, bool kill, int rounds) {
    task::Loop loop(2);
    std::vector<long long> times;
    for (int i = 0; i < rounds; ++i) {
        long long time = 0;
        loop.run(hand_over(loop.workers(), file, kill, time));
        times.push_back(time);
    }
    print_row(kill ? "hand-over to a task of a loop when the holder is killed"
                   : "hand-over to a task of a loop when the holder lets go",
              times);
}

}  // namespace

int main(int count, char** words) {
    try {
        const int rounds = count > 1 ? std::stoi(words[1]) : 200;
        const test::TempDir folder;
        const LockFile file(folder / "latchkey/locks");
        std::printf("%-52s %10s %10s %8s\n", "", "median us", "p99 us", "rounds");
        for (const int others : {0, 100, 1000, 10'000}) {
            measure_cost(file, others, others < 10'000 ? 20'000 : 2000);
        }
        for (const bool kill : {false, true}) {
            measure_processes(file, kill, rounds);
            measure_tasks(file, kill, rounds);
        }
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
