#include "latchkey/platform/file_lock.hpp"

#include <signal.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "latchkey/platform/system.hpp"

namespace latchkey::platform {
namespace {

/// SIGRTMIN wakes the threads of `task`.
int alarm_signal() {
    return SIGRTMIN + 1;
}

timespec to_timespec(std::chrono::milliseconds time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const std::chrono::nanoseconds rest = time - seconds;
    return {.tv_sec = static_cast<time_t>(seconds.count()),
            .tv_nsec = static_cast<long>(rest.count())};
}

/// Interrupts what this thread waits for in the kernel when the time is over, and goes on doing so:
/// a signal that lands just before the system call is lost.
///
/// Source: timer_create(2), SIGEV_THREAD_ID.
class Alarm {
public:
    explicit Alarm(std::chrono::milliseconds time) {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        ::sigaction(alarm_signal(), &action, &action_);  // No SA_RESTART.
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, alarm_signal());
        ::pthread_sigmask(SIG_UNBLOCK, &set, &mask_);
        sigevent event{};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = alarm_signal();
        event._sigev_un._tid = ::gettid();
        runs_ = ::timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
        const itimerspec spec{.it_interval = to_timespec(kAgain), .it_value = to_timespec(time)};
        if (runs_) ::timer_settime(timer_, 0, &spec, nullptr);
    }
    ~Alarm() {
        if (runs_) ::timer_delete(timer_);
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        ::sigaction(alarm_signal(), &action_, nullptr);
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    /// False: nothing would end a wait.
    [[nodiscard]] bool runs() const { return runs_; }

private:
    static constexpr std::chrono::milliseconds kAgain{10};

    struct sigaction action_ {};
    sigset_t mask_{};
    timer_t timer_{};
    bool runs_ = false;
};

bool is_unavailable(int error_number) {
    return error_number == EINVAL || error_number == ENOLCK || error_number == ENOSYS ||
           error_number == EOPNOTSUPP || error_number == EBADF;
}

FileLock failed(int error_number) {
    if (error_number == EWOULDBLOCK) return FileLock::busy;
    if (is_unavailable(error_number)) return FileLock::unavailable;
    throw os_error(error_number, "lock a file");
}

}  // namespace

FileLock lock_file(const Fd& file, RangeMode mode, std::chrono::milliseconds patience) {
    using Clock = std::chrono::steady_clock;
    const int operation = mode == RangeMode::shared ? LOCK_SH : LOCK_EX;
    int result = 0;
    do {
        result = ::flock(file.number(), operation | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result == 0) return FileLock::held;
    if (errno != EWOULDBLOCK) return failed(errno);
    if (patience <= patience.zero()) return FileLock::busy;
    const auto end = Clock::now() + patience;
    const Alarm alarm(patience);
    if (!alarm.runs()) return FileLock::busy;
    while (::flock(file.number(), operation) != 0) {
        if (errno != EINTR) return failed(errno);
        if (Clock::now() >= end) return FileLock::busy;
    }
    return FileLock::held;
}

}  // namespace latchkey::platform
