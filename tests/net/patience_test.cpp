#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>

#include "latchkey/task/group.hpp"
#include "net/fixture.hpp"
#include "support/error_text.hpp"

// Servers that let us wait, and waits that are cancelled.

using namespace latchkey;
using boost::asio::ip::tcp;
using net::Cut;
using net::Fetched;
using test::CollectingSink;
using test::error_text;
using test::Fixture;
using test::Reply;

namespace {

/// A port whose queue of connections is full: the kernel answers nobody who knocks.
class FullPort {
public:
    explicit FullPort(task::Loop& loop) : acceptor_(loop.context(), tcp::v4()) {
        acceptor_.bind(tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        acceptor_.listen(0);
        first_ = tcp::socket(loop.context());
        first_->connect(acceptor_.local_endpoint());
    }

    [[nodiscard]] std::string url(const std::string& scheme) const {
        return scheme + "://" + place() + "/";
    }
    [[nodiscard]] std::string place() const {
        return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

private:
    tcp::acceptor acceptor_;
    std::optional<tcp::socket> first_;
};

/// Cancelled after a tenth of a second, is everything gone by then?
std::string cancel_soon(Fixture& f, const std::string& url) {
    CollectingSink sink;
    auto fetch = f.client().fetch(net::Url::parse(url), 0, sink);
    auto limited = task::with_deadline(std::move(fetch), std::chrono::milliseconds(100));
    const std::string text = error_text([&] { test::run(f.loop, std::move(limited)); });
    f.server.close();
    const auto before = std::chrono::steady_clock::now();
    f.loop.context().run();  // Ends when nobody waits any more.
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
    return text;
}

}  // namespace

TEST_CASE("a host that does not answer is given up after the connect timeout", "[net][patience]") {
    Fixture f;
    const FullPort port(f.loop);
    f.options.connect_timeout = std::chrono::seconds(1);
    CollectingSink sink;
    const Fetched fetched = f.fetch(port.url("http"), sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->chain().back() == "connecting to " + port.place() + " timed out");
}

TEST_CASE("a server that never shakes hands is given up, too", "[net][patience]") {
    Fixture f;
    f.options.read_timeout = std::chrono::seconds(1);
    CollectingSink sink;
    const Fetched fetched =
        f.fetch("https://127.0.0.1:" + std::to_string(f.server.port()) + "/", sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->chain().back() == "the TLS handshake timed out after 1 s");
}

TEST_CASE("a server and a proxy may be slower than a connection", "[net][patience]") {
    Fixture f;
    f.options.connect_timeout = std::chrono::seconds(1);
    f.options.read_timeout = std::chrono::seconds(2);
    const std::string place = "127.0.0.1:" + std::to_string(f.server.port());
    f.server.on_connection({Reply("", Reply::Then::stall)});
    CollectingSink sink;
    SECTION("in a handshake") {
        const Fetched fetched = f.fetch("https://" + place + "/", sink);
        REQUIRE(fetched.failure);
        CHECK(fetched.failure->chain().back() == "the TLS handshake timed out after 2 s");
    }
    SECTION("in the answer to CONNECT") {
        f.options.https_proxy = "http://" + place;
        const Fetched fetched = f.fetch("https://far.example/", sink);
        REQUIRE(fetched.failure);
        CHECK(fetched.failure->chain().back() ==
              "the http proxy 'http://" + place +
                  "/': the read timed out after 2 s, before an answer came");
    }
}

TEST_CASE("a connection in the making is cancelled", "[net][patience]") {
    Fixture f;
    const FullPort port(f.loop);
    CHECK(cancel_soon(f, port.url("http")) == "timed out");
}

TEST_CASE("a TLS handshake is cancelled", "[net][patience]") {
    Fixture f;
    CHECK(cancel_soon(f, "https://127.0.0.1:" + std::to_string(f.server.port()) + "/") ==
          "timed out");
}

TEST_CASE("waiting for an answer is cancelled", "[net][patience]") {
    Fixture f;
    f.server.on_connection({Reply("", Reply::Then::stall)});
    CHECK(cancel_soon(f, f.server.url("/")) == "timed out");
    CHECK(f.server.hang_ups() == 1);
}

TEST_CASE("waiting in the middle of a body is cancelled", "[net][patience]") {
    Fixture f;
    f.server.on_connection(
        {Reply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Reply::Then::stall)});
    CHECK(cancel_soon(f, f.server.url("/")) == "timed out");
    CHECK(f.server.hang_ups() == 1);
}

TEST_CASE("what came before a body stalls is handed on", "[net][patience]") {
    for (const std::string body :
         {"Content-Length: 9\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"}) {
        Fixture f;
        f.server.on_connection({Reply("HTTP/1.1 200 OK\r\n" + body, Reply::Then::stall)});
        CollectingSink sink;
        sink.limit_bytes = 3;
        const auto before = std::chrono::steady_clock::now();
        const Fetched fetched = f.fetch(f.server.url("/"), sink);
        CHECK(sink.text == "abc");
        CHECK(fetched.body_bytes == 3);
        CHECK_FALSE(fetched.failure);
        CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
    }
}

TEST_CASE("waiting for one's turn is cancelled, and the next one gets it", "[net][patience]") {
    Fixture f;
    f.options.connections_per_host = 1;
    f.options.read_timeout = std::chrono::seconds(1);
    f.server.on_connection({Reply("", Reply::Then::stall)});
    f.server.always(Reply::text("x"));
    const net::Url url = net::Url::parse(f.server.url("/"));
    CollectingSink first;
    CollectingSink second;
    std::vector<task::awaitable<Fetched>> fetches;
    fetches.push_back(f.client().fetch(url, 0, first));
    fetches.push_back(
        task::with_deadline(f.client().fetch(url, 0, second), std::chrono::milliseconds(100)));
    CHECK(error_text([&] { test::run(f.loop, task::all(std::move(fetches))); }) == "timed out");
    CHECK(f.server.requests().size() == 1);
    CHECK(f.fetch_text(url.text()) == "x");
}
