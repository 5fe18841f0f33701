#include "net/mirror.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>

#include "latchkey/base/text.hpp"

namespace latchkey::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kStep{5};

/// What a request asks for. Empty: all of it.
std::optional<std::pair<std::size_t, std::size_t>> find_part(const std::string& request,
                                                             std::size_t size) {
    constexpr std::string_view kField = "\r\nRange: bytes=";
    const std::size_t at = request.find(kField);
    if (at == std::string::npos) return std::nullopt;
    const std::size_t begin = at + kField.size();
    const std::string text = request.substr(begin, request.find('\r', begin) - begin);
    const auto ends = split(text, '-');
    const std::size_t first = parse_number(ends[0]).value();
    const std::size_t last = parse_number(ends[1]).value_or(size - 1);
    return std::pair(first, std::min(last, size - 1));
}

std::string range_field(std::size_t first, std::size_t last, std::size_t total) {
    return "Content-Range: bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" +
           std::to_string(total) + "\r\n";
}

}  // namespace

Mirror::Mirror(task::Loop& loop, std::string body, MirrorHabits own_habits)
    : habits(std::move(own_habits)),
      acceptor_(loop.context(), tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      body_(std::move(body)) {
    asio::co_spawn(loop.context(), accept_all(), asio::detached);
}

std::string Mirror::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
}

Mirror::Place::Place(Mirror& mirror) : mirror_(mirror) {
    mirror_.crowd_ = std::max(mirror_.crowd_, ++mirror_.busy_);
}

void Mirror::close() {
    error_code ignored;
    acceptor_.close(ignored);
}

task::awaitable<void> Mirror::accept_all() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        const auto executor = socket.get_executor();
        asio::co_spawn(executor, serve(std::move(socket)), asio::detached);
    }
}

task::awaitable<void> Mirror::serve(Socket socket) {
    std::string input;
    for (;;) {
        const auto [error, size] = co_await asio::async_read_until(
            socket, asio::dynamic_buffer(input), "\r\n\r\n", asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        std::string request = input.substr(0, size);
        input.erase(0, size);
        const bool goes_on = co_await answer(socket, std::move(request));
        if (!goes_on) co_return;
    }
}

task::awaitable<bool> Mirror::answer(Socket& socket, std::string request) {
    using Parts = MirrorHabits::Parts;
    ++requests_;
    if (request.starts_with("GET /forbidden")) {
        const bool sent = co_await send(socket, "403 Forbidden\r\n", "", false);
        co_return sent;
    }
    if (habits.most > 0 && busy_ >= habits.most) {
        ++refused_;
        if (habits.refusal.empty()) co_return false;
        const bool sent = co_await send(socket, habits.refusal + "\r\n", "no", false);
        co_return sent;
    }
    const std::size_t size = body_.size();
    std::string head = "200 OK\r\n";
    std::string body = body_;
    const auto part = find_part(request, size);
    if (part && habits.parts == Parts::refused) {
        head = "416 Range Not Satisfiable\r\n";
        body.clear();
    } else if (part && habits.parts != Parts::whole) {
        const bool zero = habits.parts == Parts::from_zero;
        const std::size_t first = zero ? 0 : part->first;
        const std::size_t total = habits.parts == Parts::other_total ? size + 7 : size;
        head = "206 Partial Content\r\n";
        if (habits.parts != Parts::unnamed) head += range_field(first, part->second, total);
        body = body_.substr(first, part->second - first + 1);
    }
    head +=
        "Accept-Ranges: bytes\r\nETag: \"" + std::to_string(requests_ % habits.backends) + "\"\r\n";
    const bool sent = co_await send(socket, std::move(head), std::move(body), true);
    co_return sent;
}

task::awaitable<bool> Mirror::send(Socket& socket, std::string head, std::string body,
                                   bool counts) {
    std::optional<Place> place;
    if (counts) place.emplace(*this);
    head = "HTTP/1.1 " + head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    const std::size_t step = habits.bytes_per_second * kStep.count() / 1000;
    asio::steady_timer timer(socket.get_executor());
    std::string next = std::move(head);
    for (std::size_t at = 0;;) {
        if (at >= body.size()) place.reset();  // Before the client can know that it has all.
        const auto [error, written] = co_await asio::async_write(
            socket, asio::buffer(next), asio::as_tuple(asio::use_awaitable));
        if (error) co_return false;
        if (at >= body.size()) co_return true;
        if (step > 0) {
            timer.expires_after(kStep);
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        next = body.substr(at, step > 0 ? step : body.size());
        at += next.size();
    }
}

}  // namespace latchkey::test
