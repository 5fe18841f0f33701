#include "socks.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <memory>

#include "dial.hpp"
#include "net/fixture.hpp"

using namespace latchkey;
using namespace std::string_literals;
using boost::asio::ip::tcp;
using net::Clock;
using net::Connection;
using net::Trouble;
using net::Url;

namespace {

/// What a proxy waits for, as a number of bytes, and what it then says.
struct Step {
    std::size_t bytes;
    std::string reply;
};

/// A proxy for one connection that says what it is told to.
class SocksServer {
public:
    SocksServer(task::Loop& loop, std::vector<Step> steps)
        : talk_(std::make_shared<Talk>(loop, std::move(steps))) {
        boost::asio::co_spawn(loop.context(), serve(talk_), boost::asio::detached);
    }

    [[nodiscard]] std::uint16_t port() const { return talk_->acceptor.local_endpoint().port(); }

    /// What the client has said, for each step.
    [[nodiscard]] const std::vector<std::string>& heard() const { return talk_->heard; }

private:
    /// The coroutine's as well, which may end behind the test's own part.
    struct Talk {
        Talk(task::Loop& loop, std::vector<Step> told)
            : steps(std::move(told)),
              acceptor(loop.context(), tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {}
        std::vector<Step> steps;
        tcp::acceptor acceptor;
        std::vector<std::string> heard;
    };

    static task::awaitable<void> serve(std::shared_ptr<Talk> talk) {
        tcp::socket socket = co_await talk->acceptor.async_accept(boost::asio::use_awaitable);
        for (const Step& step : talk->steps) {
            std::string text(step.bytes, '\0');
            co_await boost::asio::async_read(socket, boost::asio::buffer(text),
                                             boost::asio::use_awaitable);
            talk->heard.push_back(std::move(text));
            co_await boost::asio::async_write(socket, boost::asio::buffer(step.reply),
                                              boost::asio::use_awaitable);
        }
    }

    std::shared_ptr<Talk> talk_;
};

task::awaitable<std::optional<Trouble>> open(Url url, Url proxy) {
    const Clock::time_point deadline = Clock::now() + std::chrono::seconds(20);
    net::Dialled dialled = co_await net::dial(proxy.host(), proxy.port(), deadline);
    if (dialled.trouble()) co_return dialled.trouble();
    Connection connection(dialled.take());
    auto trouble =
        co_await net::open_socks_tunnel(connection, url, proxy, deadline, std::chrono::seconds(20));
    co_return trouble;
}

/// How one attempt ended; "" for a tunnel. `proxy` is its URL up to the port.
std::string end_of(task::Loop& loop, const SocksServer& server, const std::string& url,
                   const std::string& proxy) {
    const Url at = Url::parse(proxy + ":" + std::to_string(server.port()));
    const auto trouble = test::run(loop, open(Url::parse(url), at));
    if (!trouble) return "";
    CHECK(trouble->cut() == net::Cut::unreached);
    const std::string text = trouble->text();
    const std::string who = "the socks proxy '" + at.shown() + "'";
    return text.starts_with(who) ? text.substr(who.size()) : "?" + text;
}

const Step kNoLogin{3, "\5\0"s};
const std::string kConnectedV4 = "\5\0\0\1\0\0\0\0\0\0"s;

/// Bytes of a request for an IPv4 address.
constexpr std::size_t kV4Request = 10;

}  // namespace

TEST_CASE("only the two schemes of SOCKS5 are SOCKS", "[net][socks]") {
    CHECK(net::is_socks(Url::parse("socks5://proxy:1080")));
    CHECK(net::is_socks(Url::parse("socks5h://proxy:1080")));
    CHECK_FALSE(net::is_socks(Url::parse("socks4://proxy:1080")));
    CHECK_FALSE(net::is_socks(Url::parse("http://proxy:1080")));
}

TEST_CASE("a proxy is asked for an address and a port, in the bytes of RFC 1928", "[net][socks]") {
    task::Loop loop(1);
    const SocksServer server(loop, {kNoLogin, {kV4Request, kConnectedV4}});
    CHECK(end_of(loop, server, "http://192.0.2.7:8080/", "socks5://127.0.0.1").empty());
    CHECK(server.heard() == std::vector{"\5\1\0"s, "\5\1\0\1\xC0\0\2\7\x1F\x90"s});
}

TEST_CASE("an IPv6 address is told as one", "[net][socks]") {
    task::Loop loop(1);
    const SocksServer server(loop, {kNoLogin, {22, kConnectedV4}});
    CHECK(end_of(loop, server, "https://[2001:db8::7]/", "socks5://127.0.0.1").empty());
    CHECK(server.heard().back() == "\5\1\0\4\x20\1\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\7\1\xBB"s);
}

TEST_CASE("a name is left to a proxy that finds names itself, and to no other", "[net][socks]") {
    task::Loop loop(1);
    SECTION("socks5h") {
        const SocksServer server(loop, {kNoLogin, {16, kConnectedV4}});
        CHECK(end_of(loop, server, "http://localhost/", "socks5h://127.0.0.1").empty());
        CHECK(server.heard().back() == "\5\1\0\3\x09localhost\0\x50"s);
    }
    SECTION("socks5") {
        const SocksServer server(loop, {kNoLogin, {kV4Request, kConnectedV4}});
        CHECK(end_of(loop, server, "http://localhost/", "socks5://127.0.0.1").empty());
        CHECK(server.heard().back() == "\5\1\0\1\x7F\0\0\1\0\x50"s);
    }
    SECTION("a name that no proxy takes") {
        const SocksServer server(loop, {});
        CHECK(end_of(loop, server, "http://" + std::string(256, 'x') + "/",
                     "socks5h://127.0.0.1") == " takes no name of more than 255 bytes");
    }
}

TEST_CASE("user and password are told to a proxy that wants them", "[net][socks]") {
    task::Loop loop(1);
    SECTION("accepted") {
        const SocksServer server(loop, {{4, "\5\2"s}, {10, "\1\0"s}, {kV4Request, kConnectedV4}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://me:hush1@127.0.0.1").empty());
        CHECK(server.heard()[0] == "\5\2\0\2"s);
        CHECK(server.heard()[1] == "\1\2me\5hush1"s);
    }
    SECTION("refused") {
        const SocksServer server(loop, {{4, "\5\2"s}, {10, "\1\1"s}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://me:hush1@127.0.0.1") ==
              " does not accept the user or the password");
    }
    SECTION("not wanted") {
        const SocksServer server(loop, {{4, "\5\xFF"s}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://me:hush1@127.0.0.1") ==
              " takes no user and password");
    }
    SECTION("not there") {
        const SocksServer server(loop, {{3, "\5\2"s}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://127.0.0.1") ==
              " wants to know a user");
    }
}

TEST_CASE("a proxy's reason for no tunnel is told in words", "[net][socks]") {
    task::Loop loop(1);
    const std::vector<std::pair<char, std::string>> reasons = {
        {'\1', "general failure"},
        {'\2', "connection not allowed by ruleset"},
        {'\5', "connection refused"},
        {'\x08', "address type not supported"},
        {'\x09', "unknown reply"}};
    for (const auto& [number, words] : reasons) {
        const SocksServer server(loop, {kNoLogin, {kV4Request, "\5"s + number}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://127.0.0.1") ==
              " cannot connect: " + words);
    }
}

TEST_CASE("what speaks another protocol is told as that", "[net][socks]") {
    task::Loop loop(1);
    SECTION("at once") {
        const SocksServer server(loop, {{3, "HT"}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://127.0.0.1") ==
              " does not speak SOCKS5");
    }
    SECTION("later") {
        const SocksServer server(loop, {kNoLogin, {kV4Request, "\4\0"s}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://127.0.0.1") ==
              " does not speak SOCKS5");
    }
    SECTION("by going away") {
        const SocksServer server(loop, {});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://127.0.0.1").starts_with(": "));
    }
}

TEST_CASE("the address that a proxy connects from is passed over, whatever its kind",
          "[net][socks]") {
    task::Loop loop(1);
    const std::vector<std::string> replies = {kConnectedV4, "\5\0\0\3\4name\0\0"s,
                                              "\5\0\0\4"s + std::string(18, '\0')};
    for (const std::string& reply : replies) {
        const SocksServer server(loop, {kNoLogin, {kV4Request, reply}});
        CHECK(end_of(loop, server, "http://192.0.2.7/", "socks5://127.0.0.1").empty());
    }
}
