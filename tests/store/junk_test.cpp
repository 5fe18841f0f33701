#include "latchkey/store/junk.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "readers.hpp"

using namespace latchkey;
using store::Junk;
using test::StoreHome;

TEST_CASE("junk that took nothing is nothing", "[junk]") {
    StoreHome home;
    Junk junk(home.home, "t");
    junk.remove(home.on);
    CHECK_FALSE(platform::find_status(home.home.staging()));
}

TEST_CASE("what junk took is out of the way at once, and gone when it is removed", "[junk]") {
    StoreHome home;
    home.dir.write("folder/x", "x");
    home.dir.write("file", "x");
    Junk junk(home.home, "t");
    CHECK(junk.take(home.dir / "folder"));
    CHECK(junk.take(home.dir / "file"));
    CHECK_FALSE(platform::find_status(home.dir / "folder"));
    CHECK_FALSE(platform::find_status(home.dir / "file"));
    CHECK(home.list(home.home.staging()).size() == 2);
    junk.remove(home.on);
    CHECK(home.is_staging_empty());
    // And once more.
    home.dir.write("file", "x");
    CHECK(junk.take(home.dir / "file"));
    junk.remove(home.on);
    CHECK(home.is_staging_empty());
}

TEST_CASE("junk is guarded by a range of its own until it is removed", "[junk]") {
    StoreHome home;
    home.dir.write("file", "x");
    Junk junk(home.home, "t");
    CHECK(junk.take(home.dir / "file"));
    store::sweep(home.on, home.home, {});
    CHECK_FALSE(home.is_staging_empty());
    // Which is no place that anything is run from.
    CHECK(home.is_free(lock::Key::directory("home/t")));
    junk.remove(home.on);
}

TEST_CASE("the junk of whoever is killed falls to the next sweep", "[junk]") {
    StoreHome home;
    home.dir.write("file", "x");
    {
        Junk junk(home.home, "t");
        CHECK(junk.take(home.dir / "file"));
    }
    CHECK_FALSE(home.is_staging_empty());
    store::sweep(home.on, home.home, {});
    CHECK(home.is_staging_empty());
}

TEST_CASE("two that tidy one toolchain have each their junk", "[junk]") {
    StoreHome home;
    home.dir.write("one", "x");
    home.dir.write("other", "x");
    Junk one(home.home, "t");
    Junk other(home.home, "t");
    CHECK(one.take(home.dir / "one"));
    CHECK(other.take(home.dir / "other"));
    one.remove(home.on);
    CHECK(home.list(home.home.staging()).size() == 1);
    other.remove(home.on);
    CHECK(home.is_staging_empty());
}

TEST_CASE("while somebody holds the whole lock file junk is deleted where it is", "[junk]") {
    StoreHome home;
    home.dir.write("file", "x");
    const auto all = lock::LockSet::try_acquire_everything(home.home.lock_file());
    Junk junk(home.home, "t");
    CHECK_FALSE(junk.take(home.dir / "file"));
    CHECK(platform::find_status(home.dir / "file"));
    junk.take_or_delete(home.on, home.dir / "file");
    CHECK_FALSE(platform::find_status(home.dir / "file"));
}
