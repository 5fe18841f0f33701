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

/// The one thread that runs sockets, timers and all state, and the workers beside it.
///
/// Thread: made, used and destroyed on one thread.
class Loop {
public:
    /// Units: `workers` threads in the pool, at least 1.
    explicit Loop(unsigned workers);

    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] Workers& workers() noexcept { return workers_; }

    /// Runs a program's main task to its end. The first SIGINT, SIGTERM or SIGHUP (unless ignored
    /// when we were started) cancels it and everything below it; a second one ends the process at
    /// once.
    ///
    /// A look-up of a host name, which the C library does not let anybody cancel, may outlive the
    /// task: destroying the loop waits for it, so die by the signal before that.
    ///
    /// Throws: what the task threw, unless a signal came first. What escapes the loop itself, as
    ///         memory is short, ends the process with 1, in words.
    Ending run(awaitable<int> main);

private:
    boost::asio::io_context context_{1};
    Workers workers_;
};

}  // namespace latchkey::task
