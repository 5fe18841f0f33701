#include "latchkey/store/key_names.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
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

TEST_CASE("every name of a home is known by its byte", "[key_names]") {
    StoreHome home;
    home.commit("stable", {home.arrived("rustc", "aaaa", {{"bin/rustc", "x"}})});
    home.dir.write("latchkey/away/17/stable/lib/rustlib/manifest-cargo", "");
    for (const Key& key :
         {Key::toolchain("stable"), Key::directory("home/stable"), Key::use("home/stable", "rustc"),
          Key::use_all("home/stable"), Key::directory("away/17/stable"),
          Key::use("away/17/stable", "cargo"), Key::use_all("away/17/stable"), Key::pin("aaaa"),
          Key::unpack("aaaa"), Key::settings(), Key::cargo_home()}) {
        CAPTURE(key.file_name());
        CHECK(knows(home.home, key));
    }
    CHECK_FALSE(knows(home.home, Key::toolchain("beta")));
    CHECK_FALSE(knows(home.home, Key::use("home/stable", "cargo")));
    CHECK_FALSE(knows(home.home, Key::directory("away/18/stable")));
}

TEST_CASE("a toolchain is known by its state alone", "[key_names]") {
    const StoreHome home;
    home.dir.make("latchkey/toolchains/gone");
    CHECK(knows(home.home, Key::toolchain("gone")));
    CHECK(knows(home.home, Key::directory("home/gone")));
}

TEST_CASE("what is not there yet is known by staging and by its download", "[key_names]") {
    const StoreHome home;
    home.dir.make("latchkey/staging/unpack.bbbb");
    home.dir.make("latchkey/staging/toolchain.beta");
    home.dir.make("latchkey/staging/nothing of ours");
    home.dir.make("latchkey/arrived/dddd");
    home.dir.write("downloads/cccc.partial", "x");
    home.dir.make("toolchains/mine");
    for (const Key& key : {Key::unpack("bbbb"), Key::pin("bbbb"), Key::toolchain("beta"),
                           Key::unpack("cccc"), Key::pin("dddd"), Key::directory("home/mine")}) {
        CAPTURE(key.file_name());
        CHECK(knows(home.home, key));
    }
}

TEST_CASE("a name that was there once stays known", "[key_names]") {
    const StoreHome home;
    store::KeyNames names;
    const std::string folder = home.dir.make("toolchains/beta");
    names.add(home.home);
    platform::remove_empty_directory(folder);
    names.add(home.home);
    CHECK(names.find(Key::toolchain("beta").lane()) != nullptr);
}

TEST_CASE("an empty home has the two keys without a name", "[key_names]") {
    const StoreHome home;
    CHECK(knows(home.home, Key::settings()));
    CHECK(knows(store::Home("/nonexistent"), Key::cargo_home()));
}

TEST_CASE("what cannot be listed is left out", "[key_names]") {
    const StoreHome home;
    home.dir.write("latchkey/trees", "no folder");
    home.dir.make("toolchains/beta");
    CHECK(knows(home.home, Key::toolchain("beta")));
}

TEST_CASE("a key is a component or a toolchain to people", "[key_names]") {
    StoreHome home;
    home.publish("clippy-preview", "aaaa", {{"bin/x", "x"}});
    const auto described = [&home](const Key& key) { return describe_key(home.home, key); };
    CHECK(described(Key::pin("aaaa")) == "component clippy 1");
    const std::string hash(64, 'b');
    CHECK(described(Key::pin(hash)) == "tree bbbbbbbbbbbbbbbb...");
    CHECK(described(Key::pin("short")) == "tree short");
    const lock::LockSet unpack = home.exclusive(Key::unpack(hash));
    store::prepare_unpacking(home.on, home.home, hash,
                             {"clippy-preview", "x86_64-unknown-linux-gnu"}, unpack);
    CHECK(described(Key::unpack(hash)) == "component clippy for x86_64-unknown-linux-gnu");
    home.dir.write("latchkey/trees/dddd.json.gz", "{ damaged");
    CHECK(described(Key::pin("dddd")) == "tree dddd");
    home.dir.write("latchkey/trees/eeee.json.gz", "{\"format\":3,\"header\":{},\n");
    CHECK(described(Key::pin("eeee")) == "tree eeee");
    CHECK(described(Key::toolchain("stable")) == "toolchain stable");
    CHECK(described(Key::directory("home/stable")) == "toolchain stable");
    CHECK(described(Key::directory("away/17/stable")) == "toolchain stable, generation 17");
    CHECK(described(Key::use("home/stable", "rustfmt-preview")) ==
          "component rustfmt-preview of stable");
    CHECK(described(Key::use("away/17/stable", "rustfmt-preview")) ==
          "component rustfmt-preview of stable, generation 17");
    CHECK(described(Key::use_all("home/stable")) == "all of stable");
    CHECK(described(Key::settings()) == "settings.toml");
    CHECK(described(Key::cargo_home()) == "programs in $CARGO_HOME/bin");
}

TEST_CASE("a place that makes no sense is told as it is", "[key_names]") {
    const StoreHome home;
    CHECK(describe_key(home.home, Key::directory("nowhere")) == "toolchain nowhere");
    CHECK(describe_key(home.home, Key::use("nowhere", "x")) == "component x of nowhere");
}

TEST_CASE("a place is a toolchain to people, with its number where it is away", "[key_names]") {
    CHECK(store::describe_place({"stable", 0}) == "stable");
    CHECK(store::describe_place({"stable", 17}) == "stable, generation 17");
}

TEST_CASE("a version is told without its hash and date", "[key_names]") {
    StoreHome home;
    store::TreeIndex index = home.publish("clippy-preview", "aaaa", {{"bin/x", "x"}});
    index.header.version = "0.1.95 (59807616e 2026-04-14)";
    index.header.component.target = "x86_64-unknown-linux-gnu";
    home.dir.write("latchkey/trees/aaaa.json.gz", serialise(index));
    CHECK(describe_key(home.home, Key::pin("aaaa")) ==
          "component clippy 0.1.95 for x86_64-unknown-linux-gnu");
}
