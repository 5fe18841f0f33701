#include "latchkey/task/wait.hpp"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <thread>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/task/group.hpp"

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

/// One wait in the kernel: its thread, and how to end it.
struct KernelWait {
    std::thread thread;
    std::stop_source stop;
    std::atomic<bool> answered{false};
    std::optional<lock::LockSet> set;
    std::exception_ptr error;
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
    auto wait = std::make_shared<KernelWait>();
    auto initiate = [wait, file, key, mode](auto handler) {
        using Handler = decltype(handler);
        auto shared = std::make_shared<Handler>(std::move(handler));
        auto slot = asio::get_associated_cancellation_slot(*shared);
        auto executor = asio::get_associated_executor(*shared);
        auto guard = asio::make_work_guard(executor);
        install_wake_handler();
        auto complete = [shared, wait, slot]() mutable {
            wait->thread.join();
            if (slot.is_connected()) slot.clear();
            Handler finished = std::move(*shared);
            shared.reset();
            finished();
        };
        wait->thread = std::thread(
            [wait, file, key, mode, executor, guard, complete = std::move(complete)]() mutable {
                try {
                    wait->set.emplace(lock::LockSet::acquire(
                        PermitMint::wait_thread(wait->stop.get_token()), file, key, mode));
                } catch (...) {
                    wait->error = std::current_exception();
                }
                wait->answered.store(true);
                wait.reset();
                asio::post(executor, std::move(complete));
            });
        if (slot.is_connected()) {
            slot.assign([wait, executor](asio::cancellation_type) {
                wait->stop.request_stop();
                wake_until_answered(wait, std::make_shared<asio::steady_timer>(executor));
            });
        }
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiate),
                                                                          asio::use_awaitable);
    if (wait->error) std::rethrow_exception(wait->error);
    co_return std::move(*wait->set);
}

/// Says after a second who is in the way, and gives up when patience is over.
awaitable<void> watch(Workers& workers, lock::LockFile file, lock::Key key, const Waiting& waiting,
                      bool& noticed) {
    constexpr std::chrono::seconds kNoticeAfter{1};
    const bool bounded = waiting.patience.count() > 0;
    const auto start = std::chrono::steady_clock::now();
    asio::steady_timer timer(co_await asio::this_coro::executor);
    auto describe = [file, key](const OnWorker&) { return lock::describe_holder(file, key); };
    if (!bounded || waiting.patience > kNoticeAfter) {
        timer.expires_at(start + kNoticeAfter);
        co_await timer.async_wait(asio::use_awaitable);
        const std::string holder = co_await offload(workers, describe);
        if (waiting.notice) waiting.notice(holder);
        noticed = true;
    }
    timer.expires_at(bounded ? start + waiting.patience : asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
    const std::string holder = co_await offload(workers, describe);
    throw Error(Errc::busy, "gave up after " + std::to_string(waiting.patience.count()) +
                                " s of waiting (LATCHKEY_LOCK_TIMEOUT): held by " + holder);
}

}  // namespace

awaitable<lock::LockSet> acquire(Workers& workers, lock::LockFile file, lock::Key key,
                                 lock::Mode mode, Waiting waiting) {
    auto free = lock::LockSet::try_acquire(file, key, mode);
    if (free) co_return std::move(*free);
    bool noticed = false;
    lock::LockSet set = co_await first_of(wait_in_kernel(file, key, mode),
                                          watch(workers, file, key, waiting, noticed));
    if (noticed && waiting.resumed) waiting.resumed();
    co_return set;
}

}  // namespace latchkey::task
