#include "latchkey/store/comparison.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "store_home.hpp"

using namespace latchkey;
using store::Depth;
using store::Flaw;
using test::StoreHome;

namespace {

/// A tree of one file in `arrived/`.
class OneFile {
public:
    StoreHome home;

    OneFile() { home.publish("rustc", "t", {{"bin/rustc", "12345"}}); }

    [[nodiscard]] std::string path() const { return directory() + "/bin/rustc"; }

    [[nodiscard]] std::optional<Flaw> flaw(Depth depth) const {
        return store::find_flaw(home.on, expected(), depth);
    }

    /// Other bytes under the same time.
    void write(const std::string& text) const {
        platform::save_file(path(), text);
        keep_time();
    }
    void keep_time() const {
        const store::IndexedFile file = expected().file;
        platform::set_modification_time(path(), file.mtime_seconds, file.mtime_nanoseconds);
    }

private:
    [[nodiscard]] std::string directory() const { return home.home.arrived("t"); }
    [[nodiscard]] store::ExpectedFile expected() const {
        return {directory(), store::find_tree_index(home.home, "t")->files.front()};
    }
};

}  // namespace

TEST_CASE("a file as its index says has no flaw", "[comparison]") {
    const OneFile one;
    CHECK_FALSE(one.flaw(Depth::status));
    CHECK_FALSE(one.flaw(Depth::content));
}

TEST_CASE("one flipped bit is found by reading, not by a look", "[comparison]") {
    const OneFile one;
    one.write("12344");
    CHECK_FALSE(one.flaw(Depth::status));
    CHECK(one.flaw(Depth::content) == Flaw::content);
}

TEST_CASE("a file that is longer, missing, or something else is found by a look", "[comparison]") {
    const OneFile one;
    for (const Depth depth : {Depth::status, Depth::content}) {
        one.write("123456");
        CHECK(one.flaw(depth) == Flaw::size);
        platform::remove_file(one.path());
        CHECK(one.flaw(depth) == Flaw::missing);
        platform::make_link("elsewhere", one.path());
        CHECK(one.flaw(depth) == Flaw::kind);
        platform::remove_file(one.path());
        ::mkdir(one.path().c_str(), 0755);
        CHECK(one.flaw(depth) == Flaw::kind);
        ::rmdir(one.path().c_str());
    }
}

TEST_CASE("a mode counts at either depth; a time only where nothing is read", "[comparison]") {
    const OneFile one;
    platform::change_mode(one.path(), 0700);
    CHECK(one.flaw(Depth::status) == Flaw::mode);
    CHECK(one.flaw(Depth::content) == Flaw::mode);
    platform::change_mode(one.path(), 0755);
    platform::set_modification_time(one.path(), 1, 2);
    CHECK(one.flaw(Depth::status) == Flaw::time);
    CHECK_FALSE(one.flaw(Depth::content));
}

TEST_CASE("of many files each has its own flaw, on however many threads", "[comparison]") {
    StoreHome home;
    test::Files files;
    for (int i = 0; i < 200; ++i) {
        files["lib/f" + std::to_string(i)] = std::string(static_cast<std::size_t>(i), 'x');
    }
    const store::TreeIndex index = home.publish("rustc", "t", files);
    const std::string directory = home.home.arrived("t");
    platform::remove_file(directory + "/lib/f7");
    platform::save_file(directory + "/lib/f100", std::string(100, 'y'));
    std::vector<store::ExpectedFile> expected;
    for (const store::IndexedFile& file : index.files) expected.push_back({directory, file});
    for (const unsigned more : {0U, 3U}) {
        const auto flaws = store::find_flaws(home.on, expected, Depth::content, more);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::string& path = expected[i].file.path;
            INFO(path);
            std::optional<Flaw> wanted;
            if (path == "lib/f7") wanted = Flaw::missing;
            if (path == "lib/f100") wanted = Flaw::content;
            CHECK(flaws[i] == wanted);
        }
    }
}

TEST_CASE("a file looks unchanged by its size, mode and time of modification", "[comparison]") {
    StoreHome home;
    const store::TreeIndex index = home.publish("cargo", "t", {{"bin/cargo", "12345"}});
    const store::IndexedFile& expected = index.files[0];
    const std::string path = home.home.arrived("t") + "/bin/cargo";
    const auto unchanged = [&] {
        return store::looks_unchanged(*platform::find_status(path), expected);
    };
    const auto restore_time = [&] {
        platform::set_modification_time(path, expected.mtime_seconds, expected.mtime_nanoseconds);
    };
    CHECK(unchanged());
    ::chmod(path.c_str(), 0644);
    CHECK_FALSE(unchanged());
    ::chmod(path.c_str(), 0755);
    CHECK(unchanged());
    platform::save_file(path, "1234");
    restore_time();
    CHECK_FALSE(unchanged());
    platform::save_file(path, "54321");
    restore_time();
    CHECK(unchanged());  // A look, no more.
    platform::set_modification_time(path, expected.mtime_seconds + 1, expected.mtime_nanoseconds);
    CHECK_FALSE(unchanged());
    platform::set_modification_time(path, expected.mtime_seconds,
                                    (expected.mtime_nanoseconds + 1) % 1'000'000'000);
    CHECK_FALSE(unchanged());
    platform::remove_file(path);
    platform::make_link("cargo", path);
    CHECK_FALSE(unchanged());
}

TEST_CASE("damage is found by size and by content", "[comparison]") {
    StoreHome home;
    const store::TreeIndex index = home.publish(
        "cargo", "t",
        {{"bin/cargo", "12345"}, {"lib/a", "x"}, {"lib/b", "y"}, {"lib/c", "z"}, {"lib/d", "."}});
    const std::string directory = home.home.arrived("t");
    const auto damage = [&] { return store::find_damage(home.on, index, directory); };
    CHECK(damage().empty());
    platform::save_file(directory + "/bin/cargo", "54321");
    platform::save_file(directory + "/lib/a", "longer");
    platform::remove_file(directory + "/lib/b");
    platform::rename_path(directory + "/lib/c", directory + "/elsewhere");
    platform::make_link("../elsewhere", directory + "/lib/c");
    CHECK(damage() == std::vector<std::string>{"bin/cargo", "lib/a", "lib/b", "lib/c"});
}
