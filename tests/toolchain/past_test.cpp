#include "latchkey/toolchain/past.hpp"

#include <catch2/catch.hpp>

#include "latchkey/store/former.hpp"
#include "store/store_home.hpp"

using namespace latchkey;
using test::StoreHome;
using toolchain::PastEntry;

namespace {

store::WantedComponent release_of_a(const StoreHome& home, const std::string& number) {
    return home.arrived("a", "a" + number, {{"bin/a", "a" + number}});
}

void install_release_1(const StoreHome& home) {
    home.commit("t", {release_of_a(home, "1"), home.arrived("b", "b1", {{"bin/b", "b1"}})});
}

std::vector<PastEntry> past(const StoreHome& home) {
    return toolchain::load_past(home.on, home.home, "t");
}

std::string names(const std::vector<dist::Component>& components) {
    std::string text;
    for (const dist::Component& each : components) text += each.full_name() + " ";
    return text;
}

}  // namespace

TEST_CASE("a toolchain without a history has no past", "[past]") {
    StoreHome home;
    CHECK(past(home).empty());
}

TEST_CASE("each entry says what it changed of the one before, the newest first", "[past]") {
    StoreHome home;
    install_release_1(home);
    home.manifest = "release 2";
    home.commit("t", {release_of_a(home, "2"), StoreHome::kept("b")});
    home.commit("t", {StoreHome::kept("a"), home.arrived("c", "c1", {{"bin/c", "c1"}})});
    const auto all = past(home);
    REQUIRE(all.size() == 3);
    CHECK(names(all[2].added) == "a b ");
    CHECK(names(all[1].changed) == "a ");
    CHECK(all[1].added.empty());
    CHECK(all[1].removed.empty());
    CHECK(names(all[0].added) == "c ");
    CHECK(names(all[0].removed) == "b ");
    CHECK(all[0].changed.empty());
    CHECK(all[0].current);
    CHECK_FALSE(all[1].current);
    CHECK_FALSE(all[0].held);
    CHECK_FALSE(all[1].kept_bytes);
}

TEST_CASE("a kept generation is told at the last entry of its release", "[past]") {
    StoreHome home;
    store::save_keep_generations(home.home, 1, home.exclusive(lock::Key::settings()));
    install_release_1(home);
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    home.manifest = "release 2";
    home.commit("t", {release_of_a(home, "2"), StoreHome::kept("b")});
    const auto all = past(home);
    REQUIRE(all.size() == 3);
    CHECK_FALSE(all[0].kept_bytes);
    REQUIRE(all[1].kept_bytes);
    CHECK(*all[1].kept_bytes > 4);  // Its own `a` and `c`, and notes; `b` is shared.
    CHECK_FALSE(all[2].kept_bytes);
}

TEST_CASE("a component of which no tree is known changes with its release", "[past]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a0"}});
    home.commit("t", {StoreHome::kept("a"), home.arrived("c", "c1", {{"bin/c", "c1"}})});
    const auto all = past(home);
    REQUIRE(all.size() >= 2);
    CHECK(names(all[0].added) == "c ");
}

TEST_CASE("a release is told by version and date, else by what is known", "[past]") {
    store::HistoryEntry entry;
    CHECK(toolchain::release_text(entry) == "a release that is not known");
    entry.manifest_hash = "0123456789abcdef";
    CHECK(toolchain::release_text(entry) == "the release with manifest 0123456789ab");
    entry.release = store::Release{"2026-04-16", ""};
    CHECK(toolchain::release_text(entry) == "the release of 2026-04-16");
    entry.release->version = "1.95.0 (59807616e 2026-04-14)";
    CHECK(toolchain::release_text(entry) == "1.95.0 (59807616e 2026-04-14) of 2026-04-16");
}
