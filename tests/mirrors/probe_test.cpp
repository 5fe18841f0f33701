#include "latchkey/mirrors/probe.hpp"

#include <catch2/catch.hpp>

#include "net/fixture.hpp"

using namespace latchkey;
using mirrors::find_manifest_date;
using mirrors::Probe;
using test::Reply;

namespace {

/// A loop with two servers, each tested as a mirror.
struct Servers {
    task::Loop loop{1};
    test::ScriptedServer one{loop};
    test::ScriptedServer other{loop};
    net::ClientOptions options;

    std::vector<Probe> probe(const std::vector<std::string>& urls) {
        std::vector<config::Mirror> tested;
        for (const std::string& url : urls) {
            config::Mirror mirror;
            mirror.url = url;
            mirror.auth_variable = "TOKEN";
            tested.push_back(mirror);
        }
        return test::run(loop,
                         mirrors::probe(loop, options, std::move(tested), std::chrono::seconds(5)));
    }
};

Reply manifest(const std::string& date) {
    return Reply::text("manifest-version = \"2\"\ndate = \"" + date + "\"\n[pkg]\n");
}

/// Nightly, stable, and a part of stable.
std::vector<Reply> replies(const std::string& nightly) {
    return {manifest(nightly), manifest("2026-04-16"),
            Reply("HTTP/1.1 206 P\r\nContent-Range: bytes 8-23/99\r\nContent-Length: 16\r\n\r\n"
                  "0123456789abcdef")};
}

}  // namespace

TEST_CASE("a manifest's date stands in a line of its own in its beginning", "[probe]") {
    CHECK(find_manifest_date("manifest-version = \"2\"\ndate = \"2026-04-16\"\n") == "2026-04-16");
    CHECK(find_manifest_date("x = \"date = \"\n") == std::nullopt);
    CHECK(find_manifest_date("date = \"yesterday!\"\n") == std::nullopt);
    CHECK(find_manifest_date("date = \"2026-04-1") == std::nullopt);
    CHECK(find_manifest_date("") == std::nullopt);
}

TEST_CASE("servers are compared by the days of their nightlies", "[probe]") {
    Servers scene;
    scene.one.on_connection(replies("2026-03-02"));
    scene.other.on_connection(replies("2026-02-27"));
    const std::vector<Probe> found = scene.probe({scene.one.url(""), scene.other.url("")});
    REQUIRE(found.size() == 2);
    for (const Probe& each : found) {
        CHECK_FALSE(each.failure);
        CHECK(each.status == 200);
        CHECK(each.ranges);
        CHECK(each.stable_date == "2026-04-16");
        CHECK(each.first_byte);
        CHECK(each.login == Probe::Login::missing);
    }
    CHECK(found[0].days_behind == 0);
    CHECK(found[1].days_behind == 3);
}

TEST_CASE("credentials are accepted by an answer and refused by 401 or 403", "[probe]") {
    Servers scene;
    scene.options.authorization = [](const net::Url&) {
        return std::optional<std::string>("Bearer t0ken");
    };
    scene.one.on_connection(replies("2026-03-02"));
    scene.other.always(Reply::status(401));
    const std::vector<Probe> found =
        scene.probe({scene.one.url(""), scene.other.url(""), "http://127.0.0.1:1"});
    REQUIRE(found.size() == 3);
    CHECK(found[0].login == Probe::Login::accepted);
    CHECK(found[1].login == Probe::Login::refused);
    CHECK(found[1].status == 401);
    CHECK(std::string(found[1].failure->what()).find("401") != std::string::npos);
    CHECK(found[2].login == Probe::Login::unknown);
    CHECK(found[2].status == 0);
    CHECK(found[2].failure);
    CHECK(mirrors::str(found[2].login) == "unknown");
}

TEST_CASE("a server without one of the channels is fine, one that refuses it is not", "[probe]") {
    Servers scene;
    scene.one.on_connection({Reply::status(404), manifest("2026-04-16"), Reply::status(416)});
    scene.other.on_connection({Reply::status(503), manifest("2026-04-16"), Reply::status(416)});
    const std::vector<Probe> found = scene.probe({scene.one.url(""), scene.other.url("")});
    CHECK_FALSE(found[0].failure);
    CHECK_FALSE(found[0].ranges);
    CHECK_FALSE(found[0].days_behind);
    CHECK(found[1].failure);
}

TEST_CASE("a text that is no manifest, or nothing at all, is a failure", "[probe]") {
    Servers scene;
    scene.one.always(Reply::text("<html>hello</html>"));
    scene.other.always(Reply::text(""));
    for (const Probe& each : scene.probe({scene.one.url(""), scene.other.url("")})) {
        REQUIRE(each.failure);
        CHECK(std::string(each.failure->what()).ends_with("is not a manifest of releases"));
        CHECK(each.status == 200);
    }
}
