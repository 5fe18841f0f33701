#include "latchkey/lock/holder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "lock/lock_home.hpp"
#include "support/emulated.hpp"

using namespace latchkey;
using lock::Key;
using lock::LockSet;
using lock::Mode;
using test::Child;
using test::kClippy;
using test::LockHome;

TEST_CASE("holder and waiter can be seen by pid, mode and command line", "[lock][process]") {
    const LockHome home;
    Child holder = home.hold("exclusive try", {"unpack:clippy"});
    Child waiter = home.wait_for("exclusive wait", "unpack:clippy", kClippy);
    const auto mine = LockSet::try_acquire(home.file, Key::unpack("other"), Mode::shared);
    const auto found = find_holders(home.file, kClippy);
    REQUIRE(found.size() == 2);
    const bool holder_first = found[0].process == holder.pid();
    const lock::Holder& holding = found[holder_first ? 0 : 1];
    const lock::Holder& waiting = found[holder_first ? 1 : 0];
    CHECK(holding.process == holder.pid());
    CHECK_FALSE(holding.waiting);
    CHECK(holding.mode == Mode::exclusive);
    if (!test::kEmulated) {
        CHECK(holding.command_line ==
              "latchkey_lock_holder " + home.file.path() + " exclusive try unpack:clippy");
    }
    REQUIRE(holding.since);
    CHECK(std::chrono::system_clock::now() - *holding.since < std::chrono::minutes(2));
    CHECK(waiting.process == waiter.pid());
    CHECK(waiting.waiting);
    CHECK(str(find_blocker(home.file, kClippy)) ==
          "pid " + std::to_string(holder.pid()) + ": " + holding.command_line);
    CHECK_FALSE(held_by_this_process(home.file, kClippy));
    CHECK(held_by_this_process(home.file, Key::unpack("other")));
    CHECK(find_holders(home.file, Key::unpack("other")).empty());

    holder.say("quit");
    waiter.wait_for_word("held");
    const auto after = find_holders(home.file, kClippy);
    REQUIRE(after.size() == 1);  // The mark has gone.
    CHECK(after[0].process == waiter.pid());
    CHECK_FALSE(after[0].waiting);
}

TEST_CASE("whether a key is held can be asked without taking it", "[lock][process]") {
    const LockHome home;
    CHECK_FALSE(is_held(home.file, kClippy));
    {
        const auto shared = LockSet::try_acquire(home.file, kClippy, Mode::shared);
        CHECK(is_held(home.file, kClippy));
        CHECK_FALSE(is_held(home.file, Key::unpack("other")));
        CHECK(LockSet::try_acquire(home.file, kClippy, Mode::shared));
    }
    CHECK_FALSE(is_held(home.file, kClippy));
    Child holder = home.hold("exclusive try", {"unpack:clippy"});
    CHECK(is_held(home.file, kClippy));
    holder.say("quit");
    CHECK(holder.wait().exit_code == 0);
    CHECK_FALSE(is_held(home.file, kClippy));
}

TEST_CASE("a holder's name is one short line, whatever it was started with", "[lock][process]") {
    const LockHome home;
    const std::string long_name(400, 'x');
    Child holder =
        home.hold("exclusive try", {"unpack:clippy", "unpack:a\n\033[31m", "unpack:" + long_name});
    const std::string text = str(find_blocker(home.file, kClippy));
    CHECK(text.size() < 200);
    CHECK(std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }));
    CHECK(text.ends_with(" ..."));
}

TEST_CASE("nobody holds what nobody holds", "[lock][process]") {
    const LockHome home;
    CHECK(find_holders(home.file, kClippy).empty());  // There is no lock file either.
    CHECK(str(find_blocker(home.file, kClippy)) == "a process that cannot be seen from here");
    home.file.open_exclusive().close();
    CHECK(find_holders(home.file, kClippy).empty());
}
