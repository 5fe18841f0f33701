// What a server answers, over a socket whose other end is this program. The first two bytes say
// after how many of the rest the first packet ends: where packets end must not change what is read.

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

#include "connection.hpp"
#include "latchkey/base/text.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;
namespace asio = boost::asio;
using asio::ip::tcp;

/// Longer than any input takes.
constexpr net::Connection::Limit kLimit{3600};

/// How a request ended, as its caller sees it.
struct Outcome {
    bool ended = false;
    bool has_head = false;
    net::Head head;
    bool complete = false;
    bool in_trouble = false;
    bool reusable = false;
    std::string body;

    bool operator==(const Outcome& other) const {
        return ended == other.ended && has_head == other.has_head && complete == other.complete &&
               in_trouble == other.in_trouble && reusable == other.reusable && body == other.body &&
               head.status == other.head.status && head.length_bytes == other.head.length_bytes &&
               head.chunked == other.head.chunked && head.keep_alive == other.head.keep_alive &&
               head.location == other.head.location &&
               head.content_range == other.head.content_range;
    }
};

task::awaitable<void> ask(net::Connection& connection, Outcome& outcome) {
    std::string request = "G";
    auto trouble = co_await connection.send(std::move(request), kLimit);
    if (!trouble) trouble = co_await connection.read_head(kLimit);
    outcome.has_head = !trouble;
    if (outcome.has_head) outcome.head = connection.head();
    while (!trouble) {
        net::Block block = co_await connection.read_body(kLimit);
        outcome.body.append(reinterpret_cast<const char*>(block.bytes.data()), block.bytes.size());
        trouble = block.trouble;
        outcome.complete = block.last;
        if (block.last) break;
    }
    if (trouble) {
        fuzz::require(trouble->cut() == net::Cut::broken && !trouble->text().empty(),
                      "a bad answer is called something else");
    }
    outcome.in_trouble = trouble.has_value();
    outcome.ended = true;
}

void send(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0) return;  // The reader had enough and is gone.
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

Outcome read_answer(std::string_view first, std::string_view rest) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) std::abort();
    asio::io_context context(1);
    Outcome outcome;
    {
        tcp::socket socket(context);
        socket.assign(tcp::v4(), pair[0]);
        net::Connection connection(std::move(socket));
        std::exception_ptr failure;
        asio::co_spawn(context, ask(connection, outcome),
                       [&failure](std::exception_ptr thrown) { failure = std::move(thrown); });
        send(pair[1], first);
        context.poll();
        send(pair[1], rest);
        context.restart();
        context.poll();
        // Bytes behind a body may have been read with it, or wait in the socket: both spoil it.
        outcome.reusable = outcome.has_head && connection.reusable() && connection.quiet();
        ::shutdown(pair[1], SHUT_WR);
        context.restart();
        context.run();
        if (failure) std::rethrow_exception(failure);
    }
    ::close(pair[1]);
    return outcome;
}

void check(const Outcome& outcome) {
    fuzz::require(outcome.ended, "the reader waits for ever");
    fuzz::require(outcome.complete != outcome.in_trouble, "an answer is complete or in trouble");
    if (!outcome.has_head) return;
    const net::Head& head = outcome.head;
    fuzz::require(head.status >= 200, "an interim answer is taken for the last");
    fuzz::require(!(head.chunked && head.length_bytes), "two lengths are believed");
    if (head.bodiless) fuzz::require(outcome.body.empty(), "a body where there is none");
    if (!head.bodiless && !head.chunked && head.length_bytes) {
        fuzz::require(outcome.body.size() <= *head.length_bytes, "more than the length");
        fuzz::require(
            outcome.complete == (outcome.body.size() == *head.length_bytes) || outcome.in_trouble,
            "complete, and not as long as said");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // What the socket takes without anybody reading.
    constexpr std::size_t kMaxBytes = 96 * 1024;
    if (size < 2 || size > kMaxBytes) return 0;
    const std::string_view answer = fuzz::text_of(data + 2, size - 2);
    const std::size_t first = data[0] + 256u * data[1];
    const Outcome whole = read_answer(answer, "");
    check(whole);
    if (first >= answer.size()) return 0;
    const Outcome split = read_answer(answer.substr(0, first), answer.substr(first));
    check(split);
    fuzz::require(whole == split, "where a packet ends changes the answer");
    return 0;
}
