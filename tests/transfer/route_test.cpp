#include "route.hpp"

#include <catch2/catch.hpp>

#include "latchkey/net/attempts.hpp"

using namespace latchkey;
using mirrors::Mirrors;
using transfer::Route;
using Turn = Route::Turn;

namespace {

constexpr const char* kFile = "https://static.rust-lang.org/dist/a";

config::ChangeVariables listing(const std::vector<std::string>& urls) {
    config::ChangeVariables variables;
    for (const std::string& url : urls) {
        config::Mirror mirror;
        mirror.url = url;
        variables.mirrors.push_back(mirror);
    }
    return variables;
}

net::Fetched refused(int status) {
    net::Fetched fetched;
    fetched.status = status;
    fetched.refusal = net::judge_refusal(net::Url::parse("http://m/a"), status, false);
    return fetched;
}

/// Keeps warnings; what else is told is another test's.
struct Warnings final : transfer::Progress {
    std::vector<std::string> texts;

    void warn(const std::string& text) override { texts.push_back(text); }
    void debug(const std::string&) override {}
    void begin(const std::string&, const std::string&) override {}
    void total(const std::string&, std::uint64_t) override {}
    void resume(const std::string&, std::uint64_t) override {}
    void advance(const std::string&, std::uint64_t) override {}
    void phase(const std::string&, transfer::Phase, const std::string&) override {}
    void end(const std::string&) override {}
};

/// A route over servers a, b and so on.
struct Scene {
    Mirrors mirrors;
    Warnings warnings;
    Route route;

    explicit Scene(const std::vector<std::string>& urls)
        : mirrors(listing(urls)), route(mirrors, kFile) {}

    Turn refuse(int status) { return route.turn(refused(status), false, warnings); }
    Turn refuse_rest() { return route.turn(refused(416), true, warnings); }
    [[nodiscard]] std::string failure() const { return route.failure().what(); }
};

}  // namespace

TEST_CASE("a file's servers are asked in their order, each once in a round", "[route]") {
    Scene scene({"http://a", "http://b"});
    CHECK(scene.route.has_choice());
    CHECK(scene.route.text() == "http://a/dist/a");
    CHECK(scene.refuse(503) == Turn::next);
    CHECK(scene.route.text() == "http://b/dist/a");
    CHECK(scene.refuse(503) == Turn::round);
    CHECK(scene.route.text() == "http://a/dist/a");
    CHECK(scene.refuse(503) == Turn::next);
}

TEST_CASE("a server that refuses for good is not asked in the next round", "[route]") {
    for (const int status : {401, 403, 404, 407, 410}) {
        Scene scene({"http://a", "http://b", "http://c"});
        CHECK(scene.refuse(status) == Turn::next);
        CHECK(scene.refuse(503) == Turn::next);
        CHECK(scene.refuse(status) == Turn::round);
        CHECK(scene.route.text() == "http://b/dist/a");
        CHECK(scene.refuse(status) == Turn::end);
    }
}

TEST_CASE("a file is absent only if every server says so", "[route]") {
    Scene absent({"http://a", "http://b"});
    CHECK(absent.refuse(404) == Turn::next);
    CHECK(absent.refuse(410) == Turn::end);
    CHECK(absent.route.failure().code() == Errc::not_found);
    CHECK(absent.route.failed_url() == net::Url::parse("http://a/dist/a"));
    CHECK(absent.warnings.texts.empty());

    Scene refusing({"http://a", "http://b"});
    CHECK(refusing.refuse(404) == Turn::next);
    CHECK(refusing.refuse(403) == Turn::end);
    CHECK(refusing.route.failure().code() == Errc::unreachable);
    CHECK(refusing.failure().find("403") != std::string::npos);
    CHECK(refusing.route.failed_url() == net::Url::parse("http://b/dist/a"));
}

TEST_CASE("servers that send no rest are asked for no rest, and the file begins anew", "[route]") {
    Scene scene({"http://a", "http://b"});
    CHECK(scene.refuse_rest() == Turn::next);
    CHECK(scene.refuse_rest() == Turn::restart);
    CHECK(scene.warnings.texts.empty());

    Scene mixed({"http://a", "http://b"});
    CHECK(mixed.refuse_rest() == Turn::next);
    CHECK(mixed.refuse(503) == Turn::round);
    CHECK(mixed.route.text() == "http://b/dist/a");
    CHECK(mixed.refuse(403) == Turn::restart);
}

TEST_CASE("a server that has failed is warned of once, and comes last for the next file",
          "[route]") {
    Scene scene({"http://a", "http://b"});
    CHECK(scene.refuse(503) == Turn::next);
    REQUIRE(scene.warnings.texts.size() == 1);
    CHECK(scene.warnings.texts[0] ==
          "the mirror 'http://a' is passed over: http request returned an unsuccessful status "
          "code: 503");
    CHECK(scene.refuse(404) == Turn::round);
    CHECK(scene.refuse(503) == Turn::round);
    CHECK(scene.warnings.texts.size() == 1);
    const Route next(scene.mirrors, kFile);
    CHECK(next.text() == "http://b/dist/a");
}

TEST_CASE("a server with bad bytes is no part of the route", "[route]") {
    Mirrors mirrors(listing({"http://a", "http://b", "http://c"}));
    const Route route(mirrors, kFile, {0, 2});
    CHECK(route.text() == "http://b/dist/a");
    CHECK_FALSE(route.has_choice());
}

TEST_CASE("a file of another server's own has one way", "[route]") {
    Mirrors mirrors(listing({"http://a", "http://b"}));
    const Route route(mirrors, "http://elsewhere/x");
    CHECK(route.text() == "http://elsewhere/x");
    CHECK_FALSE(route.has_choice());
}
