#include "latchkey/lock/lock_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "support/temp_dir.hpp"
#include "support/umask.hpp"

using namespace latchkey;
using lock::LockFile;
using test::Umask;

namespace {

constexpr const char* kText = "latchkey locks 2\n";

mode_t mode_of(const std::string& path) {
    const auto status = platform::find_status(path);
    return status ? status->permissions : 0;
}

}  // namespace

TEST_CASE("folder and files are made with their text, whoever is first", "[lock]") {
    const test::TempDir folder;
    const LockFile file(folder / "deep/er/home/latchkey/locks");
    CHECK_FALSE(file.open_shared().open());  // There is no home.
    CHECK_FALSE(platform::find_status(folder / "deep"));
    CHECK(file.open_exclusive().open());
    CHECK(platform::load_file(file.path()) == kText);
    CHECK(file.readers_path() == folder / "deep/er/home/latchkey/readers");
    CHECK(platform::load_file(file.readers_path()) == kText);
    CHECK(file.find_statuses().size() == 2);

    const LockFile reader_first(folder / "latchkey/locks");
    CHECK(reader_first.open_shared().open());  // The home is his.
    CHECK(platform::load_file(reader_first.path()) == kText);
    CHECK(platform::load_file(reader_first.readers_path()) == kText);
}

TEST_CASE("nothing is left beside the files, and they are never made anew", "[lock]") {
    const test::TempDir folder;
    const LockFile file(folder / "latchkey/locks");
    const auto inode = [&file] {
        file.open_exclusive().close();
        file.open_readers().close();
        return platform::find_status(file.path())->inode;
    };
    const std::uint64_t first = inode();
    platform::remove_file(file.readers_path());
    CHECK(inode() == first);
    CHECK(platform::list_directory(folder / "latchkey").size() == 2);
}

TEST_CASE("modes come from the home, whatever the umask", "[lock]") {
    struct Row {
        mode_t home;
        mode_t locks;
        mode_t readers;
    };
    const Row row = GENERATE(values<Row>({{0700, 0600, 0600},
                                          {0755, 0600, 0644},
                                          {0750, 0600, 0640},
                                          {0775, 0660, 0664},
                                          {0770, 0660, 0660},
                                          {02775, 0660, 0664},
                                          {0777, 0666, 0666},
                                          {01777, 0666, 0666},
                                          {0711, 0600, 0600}}));
    const mode_t mask = GENERATE(as<mode_t>(), 0, 022, 077);
    CAPTURE(row.home, mask);
    const test::TempDir folder;
    const std::string home = folder.make("home");
    ::chmod(home.c_str(), row.home);
    const LockFile file(home + "/latchkey/locks");
    {
        const Umask masked(mask);
        file.open_exclusive().close();
    }
    CHECK(mode_of(home + "/latchkey") == row.home);
    CHECK(mode_of(file.path()) == row.locks);
    CHECK(mode_of(file.readers_path()) == row.readers);
}

TEST_CASE("an empty file gets its text from who opens it exclusively, and keeps its inode",
          "[lock]") {
    const test::TempDir folder;
    folder.make("home");
    ::chmod((folder / "home").c_str(), 0775);
    folder.write("home/latchkey/locks", "");
    const LockFile file(folder / "home/latchkey/locks");
    ::chmod(file.path().c_str(), 0644);  // As the format before had it.
    const auto before = platform::find_status(file.path());
    CHECK(file.open_shared().open());
    CHECK(platform::load_file(file.path()).empty());
    CHECK(file.open_exclusive().open());
    CHECK(platform::load_file(file.path()) == kText);
    CHECK(platform::find_status(file.path())->inode == before->inode);
    CHECK(mode_of(file.path()) == 0660);
    CHECK(platform::load_file(file.readers_path()) == kText);  // Which that format did not have.

    platform::save_file(file.readers_path(), "");
    CHECK(file.open_readers().open());
    CHECK(platform::load_file(file.readers_path()) == kText);
}

TEST_CASE("what is in the file is never changed", "[lock]") {
    const test::TempDir folder;
    const LockFile file(folder / "latchkey/locks");
    folder.write("latchkey/locks", "latchkey locks 7\n");
    ::chmod(file.path().c_str(), 0640);
    file.open_exclusive().close();
    file.open_shared().close();
    CHECK(platform::load_file(file.path()) == "latchkey locks 7\n");
    CHECK(mode_of(file.path()) == 0640);
}

TEST_CASE("many that make the file at once have the same one", "[lock]") {
    for (int round = 0; round < 50; ++round) {
        const test::TempDir folder;
        const LockFile file(folder / "latchkey/locks");
        std::vector<platform::Fd> opened(6);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < opened.size(); ++i) {
            threads.emplace_back([&file, &opened, i] {
                opened[i] = i % 2 == 0 ? file.open_exclusive() : file.open_shared();
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (const platform::Fd& each : opened) {
            REQUIRE(each.open());
            CHECK(file.leads_to(each));
        }
        CHECK(platform::load_file(file.path()) == kText);
        CHECK(platform::list_directory(folder / "latchkey").size() == 2);
    }
}

TEST_CASE("a symlink in the lock file's place is not followed", "[lock]") {
    const test::TempDir folder;
    const std::string other = folder.write("other", "");
    folder.make("latchkey");
    const LockFile file(folder / "latchkey/locks");
    platform::make_link(other, file.path());
    CHECK_THROWS_WITH(file.open_exclusive(), Catch::Contains(file.path()));
    CHECK_FALSE(file.leads_to(platform::open_file(other, O_RDONLY)));
    CHECK(platform::load_file(other).empty());
}

TEST_CASE("where nothing can be made, a shared open has nothing and an exclusive one says why",
          "[lock]") {
    const test::TempDir folder;
    folder.write("latchkey", "in the way");
    const LockFile file(folder / "latchkey/locks");
    CHECK_FALSE(file.open_shared().open());
    CHECK(file.leads_to(file.open_shared()));
    CHECK_THROWS_WITH(file.open_exclusive(),
                      Catch::StartsWith("make the lock file '" + file.path() + "': "));
    CHECK(platform::load_file(folder / "latchkey") == "in the way");
}
