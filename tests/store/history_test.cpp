#include "latchkey/store/history.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "store_home.hpp"

using namespace latchkey;
using store::HistoryEntry;
using store::Standing;
using store::State;
using test::component;
using test::StoreHome;

namespace {

State state_of(std::uint64_t serial) {
    State state;
    state.number = 17;
    state.word = "0123456789abcdef";
    state.serial = serial;
    state.manifest_hash = std::string(64, 'a');
    state.components = {{{"rustc", "x86_64-unknown-linux-gnu", true}, "tree", Standing::listed},
                        {component("docs"), "", Standing::pending},
                        {component("gone"), "x", Standing::leaving}};
    return state;
}

void commit(const StoreHome& home, std::uint64_t serial, const std::string& what,
            const std::string& command) {
    State state = state_of(serial);
    store::commit_state(home.home, "t", state, what, command, home.lock_toolchain("t"));
}

std::vector<std::uint64_t> serials_of(const StoreHome& home) {
    std::vector<std::uint64_t> serials;
    for (const HistoryEntry& entry : store::load_history(home.home, "t")) {
        serials.push_back(entry.record.serial);
    }
    return serials;
}

}  // namespace

TEST_CASE("a toolchain without a past has no history", "[history]") {
    StoreHome home;
    CHECK(store::load_history(home.home, "t").empty());
}

TEST_CASE("an entry tells when, by which command, and what is installed", "[history]") {
    StoreHome home;
    commit(home, 3, "update", "rustup \"update\"\n\xff");
    const auto history = store::load_history(home.home, "t");
    REQUIRE(history.size() == 1);
    const HistoryEntry& entry = history[0];
    CHECK(entry.record.serial == 3);
    CHECK(entry.record.what == "update");
    CHECK(entry.record.command == "rustup \"update\"\n\uFFFD");  // What is no text is shown.
    CHECK(entry.number == 17);
    CHECK_FALSE(entry.release);  // The state does not know it.
    CHECK(entry.word == "0123456789abcdef");
    CHECK(entry.manifest_hash == std::string(64, 'a'));
    CHECK(entry.record.when.ends_with("Z"));
    CHECK(entry.record.when > "2026");
    REQUIRE(entry.components.size() == 2);  // What is leaving is none any more.
    CHECK(entry.components[0].component.full_name() == "rustc-x86_64-unknown-linux-gnu");
    CHECK(entry.components[0].component.is_extension);
    CHECK(entry.components[0].tree == "tree");
    CHECK(entry.components[1].tree.empty());
}

TEST_CASE("history is sorted by serial, not by name", "[history]") {
    StoreHome home;
    for (const std::uint64_t serial : {10, 9, 100}) {
        commit(home, serial, "change", "");
    }
    CHECK(serials_of(home) == std::vector<std::uint64_t>{9, 10, 100});
}

TEST_CASE("a commit whose maker was killed behind it gets its entry from the next one",
          "[history]") {
    StoreHome home;
    State removed = state_of(3);
    removed.where = State::Where::removed;
    store::record_commit(removed, "uninstall", "rustup uninstall");
    home.save_state("t", removed);
    CHECK(serials_of(home).empty());

    commit(home, 4, "install", "");
    CHECK(serials_of(home) == std::vector<std::uint64_t>{3, 4});
    CHECK(store::load_history(home.home, "t")[0].record.command == "rustup uninstall");
}

TEST_CASE("an install that was killed before its directory came has no entry", "[history]") {
    StoreHome home;
    State fresh = state_of(3);
    store::record_commit(fresh, "install", "rustup install");
    home.save_state("t", fresh);

    commit(home, 4, "install", "");
    CHECK(serials_of(home) == std::vector<std::uint64_t>{4});
}

TEST_CASE("a state that is no commit keeps the record of the last one", "[history]") {
    StoreHome home;
    commit(home, 3, "update", "rustup update");
    State next = *store::find_state(home.home, "t");
    next.serial = 4;
    home.save_state("t", next);
    CHECK(serials_of(home) == std::vector<std::uint64_t>{3});
    CHECK(store::find_state(home.home, "t")->record->serial == 3);
}

TEST_CASE("a toolchain whose state is lost counts on from what is remembered", "[history]") {
    StoreHome home;
    CHECK(store::next_serial(home.home, "t", State()) == 1);
    commit(home, 3, "update", "then");
    commit(home, 12, "update", "then");
    CHECK(store::next_serial(home.home, "t", state_of(17)) == 18);
    platform::remove_file(home.home.state("t"));
    CHECK(store::next_serial(home.home, "t", State()) == 13);
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a"}})});
    CHECK(serials_of(home) == std::vector<std::uint64_t>{3, 12, 13});
    CHECK(store::find_state(home.home, "t")->record->serial == 13);
}

TEST_CASE("a change is made, though its entry cannot be written", "[history]") {
    StoreHome home;
    home.dir.write("latchkey/toolchains/t/history", "in the way");
    commit(home, 3, "update", "rustup update");
    CHECK(store::find_state(home.home, "t")->serial == 3);
}

TEST_CASE("the oldest entries beyond the limit are dropped", "[history]") {
    StoreHome home;
    for (std::uint64_t serial = 1; serial <= store::kMaxHistory + 3; ++serial) {
        commit(home, serial, "change", "");
    }
    const auto history = store::load_history(home.home, "t");
    CHECK(history.size() == store::kMaxHistory);
    CHECK(history.front().record.serial == 4);
    CHECK(platform::find_entries(home.home.history("t")).size() == store::kMaxHistory);
}

TEST_CASE("what cannot be read is left out", "[history]") {
    StoreHome home;
    commit(home, 3, "change", "");
    const std::string good = platform::load_file(home.home.history("t") + "/3.json");
    const std::string folder = "latchkey/toolchains/t/history/";
    int serial = 4;
    for (const std::string& bad : {std::string(), std::string("{"), std::string("[]"),
                                   std::string("{}"), good.substr(0, good.size() / 2)}) {
        home.dir.write(folder + std::to_string(serial++) + ".json", bad);
    }
    home.dir.write(folder + "x.json", good);
    home.dir.write(folder + "5", good);
    CHECK(store::load_history(home.home, "t").size() == 1);
}

TEST_CASE("an entry tells the release, where its manifest is, and what a rollback went back to",
          "[history]") {
    StoreHome home;
    const std::string toolchain = "stable-x86_64-unknown-linux-gnu";
    State state = state_of(3);
    state.release = store::Release{"2026-04-16", "1.95.0 (59807616e 2026-04-14)"};
    state.held = 1;
    for (const std::string& what : {std::string("change"), std::string(store::kRollback)}) {
        store::commit_state(home.home, toolchain, state, what, "c", home.lock_toolchain(toolchain));
        ++state.serial;
    }
    const auto history = store::load_history(home.home, toolchain);
    REQUIRE(history.size() == 2);
    CHECK(history[1].release == state.release);
    CHECK(history[1].manifest == "dist/2026-04-16/channel-rust-stable.toml");
    CHECK(history[1].held_at == 1U);
    CHECK_FALSE(history[0].held_at);
    CHECK(store::dated_manifest("nightly-2026-01-02-x86_64-unknown-linux-gnu", "2026-01-02") ==
          "dist/2026-01-02/channel-rust-nightly.toml");
    CHECK(store::dated_manifest("mine", "2026-01-02").empty());
}
