#include "latchkey/lock/seen_range.hpp"

#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "lock/lock_home.hpp"

using namespace latchkey;
using lock::Key;
using lock::LockSet;
using lock::Mode;
using test::Child;
using test::kClippy;
using test::kRustc;
using test::LockHome;

TEST_CASE("everything that is held can be seen, and nothing is made by looking",
          "[lock][process]") {
    const LockHome home;
    CHECK(lock::find_seen_ranges(home.file).empty());
    CHECK_FALSE(platform::find_status(home.file.path()));
    Child reader = home.hold("shared try", {"use:home/t/rustc", "use:home/t/cargo"});
    Child writer = home.hold("exclusive try", {"unpack:clippy"});
    Child waiter = home.wait_for("exclusive wait", "unpack:clippy", kClippy);
    const auto seen = lock::find_seen_ranges(home.file);
    CHECK(seen.size() == 4);
    const auto sees = [&seen](const Child& child, std::uint64_t byte, Mode mode) {
        return std::any_of(seen.begin(), seen.end(), [&](const lock::SeenRange& range) {
            return range.process == child.pid() && range.first == byte && range.last == byte &&
                   range.mode == mode;
        });
    };
    CHECK(sees(reader, kRustc.lane(), Mode::shared));
    CHECK(sees(reader, Key::use("home/t", "cargo").lane(), Mode::shared));
    CHECK(sees(writer, kClippy.lane(), Mode::exclusive));
    CHECK(sees(waiter, kClippy.mark(), Mode::shared));
}

TEST_CASE("a description that several processes have is nobody else's besides", "[lock][process]") {
    const LockHome home;
    Child holder = home.hold("shared try", {"use:home/t/rustc"});
    holder.say("leave keep");
    pid_t child = 0;
    for (int line = 0; line < 2; ++line) {
        const std::string text = holder.wait_for_line();
        if (text.starts_with("child ")) child = std::stoi(text.substr(6));
    }
    const auto seen = lock::find_seen_ranges(home.file);
    CHECK(seen.size() == 2);
    CHECK(std::all_of(seen.begin(), seen.end(),
                      [](const lock::SeenRange& range) { return range.process.has_value(); }));
    ::kill(child, SIGKILL);
}
