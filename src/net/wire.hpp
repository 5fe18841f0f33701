#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "latchkey/task/workers.hpp"
#include "tls.hpp"
#include "trouble.hpp"

namespace latchkey::net {

/// A connected socket, with TLS over it once that was started, and with TLS inside of that.
///
/// What waits is a coroutine; what only takes the bytes that are there is a plain function, so that
/// a fast line costs no detour through the loop.
class Wire {
public:
    explicit Wire(boost::asio::ip::tcp::socket socket);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// Empty: TLS is there, and the certificate is trusted and for `host`. The second time it is
    /// inside of the first: with a proxy that is spoken to by TLS, and through it with a server.
    ///
    /// Units: `limit` is what may pass without a byte.
    task::awaitable<std::optional<Trouble>> start_tls(std::shared_ptr<const TlsContext> context,
                                                      std::string host, std::chrono::seconds limit);

    /// All of it. False: the connection is broken, or the deadline passed.
    task::awaitable<bool> write(std::string text, Clock::time_point deadline);

    struct Taken {
        enum class State { bytes, none_yet, ended, failed };
        State state;
        std::size_t count;
    };

    /// What is there, without waiting.
    Taken try_read(std::byte* bytes, std::size_t size);

    /// Waits for what the last try lacked. False: the deadline passed.
    task::awaitable<bool> wait(Clock::time_point deadline);

    /// No bytes wait to be read, and the connection is not closed: fit for another request.
    bool quiet();

    /// Why something failed.
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

private:
    Taken try_read_tls(std::byte* bytes, std::size_t size);
    bool try_write(std::string& text);
    void await_next(TlsSession::Step step);

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    boost::asio::ip::tcp::socket::wait_type direction_;
    std::unique_ptr<TlsSession> outer_tls_;  // With a proxy. Uses socket_.
    std::unique_ptr<TlsSession> tls_;        // Uses outer_tls_, if there is one, else socket_.
    std::string reason_;
};

}  // namespace latchkey::net
