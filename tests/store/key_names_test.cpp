#include "latchkey/store/key_names.hpp"

#include <catch2/catch.hpp>

#include "store_home.hpp"

using namespace latchkey;
using lock::Key;
using test::StoreHome;

namespace {

bool knows(const store::Home& home, const Key& key) {
    store::KeyNames names;
    names.add(home);
    const Key* const found = names.find(key.lane());
    return found != nullptr && *found == key;
}

}  // namespace

TEST_CASE("every name of a home is known by its byte", "[store]") {
    StoreHome home;
    home.commit("stable", {home.add_tree("rustc", "aaaa", {{"bin/rustc", "x"}})});
    for (const Key& key :
         {Key::toolchain("stable"), Key::generation("stable", 1), Key::use("aaaa"),
          Key::pin("aaaa"), Key::unpack("aaaa"), Key::settings(), Key::cargo_home()}) {
        CAPTURE(key.file_name());
        CHECK(knows(home.home, key));
    }
    home.remove("stable");
    CHECK(knows(home.home, Key::toolchain("stable")));
    CHECK(knows(home.home, Key::generation("stable", 2)));  // Of the record alone.
    CHECK_FALSE(knows(home.home, Key::toolchain("beta")));
}

TEST_CASE("what is not there yet is known by staging and by its download", "[store]") {
    const StoreHome home;
    home.dir.make("latchkey/staging/unpack.bbbb");
    home.dir.make("latchkey/staging/toolchain.beta");
    home.dir.make("latchkey/staging/nothing of ours");
    home.dir.write("downloads/cccc.partial", "x");
    home.dir.make("toolchains/mine");
    for (const Key& key : {Key::unpack("bbbb"), Key::pin("bbbb"), Key::toolchain("beta"),
                           Key::unpack("cccc"), Key::generation("mine", 0)}) {
        CAPTURE(key.file_name());
        CHECK(knows(home.home, key));
    }
}

TEST_CASE("a name that was there once stays known", "[store]") {
    const StoreHome home;
    store::KeyNames names;
    const std::string folder = home.dir.make("toolchains/beta");
    names.add(home.home);
    platform::remove_empty_directory(folder);
    names.add(home.home);
    CHECK(names.find(Key::toolchain("beta").lane()) != nullptr);
}

TEST_CASE("an empty home has the two keys without a name", "[store]") {
    const StoreHome home;
    CHECK(knows(home.home, Key::settings()));
    CHECK(knows(store::Home("/nonexistent"), Key::cargo_home()));
}

TEST_CASE("a key is a component or a toolchain to people", "[store]") {
    StoreHome home;
    home.add_tree("clippy-preview", "aaaa", {{"bin/x", "x"}});
    CHECK(describe_key(home.home, Key::use("aaaa")) == "component clippy");
    const std::string hash(64, 'b');
    CHECK(describe_key(home.home, Key::pin(hash)) == "tree bbbbbbbbbbbbbbbb...");
    CHECK(describe_key(home.home, Key::pin("adopted-stable-rustc")) == "tree adopted-stable-rustc");
    const lock::LockSet unpack = StoreHome::exclusive(home.home, Key::unpack(hash));
    store::prepare_unpacking(home.on, home.home, hash,
                             {"clippy-preview", "x86_64-unknown-linux-gnu"}, unpack);
    CHECK(describe_key(home.home, Key::unpack(hash)) ==
          "component clippy for x86_64-unknown-linux-gnu");
    home.dir.write("latchkey/store/dddd.json", "{ damaged");
    CHECK(describe_key(home.home, Key::use("dddd")) == "tree dddd");
    CHECK(describe_key(home.home, Key::toolchain("stable")) == "toolchain stable");
    CHECK(describe_key(home.home, Key::generation("stable", 17)) ==
          "toolchain stable, generation 17");
}

TEST_CASE("a version is told without its hash and date", "[store]") {
    StoreHome home;
    home.add_tree("clippy-preview", "aaaa", {{"bin/x", "x"}});
    store::TreeIndex index = store::load_tree_index(home.home, "aaaa");
    index.header.version = "0.1.95 (59807616e 2026-04-14)";
    index.header.component.target = "x86_64-unknown-linux-gnu";
    home.dir.write("latchkey/store/aaaa.json", serialise(index));
    CHECK(describe_key(home.home, Key::use("aaaa")) ==
          "component clippy 0.1.95 for x86_64-unknown-linux-gnu");
}
