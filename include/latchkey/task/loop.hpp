#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// How a program's main task ended.
struct Ending {
    int exit_code = 0;
    std::optional<int> signal;  ///< SIGINT, SIGTERM or SIGHUP stopped it: die by it.
};

/// The thread that runs sockets and timers and owns all state, and the workers beside it.
///
/// Thread: made, used and destroyed on one thread.
class Loop {
public:
    /// Units: `workers` is the number of threads in the pool, at least 1.
    explicit Loop(unsigned workers);

    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] Workers& workers() noexcept { return workers_; }

    /// Runs a program's main task to its end. The first SIGINT, SIGTERM or SIGHUP cancels the task
    /// and all that it awaits; a second one ends the process at once. Signals that were ignored
    /// when the process started stay ignored.
    ///
    /// The C library cannot cancel a look-up of a host name, so one may outlive the task.
    /// Destroying the loop waits for it: die by the signal before that.
    ///
    /// Throws: what the task threw, unless a signal came first. An exception that escapes the loop
    ///         itself, for lack of memory, ends the process with status 1 and a message.
    Ending run(awaitable<int> main);

private:
    boost::asio::io_context context_{1};
    Workers workers_;
};

}  // namespace latchkey::task
