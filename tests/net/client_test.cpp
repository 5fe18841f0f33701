#include "latchkey/net/client.hpp"

#include <catch2/catch.hpp>

#include "latchkey/task/group.hpp"
#include "net/fixture.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using net::Cut;
using net::Fetched;
using test::CollectingSink;
using test::error_text;
using test::Fixture;
using test::Reply;

TEST_CASE("a body reaches the sink with its length", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::text("hello")});
    CollectingSink sink;
    const Fetched fetched = f.fetch(f.server.url("/a/b?c"), sink);
    CHECK(fetched.complete);
    CHECK(fetched.status == 200);
    CHECK(fetched.body_bytes == 5);
    CHECK(fetched.cut == Cut::none);
    CHECK(sink.beginnings == 1);
    CHECK(sink.length == 5);
    CHECK(sink.text == "hello");
    const std::string place = "127.0.0.1:" + std::to_string(f.server.port());
    CHECK(f.server.requests().at(0) == "GET /a/b?c HTTP/1.1\r\nHost: " + place +
                                           "\r\nAccept: */*\r\nUser-Agent: latchkey-test\r\n\r\n");
}

TEST_CASE("a status that is no success is an answer and the sink hears nothing", "[net]") {
    Fixture f;
    f.server.on_connection({Reply("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"),
                            Reply::status(500), Reply::text("ok")});
    CollectingSink sink;
    const Fetched missing = f.fetch(f.server.url("/"), sink);
    CHECK(missing.status == 404);
    CHECK_FALSE(missing.complete);
    CHECK(missing.cut == Cut::none);
    CHECK(f.fetch(f.server.url("/"), sink).status == 500);
    CHECK(sink.beginnings == 0);
    CHECK(f.fetch(f.server.url("/"), sink).complete);
    CHECK(sink.text == "ok");
    CHECK(f.server.connections() == 1);
}

TEST_CASE("a small text is there, is not there, or is an error", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::text("manifest"), Reply::status(404), Reply::status(410),
                            Reply::status(416), Reply::status(503), Reply::text("123456")});
    const std::string url = f.server.url("/m");
    CHECK(f.fetch_text(url) == "manifest");
    CHECK_FALSE(f.fetch_text(url));
    CHECK_FALSE(f.fetch_text(url));
    CHECK(error_text([&] { f.fetch_text(url); }) ==
          "cannot fetch '" + url + "': http request returned an unsuccessful status code: 416");
    CHECK(error_text([&] { f.fetch_text(url); }) ==
          "cannot fetch '" + url + "': http request returned an unsuccessful status code: 503");
    CHECK(error_text([&] { f.fetch_text(url, 5); }) ==
          "cannot fetch '" + url + "': it has more than 5 bytes");
}

TEST_CASE("redirects are followed, also relative ones, with the range", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::status(301, "Location: /second\r\n"),
                            Reply::status(302, "Location: third?x#y\r\n"),
                            Reply::status(307, "Location: " + f.server.url("/fourth") + "\r\n"),
                            Reply("HTTP/1.1 206 Partial\r\nContent-Range: bytes 2-4/5\r\n"
                                  "Content-Length: 3\r\n\r\nllo")});
    CollectingSink sink;
    const Fetched fetched = f.fetch(f.server.url("/first"), sink, 2);
    CHECK(fetched.complete);
    CHECK(sink.text == "llo");
    REQUIRE(f.server.requests().size() == 4);
    CHECK(f.server.requests()[2].starts_with("GET /third?x HTTP/1.1\r\n"));
    CHECK(f.server.requests()[3].starts_with("GET /fourth HTTP/1.1\r\n"));
    CHECK(f.server.requests()[3].find("\r\nRange: bytes=2-\r\n") != std::string::npos);
}

TEST_CASE("redirects that never end are told so after the tenth", "[net]") {
    Fixture f;
    f.server.always(Reply::status(302, "Location: /again\r\n"));
    CollectingSink sink;
    const Fetched fetched = f.fetch(f.server.url("/first"), sink);
    CHECK_FALSE(fetched.complete);
    REQUIRE(fetched.failure);
    CHECK(std::string(fetched.failure->what()) ==
          "cannot fetch '" + f.server.url("/again") + "': too many redirects");
    CHECK(f.server.requests().size() == 11);
}

TEST_CASE("a server cannot redirect to a file of this machine", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::status(302, "Location: file:///etc/passwd\r\n")});
    CollectingSink sink;
    const Fetched fetched = f.fetch(f.server.url("/"), sink);
    CHECK(fetched.cut == Cut::broken);
    CHECK(sink.beginnings == 0);
}

TEST_CASE("a redirect to nowhere is a failure of the server's", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::status(302, "Location: http://\r\n"), Reply::status(302)});
    CollectingSink sink;
    CHECK(f.fetch(f.server.url("/"), sink).cut == Cut::broken);
    const Fetched without = f.fetch(f.server.url("/"), sink);
    CHECK(without.cut == Cut::none);
    CHECK(without.status == 302);
}

TEST_CASE("a rest is delivered only if it begins where it was asked for", "[net][range]") {
    Fixture f;
    f.server.on_connection(
        {Reply("HTTP/1.1 206 Partial\r\nContent-Range: bytes 3-4/5\r\nContent-Length: 2\r\n\r\nlo"),
         Reply::text("hello"), Reply::status(416, "Content-Range: bytes */5\r\n"),
         Reply("HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/5\r\nContent-Length: 5\r\n\r\n")});
    CollectingSink sink;
    const Fetched rest = f.fetch(f.server.url("/"), sink, 3);
    CHECK(rest.complete);
    CHECK(rest.status == 206);
    CHECK(rest.body_bytes == 2);
    CHECK(sink.text == "lo");
    const Fetched whole = f.fetch(f.server.url("/"), sink, 3);
    CHECK_FALSE(whole.complete);
    CHECK(whole.status == 200);
    CHECK(whole.cut == Cut::none);
    const Fetched behind = f.fetch(f.server.url("/"), sink, 3);
    CHECK_FALSE(behind.complete);
    CHECK(behind.status == 416);
    CHECK(f.fetch(f.server.url("/"), sink, 3).cut == Cut::other_part);
    CHECK(sink.beginnings == 1);
}

namespace {

Reply part(const std::string& content_range, const std::string& body) {
    return Reply("HTTP/1.1 206 Partial\r\n" +
                 (content_range.empty() ? "" : "Content-Range: " + content_range + "\r\n") +
                 "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

}  // namespace

TEST_CASE("a part that cannot be the one asked for is not delivered", "[net][range]") {
    const std::string range = GENERATE(
        "", "bytes 0-4/5", "bytes 2-4/5", "bytes 4-4/5", "bytes 3-3/5", "bytes 3-4/3",
        "bytes 3-4/4", "bytes 4-3/5", "bytes 3-4", "bytes */5", "bytes -4/5", "lines 3-4/5",
        "bytes 3-4/x", "bytes 3-4/12", "bytes 3-18446744073709551615/5", "bytes3-4/5");
    CAPTURE(range);
    Fixture f;
    f.server.on_connection({part(range, "lo")});
    CollectingSink sink;
    net::ByteRange wanted;
    wanted.first = 3;
    wanted.total_bytes = 5;
    const Fetched fetched =
        test::run(f.loop, f.client().fetch_range(net::Url::parse(f.server.url("/")), wanted, sink));
    CHECK(fetched.cut == Cut::other_part);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->chain().back().starts_with("asked for bytes from 3 on of 5, "));
    CHECK(sink.beginnings == 0);
}

TEST_CASE("a part says what its file has, or does not", "[net][range]") {
    Fixture f;
    f.server.on_connection({part("bytes 3-4/7", "lo"), part("bytes 3-4/*", "lo"),
                            part(" bytes 3 - 4 / 7 ", "lo"), part("bytes 0-1/7", "he")});
    class OriginSink final : public net::Sink {
    public:
        void come_from(const net::Origin& origin) override { total = origin.total_bytes; }
        void begin(std::optional<std::uint64_t>) override {}
        task::awaitable<bool> write(std::vector<std::byte>) override { co_return true; }
        std::optional<std::uint64_t> total;
    };
    OriginSink sink;
    CHECK(f.fetch(f.server.url("/"), sink, 3).complete);
    CHECK(sink.total == 7);
    CHECK(f.fetch(f.server.url("/"), sink, 3).complete);
    CHECK_FALSE(sink.total);
    CHECK(f.fetch(f.server.url("/"), sink, 3).complete);
    CHECK(f.fetch(f.server.url("/"), sink).complete);  // Nobody asked for a part.
    CHECK(sink.total == 7);
}

TEST_CASE("a sink that wants no more ends the transfer", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::text(std::string(1'000'000, 'x')), Reply::text("no")});
    f.server.on_connection({Reply::text("next")});
    CollectingSink sink;
    sink.limit_bytes = 1;
    const Fetched fetched = f.fetch(f.server.url("/"), sink);
    CHECK_FALSE(fetched.complete);
    CHECK(fetched.cut == Cut::none);
    CHECK(fetched.body_bytes == sink.text.size());
    CHECK(sink.sizes.size() == 1);
    CollectingSink next;
    CHECK(f.fetch(f.server.url("/"), next).complete);
    CHECK(next.text == "next");
}

TEST_CASE("a scheme that is not spoken is refused", "[net]") {
    Fixture f;
    CollectingSink sink;
    CHECK(error_text([&] { f.fetch("ftp://h/x", sink); }) ==
          "urls of scheme 'ftp' cannot be fetched: 'ftp://h/x'");
}

TEST_CASE("a password in the url is sent as Basic authorization", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::text("")});
    CollectingSink sink;
    const std::string place = "127.0.0.1:" + std::to_string(f.server.port());
    CHECK(f.fetch("http://Aladdin:open%20sesame@" + place + "/", sink).complete);
    CHECK(f.server.requests()[0].find(
              "\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") != std::string::npos);
}

TEST_CASE("who authorizes requests is asked again for the URL of a redirect", "[net]") {
    Fixture f;
    test::ScriptedServer other(f.loop);
    const std::uint16_t own = f.server.port();
    f.options.authorization = [own](const net::Url& url) -> std::optional<std::string> {
        if (url.port() != own) return std::nullopt;
        return "Bearer t0ken";
    };
    f.server.on_connection({Reply::status(302, "Location: /here\r\n"),
                            Reply::status(302, "Location: " + other.url("/there") + "\r\n")});
    other.on_connection({Reply::text("hello")});
    CHECK(f.fetch_text(f.server.url("/a")) == "hello");
    REQUIRE(f.server.requests().size() == 2);
    for (const std::string& request : f.server.requests()) {
        CHECK(request.find("\r\nAuthorization: Bearer t0ken\r\n") != std::string::npos);
    }
    REQUIRE(other.requests().size() == 1);
    CHECK(other.requests()[0].find("Authorization") == std::string::npos);
}

TEST_CASE("a caller may want fewer attempts than the options allow", "[net]") {
    Fixture f;
    f.options.max_retries = 5;
    f.server.always(Reply::status(503));
    const auto fetch = [&](unsigned retries) {
        net::Url url = net::Url::parse(f.server.url("/m"));
        return test::run(f.loop, f.client().fetch_text(std::move(url), 100, retries));
    };
    CHECK(error_text([&] { fetch(0); }).find("status code: 503") != std::string::npos);
    CHECK(f.server.requests().size() == 1);
    CHECK(error_text([&] { fetch(1); }).find("status code: 503") != std::string::npos);
    CHECK(f.server.requests().size() == 3);
}

TEST_CASE("a server that is not there leaves what came before good", "[net]") {
    Fixture f;
    f.server.close();
    CollectingSink sink;
    const Fetched fetched = f.fetch(f.server.url("/x"), sink);
    CHECK(fetched.status == 0);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->code() == Errc::unreachable);
    CHECK(std::string(fetched.failure->what()) ==
          "cannot fetch '" + f.server.url("/x") + "': cannot connect to 127.0.0.1:" +
              std::to_string(f.server.port()) + ": Connection refused");
}

TEST_CASE("a name that does not exist is told with the name", "[net]") {
    Fixture f;
    CollectingSink sink;
    const Fetched fetched = f.fetch("http://no-such-host.invalid/x", sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(std::string(fetched.failure->what())
              .starts_with("cannot fetch 'http://no-such-host.invalid/x': cannot find the address "
                           "of 'no-such-host.invalid': "));
}

TEST_CASE("a name that has several addresses is reached by the one that answers", "[net]") {
    Fixture f;
    f.server.on_connection({Reply::text("found")});
    const std::string url = "http://localhost:" + std::to_string(f.server.port()) + "/";
    CHECK(f.fetch_text(url) == "found");
}

TEST_CASE("more requests than connections take turns", "[net]") {
    Fixture f;
    f.options.connections_per_host = 2;
    f.server.always(Reply::text("x"));
    std::vector<task::awaitable<std::optional<std::string>>> texts;
    for (int i = 0; i < 7; ++i) {
        texts.push_back(f.client().fetch_text(net::Url::parse(f.server.url("/")), 10));
    }
    CHECK(test::run(f.loop, task::all(std::move(texts))).size() == 7);
    CHECK(f.server.requests().size() == 7);
    CHECK(f.server.connections() == 2);
}
