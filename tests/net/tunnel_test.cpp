#include <catch2/catch.hpp>

#include "net/fixture.hpp"
#include "support/error_text.hpp"

// Requests through a proxy, without TLS behind it. With TLS: tls_test.cpp.

using namespace latchkey;
using net::Cut;
using net::Fetched;
using test::CollectingSink;
using test::error_text;
using test::Fixture;
using test::Reply;

TEST_CASE("a proxy gets the whole url and its own password", "[net][proxy]") {
    Fixture f;
    f.options.http_proxy = "me:secret@127.0.0.1:" + std::to_string(f.server.port());
    f.server.always(Reply::text("through"));
    CHECK(f.fetch_text("http://far.example:8080/x?y") == "through");
    CHECK(f.server.requests().at(0) ==
          "GET http://far.example:8080/x?y HTTP/1.1\r\nHost: far.example:8080\r\nAccept: */*\r\n"
          "User-Agent: latchkey-test\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n");
}

TEST_CASE("an exception goes past the proxy", "[net][proxy]") {
    Fixture f;
    f.options.http_proxy = "http://127.0.0.1:1";
    f.options.no_proxy = "127.0.0.1";
    f.server.always(Reply::text("direct"));
    CHECK(f.fetch_text(f.server.url("/x")) == "direct");
    CHECK(f.server.requests().at(0).starts_with("GET /x HTTP/1.1\r\n"));
}

TEST_CASE("a redirect cannot write lines of a request to a proxy", "[net][proxy]") {
    Fixture f;
    f.options.all_proxy = "http://me:secret@127.0.0.1:" + std::to_string(f.server.port());
    for (const std::string location :
         {"http://a%20HTTP%2F1.1%0D%0AX-Smuggled:%20yes%0D%0AX:%20/x",
          "https://a%20HTTP%2F1.1%0D%0AX-Smuggled:%20yes%0D%0AX:%20:443/x", "//a%0D%0A/x"}) {
        f.server.on_connection({Reply::status(302, "Location: " + location + "\r\n")});
        CollectingSink sink;
        const Fetched fetched = f.fetch("http://far.example/", sink);
        CHECK(fetched.cut == Cut::broken);
        REQUIRE(fetched.failure);
        CHECK(fetched.failure->chain().back().starts_with(
            "redirected to an invalid URL: failed to parse url: "));
        f.made.reset();
    }
    CHECK(f.server.requests().size() == 3);
}

TEST_CASE("a proxy that does not lead there is told with its status", "[net][proxy]") {
    Fixture f;
    const std::string proxy = "http://127.0.0.1:" + std::to_string(f.server.port());
    f.options.https_proxy = proxy;
    f.server.on_connection({Reply::status(407)});
    CollectingSink sink;
    const Fetched fetched = f.fetch("https://far.example/x", sink);
    CHECK(fetched.cut == Cut::unreached);
    CHECK(fetched.status == 0);
    REQUIRE(fetched.failure);
    CHECK(std::string(fetched.failure->what()) ==
          "cannot fetch 'https://far.example/x': the http proxy '" + proxy +
              "/' answered CONNECT with status 407");
    CHECK(f.server.requests().at(0) ==
          "CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n"
          "User-Agent: latchkey-test\r\n\r\n");
}

TEST_CASE("a proxy that is not there is told as the proxy", "[net][proxy]") {
    Fixture f;
    f.server.close();
    f.options.all_proxy = "http://127.0.0.1:" + std::to_string(f.server.port());
    CollectingSink sink;
    const Fetched fetched = f.fetch("http://far.example/x", sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->chain().back().starts_with(
        "the http proxy: cannot connect to 127.0.0.1:"));
}

TEST_CASE("a kind of proxy that is not spoken is refused", "[net][proxy]") {
    Fixture f;
    f.options.all_proxy = "socks4://127.0.0.1:1080";
    CollectingSink sink;
    CHECK(error_text([&] { f.fetch("http://far.example/x", sink); }) ==
          "the http proxy 'socks4://127.0.0.1:1080/' is not supported: only http://, https://, "
          "socks5:// "
          "and socks5h:// are");
}
