#include "wire.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>

#include "latchkey/base/permit.hpp"

namespace latchkey::net {
namespace {

namespace asio = boost::asio;
using Socket = asio::ip::tcp::socket;

/// Cancels what a socket waits for when a deadline passes; harmless once it is gone, even if its
/// handler is on its way by then.
class Alarm {
public:
    Alarm(asio::steady_timer& timer, Socket& socket, Clock::time_point deadline)
        : timer_(timer), state_(std::make_shared<State>()) {
        timer_.expires_at(deadline);
        timer_.async_wait([state = state_, &socket](boost::system::error_code error) {
            if (error || !state->armed) return;
            state->rang = true;
            boost::system::error_code ignored;
            socket.cancel(ignored);
        });
    }
    ~Alarm() {
        state_->armed = false;
        timer_.cancel();
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    [[nodiscard]] bool rang() const noexcept { return state_->rang; }

private:
    struct State {
        bool armed = true;
        bool rang = false;
    };
    asio::steady_timer& timer_;
    std::shared_ptr<State> state_;
};

bool would_block(const boost::system::error_code& error) {
    return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

Wire::Wire(Socket socket)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), direction_(Socket::wait_read) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

task::awaitable<std::optional<Trouble>> Wire::start_tls(std::shared_ptr<const TlsContext> context,
                                                        std::string host,
                                                        std::chrono::seconds limit) {
    assert(!outer_tls_);
    outer_tls_ = std::move(tls_);
    tls_ = outer_tls_ ? std::make_unique<TlsSession>(std::move(context), *outer_tls_, host)
                      : std::make_unique<TlsSession>(std::move(context), socket_, host);
    for (;;) {
        const TlsSession::Step step = tls_->handshake();
        if (step == TlsSession::Step::done) co_return std::nullopt;
        if (step == TlsSession::Step::failed) co_return Trouble(Cut::unreached, tls_->reason());
        await_next(step);
        const bool in_time = co_await wait(Clock::now() + limit);
        if (!in_time) {
            co_return Trouble(Cut::unreached, "the TLS handshake timed out after " +
                                                  std::to_string(limit.count()) + " s");
        }
    }
}

task::awaitable<bool> Wire::write(std::string text, Clock::time_point deadline) {
    while (try_write(text)) {
        if (text.empty()) co_return true;
        const bool in_time = co_await wait(deadline);
        if (!in_time) {
            reason_ = "sending the request timed out";
            co_return false;
        }
    }
    co_return false;
}

bool Wire::try_write(std::string& text) {
    while (!text.empty()) {
        std::size_t count = 0;
        if (tls_) {
            const TlsSession::Step step = tls_->write(text.data(), text.size(), count);
            if (step == TlsSession::Step::failed || step == TlsSession::Step::ended) {
                reason_ = tls_->reason();
                return false;
            }
            if (step != TlsSession::Step::done) {
                await_next(step);
                return true;
            }
        } else {
            boost::system::error_code error;
            count = socket_.write_some(asio::buffer(text), error);
            if (would_block(error)) {
                direction_ = Socket::wait_write;
                return true;
            }
            if (error) {
                reason_ = error.message();
                return false;
            }
        }
        text.erase(0, count);
    }
    return true;
}

Wire::Taken Wire::try_read(std::byte* bytes, std::size_t size) {
    if (tls_) return try_read_tls(bytes, size);
    boost::system::error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(bytes, size), error);
    if (!error) return {Taken::State::bytes, count};
    if (would_block(error)) {
        direction_ = Socket::wait_read;
        return {Taken::State::none_yet, 0};
    }
    if (error == asio::error::eof) return {Taken::State::ended, 0};
    reason_ = error.message();
    return {Taken::State::failed, 0};
}

Wire::Taken Wire::try_read_tls(std::byte* bytes, std::size_t size) {
    std::size_t count = 0;
    const TlsSession::Step step = tls_->read(bytes, size, count);
    switch (step) {
        case TlsSession::Step::done:
            return {Taken::State::bytes, count};
        case TlsSession::Step::ended:
            return {Taken::State::ended, 0};
        case TlsSession::Step::failed:
            reason_ = tls_->reason();
            return {Taken::State::failed, 0};
        default:
            await_next(step);
            return {Taken::State::none_yet, 0};
    }
}

void Wire::await_next(TlsSession::Step step) {
    direction_ = step == TlsSession::Step::wants_write ? Socket::wait_write : Socket::wait_read;
}

task::awaitable<bool> Wire::wait(Clock::time_point deadline) {
    const Alarm alarm(timer_, socket_, deadline);
    const auto [error] =
        co_await socket_.async_wait(direction_, asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) {
        if (alarm.rang()) co_return false;
        throw_cancelled();
    }
    co_return true;  // Readable, writable or broken: the next try tells.
}

bool Wire::quiet() {
    if (tls_) return tls_->quiet();
    std::byte next;
    boost::system::error_code error;
    socket_.receive(asio::buffer(&next, 1), Socket::message_peek, error);
    return would_block(error);
}

}  // namespace latchkey::net
