#include <catch2/catch.hpp>

#include "latchkey/task/group.hpp"
#include "net/fixture.hpp"
#include "net/mirror.hpp"
#include "support/error_text.hpp"

// Servers that give a client only so many answers at once.

using namespace latchkey;
using net::Cut;
using net::Fetched;
using net::Url;
using test::CollectingSink;
using test::Fixture;
using test::Mirror;
using test::MirrorHabits;

namespace {

MirrorHabits at_most(std::size_t most, const std::string& refusal) {
    MirrorHabits habits;
    habits.most = most;
    habits.refusal = refusal;
    habits.bytes_per_second = 1'000'000;
    return habits;
}

/// So many at once.
std::vector<Fetched> fetch_all(Fixture& f, const Mirror& mirror, std::size_t count) {
    std::vector<CollectingSink> sinks(count);
    std::vector<task::awaitable<Fetched>> all;
    for (CollectingSink& sink : sinks) {
        all.push_back(f.client().fetch(Url::parse(mirror.url("/archive")), 0, sink));
    }
    std::vector<Fetched> fetched = test::run(f.loop, task::all(std::move(all)));
    for (std::size_t i = 0; i < count; ++i) {
        CHECK((!fetched[i].complete || sinks[i].text.size() == 20'000));
    }
    return fetched;
}

std::size_t complete(const std::vector<Fetched>& all) {
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [](const Fetched& one) { return one.complete; }));
}

}  // namespace

TEST_CASE("a server that refuses one more is asked for as many at once as it gives",
          "[net][crowd]") {
    const std::string refusal =
        GENERATE("503 Service Unavailable", "429 Too Many Requests", "403 Forbidden", "");
    const std::size_t most = GENERATE(1U, 2U, 5U);
    CAPTURE(refusal, most);
    Fixture f;
    const Mirror mirror(f.loop, std::string(20'000, 'x'), at_most(most, refusal));
    CHECK(complete(fetch_all(f, mirror, 12)) == 12);
    CHECK(mirror.crowd() == most);
    // Each of the first eight is refused once at the most, and is told on the way to 'most'.
    CHECK(mirror.refused() <= 8);
    const std::size_t before = mirror.refused();
    CHECK(complete(fetch_all(f, mirror, 12)) == 12);
    CHECK(mirror.refused() == before);  // It is known from now on.
}

TEST_CASE("a request that is refused while it is alone is refused", "[net][crowd]") {
    Fixture f;
    MirrorHabits habits = at_most(1, "503 No");
    Mirror mirror(f.loop, std::string(20'000, 'x'), habits);
    CollectingSink sink;
    const Fetched fetched = f.fetch(mirror.url("/forbidden"), sink);
    CHECK(fetched.status == 403);
    CHECK(mirror.requests() == 1);
}

TEST_CASE("what is refused for itself makes nothing else wait in the end", "[net][crowd]") {
    Fixture f;
    MirrorHabits habits;
    habits.bytes_per_second = 1'000'000;
    const Mirror mirror(f.loop, std::string(20'000, 'x'), habits);
    std::vector<CollectingSink> sinks(3);
    std::vector<task::awaitable<Fetched>> all;
    all.push_back(f.client().fetch(Url::parse(mirror.url("/a")), 0, sinks[0]));
    all.push_back(f.client().fetch(Url::parse(mirror.url("/forbidden")), 0, sinks[1]));
    all.push_back(f.client().fetch(Url::parse(mirror.url("/b")), 0, sinks[2]));
    const std::vector<Fetched> fetched = test::run(f.loop, task::all(std::move(all)));
    CHECK(fetched[0].complete);
    CHECK(fetched[1].status == 403);
    CHECK(fetched[2].complete);
    CHECK(complete(fetch_all(f, mirror, 8)) == 8);
    CHECK(mirror.crowd() == 8);
}

TEST_CASE("a server that refuses everybody is told at once", "[net][crowd]") {
    Fixture f;
    f.server.always(test::Reply::status(503));
    std::vector<CollectingSink> sinks(8);
    std::vector<task::awaitable<Fetched>> all;
    for (CollectingSink& sink : sinks) {
        all.push_back(f.client().fetch(Url::parse(f.server.url("/")), 0, sink));
    }
    for (const Fetched& fetched : test::run(f.loop, task::all(std::move(all)))) {
        CHECK(fetched.status == 503);
    }
    CHECK(f.server.requests().size() <= 24);
}

TEST_CASE("waiting for a server's turn is cancelled", "[net][crowd]") {
    Fixture f;
    MirrorHabits habits = at_most(1, "503 No");
    habits.bytes_per_second = 10'000;
    const Mirror mirror(f.loop, std::string(20'000, 'x'), habits);
    std::vector<CollectingSink> sinks(2);
    std::vector<task::awaitable<Fetched>> all;
    for (CollectingSink& sink : sinks) {
        all.push_back(f.client().fetch(Url::parse(mirror.url("/")), 0, sink));
    }
    auto limited = task::with_deadline(task::all(std::move(all)), std::chrono::milliseconds(300));
    CHECK(test::error_text([&] { test::run(f.loop, std::move(limited)); }) == "timed out");
    CHECK(mirror.refused() == 1);
}
