#include "request.hpp"

#include <catch2/catch.hpp>

#include "latchkey/net/authorization.hpp"

using namespace latchkey::net;

namespace {

const Url kFile = Url::parse("https://h.example:8443/dist/a.tar.gz?v=1");

std::string get(const Url& url, const ByteRange& range = {},
                const std::optional<Url>& proxy = std::nullopt) {
    return get_request(url, range, proxy, "rustup/1.29.1", std::nullopt);
}

}  // namespace

TEST_CASE("a GET names the target, the host and who asks", "[net][request]") {
    CHECK(get(kFile) ==
          "GET /dist/a.tar.gz?v=1 HTTP/1.1\r\n"
          "Host: h.example:8443\r\n"
          "Accept: */*\r\n"
          "User-Agent: rustup/1.29.1\r\n"
          "\r\n");
    CHECK(get_request(Url::parse("http://h"), {}, std::nullopt, "", std::nullopt) ==
          "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
}

TEST_CASE("a part is asked for with both ends in it, the whole without a word", "[net][request]") {
    CHECK(get(kFile, {.first = 5, .end = 10, .total_bytes = {}}).find("Range: bytes=5-9\r\n") !=
          std::string::npos);
    CHECK(get(kFile, {.first = 5, .end = {}, .total_bytes = {}}).find("Range: bytes=5-\r\n") !=
          std::string::npos);
    CHECK(get(kFile, {.first = 0, .end = 1, .total_bytes = {}}).find("Range: bytes=0-0\r\n") !=
          std::string::npos);
    CHECK(get(kFile).find("Range") == std::string::npos);
}

TEST_CASE("a password is sent encoded, to whom it belongs", "[net][request]") {
    // RFC 7617, 2: the example of "Aladdin".
    const Url server = Url::parse("http://Aladdin:open%20sesame@h/x");
    CHECK(get(server).find("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") !=
          std::string::npos);
    const Url proxy = Url::parse("http://me@proxy:3128");
    const std::string both = get(server, {}, proxy);
    CHECK(both.starts_with("GET http://h/x HTTP/1.1\r\n"));
    CHECK(both.find("\r\nProxy-Authorization: Basic bWU6\r\n") != std::string::npos);
    CHECK(get(kFile).find("Authorization") == std::string::npos);
}

TEST_CASE("what authorizes a request is sent as it is, and a URL's own password before it",
          "[net][request]") {
    const auto get_with = [](const char* url) {
        return get_request(Url::parse(url), {}, std::nullopt, "", "Bearer t0ken");
    };
    CHECK(get_with("http://h") ==
          "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nAuthorization: Bearer t0ken\r\n\r\n");
    const std::string own = get_with("http://u:p@h");
    CHECK(own.find("Authorization: " + basic_authorization("u:p") + "\r\n") != std::string::npos);
    CHECK(own.find("t0ken") == std::string::npos);
}

TEST_CASE("a tunnel is asked for by host and port, with the proxy's password only",
          "[net][request]") {
    const Url proxy = Url::parse("http://me:pw@proxy:3128");
    const Url server = Url::parse("https://you:secret@h.example/x");
    CHECK(connect_request(server, proxy, "agent") ==
          "CONNECT h.example:443 HTTP/1.1\r\n"
          "Host: h.example:443\r\n"
          "User-Agent: agent\r\n"
          "Proxy-Authorization: Basic bWU6cHc=\r\n"
          "\r\n");
}

TEST_CASE("what a part is, is taken from a Content-Range that can be", "[net][request]") {
    const auto known = parse_content_range(" bytes 5-9/10 ");
    REQUIRE(known);
    CHECK(known->first_byte == 5);
    CHECK(known->last_byte == 9);
    CHECK(known->total_bytes == 10U);
    const auto open = parse_content_range("bytes 0-0/*");
    REQUIRE(open);
    CHECK(open->last_byte == 0);
    CHECK_FALSE(open->total_bytes);
    for (const char* text : {"", "bytes", "bytes 5-9", "bytes */10", "bytes 9-5/10",
                             "bytes 5-10/10", "bytes 5-9/x", "bytes -9/10", "bytes 5-/10",
                             "items 5-9/10", "bytes 5/9-10", "bytes 5-99999999999999999999/*"}) {
        CHECK_FALSE(parse_content_range(text));
    }
}
