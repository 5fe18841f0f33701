#include "latchkey/task/wait.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/task/group.hpp"
#include "outside_call.hpp"
#include "start_thread.hpp"

namespace latchkey::task {
namespace {

namespace asio = boost::asio;

/// What wakes a thread from F_OFD_SETLKW. Its handler does nothing: the call must end with EINTR.
int wake_signal() {
    return SIGRTMIN;
}

void install_wake_handler() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(wake_signal(), &action, nullptr);  // No SA_RESTART.
}

/// Whoever started us may have blocked it, and threads inherit that.
void unblock_wake_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, wake_signal());
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

/// One wait in the kernel: its thread, and how to end it.
struct KernelWait {
    std::thread thread;
    std::stop_source stop;
    std::atomic<bool> answered{false};
    std::optional<lock::LockSet> set;
    std::exception_ptr error;

    void run(const lock::LockFile& file, const lock::Key& key, lock::Mode mode) noexcept {
        try {
            unblock_wake_signal();
            set.emplace(
                lock::LockSet::acquire(PermitMint::wait_thread(stop.get_token()), file, key, mode));
        } catch (...) {
            error = std::current_exception();
        }
        answered.store(true);
    }
};

/// Signals until the thread has answered: a signal that lands just before the system call is lost.
void wake_until_answered(std::shared_ptr<KernelWait> wait,
                         std::shared_ptr<asio::steady_timer> timer) {
    if (wait->answered.load()) return;
    ::pthread_kill(wait->thread.native_handle(), wake_signal());
    timer->expires_after(std::chrono::milliseconds(1));
    timer->async_wait(
        [wait, timer](boost::system::error_code) { wake_until_answered(wait, timer); });
}

awaitable<lock::LockSet> wait_in_kernel(lock::LockFile file, lock::Key key, lock::Mode mode) {
    const auto executor = co_await asio::this_coro::executor;
    auto wait = std::make_shared<KernelWait>();
    std::function<void(Finished)> start = [wait, file, key, mode](Finished finished) {
        install_wake_handler();
        wait->thread =
            start_thread([wait, file, key, mode, finished = std::move(finished)]() mutable {
                wait->run(file, key, mode);
                wait.reset();
                finished();
            });
    };
    std::function<void()> cancel = [wait, executor] {
        if (!wait->stop.request_stop()) return;  // Cancelled twice.
        wake_until_answered(wait, std::make_shared<asio::steady_timer>(executor));
    };
    co_await await_outside_call(std::move(start), std::move(cancel));
    wait->thread.join();
    if (wait->error) std::rethrow_exception(wait->error);
    co_return std::move(*wait->set);
}

/// What a look at the lock file finds.
struct Sight {
    bool own;  ///< Another task of this process holds the range.
    lock::Blocker blocker;
};

/// Says after a second who is in the way, and gives up when patience is over. Both are about other
/// processes: another task of ours is not news, and ends without us giving up.
awaitable<void> watch(Workers& workers, lock::LockFile file, lock::Key key, const Waiting& waiting,
                      bool& noticed) {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::seconds kNoticeAfter{1};
    constexpr std::chrono::hours kForEver{24 * 365 * 10};
    const bool bounded = waiting.patience.count() > 0 && waiting.patience < kForEver;
    const auto start = Clock::now();
    auto notice_at = start + kNoticeAfter;
    auto give_up_at = bounded ? start + waiting.patience : Clock::time_point::max();
    asio::steady_timer timer(co_await asio::this_coro::executor);
    auto look = [file, key](const OnWorker&) {
        return Sight{lock::held_by_this_process(file, key), lock::find_blocker(file, key)};
    };
    for (;;) {
        const auto due = noticed ? give_up_at : std::min(notice_at, give_up_at);
        timer.expires_at(due);
        co_await timer.async_wait(asio::use_awaitable);
        const Sight sight = co_await offload(workers, look);
        if (sight.own) {
            notice_at = Clock::now() + kNoticeAfter;
            if (due == give_up_at) give_up_at = Clock::now() + waiting.patience;
        } else if (due == give_up_at) {
            throw Error(Errc::busy, "gave up after " + std::to_string(waiting.patience.count()) +
                                        " s of waiting (LATCHKEY_LOCK_TIMEOUT): held by " +
                                        lock::str(sight.blocker));
        } else {
            noticed = true;
            if (waiting.notice) waiting.notice(sight.blocker);
        }
    }
}

}  // namespace

awaitable<lock::LockSet> acquire(Workers& workers, lock::LockFile file, lock::Key key,
                                 lock::Mode mode, Waiting waiting) {
    auto free = lock::LockSet::try_acquire(file, key, mode);
    if (free) co_return std::move(*free);
    if (waiting.blocked) waiting.blocked();
    bool noticed = false;
    lock::LockSet set = co_await first_of(wait_in_kernel(file, key, mode),
                                          watch(workers, file, key, waiting, noticed));
    if (noticed && waiting.resumed) waiting.resumed();
    co_return set;
}

}  // namespace latchkey::task
