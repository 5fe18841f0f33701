#include "latchkey/task/loop.hpp"

#include <signal.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/error_code.hpp>
#include <exception>
#include <functional>
#include <new>

#include "latchkey/platform/process.hpp"

namespace latchkey::task {
namespace {

namespace asio = boost::asio;

bool ignored(int signal_number) {
    struct sigaction action {};
    return ::sigaction(signal_number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Tasks catch what they can. What comes out of the loop itself, as memory or descriptors are
/// short, leaves them half way, with references to what whoever catches it would destroy: so it
/// ends the process here.
template <typename Run>
void end_if_it_throws(Run run) {
    try {
        run();
    } catch (const std::bad_alloc&) {
        platform::die_without_memory();
    } catch (const std::exception& e) {
        platform::die_saying(e.what());
    }
}

}  // namespace

Loop::Loop(unsigned workers) : workers_(workers == 0 ? 1 : workers) {}

Ending Loop::run(awaitable<int> main) {
    Ending ending;
    std::exception_ptr failure;
    asio::cancellation_signal cancel;
    asio::signal_set signals(context_);
    for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) {
        if (!ignored(signal_number)) signals.add(signal_number);
    }
    std::function<void(boost::system::error_code, int)> on_signal =
        [&](boost::system::error_code error, int signal_number) {
            if (error) return;
            if (ending.signal) platform::die_by_signal(signal_number);
            ending.signal = signal_number;
            signals.async_wait(on_signal);
            cancel.emit(asio::cancellation_type::terminal);
        };
    signals.async_wait(on_signal);
    asio::co_spawn(
        context_, std::move(main),
        asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error, int exit_code) {
            failure = error;
            ending.exit_code = exit_code;
            signals.cancel();
            // All tasks have ended. A look-up of a name that nobody can cancel may still run.
            context_.stop();
        }));
    end_if_it_throws([this] {
        context_.restart();
        context_.run();
        context_.restart();
        context_.poll();  // What is ready may refer to this frame: the answer of `signals`.
    });
    // Behind a signal whatever is thrown is its work: some of it comes back as an Error.
    if (failure && !ending.signal) std::rethrow_exception(failure);
    if (!failure) ending.signal.reset();  // It was done before the signal could stop it.
    return ending;
}

}  // namespace latchkey::task
