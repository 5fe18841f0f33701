#include "notes.hpp"

#include <catch2/catch.hpp>

#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/file.hpp"
#include "seen.hpp"
#include "store_home.hpp"

using namespace latchkey;
using test::inode_of;
using test::StoreHome;

namespace {

std::string components_path(const StoreHome& home) {
    return dist::note_path(home.home.toolchain("t"), dist::kComponentsNote);
}

/// Toolchain `t` with component `a`.
store::State install_noted(StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}})});
    return home.load_state("t");
}

}  // namespace

TEST_CASE("a note replaces a link, and what the link leads to stays", "[notes]") {
    StoreHome home;
    install_noted(home);
    const std::string path = components_path(home);
    const std::string other = home.dir.write("other", "somebody's");
    platform::remove_file(path);
    platform::make_link(other, path);
    const lock::LockSet range = home.lock_toolchain("t");
    store::write_note(home.home, "t", home.home.toolchain("t"), dist::kComponentsNote, "new\n");
    CHECK_FALSE(platform::find_link(path));
    CHECK(platform::load_file(path) == "new\n");
    CHECK(platform::load_file(other) == "somebody's");
}

TEST_CASE("a note that has its text already is not written", "[notes]") {
    StoreHome home;
    install_noted(home);
    const std::string path = components_path(home);
    const std::uint64_t before = inode_of(path);
    const lock::LockSet range = home.lock_toolchain("t");
    const auto write = [&home](const std::string& text) {
        store::write_note(home.home, "t", home.home.toolchain("t"), dist::kComponentsNote, text);
    };
    write(platform::load_file(path));
    CHECK(inode_of(path) == before);
    write("new\n");
    CHECK(inode_of(path) != before);
}

TEST_CASE("rustup's lists name what the state has, and the state knows the lists", "[notes]") {
    StoreHome home;
    store::State state = install_noted(home);
    store::StateComponent another = state.components.front();
    another.component = test::component("b");
    state.components.push_back(another);
    another.component = test::component("gone");
    another.standing = store::Standing::leaving;
    state.components.push_back(another);
    state.intended = state.metadata;
    const store::Fingerprint before = state.metadata;
    const std::string directory = home.home.toolchain("t");
    const lock::LockSet range = home.lock_toolchain("t");
    store::write_lists(home.home, "t", directory, state);
    CHECK(platform::load_file(components_path(home)) == "a\nb\n");
    CHECK(state.metadata == store::load_fingerprint(directory));
    CHECK_FALSE(state.metadata == before);
    CHECK_FALSE(state.intended);
}

TEST_CASE("an update hash is written for a generation at home alone", "[notes]") {
    StoreHome home;
    store::State state = install_noted(home);
    const std::string path = home.home.update_hash("t");
    const lock::LockSet range = home.lock_toolchain("t");
    platform::save_file(path, "another");
    CHECK_FALSE(store::has_update_hash(home.home, "t", state));
    SECTION("at home") {
        store::save_update_hash(home.home, "t", state);
        CHECK(platform::load_file(path) == state.update_hash);
        CHECK(store::has_update_hash(home.home, "t", state));
    }
    SECTION("away") {
        state.where = store::State::Where::away;
        CHECK(store::has_update_hash(home.home, "t", state));
        store::save_update_hash(home.home, "t", state);
        CHECK(platform::load_file(path) == "another");
    }
    SECTION("of which none is known") {
        state.update_hash.clear();
        CHECK(store::has_update_hash(home.home, "t", state));
        store::save_update_hash(home.home, "t", state);
        CHECK(platform::load_file(path) == "another");
    }
}
