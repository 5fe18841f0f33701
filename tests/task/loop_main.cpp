// A program as its `main` should be, for the tests of `Loop`: how it waits is its first word.
//
//   timer              waits for a timer
//   worker             waits for a worker that notices its cancellation
//   stubborn           waits for a worker that does not
//   lock FILE          waits for the range `unpack:clippy`
//   finish             ends with exit code 3
//   throw              ends with an Error
//   late               is cancelled and finishes with exit code 4 all the same
//   fail               is cancelled and throws an Error

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>
#include <string>
#include <thread>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/wait.hpp"

using namespace latchkey;
using task::awaitable;

namespace {

void say(const std::string& line) {
    std::cout << line << std::endl;
}

awaitable<void> wait_for_timer() {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                    std::chrono::minutes(1));
    say("ready");
    co_await timer.async_wait(boost::asio::use_awaitable);
}

awaitable<void> wait_for_worker(task::Workers& workers, bool stubborn) {
    auto job = [stubborn](const OnWorker& on) {
        say("ready");
        for (int i = 0; i < 60'000; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (on.stopped() && i >= 0) {
                if (!stubborn) break;
                say("told to stop");
                i = -60'000;
            }
        }
        say("worker ends");
        on.check();
    };
    co_await task::offload(workers, job);
}

awaitable<void> wait_for_lock(task::Workers& workers, lock::LockFile file) {
    task::Waiting waiting;
    const lock::Key key = lock::Key::unpack("clippy");
    const lock::LockSet set =
        co_await task::acquire(workers, file, key, lock::Mode::exclusive, std::move(waiting));
}

awaitable<int> finish_late() {
    bool cancelled = false;
    try {
        co_await wait_for_timer();
    } catch (const std::exception&) {
        cancelled = true;
    }
    co_return cancelled ? 4 : 0;
}

awaitable<int> run(task::Workers& workers, std::vector<std::string> words) {
    const std::string how = words.at(0);
    if (how == "late") co_return co_await finish_late();
    if (how == "fail") {
        co_await finish_late();
        throw Error(Errc::unreachable, "connection closed");
    }
    if (how == "throw") throw Error(Errc::io, "disk full");
    std::vector<awaitable<void>> tasks;  // As deep as a real program's.
    if (how == "timer") tasks.push_back(wait_for_timer());
    if (how == "worker" || how == "stubborn") {
        tasks.push_back(wait_for_worker(workers, how == "stubborn"));
    }
    if (how == "lock") {
        tasks.push_back(wait_for_lock(workers, lock::LockFile(words.at(1))));
    }
    co_await task::all(std::move(tasks));
    co_return 3;
}

}  // namespace

int main(int count, char** words) {
    try {
        task::Loop loop(2);
        const task::Ending ending =
            loop.run(run(loop.workers(), std::vector<std::string>(words + 1, words + count)));
        if (ending.signal) {
            say("stopped by " + std::to_string(*ending.signal));
            platform::die_by_signal(*ending.signal);
        }
        return ending.exit_code;
    } catch (const Error& e) {
        say(e.what());
        return 1;
    }
}
