#include "net/scripted_server.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "latchkey/task/group.hpp"

namespace latchkey::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Reply Reply::text(const std::string& body) {
    return Reply("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                 body);
}

Reply Reply::status(int number, const std::string& fields) {
    return Reply("HTTP/1.1 " + std::to_string(number) + " Some Reason\r\n" + fields +
                 "Content-Length: 0\r\n\r\n");
}

Reply Reply::tunnel(std::uint16_t port) {
    Reply reply("HTTP/1.1 200 Connection Established\r\n\r\n");
    reply.tunnel_port_ = port;
    return reply;
}

ScriptedServer::ScriptedServer(task::Loop& loop)
    : acceptor_(loop.context(), tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(loop.context(), accept_all(), asio::detached);
}

std::string ScriptedServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void ScriptedServer::close() {
    error_code ignored;
    acceptor_.close(ignored);
}

task::awaitable<void> ScriptedServer::accept_all() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        ++connections_;
        std::optional<std::vector<Reply>> script;
        if (!scripts_.empty()) {
            script = std::move(scripts_.front());
            scripts_.pop_front();
        }
        const auto executor = socket.get_executor();
        asio::co_spawn(executor, serve(std::move(socket), std::move(script)), asio::detached);
    }
}

task::awaitable<void> ScriptedServer::serve(Socket socket,
                                            std::optional<std::vector<Reply>> script) {
    std::string input;
    for (std::size_t number = 0;; ++number) {
        const auto [error, size] = co_await asio::async_read_until(
            socket, asio::dynamic_buffer(input), "\r\n\r\n", asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        requests_.push_back(input.substr(0, size));
        input.erase(0, size);
        if (script ? number >= script->size() : !always_) co_return;
        const Reply reply = script ? (*script)[number] : *always_;
        const auto [write_error, written] = co_await asio::async_write(
            socket, asio::buffer(reply.bytes()), asio::as_tuple(asio::use_awaitable));
        if (write_error) co_return;
        if (reply.tunnel_port()) {
            co_await relay(std::move(socket), *reply.tunnel_port());
            co_return;
        }
        if (reply.then() == Reply::Then::close) co_return;
        if (reply.then() == Reply::Then::reset) {
            error_code ignored;
            socket.set_option(asio::socket_base::linger(true, 0), ignored);
            co_return;
        }
        if (reply.then() == Reply::Then::stall) {
            co_await socket.async_wait(tcp::socket::wait_read, asio::as_tuple(asio::use_awaitable));
            ++hang_ups_;
            co_return;
        }
    }
}

namespace {

task::awaitable<void> pump(tcp::socket& from, tcp::socket& to) {
    std::vector<char> block(64 * 1024);
    for (;;) {
        const auto [error, size] =
            co_await from.async_read_some(asio::buffer(block), asio::as_tuple(asio::use_awaitable));
        if (error) break;
        const auto [write_error, written] = co_await asio::async_write(
            to, asio::buffer(block.data(), size), asio::as_tuple(asio::use_awaitable));
        if (write_error) break;
    }
    error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

task::awaitable<void> ScriptedServer::relay(Socket socket, std::uint16_t port) {
    tcp::socket inner(socket.get_executor());
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    const auto [error] =
        co_await inner.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    std::vector<task::awaitable<void>> both;
    both.push_back(pump(socket, inner));
    both.push_back(pump(inner, socket));
    co_await task::all(std::move(both));
}

}  // namespace latchkey::test
