// Toolchains of before 2016: one component in which all are, and neither manifest nor
// configuration.

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/verification.hpp"
#include "readers.hpp"
#include "seen.hpp"

using namespace latchkey;
using store::Place;
using store::State;
using test::Child;
using test::component;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

store::Wanted combined(const StoreHome& home, const std::string& number) {
    const std::string tree = "rust" + number;
    home.publish_parts("rust", tree,
                       {{"cargo", {{"bin/cargo", "c" + number}}},
                        {"rust-docs", {{"share/doc/" + number, "d" + number}}},
                        {"rustc", {{"bin/rustc", "r" + number}, {"lib/rustc.so", "l" + number}}}});
    store::Wanted wanted;
    wanted.components = {{component("rust"), store::Supply{tree, std::nullopt}}};
    wanted.combined = true;
    wanted.manifest_hash = "hash of " + number;
    wanted.update_hash = "update hash of " + number;
    wanted.command = "test";
    return wanted;
}

Strings files_of(const std::string& number) {
    return {"bin/cargo",
            "bin/rustc",
            "lib/rustc.so",
            "lib/rustlib/.latchkey",
            "lib/rustlib/components",
            "lib/rustlib/manifest-cargo",
            "lib/rustlib/manifest-rust-docs",
            "lib/rustlib/manifest-rustc",
            "lib/rustlib/rust-installer-version",
            "share/doc/" + number};
}

}  // namespace

TEST_CASE("a combined component is listed by its parts, without configuration and manifest",
          "[combined]") {
    StoreHome home;
    home.commit_wanted("t", combined(home, "1"));
    CHECK(home.list(home.home.toolchain("t")) == files_of("1"));
    CHECK(home.read("t", "lib/rustlib/components") == "cargo\nrust-docs\nrustc\n");
    CHECK(home.read("t", "lib/rustlib/manifest-rustc") == "file:bin/rustc\nfile:lib/rustc.so\n");
    CHECK(home.standings("t") == "rust=listed");
    const State state = home.load_state("t");
    CHECK_FALSE(state.is_configured());
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of 1");
    CHECK(home.is_staging_empty());
}

TEST_CASE("a combined release takes the place of another, and keeps the user's files",
          "[combined]") {
    StoreHome home;
    home.commit_wanted("t", combined(home, "1"));
    home.dir.write("toolchains/t/bin/mine", "program");
    home.commit_wanted("t", combined(home, "2"));
    Strings expected = files_of("2");
    expected.insert(expected.begin() + 1, "bin/mine");
    CHECK(home.list(home.home.toolchain("t")) == expected);
    CHECK(home.read("t", "bin/rustc") == "r2");
    CHECK(home.load_state("t").where == State::Where::home);
    CHECK_FALSE(home.load_state("t").is_configured());
}

TEST_CASE("a combined release under a tool lives away, and settles as it is", "[combined]") {
    StoreHome home;
    home.commit_wanted("t", combined(home, "1"));
    const auto before = test::see(home, home.home.toolchain("t"));
    Child cargo = test::run_from(home, "home/t", {"rust"});
    home.commit_wanted("t", combined(home, "2"));
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(home.current("t").place == Place{"t", 2});
    CHECK(home.list(home.path("t", "")) == files_of("2"));
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK(home.list(home.home.toolchain("t")) == files_of("2"));
    CHECK(home.read_home("t", "lib/rustlib/manifest-cargo") == "file:bin/cargo\n");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of 2");
}

TEST_CASE("a release with a manifest takes the place of a combined one, and leaves nothing of it",
          "[combined]") {
    for (const bool index_is_lost : {false, true}) {
        StoreHome home;
        home.commit_wanted("t", combined(home, "1"));
        if (index_is_lost) platform::remove_file(home.home.tree_index("rust1"));
        home.dir.write("toolchains/t/mine", "mine");
        home.commit("t", {home.arrived("rustc", "rustc2", {{"bin/rustc", "r2"}})});
        CHECK(home.list(home.home.toolchain("t")) ==
              Strings{"bin/rustc", "lib/rustlib/.latchkey", "lib/rustlib/components",
                      "lib/rustlib/manifest-rustc", "lib/rustlib/multirust-channel-manifest.toml",
                      "lib/rustlib/multirust-config.toml", "lib/rustlib/rust-installer-version",
                      "mine"});
        CHECK(home.load_state("t").is_configured());
    }
}

TEST_CASE("a combined release that rustup made is replaced whole", "[combined]") {
    StoreHome home;
    const StoreHome rustups;
    rustups.commit_wanted("t", combined(rustups, "1"));
    platform::remove_file(rustups.home.toolchain("t") + "/lib/rustlib/.latchkey");
    platform::make_directories(home.home.toolchains());
    test::copy_folder(rustups.home.toolchain("t"), home.home.toolchain("t"));
    home.dir.write("toolchains/t/mine", "mine");
    home.commit_wanted("t", combined(home, "2"));
    Strings expected = files_of("2");
    expected.insert(expected.end() - 1, "mine");
    CHECK(home.list(home.home.toolchain("t")) == expected);
}

TEST_CASE("two toolchains share the files of a combined component", "[combined]") {
    StoreHome home;
    home.commit_wanted("t", combined(home, "1"));
    auto supply = store::find_supply(home.home, "rust1", {});
    REQUIRE(supply);
    store::Wanted wanted = combined(home, "2");
    wanted.components = {{component("rust"), supply->supply}};
    home.commit_wanted("u", wanted);
    CHECK(home.list(home.home.toolchain("u")) == files_of("1"));
    CHECK(test::inode_of(home.path("u", "bin/rustc")) ==
          test::inode_of(home.path("t", "bin/rustc")));
}

TEST_CASE("damage in a combined component is found", "[combined]") {
    StoreHome home;
    home.commit_wanted("t", combined(home, "1"));
    const auto find = [&home] {
        return store::find_damaged(home.on, home.home, "t", home.load_state("t"));
    };
    CHECK(find().empty());
    const std::string file = home.path("t", "lib/rustc.so");
    const auto index = store::find_tree_index(home.home, "rust1");
    platform::save_file(file, "xx");
    for (const store::IndexedFile& each : index->files) {
        if (each.path != "lib/rustc.so") continue;
        platform::set_modification_time(file, each.mtime_seconds, each.mtime_nanoseconds);
    }
    CHECK(find() == std::vector<dist::Component>{component("rust")});
}
