#include "latchkey/net/url.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"

using latchkey::net::Url;
using latchkey::test::error_text;

TEST_CASE("a url has a scheme, a host, a port and a target", "[net][url]") {
    const Url url = Url::parse("HTTPS://Static.Rust-Lang.org/dist/a.toml?x=1#there");
    CHECK(url.scheme() == "https");
    CHECK(url.host() == "static.rust-lang.org");
    CHECK(url.port() == 443);
    CHECK(url.target() == "/dist/a.toml?x=1");
    CHECK(url.authority() == "static.rust-lang.org");
    CHECK(url.host_and_port() == "static.rust-lang.org:443");
    CHECK(Url::parse("http://h").target() == "/");
    CHECK(Url::parse("http://h?q").target() == "/?q");
    CHECK(Url::parse("http://h:/").port() == 80);
    CHECK(Url::parse("http://h:8080/").authority() == "h:8080");
}

TEST_CASE("an IPv6 host stands in brackets only where it must", "[net][url]") {
    const Url url = Url::parse("http://[::1]:81/x");
    CHECK(url.host() == "::1");
    CHECK(url.authority() == "[::1]:81");
    CHECK(url.host_and_port() == "[::1]:81");
}

TEST_CASE("what is no url is refused with rustup's words", "[net][url]") {
    for (const char* text :
         {"", "dist", "/dist", "http://", "http:///x", "http://h:99999/", "http://h:8x/", "://h"}) {
        CAPTURE(text);
        CHECK(error_text([&] { Url::parse(text); }) == "failed to parse url: " + std::string(text));
    }
}

TEST_CASE("what a url may not contain is percent-encoded", "[net][url]") {
    CHECK(Url::parse("http://h/a b\"<>\\^`{|}\xc3\xa9").target() ==
          "/a%20b%22%3C%3E/%5E%60%7B%7C%7D%C3%A9");
    CHECK(Url::parse("http://h/50%/%4g/%41").target() == "/50%25/%254g/%41");
    CHECK(Url::parse("http://h/a?b[]=1").target() == "/a?b%5B%5D=1");
    CHECK(Url::parse("http://h/a?b\\c").target() == "/a?b%5Cc");
}

TEST_CASE("a url is read as browsers read it", "[net][url]") {
    CHECK(Url::parse(" \x01http://h/\r\n").text() == "http://h/");
    CHECK(Url::parse("http://h/a\r\nX: y").target() == "/aX:%20y");
    CHECK(Url::parse("ht\ttp://h\r/dist").text() == "http://h/dist");
    CHECK(Url::parse("https:\\\\h:81\\a\\b").text() == "https://h:81/a/b");
    CHECK(Url::parse("http://h/a/../b/./c").text() == "http://h/b/c");
    CHECK(Url::parse("http://h/a/%2E%2e/b/%2e/c/.%2e").target() == "/b/");
    CHECK(Url::parse("http://h/../a/...?x/../y#/../z").text() == "http://h/a/...?x/../y#/../z");
    CHECK(Url::parse("file:///tmp/a/../b").file_path() == "/tmp/b");
}

TEST_CASE("a host that cannot be looked up is refused, also once it is decoded", "[net][url]") {
    for (const std::string host :
         {"a%0D%0AX:%20y", "a%20b", "a%00", "h%2Fx", "h%40x", "h%5cx", "h%25", "%C3%A4", "\xc3\xa4",
          "a b", "a'b", "a,b", "a%3Fb", "%1B]0;x%07"}) {
        for (const std::string scheme : {"http", "https", "file", "socks5h"}) {
            const std::string text = scheme + "://" + host + "/x";
            CAPTURE(text);
            CHECK_THROWS_AS(Url::parse(text), latchkey::Error);
            CHECK_THROWS_AS(Url::parse("http://h/").resolve(text), latchkey::Error);
        }
    }
    CHECK(Url::parse("http://Ex%61mple.my-host_1~x/").host() == "example.my-host_1~x");
    CHECK(Url::parse("http://[fe80::1]/").host() == "fe80::1");
}

TEST_CASE("a password is used and not shown", "[net][url]") {
    const Url url = Url::parse("http://me:s%40crit@h/x");
    CHECK(url.credentials() == "me:s@crit");
    CHECK(url.shown() == "http://h/x");
    CHECK(url.authority() == "h");
    CHECK_FALSE(Url::parse("http://h/x").credentials());
}

TEST_CASE("what may be a secret is not in an error's text", "[net][url]") {
    CHECK(Url::parse("http://h/x?Signature=5ecret#5ecret").shown() == "http://h/x");
    CHECK(Url::parse("http://h:81/x@y?z").shown() == "http://h");
    CHECK(Url::parse("http://me:80/5ecret@h/x").shown() == "http://me");
    CHECK(Url::parse("http://me:123?5ecret@h/x").shown() == "http://me");
    CHECK(Url::parse("http://me:123#5ecret@h/x").shown() == "http://me");
    CHECK(Url::parse("me:123/5ecret@h/x").shown() == "h/x");
    CHECK(Url::parse("me:5ecret?x@h/x").shown().find("5ecret") == std::string::npos);
    CHECK(Url::parse("file:///tmp/a@b").shown() == "file:///tmp/a@b");
    for (const char* text : {"http://me:5ecret#x@h:1/y", "http://me:5ecret/x@h:1/y",
                             "http://me:5ecret?x@h:1/y", "https://me:5ecret\\x@h:1/y"}) {
        CAPTURE(text);
        CHECK(error_text([&] { Url::parse(text); }) == "failed to parse url: h:1/y");
    }
    const Url base = Url::parse("http://h/");
    CHECK(error_text([&] { (void)base.resolve("http://h:99999/b?Signature=5ecret"); }) ==
          "failed to parse url: http://h:99999/b");
    for (const char* text : {"http://h:99999/b?Signature=x@5ecret", "http://me:5ecret?x@h:99999/b",
                             "http://me:5ecret@h:99999/b?Signature=5ecret", "//h:x/?5ecret",
                             "http:5ecret@?5ecret", "http://[x/?5ecret"}) {
        CAPTURE(text);
        const std::string error = error_text([&] { (void)base.resolve(text); });
        CHECK(error.starts_with("failed to parse url: "));
        CHECK(error.find("5ecret") == std::string::npos);
    }
}

TEST_CASE("a file url names a path of this machine", "[net][url]") {
    CHECK(Url::parse("file:///tmp/a%20b").file_path() == "/tmp/a b");
    CHECK(Url::parse("file:///tmp/a b/\xc3\xa4").file_path() == "/tmp/a b/\xc3\xa4");
    CHECK(Url::parse("file:/tmp/x").file_path() == "/tmp/x");
    CHECK(Url::parse("file://localhost/tmp/x").file_path() == "/tmp/x");
    for (const char* text : {"file://elsewhere/tmp/x", "http://h/tmp/x", "file:///a%00b"}) {
        CAPTURE(text);
        CHECK(error_text([&] { (void)Url::parse(text).file_path(); }) ==
              "bogus file url: '" + std::string(text) + "'");
    }
}

TEST_CASE("a location is resolved as RFC 3986 says", "[net][url]") {
    const Url base = Url::parse("http://a:81/b/c/d;p?q");
    CHECK(base.resolve("g").text() == "http://a:81/b/c/g");
    CHECK(base.resolve("./g/").text() == "http://a:81/b/c/g/");
    CHECK(base.resolve("/g").text() == "http://a:81/g");
    CHECK(base.resolve("//g/x").text() == "http://g/x");
    CHECK(base.resolve("?y").text() == "http://a:81/b/c/d;p?y");
    CHECK(base.resolve("g?y#s").text() == "http://a:81/b/c/g?y");
    CHECK(base.resolve("../g").text() == "http://a:81/b/g");
    CHECK(base.resolve("../../../g").text() == "http://a:81/g");
    CHECK(base.resolve("../../..").text() == "http://a:81/");
    CHECK(base.resolve("./../g/./h/../..//i/.").text() == "http://a:81/b//i/");
    CHECK(base.resolve("https://g/../x").text() == "https://g/x");
    CHECK(base.resolve("g?y/../z").text() == "http://a:81/b/c/g?y/../z");
    CHECK(base.resolve("g;x=1/../y").text() == "http://a:81/b/c/y");
    CHECK(base.resolve("https://b/x y").text() == "https://b/x%20y");
    CHECK(base.resolve("").text() == "http://a:81/b/c/d;p?q");
    CHECK(Url::parse("http://a").resolve("g").text() == "http://a/g");
}
