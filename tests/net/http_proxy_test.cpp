#include "latchkey/net/http_proxy.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using net::ClientOptions;
using net::Url;

namespace {

std::string proxy_for(const ClientOptions& options, const std::string& url) {
    const auto proxy = net::find_http_proxy(options, Url::parse(url));
    return proxy ? proxy->text() : "none";
}

bool excepted(const std::string& no_proxy, const std::string& url) {
    ClientOptions options;
    options.all_proxy = "http://p";
    options.no_proxy = no_proxy;
    return proxy_for(options, url) == "none";
}

}  // namespace

TEST_CASE("each scheme has its proxy, and all_proxy is for the rest", "[net][proxy]") {
    ClientOptions options;
    CHECK(proxy_for(options, "http://h/") == "none");
    options.http_proxy = "http://one:1";
    CHECK(proxy_for(options, "http://h/") == "http://one:1");
    CHECK(proxy_for(options, "https://h/") == "none");
    options.all_proxy = "http://two:2";
    CHECK(proxy_for(options, "http://h/") == "http://one:1");
    CHECK(proxy_for(options, "https://h/") == "http://two:2");
    options.https_proxy = "three:3";
    CHECK(proxy_for(options, "https://h/") == "http://three:3");
    options.https_proxy = "";
    CHECK(proxy_for(options, "https://h/") == "none");
}

TEST_CASE("a proxy that is no url is an error that shows it", "[net][proxy]") {
    ClientOptions options;
    options.http_proxy = "http://";
    CHECK(test::error_text([&] { proxy_for(options, "http://h/"); }) ==
          "the http proxy 'http://' is not a URL");
}

TEST_CASE("of a proxy that is no url, nothing is shown before its last @", "[net][proxy]") {
    ClientOptions options;
    for (const std::string password : {"5ecret#x", "5ecret/x", "5ecret?x", "5ecret\\x", "123#x",
                                       "123/x", "123?x", "x@5ecret/y", "5ecret 5ecret"}) {
        for (const std::string scheme : {"http://", ""}) {
            options.http_proxy = scheme + "me:" + password + "@h:3128";
            CAPTURE(*options.http_proxy);
            const std::string text = test::error_text([&] { proxy_for(options, "http://h/"); });
            if (password != "5ecret 5ecret") CHECK(text == "the http proxy 'h:3128' is not a URL");
            CHECK(text.find("123") == std::string::npos);
            CHECK(text.find("5ecret") == std::string::npos);
        }
    }
}

TEST_CASE("no_proxy excepts a host and all below it, with or without a dot", "[net][proxy]") {
    for (const char* list :
         {"rust-lang.org", ".rust-lang.org", "*.rust-lang.org", " x , Rust-Lang.org",
          "x rust-lang.org", "rust-lang.org  x", "\trust-lang.org\n", "x, rust-lang.org ,y"}) {
        CAPTURE(list);
        CHECK(excepted(list, "https://rust-lang.org/"));
        CHECK(excepted(list, "https://static.rust-lang.org/"));
        CHECK_FALSE(excepted(list, "https://trust-lang.org/"));
        CHECK_FALSE(excepted(list, "https://rust-lang.org.evil/"));
    }
    CHECK(excepted("*", "https://anything/"));
    CHECK_FALSE(excepted("", "https://anything/"));
    CHECK_FALSE(excepted(",.,", "https://anything/"));
}

TEST_CASE("no_proxy knows addresses, blocks and ports", "[net][proxy]") {
    CHECK(excepted("127.0.0.1", "http://127.0.0.1/"));
    CHECK_FALSE(excepted("7.0.0.1", "http://127.0.0.1/"));
    CHECK(excepted("10.0.0.0/8", "http://10.1.2.3/"));
    CHECK_FALSE(excepted("10.0.0.0/8", "http://11.1.2.3/"));
    CHECK_FALSE(excepted("10.0.0.0/8", "http://host/"));
    CHECK(excepted("fd00::/8", "http://[fd12::1]/"));
    CHECK(excepted("::1", "http://[::1]/"));
    CHECK(excepted("[::1]:80", "http://[::1]/"));
    CHECK_FALSE(excepted("[::1]:81", "http://[::1]/"));
    CHECK(excepted("host:8080", "http://host:8080/"));
    CHECK_FALSE(excepted("host:8080", "http://host/"));
    CHECK(excepted("host:443", "https://host/"));
}
