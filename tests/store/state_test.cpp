#include "latchkey/store/state.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/save_state.hpp"
#include "store_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Standing;
using store::State;
using store::StateComponent;
using test::component;
using test::StoreHome;

namespace {

/// With something in every field.
State full_state() {
    State state;
    state.number = 17;
    state.word = "0123456789abcdef";
    state.serial = 42;
    state.record = {41, "update", "2026-11-24T00:00:00Z", "rustup update\n100%"};
    state.where = State::Where::away;
    state.boot_id = "boot";
    state.inode = 4711;
    state.synced = true;
    state.manifest_hash = std::string(64, 'a');
    state.update_hash = "line\nend\r and 100% of %0A";
    state.release = store::Release{"2026-04-16", "1.95.0 (59807616e 2026-04-14)"};
    state.held = 12;
    state.metadata = {"0011223344556677", "8899aabbccddeeff", 1234, -5, 999'999'999};
    state.intended = store::Fingerprint{"-", "8899aabbccddeeff", 0, 0, 0};
    const dist::Component clippy{"clippy-preview", "x86_64-unknown-linux-gnu", true};
    state.components = {{clippy, "tree-1", Standing::listed},
                        {component("rust-docs"), "tree 2", Standing::pending},
                        {component("rust-src"), "", Standing::arriving},
                        {component("rls"), "tree-4", Standing::leaving}};
    state.behind = store::Behind{"fedcba9876543210",
                                 {"-", "-", 7, 8, 9},
                                 true,
                                 {{component("old"), "tree-5", Standing::listed}}};
    return state;
}

bool same(const StateComponent& one, const StateComponent& other) {
    return one.component == other.component &&
           one.component.is_extension == other.component.is_extension && one.tree == other.tree &&
           one.standing == other.standing;
}

bool same(const std::vector<StateComponent>& one, const std::vector<StateComponent>& other) {
    return std::ranges::equal(one, other, [](const auto& a, const auto& b) { return same(a, b); });
}

State again(const State& state) {
    return store::parse_state(store::serialise(state), "s");
}

std::string refusal(const std::string& text) {
    return test::error_text([&] { store::parse_state(text, "/h/state"); });
}

}  // namespace

TEST_CASE("a state survives being written and read, in every field", "[state]") {
    const State state = full_state();
    const State read = again(state);
    CHECK(read.number == 17);
    CHECK(read.word == state.word);
    CHECK(read.serial == 42);
    REQUIRE(read.record);
    CHECK(read.record->serial == 41);
    CHECK(read.record->what == "update");
    CHECK(read.record->when == "2026-11-24T00:00:00Z");
    CHECK(read.record->command == "rustup update\n100%");
    CHECK(read.where == State::Where::away);
    CHECK(read.boot_id == "boot");
    CHECK(read.inode == 4711);
    CHECK(read.synced);
    CHECK(read.manifest_hash == state.manifest_hash);
    CHECK(read.update_hash == state.update_hash);
    CHECK(read.release == state.release);
    CHECK(read.held == 12U);
    CHECK(read.metadata == state.metadata);
    CHECK(read.intended == state.intended);
    CHECK(same(read.components, state.components));
    REQUIRE(read.behind);
    CHECK(read.behind->word == state.behind->word);
    CHECK(read.behind->metadata == state.behind->metadata);
    CHECK(read.behind->doomed);
    CHECK(same(read.behind->components, state.behind->components));
}

TEST_CASE("a state of which nothing is known survives being written and read", "[state]") {
    State state;
    state.word = "w";
    const State read = again(state);
    CHECK(read.where == State::Where::home);
    CHECK_FALSE(read.record);
    CHECK(read.boot_id.empty());
    CHECK(read.manifest_hash.empty());
    CHECK(read.update_hash.empty());
    CHECK_FALSE(read.synced);
    CHECK_FALSE(read.intended);
    CHECK(read.components.empty());
    CHECK_FALSE(read.behind);
    state.behind.emplace();
    const State behind = again(state);
    REQUIRE(behind.behind);
    CHECK(behind.behind->word.empty());
    CHECK_FALSE(behind.behind->doomed);
}

TEST_CASE("a link's target may have any bytes", "[state]") {
    State state;
    state.word = "w";
    state.where = State::Where::link;
    for (const std::string target :
         {"/home/me/stage2", "a b", "%0A", "%250A", "\n", "\r\n%", "\xff", "../x", "end state"}) {
        CAPTURE(target);
        state.link = target;
        CHECK(again(state).link == target);
    }
}

TEST_CASE("a state is lines of words, without JSON", "[state]") {
    CHECK(store::serialise(full_state()) ==
          "latchkey-state 2\n"
          "generation 17 0123456789abcdef\n"
          "serial 42\n"
          "commit 41 update 2026-11-24T00:00:00Z\n"
          "command rustup update%0A100%25\n"
          "place away\n"
          "written 4711 boot\n"
          "synced 1\n"
          "manifest " +
              std::string(64, 'a') +
              "\n"
              "update-hash line%0Aend%0D and 100%25 of %250A\n"
              "release 2026-04-16 1.95.0 (59807616e 2026-04-14)\n"
              "held 12\n"
              "metadata 0011223344556677 8899aabbccddeeff 1234 -5 999999999\n"
              "intended - 8899aabbccddeeff 0 0 0\n"
              "component listed clippy-preview x86_64-unknown-linux-gnu 1 tree-1\n"
              "component pending rust-docs * 0 tree 2\n"
              "component arriving rust-src * 0 -\n"
              "component leaving rls * 0 tree-4\n"
              "behind fedcba9876543210\n"
              "doomed 1\n"
              "metadata - - 7 8 9\n"
              "component listed old * 0 tree-5\n"
              "end state\n");
}

TEST_CASE("what no writer writes is a damaged state, named by its path", "[state]") {
    const std::string good = store::serialise(full_state());
    REQUIRE(refusal(good) == "no error");
    const std::vector<std::pair<std::string, std::string>> changes{
        {"generation 17 ", "generation x "},
        {"generation 17 ", "generation 17"},
        {"generation 17 ", "generation 0 "},  // Away has a number.
        {"0123456789abcdef\nserial", "\nserial"},
        {"serial 42\n", ""},
        {"serial 42", "serial -1"},
        {"commit 41 ", "commit x "},
        {"commit 41 update 2", "commit 41 2"},
        {"command rustup", "rustup"},
        {"place away", "place nowhere"},
        {"place away", "place link"},  // Without a link.
        {"written 4711 boot", "written 4711"},
        {"written 4711 boot", "written x boot"},
        {"synced 1", "synced 2"},
        {"synced 1", "synced "},
        {"metadata 0011", "metadata x 0011"},
        {" 999999999\n", " 1000000000\n"},
        {"intended -", "intended"},
        {"component listed clippy", "component shiny clippy"},
        {"component arriving rust-src * 0 -", "component arriving rust-src * 0"},
        {"component arriving rust-src * 0 -", "component arriving rust-src * 0 "},
        {"component arriving rust-src * 0 -", "component arriving rust-src * 2 -"},
        {"tree-4", "../tree-4"},
        {"tree-4", ".."},
        {"tree-4", "."},
        {"behind fedcba9876543210\n", ""},
        {"doomed 1", "doomed yes"},
        {"end state\n", ""},
        {"end state\n", "end state"},
        {"end state\n", "end state\nmore\n"},
        {"latchkey-state 2\n", ""},
    };
    for (const auto& [from, to] : changes) {
        CAPTURE(from, to);
        REQUIRE(good.find(from) != std::string::npos);
        CHECK(refusal(replace_all(good, from, to)) == "'/h/state' is damaged");
    }
}

TEST_CASE("a state that was cut anywhere is damaged, and so counts as none", "[state]") {
    StoreHome home;
    const std::string good = store::serialise(full_state());
    home.dir.make("latchkey/toolchains/t");
    for (std::size_t bytes = 0; bytes < good.size(); ++bytes) {
        CAPTURE(bytes, good.substr(0, bytes));
        platform::save_file(home.home.state("t"), good.substr(0, bytes));
        std::optional<State> found;
        CHECK_NOTHROW(found = store::find_state(home.home, "t"));
        CHECK_FALSE(found);
    }
    // As a disk without power may leave it.
    platform::save_file(home.home.state("t"), std::string(good.size(), '\0'));
    CHECK_FALSE(store::find_state(home.home, "t"));
}

TEST_CASE("a state of a newer format is unsupported, and not none", "[state]") {
    StoreHome home;
    for (const std::string text : {"latchkey-state 3\n", "latchkey-state 20\nwhatever\n"}) {
        CAPTURE(text);
        home.dir.write("latchkey/toolchains/t/state", text);
        try {
            (void)store::find_state(home.home, "t");
            FAIL("it was read");
        } catch (const Error& e) {
            CHECK(e.code() == Errc::unsupported);
            CHECK(e.what() == "'" + home.home.state("t") + "' was written by a newer Latchkey");
        }
    }
}

TEST_CASE("a toolchain without a state has none", "[state]") {
    StoreHome home;
    CHECK_FALSE(store::find_state(home.home, "t"));
    home.dir.make("latchkey/toolchains/t");
    CHECK_FALSE(store::find_state(home.home, "t"));
}

TEST_CASE("a saved state is found, and nothing of it is left in staging but a folder", "[state]") {
    StoreHome home;
    const lock::LockSet range = home.lock_toolchain("t");
    store::save_state(home.home, "t", full_state(), range);
    const auto before = platform::find_status(home.home.state("t"));
    State next = full_state();
    next.serial = 43;
    store::save_state(home.home, "t", next, range);
    CHECK(store::find_state(home.home, "t")->serial == 43);
    // Replaced, not written over: who has the old one open reads it to its end.
    CHECK(platform::find_status(home.home.state("t"))->inode != before->inode);
    CHECK(home.list(home.home.staging()).empty());
}

TEST_CASE("toolchains are known by their folders", "[state]") {
    StoreHome home;
    CHECK(store::list_states(home.home).empty());
    for (const char* name : {"b", "a"}) home.dir.make("latchkey/toolchains/" + std::string(name));
    home.dir.write("latchkey/toolchains/file", "");
    CHECK(store::list_states(home.home) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("what is listed or pending counts as installed, what is partial does not", "[state]") {
    const State state = full_state();
    std::vector<std::string> names;
    for (const StateComponent& each : state.installed()) names.push_back(each.component.pkg);
    CHECK(names == std::vector<std::string>{"clippy-preview", "rust-docs"});
    CHECK(state.any_partial());
    State whole = state;
    whole.components = state.installed();
    CHECK_FALSE(whole.any_partial());
}

TEST_CASE("a component is found whether it is partial or not", "[state]") {
    State state = full_state();
    REQUIRE(state.find(component("rls")) != nullptr);
    CHECK(state.find(component("rls"))->standing == Standing::leaving);
    CHECK(state.find(component("clippy-preview")) == nullptr);  // It has a target.
    CHECK(std::as_const(state).find(component("none")) == nullptr);
}

TEST_CASE("a state has a place where it has a directory", "[state]") {
    State state = full_state();
    CHECK(state.has_directory());
    CHECK(state.place("t") == store::Place{"t", 17});
    state.where = State::Where::home;
    CHECK(state.has_directory());
    CHECK(state.place("t") == store::Place{"t", 0});
    for (const auto where : {State::Where::removed, State::Where::link}) {
        state.where = where;
        CHECK_FALSE(state.has_directory());
    }
}

TEST_CASE("a word has 16 hex digits and does not come again", "[state]") {
    const std::string one = store::random_word();
    CHECK(one.size() == 16);
    CHECK(one.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(store::random_word() != one);
}
