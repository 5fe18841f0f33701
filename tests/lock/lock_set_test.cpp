#include "latchkey/lock/lock_set.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/process.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using lock::Key;
using lock::LockFile;
using lock::LockSet;
using lock::Mode;

namespace {

struct Home {
    test::TempDir folder;
    LockFile file{folder / "latchkey/locks"};

    bool can_take(const Key& key, Mode mode) const {
        return LockSet::try_acquire(file, key, mode).has_value();
    }
    std::size_t count_ranges() const {
        return platform::find_held_ranges(file.find_statuses()).size();
    }
};

const Key kOne = Key::unpack("one");
const Key kOther = Key::unpack("other");

}  // namespace

TEST_CASE("two sets of one process exclude each other as two processes do", "[lock]") {
    const Home home;
    const auto writer = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(writer);
    CHECK_FALSE(home.can_take(kOne, Mode::exclusive));
    CHECK_FALSE(home.can_take(kOne, Mode::shared));
    CHECK(home.can_take(kOther, Mode::exclusive));
}

TEST_CASE("readers share, and keep writers out", "[lock]") {
    const Home home;
    const auto reader = LockSet::try_acquire(home.file, kOne, Mode::shared);
    const auto second = LockSet::try_acquire(home.file, kOne, Mode::shared);
    REQUIRE(reader);
    REQUIRE(second);
    CHECK_FALSE(home.can_take(kOne, Mode::exclusive));
}

TEST_CASE("the kinds of one name are different keys", "[lock]") {
    const Home home;
    const auto unpack = LockSet::try_acquire(home.file, Key::unpack("x"), Mode::exclusive);
    CHECK(home.can_take(Key::pin("x"), Mode::exclusive));
    CHECK(home.can_take(Key::use("home/t", "x"), Mode::exclusive));
    CHECK(home.can_take(Key::toolchain("x"), Mode::exclusive));
    CHECK_FALSE(home.can_take(Key::unpack("x"), Mode::exclusive));
}

TEST_CASE("a thousand different keys do not conflict", "[lock]") {
    const Home home;
    std::vector<Key> mine;
    std::vector<Key> theirs;
    for (int i = 0; i < 1000; ++i) {
        mine.push_back(Key::unpack("mine-" + std::to_string(i)));
        theirs.push_back(Key::unpack("theirs-" + std::to_string(i)));
    }
    const auto one = LockSet::try_acquire(home.file, mine, Mode::exclusive);
    const auto other = LockSet::try_acquire(home.file, theirs, Mode::exclusive);
    CHECK(one);
    CHECK(other);
}

TEST_CASE("several keys are taken all or none", "[lock]") {
    const Home home;
    const auto holder = LockSet::try_acquire(home.file, kOther, Mode::exclusive);
    const std::vector<Key> keys = {kOne, kOther, Key::unpack("third")};
    CHECK_FALSE(LockSet::try_acquire(home.file, keys, Mode::exclusive));
    CHECK(home.can_take(kOne, Mode::exclusive));
    CHECK(home.can_take(Key::unpack("third"), Mode::exclusive));
}

TEST_CASE("a set knows what it holds, and how", "[lock]") {
    const Home home;
    auto set = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(set);
    CHECK(set->holds(kOne, Mode::exclusive));
    CHECK(set->holds(kOne, Mode::shared));
    CHECK_FALSE(set->holds(kOther, Mode::shared));
    CHECK(set->try_add(kOther, Mode::shared));
    CHECK(set->holds(kOther, Mode::shared));
    CHECK_FALSE(set->holds(kOther, Mode::exclusive));
}

TEST_CASE("a set that is moved holds on, and the old one has nothing", "[lock]") {
    const Home home;
    auto set = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(set);
    {
        const LockSet moved = std::move(*set);
        CHECK(moved.holds(kOne, Mode::exclusive));
        set.reset();
        CHECK_FALSE(home.can_take(kOne, Mode::shared));
    }
    CHECK(home.can_take(kOne, Mode::exclusive));
}

TEST_CASE("release lets go of one key and keeps the others", "[lock]") {
    const Home home;
    const std::vector<Key> keys = {kOne, kOther};
    auto set = LockSet::try_acquire(home.file, keys, Mode::exclusive);
    REQUIRE(set);
    set->release(kOne);
    CHECK(home.can_take(kOne, Mode::exclusive));
    CHECK_FALSE(home.can_take(kOther, Mode::exclusive));
    CHECK_FALSE(set->holds(kOne, Mode::shared));
    CHECK(set->holds(kOther, Mode::exclusive));
    set->release(kOne);  // Not held: nothing happens.
    CHECK_FALSE(home.can_take(kOther, Mode::exclusive));
}

TEST_CASE("a byte that a set holds twice takes two releases, and stays as strong", "[lock]") {
    // Two names that share a lane behave as one name held twice: the lane is all that is compared.
    const Home home;
    auto set = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(set);
    REQUIRE(set->try_add(kOne, Mode::shared));
    CHECK_FALSE(home.can_take(kOne, Mode::shared));  // The second, weaker one weakened nothing.
    set->release(kOne);
    CHECK_FALSE(home.can_take(kOne, Mode::exclusive));
    set->release(kOne);
    CHECK(home.can_take(kOne, Mode::exclusive));
}

TEST_CASE("adding a busy key fails and costs the set nothing", "[lock]") {
    const Home home;
    const auto holder = LockSet::try_acquire(home.file, kOther, Mode::shared);
    auto set = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(set);
    CHECK_FALSE(set->try_add(kOther, Mode::exclusive));
    CHECK_FALSE(set->holds(kOther, Mode::shared));
    CHECK_FALSE(home.can_take(kOne, Mode::shared));
}

TEST_CASE("closing another descriptor of the lock file drops nothing", "[lock]") {
    // With classic POSIX locks it would drop all of them.
    const Home home;
    const auto set = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    platform::open_file(home.file.path(), O_RDWR).close();
    platform::open_file(home.file.path(), O_RDONLY).close();
    CHECK_FALSE(home.can_take(kOne, Mode::shared));
}

TEST_CASE("where no lock file can be, a shared set holds without a range", "[lock]") {
    test::TempDir folder;
    folder.write("file", "in the way");
    const LockFile file(folder / "file/locks");
    auto set = LockSet::try_acquire(file, kOne, Mode::shared);
    REQUIRE(set);
    CHECK(set->descriptor() == -1);
    CHECK(set->holds(kOne, Mode::shared));
    CHECK(set->try_add(kOther, Mode::shared));
    set->release(kOther);
    CHECK_THROWS_WITH(set->try_add(kOther, Mode::exclusive), Catch::Contains("exclusive"));
    CHECK_THROWS_WITH(LockSet::try_acquire(file, kOne, Mode::exclusive),
                      Catch::Contains(file.path()));
}

TEST_CASE("a set that was made shared on an existing file cannot take a range exclusively",
          "[lock]") {
    const Home home;
    home.file.open_exclusive().close();
    auto set = LockSet::try_acquire(home.file, kOne, Mode::shared);
    REQUIRE(set);
    CHECK_THROWS_AS(set->try_add(kOther, Mode::exclusive), Error);
    CHECK(home.can_take(kOther, Mode::exclusive));
}

TEST_CASE("what others share is asked of both files, what is awaited of one", "[lock]") {
    const Home home;
    const Key tried = GENERATE(Key::pin("x"), Key::use("home/t", "x"), Key::directory("home/t"));
    const Key awaited = GENERATE(Key::toolchain("t"), Key::unpack("x"), Key::settings());
    auto set = LockSet::try_acquire(home.file, awaited, Mode::exclusive);
    REQUIRE(set);
    CHECK(set->descriptors() == std::vector<int>{set->descriptor()});
    CHECK(home.count_ranges() == 1);
    CHECK(set->try_add(tried, Mode::exclusive));
    CHECK(set->descriptors().size() == 2);
    CHECK(home.count_ranges() == 3);
    set->release(tried);
    CHECK(home.count_ranges() == 1);
    CHECK(set->try_add(tried, Mode::shared));
    CHECK(home.count_ranges() == 2);
    set->release(tried);

    const auto reader = LockSet::try_acquire(home.file, tried, Mode::shared);
    REQUIRE(reader);
    CHECK(reader->descriptors() == std::vector<int>{reader->descriptor()});
    CHECK(home.count_ranges() == 2);
    CHECK_FALSE(set->try_add(tried, Mode::exclusive));
    CHECK(home.count_ranges() == 2);  // Of the refused try, nothing is left.
}

TEST_CASE("a try that readers of the other file refuse leaves the set as it was", "[lock]") {
    const Home home;
    const Key kUse = Key::use("home/t", "x");
    auto set = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(set);
    const platform::Fd reader = platform::open_file(home.file.readers_path(), O_RDONLY);
    REQUIRE(platform::try_lock_byte(reader, kUse.lane(), Mode::shared));
    CHECK_FALSE(set->try_add(kUse, Mode::exclusive));
    CHECK_FALSE(set->holds(kUse, Mode::shared));
    CHECK(home.can_take(kUse, Mode::shared));
    CHECK(home.count_ranges() == 2);

    REQUIRE(set->try_add(kUse, Mode::shared));
    CHECK_FALSE(set->try_add(kUse, Mode::exclusive));
    CHECK(home.count_ranges() == 3);  // Still shared: others may share it, too.
    CHECK(home.can_take(kUse, Mode::shared));
    const auto second = LockSet::try_acquire(home.file, kOther, Mode::exclusive);
    platform::unlock_byte(reader, kUse.lane());
    CHECK_FALSE(home.can_take(kUse, Mode::exclusive));
    set->release(kUse);
    CHECK(home.can_take(kUse, Mode::exclusive));
}

TEST_CASE("a file for readers that was replaced is opened again", "[lock]") {
    const Home home;
    home.file.open_exclusive().close();
    const platform::Fd old = home.file.open_readers();
    CHECK(home.file.leads_to(old));
    platform::remove_file(home.file.readers_path());
    CHECK_FALSE(home.file.leads_to(old));
    const auto set = LockSet::try_acquire(home.file, Key::pin("x"), Mode::exclusive);
    REQUIRE(set);
    const platform::Fd reader = platform::open_file(home.file.readers_path(), O_RDONLY);
    CHECK(home.file.leads_to(reader));
    CHECK_FALSE(platform::try_lock_byte(reader, Key::pin("x").lane(), Mode::shared));
}

TEST_CASE("a wait that its permit forbids takes nothing", "[lock]") {
    const Home home;
    const auto holder = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS(LockSet::acquire(PermitMint::wait_thread(stop.get_token()), home.file, kOne,
                                  Mode::exclusive));
    CHECK(home.count_ranges() == 1);
}

TEST_CASE("a wait inside one process ends when the other set lets go", "[lock]") {
    const Home home;
    auto holder = LockSet::try_acquire(home.file, kOne, Mode::exclusive);
    REQUIRE(holder);
    bool taken = false;
    std::thread waiter([&] {
        const LockSet set =
            LockSet::acquire(PermitMint::wait_thread(), home.file, kOne, Mode::exclusive);
        taken = set.holds(kOne, Mode::exclusive);
    });
    holder->release(kOne);
    waiter.join();
    CHECK(taken);
    CHECK(home.count_ranges() == 0);  // Neither a range nor a mark.
}
