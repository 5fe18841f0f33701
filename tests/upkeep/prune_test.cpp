#include "latchkey/upkeep/prune.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "latchkey/platform/file.hpp"
#include "upkeep/means.hpp"

using namespace latchkey;
using test::UpkeepHome;
using upkeep::Pruned;
using upkeep::PruneRequest;

namespace {

const std::string kTuple = "-x86_64-unknown-linux-gnu";

/// Three dated nightlies; the first two share a tree by hard links.
struct Nightlies : UpkeepHome {
    std::map<std::string, Pruned> told;
    PruneRequest request;

    Nightlies() {
        store.commit(name("2026-01-01"), {store.arrived("a", "a1", {{"bin/a", "aaaa"}})});
        store.commit(
            name("2026-01-02"),
            {{test::component("a"), store::Supply{"a1", store::Place{name("2026-01-01"), 0}}}});
        store.commit(name("2026-01-03"), {store.arrived("a", "a3", {{"bin/a", "cccc"}})});
        request.rules.newest = 1;
        request.site.variables.rustup_home = store.home.layout();
        request.site.host = kTuple.substr(1);
    }

    static std::string name(const std::string& date) { return "nightly-" + date + kTuple; }

    void prune() {
        told.clear();
        auto tell = [this](const Pruned& each) { told[each.choice.name] = each; };
        test::run(loop, upkeep::prune(means, request, tell));
    }

    [[nodiscard]] bool is_there(const std::string& date) const {
        return platform::is_directory(store.home.toolchain(name(date)));
    }

    [[nodiscard]] const Pruned& of(const std::string& date) const { return told.at(name(date)); }
};

}  // namespace

TEST_CASE("what no rule keeps is removed, and each is told", "[prune]") {
    Nightlies home;
    home.prune();
    CHECK_FALSE(home.is_there("2026-01-01"));
    CHECK_FALSE(home.is_there("2026-01-02"));
    CHECK(home.is_there("2026-01-03"));
    CHECK(home.told.size() == 3);
    CHECK(home.of("2026-01-01").planned);
    CHECK(home.of("2026-01-03").choice.why_it_stays);
    CHECK_FALSE(home.of("2026-01-03").planned);
}

TEST_CASE("a file of two that go is counted once, with the last of them", "[prune]") {
    Nightlies home;
    home.prune();
    const auto first = home.of("2026-01-01").bytes;
    const auto second = home.of("2026-01-02").bytes;
    Nightlies other;
    other.request.rules = {.unused_days = {}, .newest = {}, .pattern = "nightly-2026-01-01"};
    other.prune();
    CHECK(other.of("2026-01-01").bytes == first);
    CHECK(other.is_there("2026-01-02"));
    CHECK(second > first);  // The file that they share.
}

TEST_CASE("a dry run removes nothing and tells the same", "[prune]") {
    Nightlies home;
    home.request.dry_run = true;
    home.prune();
    CHECK(home.is_there("2026-01-01"));
    CHECK(home.is_there("2026-01-02"));
    CHECK_FALSE(home.of("2026-01-01").choice.why_it_stays);
    const auto foretold = home.of("2026-01-02").bytes;
    home.request.dry_run = false;
    home.prune();
    CHECK_FALSE(home.is_there("2026-01-02"));
    CHECK(home.of("2026-01-02").bytes == foretold);
}

TEST_CASE("what somebody runs from, what is active and what an override names stay", "[prune]") {
    Nightlies home;
    const lock::LockSet tool =
        home.store.share(lock::Key::directory("home/" + Nightlies::name("2026-01-01")));
    home.request.site.settings.overrides["/work"] = Nightlies::name("2026-01-02");
    home.prune();
    CHECK(home.is_there("2026-01-01"));
    CHECK(home.is_there("2026-01-02"));
    CHECK(home.of("2026-01-01").choice.why_it_stays->find("in use") != std::string::npos);
    CHECK(home.of("2026-01-02").choice.why_it_stays->find("override") != std::string::npos);
}

TEST_CASE("the default stays, also if it was chosen by a name in part", "[prune]") {
    Nightlies home;
    home.request.site.settings.default_toolchain = "nightly-2026-01-01";
    home.prune();
    CHECK(home.is_there("2026-01-01"));
    CHECK_FALSE(home.is_there("2026-01-02"));
    CHECK(home.of("2026-01-01").choice.why_it_stays->find("default") != std::string::npos);
}
