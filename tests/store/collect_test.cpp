#include "latchkey/store/collect.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <functional>
#include <future>

#include "latchkey/platform/file.hpp"
#include "store_home.hpp"

using namespace latchkey;
using lock::Key;
using test::StoreHome;

namespace {

void clean(StoreHome& home, const std::string& toolchain) {
    store::retire(home.on, home.home, toolchain);
    store::sweep(home.on, home.home);
    store::collect(home.on, home.home);
}

bool in_store(const StoreHome& home, const std::string& tree) {
    return store::find_tree(home.home, tree).has_value() &&
           platform::is_directory(home.home.tree(tree));
}

/// Retires, and calls `meanwhile` when record `number` is being read: all that was read before it
/// is old by then. Reading a pipe waits until somebody writes.
void retire_while(StoreHome& home, const std::string& toolchain, std::uint64_t number,
                  const std::function<void()>& meanwhile) {
    const std::string path = home.home.record(toolchain, number);
    const std::string text = platform::load_file(path);
    const std::string aside = home.dir / "record";
    platform::rename_path(path, aside);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    auto retiring = std::async(
        std::launch::async, [&home, &toolchain] { store::retire(home.on, home.home, toolchain); });
    {
        const platform::Fd pipe = platform::open_file(path, O_WRONLY);  // Waits for the reader.
        meanwhile();
        platform::rename_path(aside, path);  // Whoever reads it again finds a file.
        platform::write_all(pipe, as_bytes(text), path);
    }
    retiring.get();
}

}  // namespace

TEST_CASE("what is installed while the records are read is not retired", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    const std::string target = *platform::find_link(home.home.toolchain("t"));
    home.remove("t");
    // Not there at the first look. Then the name comes, and an uninstall has written its record.
    retire_while(home, "t", 2, [&] { platform::make_link(target, home.home.toolchain("t")); });
    CHECK(platform::find_status(home.home.generation("t", 1))->kind ==
          platform::FileKind::directory);
    CHECK(home.read("t", "bin/a") == "a");
}

TEST_CASE("a leftover that another clean-up has deleted is none", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    home.remove("t");
    store::retire(home.on, home.home, "t");
    const std::string leftover = home.home.generation("t", 3);
    platform::make_directories(leftover);
    retire_while(home, "t", 2, [&] { platform::remove_tree(home.on, leftover); });
    CHECK(platform::find_entries(home.home.staging()).empty());
}

TEST_CASE("a record stays while its directory does, however old the list is", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    home.remove("t");
    store::retire(home.on, home.home, "t");
    // A listing that two commits overtook: it shows their records, and neither directory.
    home.commit("t", {a});
    home.commit("t", {a});
    const std::string target = *platform::find_link(home.home.toolchain("t"));
    const std::string aside = home.dir.make("aside");
    for (const char* number : {"3", "4"}) {
        platform::rename_path(home.home.generations("t") + "/" + number, aside + "/" + number);
    }
    platform::remove_file(home.home.toolchain("t"));
    retire_while(home, "t", 2, [&] {
        for (const char* number : {"3", "4"}) {
            platform::rename_path(aside + "/" + number, home.home.generations("t") + "/" + number);
        }
        platform::make_link(target, home.home.toolchain("t"));
    });
    CHECK(store::find_record(home.home, "t", 3));
}

TEST_CASE("a retired generation becomes a link to the name", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const auto b = home.add_tree("b", "2", {{"bin/b", "b"}});
    home.commit("t", {a});
    const std::string kept_path = home.home.generation("t", 1);
    home.commit("t", {a, b});
    store::retire(home.on, home.home, "t");
    CHECK(platform::find_link(kept_path) == "../../../toolchains/t");
    CHECK(platform::load_file(kept_path + "/bin/b") == "b");
    CHECK(platform::find_entries(home.home.staging()).empty());
}

TEST_CASE("a generation that somebody runs on stays, and goes when he ends", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    {
        const lock::LockSet reader = home.share(Key::generation("t", 1));
        home.commit("t", {a});
        store::retire(home.on, home.home, "t");
        CHECK(platform::find_status(home.home.generation("t", 1))->kind ==
              platform::FileKind::directory);
    }
    store::retire(home.on, home.home, "t");
    CHECK(platform::find_link(home.home.generation("t", 1)));
}

TEST_CASE("a leftover above the current number is left alone while a commit is at work",
          "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    platform::make_directories(home.home.generation("t", 2));
    {
        const lock::LockSet committing = StoreHome::exclusive(home.home, Key::toolchain("t"));
        store::retire(home.on, home.home, "t");
        CHECK(platform::is_directory(home.home.generation("t", 2)));
    }
    store::retire(home.on, home.home, "t");
    CHECK_FALSE(platform::find_status(home.home.generation("t", 2)));
}

TEST_CASE("of a commit that was killed only the record stays", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.commit("t", {a});
    for (const auto path : {&store::Home::record, &store::Home::proxy_table}) {
        platform::save_file((home.home.*path)("t", 2),
                            platform::load_file((home.home.*path)("t", 1)));
    }
    {
        const lock::LockSet committing = StoreHome::exclusive(home.home, Key::toolchain("t"));
        store::retire(home.on, home.home, "t");
        CHECK(platform::find_status(home.home.proxy_table("t", 2)));
    }
    store::retire(home.on, home.home, "t");
    CHECK_FALSE(platform::find_status(home.home.proxy_table("t", 2)));
    CHECK(platform::find_status(home.home.record("t", 2)));
    CHECK(platform::find_status(home.home.proxy_table("t", 1)));
}

TEST_CASE("a toolchain keeps at most 32 links, and no record of what is nowhere", "[retire]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    for (int i = 0; i < 40; ++i) {
        home.commit("t", {a});
        store::retire(home.on, home.home, "t");
    }
    const store::Numbers numbers = store::list_numbers(home.home, "t");
    CHECK(numbers.links.size() == store::kMaxLinks);
    CHECK(numbers.links.back() == 39);
    CHECK(numbers.directories == std::vector<std::uint64_t>{40});
    CHECK(numbers.records.size() == store::kMaxLinks + 1);
    home.remove("t");
    store::retire(home.on, home.home, "t");
    const store::Numbers after = store::list_numbers(home.home, "t");
    CHECK(after.links.empty());
    CHECK(after.directories.empty());
    CHECK(after.records == std::vector<std::uint64_t>{41});
}

TEST_CASE("what no current generation names, nobody pins and nobody uses is deleted", "[collect]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const auto b = home.add_tree("b", "2", {{"bin/b", "b"}});
    home.commit("t", {a, b});
    home.commit("u", {b});
    home.commit("t", {a});
    clean(home, "t");
    CHECK(in_store(home, "2"));  // "u" names it.
    home.commit("u", {a});
    {
        const lock::LockSet pin = home.share(Key::pin("2"));
        clean(home, "u");
        CHECK(in_store(home, "2"));
    }
    {
        const lock::LockSet use = home.share(Key::use("2"));
        clean(home, "u");
        CHECK(in_store(home, "2"));
    }
    clean(home, "u");
    CHECK_FALSE(in_store(home, "2"));
    CHECK(in_store(home, "1"));
}

TEST_CASE("a tree that only a retained old generation names may go", "[collect]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    const auto b = home.add_tree("b", "2", {{"bin/b", "b"}});
    home.commit("t", {a, b});
    const lock::LockSet build = home.share(Key::generation("t", 1));
    const lock::LockSet use = home.share(Key::use("1"));
    home.commit("t", {a});
    clean(home, "t");
    CHECK_FALSE(in_store(home, "2"));
    CHECK(platform::is_directory(home.home.generation("t", 1)));
}

TEST_CASE("where a current record cannot be read nothing is deleted", "[collect]") {
    StoreHome home;
    const auto a = home.add_tree("a", "1", {{"bin/a", "a"}});
    home.add_tree("b", "2", {{"bin/b", "b"}});
    home.commit("t", {a});
    platform::save_file(home.home.record("t", 1), "damaged");
    store::collect(home.on, home.home);
    CHECK(in_store(home, "2"));
    platform::remove_file(home.home.record("t", 1));
    store::collect(home.on, home.home);
    CHECK(in_store(home, "2"));
}

TEST_CASE("staging is swept where its range is free, and only there", "[sweep]") {
    StoreHome home;
    const std::vector<Key> keys{Key::unpack("x"), Key::toolchain("t"), Key::generation("t", 3)};
    for (const Key& key : keys) platform::make_directories(home.home.staging(key) + "/junk");
    platform::make_directories(home.home.tree("x"));
    {
        const lock::LockSet working = StoreHome::exclusive(home.home, Key::unpack("x"));
        store::sweep(home.on, home.home);
        CHECK(platform::is_directory(home.home.staging(Key::unpack("x"))));
        CHECK(platform::is_directory(home.home.tree("x")));
        CHECK_FALSE(platform::is_directory(home.home.staging(Key::toolchain("t"))));
    }
    store::sweep(home.on, home.home);
    CHECK(platform::find_entries(home.home.staging()).empty());
    CHECK_FALSE(platform::is_directory(home.home.tree("x")));
}
