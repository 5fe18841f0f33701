#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/task/loop.hpp"

namespace latchkey::test {

/// What a scripted server does about one request.
class Reply {
public:
    enum class Then { keep, close, reset, stall };

    explicit Reply(std::string bytes, Then then = Then::keep)
        : bytes_(std::move(bytes)), then_(then) {}

    /// `200 OK` with this body and its length.
    static Reply text(const std::string& body);
    /// A status without a body.
    static Reply status(int number, const std::string& fields = "");
    /// Agrees to a tunnel, and leads all of them to one port of 127.0.0.1.
    static Reply tunnel(std::uint16_t port);

    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] Then then() const { return then_; }
    [[nodiscard]] const std::optional<std::uint16_t>& tunnel_port() const { return tunnel_port_; }

private:
    std::string bytes_;
    Then then_;
    std::optional<std::uint16_t> tunnel_port_;
};

/// An HTTP server on the test's own loop that says what it is told to, right or wrong.
class ScriptedServer {
public:
    explicit ScriptedServer(task::Loop& loop);
    ~ScriptedServer() { close(); }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    /// What the next connection that has no replies yet gets, a request each. A request without a
    /// reply is read, and its connection closed.
    void on_connection(std::vector<Reply> replies) { scripts_.push_back(std::move(replies)); }

    /// What every request gets on connections without a script.
    void always(Reply reply) { always_ = std::move(reply); }

    /// "http://127.0.0.1:PORT" and the path.
    [[nodiscard]] std::string url(const std::string& path) const;
    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Each with its fields and the empty line.
    [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }
    [[nodiscard]] int connections() const { return connections_; }

    /// Clients that went away while a reply stalled.
    [[nodiscard]] int hang_ups() const { return hang_ups_; }

    /// No more connections.
    void close();

private:
    using Socket = boost::asio::ip::tcp::socket;

    task::awaitable<void> accept_all();
    task::awaitable<void> serve(Socket socket, std::optional<std::vector<Reply>> script);
    task::awaitable<void> relay(Socket socket, std::uint16_t port);

    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::deque<std::vector<Reply>> scripts_;
    std::optional<Reply> always_;
    std::vector<std::string> requests_;
    int connections_ = 0;
    int hang_ups_ = 0;
};

}  // namespace latchkey::test
