#include "latchkey/store/last_use.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "store_home.hpp"

using namespace latchkey;
using test::StoreHome;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;

std::int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// A home with toolchain `t`, committed and last used so many days ago.
void commit_used(StoreHome& home, int days_committed, int days_used) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a"}})});
    auto state = *store::find_state(home.home, "t");
    state.record->when = platform::format_time(std::chrono::system_clock::now() -
                                               std::chrono::hours(24 * days_committed));
    store::save_state(home.home, "t", state, home.lock_toolchain("t"));
    platform::set_modification_time(home.home.state("t"), now_seconds() - days_used * kDay, 0);
}

/// How many days ago.
std::int64_t last_use(const StoreHome& home) {
    const auto current = store::find_current(home.home, "t");
    REQUIRE(current.installed());
    return (now_seconds() - store::find_last_use(home.home, current) + kDay / 2) / kDay;
}

void use(const StoreHome& home) {
    store::record_use(home.home, "t", store::find_current(home.home, "t"));
}

}  // namespace

TEST_CASE("a use is noted in the time of the state", "[last_use]") {
    StoreHome home;
    commit_used(home, 90, 40);
    CHECK(last_use(home) == 40);
    const std::string before = platform::load_file(home.home.state("t"));
    use(home);
    CHECK(last_use(home) == 0);
    CHECK(platform::load_file(home.home.state("t")) == before);
}

TEST_CASE("a second use on one day changes nothing", "[last_use]") {
    StoreHome home;
    commit_used(home, 90, 0);
    const auto before = platform::find_status(home.home.state("t"));
    use(home);
    const auto after = platform::find_status(home.home.state("t"));
    CHECK(after->mtime_seconds == before->mtime_seconds);
    CHECK(after->mtime_nanoseconds == before->mtime_nanoseconds);
}

TEST_CASE("no use is before the last commit, whatever became of the times", "[last_use]") {
    StoreHome home;
    commit_used(home, 10, 10000);
    CHECK(last_use(home) == 10);
}

TEST_CASE("a copy counts from its arrival", "[last_use]") {
    StoreHome home;
    commit_used(home, 90, 40);
    test::copy_folder(home.home.toolchain("t"), home.dir / "copy");
    platform::remove_tree(home.on, home.home.toolchain("t"));
    platform::rename_path(home.dir / "copy", home.home.toolchain("t"));
    CHECK(last_use(home) == 0);
}

TEST_CASE("a directory without a state has its use in its own time", "[last_use]") {
    StoreHome home;
    home.dir.write("toolchains/t/bin/a", "a");
    const std::string directory = home.home.toolchain("t");
    platform::set_modification_time(directory, now_seconds() - 40 * kDay, 0);
    use(home);
    CHECK(platform::find_status(directory)->mtime_seconds >= now_seconds() - kDay);
    // When it came here, nobody could set.
    platform::set_modification_time(directory, now_seconds() - 40 * kDay, 0);
    CHECK(last_use(home) == 0);
}
