#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/hand_back.hpp"
#include "latchkey/store/proxy_table.hpp"
#include "store_home.hpp"

using namespace latchkey;
using store::Current;
using test::StoreHome;

TEST_CASE("a commit is one number higher and current by its name", "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const auto b = home.add_tree("b", "2", {{"bin/b", "b"}});
    CHECK(home.commit("t", {a}) == 1);
    CHECK(home.commit("t", {a, b}) == 2);
    CHECK(store::find_current(home.home, "t") == Current{Current::Kind::generation, 2});
    CHECK(home.read("t", "bin/b") == "b");
    const auto record = store::find_record(home.home, "t", 2);
    REQUIRE(record);
    CHECK(record->parent == 1);
    CHECK(record->trees() == std::vector<std::string>{"1", "2"});
    CHECK(platform::load_file(home.home.update_hash("t")) == "0123456789abcdef0123");
    CHECK(platform::find_entries(home.home.staging()).empty());
}

TEST_CASE("what the generation before has of rustup's files is linked where that is sure",
          "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const auto b = home.add_tree("b", "2", {{"bin/b", "b"}});
    const auto c = home.add_tree("c", "3", {{"bin/c", "c"}});
    home.commit("t", {a, b});
    const auto rustlib = [&home](std::uint64_t number, const std::string& name) {
        return home.home.generation("t", number) + "/lib/rustlib/" + name;
    };
    const auto shared = [&](std::uint64_t one, std::uint64_t other, const std::string& name) {
        return platform::find_status(rustlib(one, name))->inode ==
               platform::find_status(rustlib(other, name))->inode;
    };
    const auto commit = [&home](store::NewGeneration generation) {
        const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
        return *store::commit(home.on, home.home, "t", store::find_current(home.home, "t"),
                              generation, range);
    };
    // Who does not know says nothing.
    CHECK(commit(home.generation({a, b})) == 2);
    CHECK_FALSE(shared(1, 2, "manifest-a"));

    store::NewGeneration next = home.generation({a, c});
    next.resembles_last = true;
    CHECK(commit(next) == 3);
    CHECK(shared(2, 3, "manifest-a"));
    CHECK(shared(2, 3, "rust-installer-version"));
    CHECK(shared(2, 3, "multirust-channel-manifest.toml"));
    CHECK_FALSE(shared(2, 3, "components"));
    CHECK(platform::load_file(rustlib(3, "components")) == "a\nc\n");
    CHECK(platform::load_file(rustlib(2, "components")) == "a\nb\n");
    CHECK_FALSE(platform::find_status(rustlib(3, "manifest-b")));

    next = home.generation({a});
    next.resembles_last = true;
    next.channel_manifest = std::make_shared<std::string>("manifest-version = \"3\"\n");
    CHECK(commit(next) == 4);
    CHECK(platform::load_file(rustlib(4, "multirust-channel-manifest.toml")) ==
          "manifest-version = \"3\"\n");
    CHECK(platform::load_file(rustlib(3, "multirust-channel-manifest.toml")) ==
          "manifest-version = \"2\"\n");
}

TEST_CASE("a commit whose plan is stale does nothing", "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const Current before = store::find_current(home.home, "t");
    home.commit("t", {a});
    const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
    CHECK_FALSE(store::commit(home.on, home.home, "t", before, home.generation({a}), range));
    CHECK(store::find_current(home.home, "t").number == 1);
    CHECK(store::next_number(home.home, "t") == 2);
}

TEST_CASE("numbers never come again, not after an uninstall either", "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    home.commit("t", {a});
    home.remove("t");
    CHECK(store::find_current(home.home, "t").kind == Current::Kind::absent);
    CHECK(store::current_number(home.home, "t") == 3);
    CHECK_FALSE(platform::find_status(home.home.update_hash("t")));
    store::retire(home.on, home.home, "t");
    CHECK(store::list_numbers(home.home, "t").directories.empty());
    CHECK(home.commit("t", {a}) == 4);
}

TEST_CASE("a number whose commit was killed is not given again", "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    // Killed behind the record and the directory, before the name.
    platform::save_file(home.home.record("t", 2), platform::load_file(home.home.record("t", 1)));
    platform::make_directories(home.home.generation("t", 2) + "/bin");
    CHECK(store::current_number(home.home, "t") == 1);
    store::retire(home.on, home.home, "t");
    CHECK_FALSE(platform::is_directory(home.home.generation("t", 2)));
    CHECK(home.commit("t", {a}) == 3);
}

TEST_CASE("a link to somewhere else is only unlinked", "[commit]") {
    StoreHome home;
    const std::string elsewhere = home.dir.make("elsewhere/bin");
    platform::make_directories(home.home.toolchains());
    platform::make_link(home.dir / "elsewhere", home.home.toolchain("mine"));
    CHECK(store::find_current(home.home, "mine").kind == Current::Kind::linked);
    home.remove("mine");
    CHECK(store::find_current(home.home, "mine").kind == Current::Kind::absent);
    CHECK(platform::is_directory(elsewhere));
}

TEST_CASE("rustup's directory becomes generation 0 by an exchange of names", "[commit][adopt]") {
    StoreHome home;
    home.dir.write("toolchains/t/bin/rustc", "old rustc");
    const std::uint64_t inode = platform::find_status(home.home.toolchain("t"))->inode;
    const auto rustc = home.add_tree("rustc", "adopted-t-rustc", {{"bin/rustc", "old rustc"}});
    CHECK(store::find_current(home.home, "t").kind == Current::Kind::plain);
    {
        const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
        CHECK(store::adopt(home.on, home.home, "t", {rustc}, std::nullopt, "test", range));
        CHECK_FALSE(store::adopt(home.on, home.home, "t", {rustc}, std::nullopt, "test", range));
    }
    CHECK(store::find_current(home.home, "t") == Current{Current::Kind::generation, 0});
    CHECK(platform::find_status(home.home.generation("t", 0))->inode == inode);
    CHECK(home.read("t", "bin/rustc") == "old rustc");
    CHECK(home.commit("t", {rustc}) == 1);
    // rustup's own proxies hold no range: the directory stays until the next boot.
    store::retire(home.on, home.home, "t");
    CHECK(store::list_numbers(home.home, "t").directories == std::vector<std::uint64_t>{0, 1});
}

TEST_CASE("an uninstall leaves rustup's directory to whoever runs on it", "[commit][adopt]") {
    StoreHome home;
    home.dir.write("toolchains/t/bin/rustc", "old rustc");
    {
        const auto reader = lock::LockSet::try_acquire(
            home.home.lock_file(), lock::Key::generation("t", 0), lock::Mode::shared);
        REQUIRE(reader);
        home.remove("t");
        CHECK(store::find_current(home.home, "t").kind == Current::Kind::absent);
        store::retire(home.on, home.home, "t");
        CHECK(platform::load_file(home.home.generation("t", 0) + "/bin/rustc") == "old rustc");
    }
    home.dir.write("toolchains/u/bin/rustc", "old rustc");
    home.remove("u");
    CHECK(store::find_current(home.home, "u").kind == Current::Kind::absent);
    CHECK(store::list_numbers(home.home, "u").directories.empty());
    CHECK(platform::find_entries(home.home.staging()).empty());
}

TEST_CASE("a directory that was given back is adopted beside generation 0", "[commit][adopt]") {
    StoreHome home;
    home.dir.write("toolchains/t/bin/rustc", "old rustc");
    const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
    const auto adopt = [&] {
        return store::adopt(home.on, home.home, "t", {}, std::nullopt, "test", range);
    };
    CHECK(adopt());
    CHECK(store::restore_directory(home.on, home.home, "t", range));
    CHECK(store::find_current(home.home, "t").kind == Current::Kind::plain);
    // Whoever runs on generation 0 keeps it from being deleted.
    CHECK(adopt());
    CHECK(store::find_current(home.home, "t") == Current{Current::Kind::generation, 1});
    CHECK(home.read("t", "bin/rustc") == "old rustc");
}

TEST_CASE("what was changed since it was given back is not deleted", "[commit][adopt]") {
    StoreHome home;
    home.dir.write("toolchains/t/bin/rustc", "old rustc");
    {
        const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
        CHECK(store::adopt(home.on, home.home, "t", {}, std::nullopt, "test", range));
        CHECK_FALSE(store::remove_latchkey(home.on, home.home));  // A change is at work.
    }
    CHECK_FALSE(store::remove_latchkey(home.on, home.home));
    CHECK(home.read("t", "bin/rustc") == "old rustc");
    {
        const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
        CHECK(store::restore_directory(home.on, home.home, "t", range));
    }
    CHECK(store::remove_latchkey(home.on, home.home));
    CHECK(home.read("t", "bin/rustc") == "old rustc");
}

TEST_CASE("after a sync the trees and the proxy table say so", "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    const auto table = [&home] {
        const std::string path = home.home.proxy_table("t", 1);
        return store::parse_proxy_table(platform::load_file(path), path);
    };
    CHECK_FALSE(table().synced);
    {
        const lock::LockSet unpacking = StoreHome::exclusive(home.home, lock::Key::unpack("1"));
        store::SyncMark(home.home, "t", 1).set();
        CHECK_FALSE(table().synced);
    }
    store::SyncMark(home.home, "t", 1).set();
    CHECK(table().synced);
    CHECK(store::find_tree(home.home, "1")->synced);
    CHECK(platform::find_entries(home.home.staging()).empty());
}

TEST_CASE("a sync says nothing of a tree that came back under its name later", "[commit]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const auto b = home.add_tree("b", "2", {{"bin/b", "b"}});
    home.commit("t", {a, b});
    const store::SyncMark mark(home.home, "t", 1);
    // The file system is synced here. Before that is written down, `a` goes and comes again.
    home.commit("t", {b});
    store::collect(home.on, home.home);
    CHECK_FALSE(store::find_tree(home.home, "1"));
    home.add_tree("a", "1", {{"bin/a", "a"}});
    mark.set();
    CHECK_FALSE(store::find_tree(home.home, "1")->synced);
}
