#include "latchkey/net/attempts.hpp"

#include <catch2/catch.hpp>

#include "net/fixture.hpp"
#include "support/error_text.hpp"

// What a refusal means, and when a server is asked again.

using namespace latchkey;
using namespace std::chrono_literals;
using net::Fetched;
using net::judge_refusal;
using net::parse_retry_after;
using net::pause_before;
using net::Refusal;
using net::Url;
using test::CollectingSink;
using test::error_text;
using test::Fixture;
using test::Reply;

TEST_CASE("only 404 and 410 say that a file is not there", "[net][attempts]") {
    const Url url = Url::parse("https://mirror.example/dist/channel-rust-nightly.toml.sha256");
    CHECK(judge_refusal(url, 404, false) == Refusal::absent);
    CHECK(judge_refusal(url, 410, false) == Refusal::absent);
    for (const int status : {300, 304, 400, 401, 402, 403, 405, 406, 407, 409, 416, 421, 451}) {
        CAPTURE(status);
        CHECK(judge_refusal(url, status, false) == Refusal::lasting);
    }
    for (const int status : {408, 425, 429, 500, 501, 502, 503, 504, 509, 522, 599}) {
        CAPTURE(status);
        CHECK(judge_refusal(url, status, false) == Refusal::passing);
    }
}

TEST_CASE("the official bucket's 403 says that a file is not there, a proxy's does not",
          "[net][attempts]") {
    const Url official = Url::parse("https://static.rust-lang.org/dist/x");
    CHECK(judge_refusal(official, 403, false) == Refusal::absent);
    CHECK(judge_refusal(official, 403, true) == Refusal::lasting);
    CHECK(judge_refusal(official, 401, false) == Refusal::lasting);
    CHECK(judge_refusal(Url::parse("https://static.rust-lang.org.example/dist/x"), 403, false) ==
          Refusal::lasting);
}

TEST_CASE("Retry-After is a number of seconds or a date", "[net][attempts]") {
    const auto now = std::chrono::system_clock::from_time_t(784111777);  // RFC 9110, 5.6.7.
    CHECK(parse_retry_after("120", now) == 120s);
    CHECK(parse_retry_after(" 0 ", now) == 0s);
    CHECK(parse_retry_after("99999999999999", now) == std::chrono::seconds(UINT32_MAX));
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now) == 10s);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:27 GMT", now) == 0s);
    for (const char* text : {"", "soon", "-1", "1.5", "Sun, 06 Nov 1994", "120 GMT"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_retry_after(text, now));
    }
}

TEST_CASE("a pause grows, and is what the server wants where that is longer", "[net][attempts]") {
    Fetched fetched;
    CHECK(pause_before(0, fetched) == 100ms);
    CHECK(pause_before(2, fetched) == 400ms);
    CHECK(pause_before(1000, fetched) == 2s);
    fetched.retry_after = 5s;
    CHECK(pause_before(0, fetched) == 5s);
    fetched.retry_after = 0s;
    CHECK(pause_before(3, fetched) == 800ms);
    fetched.retry_after = 3600s;
    CHECK(pause_before(0, fetched) == 30s);
}

TEST_CASE("a text that is refused for the moment is asked for again", "[net][attempts]") {
    const int status = GENERATE(408, 425, 429, 500, 502, 503, 504);
    Fixture f;
    f.options.max_retries = 2;
    std::vector<std::string> told;
    f.options.told = [&told](const std::string& text) { told.push_back(text); };
    f.server.on_connection({Reply::status(status)});
    f.server.on_connection({Reply("", Reply::Then::reset)});
    f.server.on_connection({Reply::text("manifest")});
    CHECK(f.fetch_text(f.server.url("/m")) == "manifest");
    REQUIRE(told.size() == 2);
    CHECK(told[0] ==
          "asking again: cannot fetch '" + f.server.url("/m") +
              "': http request returned an unsuccessful status code: " + std::to_string(status));
}

TEST_CASE("a text is asked for again as often as the options say", "[net][attempts]") {
    Fixture f;
    f.options.max_retries = GENERATE(0U, 1U, 3U);
    f.server.always(Reply::status(429));
    CHECK(error_text([&] { f.fetch_text(f.server.url("/m")); }) ==
          "cannot fetch '" + f.server.url("/m") +
              "': http request returned an unsuccessful status code: 429");
    CHECK(f.server.requests().size() == f.options.max_retries + 1);
}

TEST_CASE("a text that is refused for good is asked for once", "[net][attempts]") {
    const int status = GENERATE(400, 401, 403, 407, 416, 451);
    Fixture f;
    f.options.max_retries = 3;
    f.server.always(Reply::status(status));
    CHECK(error_text([&] { f.fetch_text(f.server.url("/m")); }) ==
          "cannot fetch '" + f.server.url("/m") +
              "': http request returned an unsuccessful status code: " + std::to_string(status));
    CHECK(f.server.requests().size() == 1);
}

TEST_CASE("a server's wish to be asked later is granted", "[net][attempts]") {
    Fixture f;
    f.options.max_retries = 1;
    f.server.on_connection({Reply::status(503, "Retry-After: 1\r\n"), Reply::text("there")});
    const auto before = std::chrono::steady_clock::now();
    CHECK(f.fetch_text(f.server.url("/m")) == "there");
    CHECK(std::chrono::steady_clock::now() - before >= 1s);
}

TEST_CASE("an answer tells what it means", "[net][attempts]") {
    Fixture f;
    f.server.on_connection({Reply::status(404), Reply::status(429, "Retry-After: 7\r\n"),
                            Reply::status(401), Reply::text("x")});
    CollectingSink sink;
    const Fetched absent = f.fetch(f.server.url("/"), sink);
    CHECK(absent.refusal == Refusal::absent);
    CHECK(net::failure_of(absent).code() == Errc::not_found);
    const Fetched busy = f.fetch(f.server.url("/"), sink);
    CHECK(busy.refusal == Refusal::passing);
    CHECK(busy.retry_after == 7s);
    CHECK(net::is_worth_another_try(busy));
    const Fetched forbidden = f.fetch(f.server.url("/"), sink);
    CHECK(forbidden.refusal == Refusal::lasting);
    CHECK(net::failure_of(forbidden).code() == Errc::unreachable);
    CHECK_FALSE(net::is_worth_another_try(forbidden));
    CHECK(f.fetch(f.server.url("/"), sink).refusal == Refusal::none);
}
