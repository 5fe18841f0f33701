#include "new_generation.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/history.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Place;
using store::State;
using test::Child;
using test::component;
using test::StoreHome;

TEST_CASE("another release is another generation, and is at home when the commit is done",
          "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    const State old = home.load_state("t");
    test::update_a(home);
    const State state = home.load_state("t");
    CHECK(state.number > old.number);
    CHECK(state.word != old.word);
    CHECK(state.where == State::Where::home);
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(home.read("t", "bin/a") == "a2");
    CHECK(home.read("t", "bin/b") == "b1");
    CHECK(home.read("t", "lib/rustlib/multirust-channel-manifest.toml") == "release 2");
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of release 2");
    CHECK(home.load_state("t").manifest_hash == "hash of release 2");
    CHECK(home.is_staging_empty());
    const auto history = store::load_history(home.home, "t");
    REQUIRE_FALSE(history.empty());
    CHECK(history.back().record.what == "update");
}

TEST_CASE("a generation that was away only within one commit leaves nothing there",
          "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    test::update_a(home);
    CHECK(platform::find_entries(home.home.away()).empty());
}

TEST_CASE("another release under a tool lives away, and home stays as it was", "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    const auto before = test::see(home, home.home.toolchain("t"));
    Child cargo = test::run_from(home, "home/t", {"a", "b"});
    test::update_a(home);
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    const State state = home.load_state("t");
    CHECK(state.where == State::Where::away);
    CHECK(home.current("t").place == Place{"t", state.number});
    CHECK(home.path("t", "").find("/away/2/t/") != std::string::npos);
    CHECK(home.read("t", "bin/a") == "a2");
    CHECK(test::inode_of(home.path("t", "bin/b")) ==
          test::inode_of(home.home.toolchain("t") + "/bin/b"));
    // It describes home, which is of release 1 still.
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of release 1");
    CHECK(state.update_hash == "update hash of release 2");
    REQUIRE(state.behind);
    CHECK(state.behind->word == store::find_tag(home.home.toolchain("t"))->word);
}

TEST_CASE("changes go on in a generation away, and home stays as it was", "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    Child cargo = test::run_from(home, "home/t", {"a", "b"});
    test::update_a(home);
    const auto before = test::see(home, home.home.toolchain("t"));
    const std::uint64_t number = home.load_state("t").number;
    home.commit("t", {StoreHome::kept("a"), home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.standings("t") == "a=listed c=listed");
    CHECK(home.load_state("t").number == number);
    CHECK(home.read("t", "bin/c") == "c1");
    CHECK(home.read("t", "bin/b") == "(none)");
    CHECK(home.read("t", "lib/rustlib/components") == "a\nc\n");
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("a third release while home lags is away too, and home is still known",
          "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    Child cargo = test::run_from(home, "home/t", {"a", "b"});
    test::update_a(home);
    home.manifest = "release 3";
    home.commit("t", {home.arrived("a", "a3", {{"bin/a", "a3"}}), StoreHome::kept("b")});
    CHECK(home.read("t", "bin/a") == "a3");
    CHECK(home.current("t").place == Place{"t", 3});
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK(home.read_home("t", "bin/a") == "a3");
    CHECK(home.read_home("t", "lib/a/x") == "(none)");
}

TEST_CASE("a component that is there and is to be had anew makes a new generation",
          "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    platform::save_file(home.path("t", "bin/a"), "edited");
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}, {"lib/a/x", "ax1"}}),
                      StoreHome::kept("b")});
    CHECK(home.load_state("t").number > 1);
    CHECK(home.read("t", "bin/a") == "a1");
}

TEST_CASE("a new generation can be asked for where a change in place would do",
          "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    store::Wanted wanted = home.wanted({StoreHome::kept("a"), StoreHome::kept("b")});
    wanted.anew = true;
    home.commit_wanted("t", wanted);
    CHECK(home.load_state("t").number > 1);
    CHECK(home.read("t", "bin/a") == "a1");
}

TEST_CASE("without a manifest the toolchain keeps the one that it has, and its hash",
          "[new_generation]") {
    StoreHome home;
    test::install_ab(home);
    for (const bool anew : {false, true}) {
        CAPTURE(anew);
        store::Wanted wanted = home.wanted({StoreHome::kept("a")});
        wanted.manifest = nullptr;
        wanted.manifest_hash.clear();
        wanted.update_hash.reset();
        wanted.anew = anew;
        home.commit_wanted("t", wanted);
        CHECK(home.read("t", "lib/rustlib/multirust-channel-manifest.toml") == "release 1");
        CHECK(home.load_state("t").manifest_hash == "hash of release 1");
        CHECK(home.load_state("t").update_hash == "update hash of release 1");
        CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of release 1");
    }
}
