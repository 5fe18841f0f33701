#include "pool.hpp"

#include <catch2/catch.hpp>

#include "net/fixture.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using net::Opened;
using net::Pool;
using net::Url;
using test::Fixture;
using test::Reply;
using test::run;
using test::run_boxed;

namespace {

constexpr std::chrono::seconds kLimit{20};

/// One request over a connection, with its answer to the end.
task::awaitable<bool> ask_once(net::Connection& connection) {
    auto trouble = co_await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n", kLimit);
    if (!trouble) trouble = co_await connection.read_head(kLimit);
    bool last = false;
    while (!trouble && !last) {
        net::Block block = co_await connection.read_body(kLimit);
        trouble = block.trouble;
        last = block.last;
    }
    co_return !trouble;
}

/// A connection of the pool's that has carried one request.
std::unique_ptr<net::Connection> use(Fixture& f, Pool& pool, Reply reply) {
    f.server.on_connection({std::move(reply)});
    Opened opened = run_boxed(f.loop, pool.open(Url::parse(f.server.url("/")), std::nullopt));
    REQUIRE_FALSE(opened.trouble());
    auto connection = opened.take();
    REQUIRE(run(f.loop, ask_once(*connection)));
    return connection;
}

}  // namespace

TEST_CASE("what goes the same way shares its connections", "[net][pool]") {
    Fixture f;
    Pool pool(f.loop, f.options);
    const Url url = Url::parse("http://example.org/one");
    const std::optional<Url> proxy = Url::parse("http://proxy:3128");
    Pool::Host& host = pool.host(url, std::nullopt);
    CHECK(&pool.host(Url::parse("http://example.org:80/two"), std::nullopt) == &host);
    CHECK(&pool.host(Url::parse("https://example.org/one"), std::nullopt) != &host);
    CHECK(&pool.host(Url::parse("http://example.org:81/one"), std::nullopt) != &host);
    CHECK(&pool.host(Url::parse("http://example.com/one"), std::nullopt) != &host);
    CHECK(&pool.host(url, proxy) != &host);
    CHECK(&pool.host(url, proxy) == &pool.host(url, proxy));
}

TEST_CASE("a host's limit falls to no less than one, and rises again", "[net][pool]") {
    Pool::Host host(8);
    CHECK(host.limit_to(3) == 5);
    CHECK(host.limit() == 3);
    CHECK(host.limit_to(5) == 0);
    CHECK(host.limit() == 3);
    CHECK(host.limit_to(0) == 2);
    CHECK(host.limit() == 1);
    host.raise_by(7);
    CHECK(host.limit() == 8);
}

TEST_CASE("a connection that can carry another request is kept and given again", "[net][pool]") {
    Fixture f;
    Pool pool(f.loop, f.options);
    Pool::Host& host = pool.host(Url::parse(f.server.url("/")), std::nullopt);
    CHECK(Pool::find_idle(host) == nullptr);
    auto connection = use(f, pool, Reply::text("one"));
    const net::Connection* const first = connection.get();
    Pool::put_back(host, std::move(connection));
    CHECK(Pool::find_idle(host).get() == first);
    CHECK(Pool::find_idle(host) == nullptr);
}

TEST_CASE("a connection that its server closes behind the answer is not kept", "[net][pool]") {
    Fixture f;
    Pool pool(f.loop, f.options);
    Pool::Host& host = pool.host(Url::parse(f.server.url("/")), std::nullopt);
    Pool::put_back(host, use(f, pool, Reply::status(200, "Connection: close\r\n")));
    CHECK(host.idle.empty());
}

TEST_CASE("a kept connection that its server has closed is not given again", "[net][pool]") {
    Fixture f;
    Pool pool(f.loop, f.options);
    Pool::Host& host = pool.host(Url::parse(f.server.url("/")), std::nullopt);
    Pool::put_back(host, use(f, pool, Reply::text("one")));
    REQUIRE(host.idle.size() == 1);
    // Its script is at its end, so the server reads another request and closes the connection.
    REQUIRE_FALSE(run(f.loop, ask_once(*host.idle.front())));
    CHECK(Pool::find_idle(host) == nullptr);
    CHECK(host.idle.empty());
}

TEST_CASE("a proxy of an unknown kind is refused before anything is dialled", "[net][pool]") {
    Fixture f;
    Pool pool(f.loop, f.options);
    const Url url = Url::parse(f.server.url("/"));
    CHECK(test::error_text([&] {
              (void)run_boxed(f.loop, pool.open(url, Url::parse("ftp://proxy:21")));
          }).starts_with("the http proxy 'ftp://proxy:21/' is not supported"));
    CHECK(f.server.connections() == 0);
}
