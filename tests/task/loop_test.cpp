#include "latchkey/task/loop.hpp"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/lock/holder.hpp"
#include "support/child.hpp"
#include "support/lock_holder.hpp"
#include "support/temp_dir.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using test::Child;
using test::ChildEnd;
using test::ChildOptions;

namespace {

Child start(const std::vector<std::string>& words, const std::vector<int>& ignored = {}) {
    ChildOptions options;
    options.arguments = words;
    options.ignored_signals = ignored;
    return Child(LATCHKEY_LOOP_PROGRAM, options);
}

Child start_ready(const std::vector<std::string>& words, const std::vector<int>& ignored = {}) {
    Child child = start(words, ignored);
    child.wait_for_word("ready");
    return child;
}

test::awaitable<int> return_code(int code) {
    co_await test::pause_for(1ms);
    co_return code;
}

test::awaitable<int> fail() {
    co_await test::pause_for(1ms);
    throw Error(Errc::corrupt, "bad bytes");
}

}  // namespace

TEST_CASE("a loop gives its main task's exit code or failure, time after time", "[loop]") {
    task::Loop loop(0);  // At least one worker.
    CHECK(loop.run(return_code(3)).exit_code == 3);
    CHECK_THROWS_WITH(loop.run(fail()), "bad bytes");
    const task::Ending ending = loop.run(return_code(0));
    CHECK(ending.exit_code == 0);
    CHECK_FALSE(ending.signal);
}

TEST_CASE("SIGINT, SIGTERM and SIGHUP cancel the main task, and the program dies by them",
          "[loop][process]") {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        for (const std::string how : {"timer", "worker"}) {
            CAPTURE(number, how);
            Child child = start_ready({how});
            child.kill(number);
            CHECK(child.wait_for_word("stopped by ") == std::to_string(number));
            const ChildEnd end = child.wait();
            CHECK(end.signal == number);
            CHECK_FALSE(end.exit_code);
        }
    }
}

TEST_CASE("an Error that comes of a signal does not hide it", "[loop][process]") {
    Child child = start_ready({"fail"});
    child.kill(SIGTERM);
    CHECK(child.wait().signal == SIGTERM);
}

TEST_CASE("a signal ends a wait for a range and leaves no mark", "[loop][process]") {
    const test::TempDir folder;
    const lock::LockFile file(folder / "latchkey/locks");
    Child holder = test::start_holder(file.path(), "exclusive try", {"unpack:clippy"});
    holder.wait_for_word("held");
    Child child = start({"lock", file.path()});
    const lock::Key key = lock::Key::unpack("clippy");
    while (find_holders(file, key).size() < 2) ::usleep(500);
    child.kill(SIGINT);
    CHECK(child.wait().signal == SIGINT);
    const auto left = find_holders(file, key);
    REQUIRE(left.size() == 1);
    CHECK(left[0].process == holder.pid());
}

TEST_CASE("a hangup is ignored where it was ignored when we were started", "[loop][process]") {
    Child child = start_ready({"timer"}, {SIGHUP});
    child.kill(SIGHUP);
    child.kill(SIGHUP);
    child.kill(SIGTERM);
    CHECK(child.wait_for_line() == "stopped by " + std::to_string(SIGTERM));
    CHECK(child.wait().signal == SIGTERM);
}

TEST_CASE("a second signal ends at once what the first could not", "[loop][process]") {
    Child child = start_ready({"stubborn"});
    child.kill(SIGINT);
    child.wait_for_word("told to stop");
    child.kill(SIGTERM);
    CHECK(child.wait(5s).signal == SIGTERM);
    CHECK(child.output().empty());
}

TEST_CASE("a main task that finishes all the same has its exit code", "[loop][process]") {
    Child child = start_ready({"late"});
    child.kill(SIGINT);
    const ChildEnd end = child.wait();
    CHECK(end.exit_code == 4);
}

TEST_CASE("without a signal, the program ends as its task does", "[loop][process]") {
    CHECK(start({"finish"}).wait().exit_code == 3);
    Child child = start({"throw"});
    CHECK(child.wait().exit_code == 1);
    CHECK(child.output() == "disk full\n");
}

TEST_CASE("a signal after the loop has run does what it does by default", "[loop]") {
    task::Loop loop(1);
    loop.run(return_code(0));
    struct sigaction action {};
    REQUIRE(::sigaction(SIGTERM, nullptr, &action) == 0);
    CHECK(action.sa_handler == SIG_DFL);
}
