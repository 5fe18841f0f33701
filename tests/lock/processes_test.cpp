// What only real processes can show: death, inheritance, hand-over.

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <sstream>

#include "latchkey/base/permit_mint.hpp"
#include "lock/lock_home.hpp"
#include "support/emulated.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using lock::Key;
using lock::LockFile;
using lock::LockSet;
using lock::Mode;
using test::Child;
using test::kClippy;
using test::kRustc;
using test::start_holder;
using Home = test::LockHome;

namespace {

long long now_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// Is it inside the call that sleeps until a range is free? Source: proc(5), /proc/[pid]/syscall.
bool sleeps_for_range(pid_t process) {
    std::istringstream file(platform::load_file("/proc/" + std::to_string(process) + "/syscall"));
    long number = -1;
    std::string descriptor, command;
    file >> number >> descriptor >> command;
    // Under an emulator the number is the host's.
    const bool is_fcntl = number == SYS_fcntl || test::kEmulated;
    return is_fcntl && !command.empty() && std::stoul(command, nullptr, 16) == F_OFD_SETLKW;
}

}  // namespace

TEST_CASE("a writer in another process keeps out writers and readers of its key only",
          "[lock][process]") {
    const Home home;
    Child writer = home.hold("exclusive try", {"unpack:clippy"});
    CHECK_FALSE(home.can_take(kClippy, Mode::exclusive));
    CHECK_FALSE(home.can_take(kClippy, Mode::shared));
    CHECK(home.can_take(Key::unpack("rust-src"), Mode::exclusive));
    CHECK(home.can_take(Key::pin("clippy"), Mode::exclusive));
    writer.say("quit");
    CHECK(writer.wait().exit_code == 0);
    CHECK(home.can_take(kClippy, Mode::exclusive));
}

TEST_CASE("who waited on a lock file that was moved away holds its range in the new one",
          "[lock][process]") {
    const Home home;
    Child writer = home.hold("exclusive try", {"unpack:clippy"});
    Child waiter = home.wait_for("exclusive wait", "unpack:clippy", kClippy);
    platform::rename_path(home.file.path(), home.folder / "gone");
    writer.say("quit");
    waiter.wait_for_word("held");
    CHECK_FALSE(home.can_take(kClippy, Mode::shared));
    CHECK(LockSet::try_acquire(LockFile(home.folder / "gone"), kClippy, Mode::exclusive));
}

TEST_CASE("readers in many processes share and keep a writer out", "[lock][process]") {
    const Home home;
    std::vector<Child> readers;
    for (int i = 0; i < 4; ++i) readers.push_back(home.hold("shared try", {"use:home/t/rustc"}));
    CHECK(home.can_take(kRustc, Mode::shared));
    CHECK_FALSE(home.can_take(kRustc, Mode::exclusive));
    readers.clear();
    CHECK(home.can_take(kRustc, Mode::exclusive));
}

TEST_CASE("a process that finds one of its keys busy keeps none", "[lock][process]") {
    const Home home;
    const auto mine = LockSet::try_acquire(home.file, kClippy, Mode::shared);
    Child other = start_holder(home.file.path(), "exclusive try",
                               {"unpack:first", "unpack:clippy", "unpack:last"});
    CHECK(other.wait_for_line() == "busy");
    CHECK(home.can_take(Key::unpack("first"), Mode::exclusive));
}

TEST_CASE("a child releases one key and keeps the rest", "[lock][process]") {
    const Home home;
    Child child = home.hold("exclusive try", {"unpack:clippy", "unpack:rust-src"});
    child.say("release 0");
    child.wait_for_word("released");
    CHECK(home.can_take(kClippy, Mode::exclusive));
    CHECK_FALSE(home.can_take(Key::unpack("rust-src"), Mode::exclusive));
}

TEST_CASE("kill -9 of the holder frees its ranges, and the waiter gets them in milliseconds",
          "[lock][process]") {
    const Home home;
    const auto kill_one = [&home] {
        Child holder = home.hold("exclusive try", {"unpack:clippy"});
        Child waiter = home.wait_for("exclusive wait", "unpack:clippy", kClippy);
        const long long killed = now_nanoseconds();
        holder.kill(SIGKILL);
        const long long held = std::stoll(waiter.wait_for_word("held "));
        CHECK(holder.wait().signal == SIGKILL);
        return static_cast<double>(held - killed) / 1e6;
    };
    CHECK(test::calmest_median(10.0, kill_one) < 10.0);
}

TEST_CASE("a released range wakes its waiter, which does not poll", "[lock][process]") {
    const Home home;
    Child holder = home.hold("exclusive try", {"unpack:clippy"});
    Child waiter = home.wait_for("exclusive wait", "unpack:clippy", kClippy);
    // One that polls is never seen in there.
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!sleeps_for_range(waiter.pid())) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        ::usleep(200);
    }
    CHECK_FALSE(waiter.has_line());
    holder.say("release 0");
    const long long released = std::stoll(holder.wait_for_word("released "));
    const long long held = std::stoll(waiter.wait_for_word("held "));
    CHECK(held >= released);
}

TEST_CASE("of many waiters each gets the range in its turn", "[lock][process]") {
    const Home home;
    Child holder = home.hold("exclusive try", {"unpack:clippy"});
    std::vector<Child> waiters;
    for (int i = 0; i < 6; ++i) {
        waiters.push_back(home.wait_for("exclusive wait", "unpack:clippy", kClippy));
    }
    holder.say("quit");
    for (std::size_t served = 0; served < 6; ++served) {
        std::size_t holding = 0;
        Child* current = nullptr;
        while (current == nullptr) {
            for (Child& waiter : waiters) {
                if (waiter.pid() > 0 && waiter.has_line()) current = &waiter;
            }
        }
        for (Child& waiter : waiters) holding += waiter.pid() > 0 && waiter.has_line() ? 1 : 0;
        CHECK(holding == 1);
        current->wait_for_word("held");
        current->say("quit");
        CHECK(current->wait().exit_code == 0);
    }
    CHECK(home.can_take(kClippy, Mode::exclusive));
}

TEST_CASE("a child that inherits the descriptor keeps the range until it ends too",
          "[lock][process]") {
    const Home home;
    Child holder = home.hold("shared try", {"use:home/t/rustc"});
    holder.say("leave keep");
    pid_t child = 0;
    for (int line = 0; line < 2; ++line) {  // From two processes, so in any order.
        const std::string text = holder.wait_for_line();
        if (text.starts_with("child ")) child = std::stoi(text.substr(6));
    }
    holder.kill(SIGKILL);
    CHECK(holder.wait().signal == SIGKILL);
    CHECK_FALSE(home.can_take(kRustc, Mode::exclusive));
    const auto found = find_holders(home.file, kRustc);
    REQUIRE(found.size() == 1);
    CHECK(found[0].process == child);
    if (!test::kEmulated) CHECK(found[0].command_line == "lingering --linger");
    ::kill(child, SIGKILL);
    CHECK_NOTHROW(LockSet::acquire(PermitMint::wait_thread(), home.file, Key::unpack("free"),
                                   Mode::exclusive));
    const long long end = now_nanoseconds() + 5'000'000'000LL;
    while (!home.can_take(kRustc, Mode::exclusive) && now_nanoseconds() < end) {
    }
    CHECK(home.can_take(kRustc, Mode::exclusive));
}

TEST_CASE("a child to which the descriptor is closed at exec keeps nothing", "[lock][process]") {
    const Home home;
    Child holder = home.hold("shared try", {"use:home/t/rustc"});
    holder.say("leave close");
    pid_t child = 0;
    for (int line = 0; line < 2; ++line) {
        const std::string text = holder.wait_for_line();
        if (text.starts_with("child ")) child = std::stoi(text.substr(6));
    }
    CHECK_FALSE(home.can_take(kRustc, Mode::exclusive));
    holder.kill(SIGKILL);
    holder.wait();
    CHECK(home.can_take(kRustc, Mode::exclusive));
    CHECK(::kill(child, 0) == 0);  // It lives.
    ::kill(child, SIGKILL);
}

TEST_CASE("processes that make the lock file at once have the same one, also without hard links",
          "[lock][process]") {
    if (test::kEmulated) return;
    const std::vector<std::string> before =
        GENERATE(std::vector<std::string>{}, std::vector<std::string>{"--refuse-links", "1"});
    for (int round = 0; round < 8; ++round) {
        const Home home;
        std::vector<Child> children;
        for (int i = 0; i < 6; ++i) {
            children.push_back(start_holder(home.file.path(),
                                            i % 2 == 0 ? "exclusive try" : "shared try",
                                            {"use:home/t/" + std::to_string(i)}, before));
        }
        for (Child& child : children) child.wait_for_word("held ");
        CHECK(platform::load_file(home.file.path()) == "latchkey locks 2\n");
        CHECK(platform::load_file(home.file.readers_path()) == "latchkey locks 2\n");
        CHECK(platform::list_directory(home.folder / "latchkey").size() == 2);
        for (int i = 0; i < 6; ++i) {
            CHECK_FALSE(home.can_take(Key::use("home/t", std::to_string(i)), Mode::exclusive));
        }
    }
}
