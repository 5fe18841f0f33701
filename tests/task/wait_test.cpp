#include "latchkey/task/wait.hpp"

#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <random>

#include "latchkey/base/error.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/task/workers.hpp"
#include "support/emulated.hpp"
#include "support/lock_holder.hpp"
#include "support/temp_dir.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using lock::Key;
using lock::LockFile;
using lock::LockSet;
using lock::Mode;
using task::awaitable;
using task::Loop;
using task::Waiting;
using test::Child;
using test::run;

namespace {

const Key kClippy = Key::unpack("clippy");

struct Home {
    test::TempDir folder;
    LockFile file{folder / "latchkey/locks"};

    Child hold(const std::string& key) const {
        Child child = test::start_holder(file.path(), "exclusive try", {key});
        child.wait_for_word("held");
        return child;
    }
    std::size_t count_ranges() const {
        const auto status = platform::find_target_status(file.path());
        return status ? platform::find_held_ranges(status->device, status->inode).size() : 0;
    }
};

std::size_t count_threads() {
    return platform::list_directory("/proc/self/task").size();
}

/// So that the pool has its thread: it starts with the first job.
awaitable<void> start_pool(task::Workers& workers) {
    auto job = [](const OnWorker&) {};
    co_await task::offload(workers, job);
}

long long now_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

awaitable<long long> take(task::Workers& workers, LockFile file, Key key) {
    Waiting waiting;
    const LockSet set =
        co_await task::acquire(workers, file, key, Mode::exclusive, std::move(waiting));
    co_return set.holds(key, Mode::exclusive) ? now_nanoseconds() : 0;
}

awaitable<void> take_briefly(task::Workers& workers, LockFile file, Key key, int& inside,
                             int& served) {
    Waiting waiting;
    const LockSet set =
        co_await task::acquire(workers, file, key, Mode::exclusive, std::move(waiting));
    CHECK(++inside == 1);
    co_await test::pause_for(1ms);
    --inside;
    ++served;
}

awaitable<void> take_quietly(task::Workers& workers, LockFile file, Key key) {
    co_await take(workers, file, key);
}

awaitable<LockSet> take_with(task::Workers& workers, LockFile file, Key key, Waiting waiting) {
    co_return co_await task::acquire(workers, file, key, Mode::exclusive, std::move(waiting));
}

awaitable<long long> kill_after(Child& child, std::chrono::milliseconds time) {
    co_await test::pause_for(time);
    const long long now = now_nanoseconds();
    child.kill(SIGKILL);
    co_return now;
}

awaitable<long long> say_after(Child& child, std::string line, std::chrono::milliseconds time) {
    co_await test::pause_for(time);
    child.say(line);
    co_return 0;
}

awaitable<void> release_after(std::optional<LockSet>& set, std::chrono::microseconds time) {
    co_await test::pause_for(time);
    set.reset();
}

awaitable<void> stop_soon(awaitable<void> task, std::chrono::microseconds time, int& stopped) {
    try {
        co_await task::first_of(std::move(task), test::stop_after(time));
    } catch (const test::Stop&) {
        ++stopped;
    }
}

}  // namespace

TEST_CASE("a free range is taken without a thread", "[wait]") {
    const Home home;
    Loop loop(1);
    const std::size_t before = count_threads();
    CHECK(run(loop, take(loop.workers(), home.file, kClippy)) > 0);
    CHECK(count_threads() == before);
    CHECK(home.count_ranges() == 0);
}

TEST_CASE("a range whose holder is killed reaches the waiting task in milliseconds", "[wait]") {
    const Home home;
    Loop loop(1);
    const auto kill_one = [&home, &loop] {
        Child holder = home.hold("unpack:clippy");
        std::vector<awaitable<long long>> tasks;
        tasks.push_back(take(loop.workers(), home.file, kClippy));
        tasks.push_back(kill_after(holder, 10ms));
        const auto times = run(loop, task::all(std::move(tasks)));
        return static_cast<double>(times[0] - times[1]) / 1e6;
    };
    CHECK(test::calmest_median(10.0, kill_one) < 10.0);
    CHECK(home.count_ranges() == 0);
}

TEST_CASE("tasks of one process exclude each other through the kernel", "[wait]") {
    const Home home;
    Loop loop(2);
    int inside = 0;
    int served = 0;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 20; ++i) {
        tasks.push_back(take_briefly(loop.workers(), home.file, kClippy, inside, served));
    }
    run(loop, task::all(std::move(tasks)));
    CHECK(served == 20);
    CHECK(home.count_ranges() == 0);
}

TEST_CASE("a wait can be cancelled a thousand times: promptly, and nothing is left", "[wait]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const Home home;
    Loop loop(1);
    auto holder = LockSet::try_acquire(home.file, kClippy, Mode::exclusive);
    REQUIRE(holder);
    run(loop, start_pool(loop.workers()));
    const std::size_t threads_before = count_threads();
    std::vector<double> milliseconds;
    for (int round = 0; round < 1000; ++round) {
        // From "the thread has not yet begun" to "it sleeps in the kernel".
        const std::chrono::microseconds time(random() % 200);
        int stopped = 0;
        const long long start = now_nanoseconds();
        run(loop, stop_soon(take_quietly(loop.workers(), home.file, kClippy), time, stopped));
        milliseconds.push_back(static_cast<double>(now_nanoseconds() - start) / 1e6);
        REQUIRE(stopped == 1);
    }
    CHECK(count_threads() == threads_before);
    CHECK(home.count_ranges() == 1);
    std::sort(milliseconds.begin(), milliseconds.end());
    INFO("median " << milliseconds[500] << " ms, slowest " << milliseconds.back() << " ms");
    CHECK(milliseconds[500] < 100.0);
    CHECK(milliseconds.back() < 5000.0);
}

TEST_CASE("a hundred waits are cancelled at once", "[wait]") {
    const Home home;
    Loop loop(1);
    auto holder = LockSet::try_acquire(home.file, kClippy, Mode::exclusive);
    int stopped = 0;
    std::vector<awaitable<void>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(take_quietly(loop.workers(), home.file, kClippy));
    run(loop, stop_soon(task::all(std::move(tasks)), 20ms, stopped));
    CHECK(stopped == 1);
    CHECK(home.count_ranges() == 1);
}

TEST_CASE("a range that is freed while its waiter is cancelled is held by nobody or by it",
          "[wait]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const Home home;
    Loop loop(1);
    int stopped = 0;
    for (int round = 0; round < 500; ++round) {
        auto holder = LockSet::try_acquire(home.file, kClippy, Mode::exclusive);
        REQUIRE(holder);
        const std::chrono::microseconds time(300 + random() % 100);
        std::vector<awaitable<void>> tasks;
        tasks.push_back(release_after(holder, time));
        tasks.push_back(stop_soon(take_quietly(loop.workers(), home.file, kClippy),
                                  std::chrono::microseconds(300 + random() % 100), stopped));
        run(loop, task::all(std::move(tasks)));
        REQUIRE(home.count_ranges() == 0);
    }
    INFO(stopped << " of 500 were stopped");
    CHECK(stopped < 500);
}

TEST_CASE("patience that runs out is Errc::busy and names the holder", "[wait]") {
    const Home home;
    Loop loop(1);
    const Child holder = home.hold("unpack:clippy");
    Waiting waiting;
    waiting.patience = 1s;
    int notices = 0;
    waiting.notice = [&notices](const lock::Blocker&) { ++notices; };
    const auto start = std::chrono::steady_clock::now();
    try {
        const LockSet set = run(loop, take_with(loop.workers(), home.file, kClippy, waiting));
        FAIL("it was taken");
    } catch (const Error& e) {
        CHECK(e.code() == Errc::busy);
        const std::string command = test::kEmulated ? "qemu-" : "latchkey_lock_holder";
        CHECK_THAT(e.what(),
                   Catch::StartsWith("gave up after 1 s of waiting") &&
                       Catch::Contains("pid " + std::to_string(holder.pid()) + ": " + command));
    }
    const auto time = std::chrono::steady_clock::now() - start;
    CHECK(time >= 1s);
    CHECK(time < 5s);
    CHECK(home.count_ranges() == 1);
}

TEST_CASE("after a second the waiter is told once who is in the way, and once that it is over",
          "[wait]") {
    const Home home;
    Loop loop(1);
    Child holder = home.hold("unpack:clippy");
    std::vector<std::string> notices;
    int resumed = 0;
    Waiting waiting;
    waiting.patience = std::chrono::seconds::max();  // As good as for ever.
    waiting.notice = [&notices](const lock::Blocker& blocker) { notices.push_back(str(blocker)); };
    waiting.resumed = [&resumed] { ++resumed; };
    int blocked = 0;
    waiting.blocked = [&] {
        ++blocked;
        CHECK(notices.empty());
    };
    const std::string name = str(lock::find_blocker(home.file, kClippy));
    std::optional<LockSet> set;
    const auto start = std::chrono::steady_clock::now();
    std::vector<awaitable<long long>> tasks;
    tasks.push_back(say_after(holder, "quit", 2300ms));
    struct Take {
        static awaitable<long long> into(std::optional<LockSet>& result, awaitable<LockSet> taken) {
            result.emplace(co_await std::move(taken));
            co_return 0;
        }
    };
    tasks.push_back(Take::into(set, take_with(loop.workers(), home.file, kClippy, waiting)));
    run(loop, task::all(std::move(tasks)));
    CHECK(std::chrono::steady_clock::now() - start >= 2300ms);
    CHECK(blocked == 1);
    CHECK(notices == std::vector<std::string>{name});
    CHECK_THAT(name, Catch::StartsWith("pid " + std::to_string(holder.pid())));
    CHECK(resumed == 1);
    REQUIRE(set);
    CHECK(set->holds(kClippy, Mode::exclusive));
}

TEST_CASE("waiting for another task of this process is no news and ends no patience", "[wait]") {
    const Home home;
    Loop loop(1);
    auto holder = LockSet::try_acquire(home.file, kClippy, Mode::exclusive);
    int notices = 0;
    Waiting waiting;
    waiting.patience = 1s;
    waiting.notice = [&notices](const lock::Blocker&) { ++notices; };
    struct Drop {
        static awaitable<void> set(awaitable<LockSet> taken) {
            const LockSet dropped = co_await std::move(taken);
        }
    };
    std::vector<awaitable<void>> tasks;
    tasks.push_back(release_after(holder, 2500ms));
    tasks.push_back(Drop::set(take_with(loop.workers(), home.file, kClippy, waiting)));
    run(loop, task::all(std::move(tasks)));
    CHECK(notices == 0);
}

TEST_CASE("a wake signal that our parent blocked still ends a wait", "[wait]") {
    const Home home;
    Loop loop(1);
    auto holder = LockSet::try_acquire(home.file, kClippy, Mode::exclusive);
    sigset_t blocked;
    sigset_t usual;
    sigfillset(&blocked);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &usual);
    int stopped = 0;
    run(loop, stop_soon(take_quietly(loop.workers(), home.file, kClippy), 5ms, stopped));
    ::pthread_sigmask(SIG_SETMASK, &usual, nullptr);
    CHECK(stopped == 1);
}

TEST_CASE("a lock file that cannot be is the waiting task's error", "[wait]") {
    const Home home;
    home.folder.write("file", "in the way");
    Loop loop(1);
    const LockFile file(home.folder / "file/locks");
    CHECK_THROWS_WITH(run(loop, take(loop.workers(), file, kClippy)), Catch::Contains(file.path()));
}
