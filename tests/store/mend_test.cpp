#include "latchkey/store/mend.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"
#include "store_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Depth;
using store::ExpectedFile;
using store::Flaw;
using test::StoreHome;

namespace {

/// Two toolchains that share a tree, of which `t` is to be mended.
class Twins {
public:
    StoreHome home;

    Twins() {
        const test::Files files{{"bin/a", "good"}, {"share/deep/b", "also good"}};
        home.commit("t", {home.arrived("a", "a1", files)});
        home.commit("twin", {home.arrived("a", "a1", files)});
    }

    [[nodiscard]] ExpectedFile expected(const std::string& path) const {
        const auto index = store::find_tree_index(home.home, "a1");
        for (const store::IndexedFile& file : index->files) {
            if (file.path == path) return {home.home.toolchain("t"), file};
        }
        throw std::runtime_error("no such file: " + path);
    }
    [[nodiscard]] std::optional<Flaw> flaw(const std::string& path) const {
        return store::find_flaw(home.on, expected(path), Depth::content);
    }
    [[nodiscard]] bool put(const std::string& path) const {
        const lock::LockSet range = home.lock_toolchain("t");
        return store::put_file(home.on, home.home, "t", expected(path), home.home.toolchain("twin"),
                               range);
    }
    void end() const {
        const lock::LockSet range = home.lock_toolchain("t");
        store::end_mending(home.on, home.home, "t", range);
    }
};

}  // namespace

TEST_CASE("a bad file is replaced by a name of the good one, and its inode stays as it was",
          "[mend]") {
    const Twins twins;
    const std::string path = twins.home.path("t", "bin/a");
    platform::remove_file(path);
    platform::save_file(path, "bad!");
    platform::add_name(path, twins.home.dir / "another name");
    CHECK(twins.put("bin/a"));
    CHECK_FALSE(twins.flaw("bin/a"));
    CHECK(platform::is_same_file(platform::find_status(path),
                                 platform::find_status(twins.home.path("twin", "bin/a"))));
    CHECK(platform::load_file(twins.home.dir / "another name") == "bad!");
    twins.end();
    CHECK(twins.home.is_staging_empty());
}

TEST_CASE("a missing file comes back with the folders above it", "[mend]") {
    const Twins twins;
    platform::remove_tree(twins.home.on, twins.home.path("t", "share"));
    ::chmod(twins.home.path("twin", "share/deep").c_str(), 0700);
    CHECK(twins.put("share/deep/b"));
    CHECK_FALSE(twins.flaw("share/deep/b"));
    CHECK(platform::find_status(twins.home.path("t", "share/deep"))->permissions == 0700);
}

TEST_CASE("a copy that is bad itself changes nothing", "[mend]") {
    const Twins twins;
    platform::remove_file(twins.home.path("t", "bin/a"));
    const std::string twin = twins.home.path("twin", "bin/a");
    for (const char* text : {"bad!", "longer"}) {
        platform::save_file(twin, text);
        const store::IndexedFile file = twins.expected("bin/a").file;
        platform::set_modification_time(twin, file.mtime_seconds, file.mtime_nanoseconds);
        CHECK_FALSE(twins.put("bin/a"));
    }
    platform::remove_file(twin);
    CHECK_FALSE(twins.put("bin/a"));
    CHECK(twins.flaw("bin/a") == Flaw::missing);
}

TEST_CASE("a copy of another mode or time lends its content only", "[mend]") {
    const Twins twins;
    const std::string twin = twins.home.path("twin", "bin/a");
    platform::remove_file(twins.home.path("t", "bin/a"));
    platform::change_mode(twin, 0700);
    platform::set_modification_time(twin, 5, 5);
    CHECK(twins.put("bin/a"));
    CHECK_FALSE(store::find_flaw(twins.home.on, twins.expected("bin/a"), Depth::status));
    CHECK_FALSE(platform::is_same_file(platform::find_status(twin),
                                       platform::find_status(twins.home.path("t", "bin/a"))));
}

TEST_CASE("a folder with files in it is in the way; an empty one is not", "[mend]") {
    const Twins twins;
    const std::string path = twins.home.path("t", "bin/a");
    platform::remove_file(path);
    platform::make_directories(path);
    platform::save_file(path + "/mine", "mine");
    CHECK(test::error_text([&] { (void)twins.put("bin/a"); }).find("move it out of the way") !=
          std::string::npos);
    CHECK(platform::load_file(path + "/mine") == "mine");
    platform::remove_file(path + "/mine");
    CHECK(twins.put("bin/a"));
    CHECK_FALSE(twins.flaw("bin/a"));
}

TEST_CASE("mode and time are set in place", "[mend]") {
    const Twins twins;
    const std::string path = twins.home.path("t", "bin/a");
    const auto before = platform::find_status(path);
    platform::change_mode(path, 0600);
    platform::set_modification_time(path, 5, 5);
    {
        const lock::LockSet range = twins.home.lock_toolchain("t");
        store::set_status(twins.expected("bin/a"), range);
    }
    CHECK_FALSE(store::find_flaw(twins.home.on, twins.expected("bin/a"), Depth::status));
    CHECK(platform::is_same_file(before, platform::find_status(path)));
}

TEST_CASE("a note comes with its time, through no link", "[mend]") {
    const Twins twins;
    const std::string directory = twins.home.home.toolchain("t");
    const std::string path = directory + "/lib/rustlib/components";
    platform::save_file(twins.home.dir / "elsewhere", "mine");
    platform::remove_file(path);
    platform::make_link(twins.home.dir / "elsewhere", path);
    {
        const lock::LockSet range = twins.home.lock_toolchain("t");
        store::put_note(twins.home.on, twins.home.home, "t", directory, "components", "a\n",
                        store::NoteTime{7, 8}, range);
    }
    CHECK(platform::load_file(path) == "a\n");
    CHECK(platform::find_status(path)->mtime_seconds == 7);
    CHECK(platform::find_status(path)->mtime_nanoseconds == 8);
    CHECK(platform::load_file(twins.home.dir / "elsewhere") == "mine");
}

TEST_CASE("a detached file has its own inode and everything else as before", "[mend]") {
    const Twins twins;
    const std::string directory = twins.home.home.toolchain("t");
    const auto detach = [&](const std::string& path) {
        const lock::LockSet range = twins.home.lock_toolchain("t");
        return store::detach_file(twins.home.on, twins.home.home, "t", directory,
                                  directory + "/" + path, range);
    };
    platform::add_name(directory + "/bin/a", twins.home.dir / "another name");
    CHECK(detach("bin/a"));
    CHECK_FALSE(detach("bin/a"));
    CHECK(platform::find_status(directory + "/bin/a")->links == 1);
    CHECK_FALSE(store::find_flaw(twins.home.on, twins.expected("bin/a"), Depth::status));
    CHECK(test::error_text([&] { detach("nothing"); }).find("does not exist") != std::string::npos);
    CHECK(test::error_text([&] { detach("bin"); }).find("not a regular file") != std::string::npos);
}
