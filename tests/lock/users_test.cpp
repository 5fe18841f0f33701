// What other users may do with a home's lock files, and what a sandbox refuses. The first needs
// root, to become somebody else.

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "latchkey/lock/holder.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/lock/seen_range.hpp"
#include "latchkey/platform/process.hpp"
#include "support/emulated.hpp"
#include "support/lock_holder.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using lock::Key;
using lock::LockFile;
using lock::LockSet;
using lock::Mode;
using test::Child;
using test::start_holder;

namespace {

constexpr uid_t kOwner = 61001;
constexpr uid_t kOther = 61002;
constexpr gid_t kGroup = 61003;

const Key kRustc = Key::use("home/t", "rustc");
const std::string kRustcText = "use:home/t/rustc";

std::vector<std::string> user(uid_t number, gid_t group,
                              const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--uid", std::to_string(number), "--gid",
                                      std::to_string(group)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

struct Home {
    test::TempDir folder;
    std::string path = folder.make("home");
    LockFile file{path + "/latchkey/locks"};

    Home(uid_t owner, gid_t group, mode_t mode) {
        ::chmod(folder.path().c_str(), 0755);
        if (::chown(path.c_str(), owner, group) != 0) throw std::runtime_error("chown");
        ::chmod(path.c_str(), mode);
    }
    bool can_take(const Key& key, Mode mode) const {
        return LockSet::try_acquire(file, key, mode).has_value();
    }
    std::string first_line(const std::string& how, std::vector<std::string> who) const {
        Child child = start_holder(file.path(), how, {kRustcText}, std::move(who));
        return child.wait_for_line();
    }
    std::size_t ranges_in(const std::string& path_of_file) const {
        const auto status = platform::find_status(path_of_file);
        if (!status) return 0;
        return platform::find_held_ranges(status->device, status->inode).size();
    }
};

bool root() {
    if (::geteuid() == 0) return true;
    WARN("needs root, to become somebody else");
    return false;
}

double milliseconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

}  // namespace

TEST_CASE("who may only read the home has his ranges in the file for readers",
          "[lock][process][root]") {
    if (!root()) return;
    const Home home(0, 0, 0755);
    home.file.open_exclusive().close();
    Child reader = start_holder(home.file.path(), "shared try", {kRustcText}, user(kOther, kOther));
    CHECK_FALSE(reader.wait_for_word("held ").ends_with("nothing"));
    CHECK(home.ranges_in(home.file.path()) == 0);
    CHECK(home.ranges_in(home.file.readers_path()) == 1);
    CHECK(home.can_take(kRustc, Mode::shared));
    CHECK_FALSE(home.can_take(kRustc, Mode::exclusive));
    CHECK(home.can_take(Key::use("home/t", "other"), Mode::exclusive));
    const auto holders = find_all_holders(home.file);
    REQUIRE(holders.size() == 1);
    CHECK(holders[0].process == reader.pid());
    CHECK(find_holders(home.file, kRustc).size() == 1);
    const auto seen = lock::find_seen_ranges(home.file);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].process == reader.pid());
    reader.say("quit");
    reader.wait();
    CHECK(home.can_take(kRustc, Mode::exclusive));
    CHECK(home.first_line("exclusive try", user(kOther, kOther)) ==
          "error open '" + home.file.path() + "': Permission denied (os error 13)");
}

TEST_CASE("an exclusive try keeps readers of both files out", "[lock][process][root]") {
    if (!root()) return;
    const Home home(0, 0, 0755);
    Child writer = start_holder(home.file.path(), "exclusive try", {kRustcText});
    writer.wait_for_word("held");
    CHECK_FALSE(home.can_take(kRustc, Mode::shared));
    CHECK(home.first_line("shared try", user(kOther, kOther)) == "busy");
    CHECK(find_all_holders(home.file).size() == 1);  // One range, though in two files.
    CHECK(lock::find_seen_ranges(home.file).size() == 1);
    writer.say("release 0");
    writer.wait_for_word("released");
    CHECK(home.first_line("shared try", user(kOther, kOther)).starts_with("held "));
}

TEST_CASE("ranges of both files that cannot be seen are known from the table, each once",
          "[lock][process][root]") {
    if (!root()) return;
    const Home home(kOwner, kOwner, 0755);
    Child writer =
        start_holder(home.file.path(), "exclusive try", {"directory:home/t"}, user(kOwner, kOwner));
    writer.wait_for_word("held");
    Child reader = start_holder(home.file.path(), "shared try", {kRustcText}, user(kOther, kOther));
    reader.wait_for_word("held");
    const pid_t looker = ::fork();
    if (looker == 0) {
        // Somebody who may look into neither.
        if (::setgid(kGroup) != 0 || ::setuid(61004) != 0) ::_exit(9);
        const auto seen = lock::find_seen_ranges(home.file);
        const auto unseen = [&seen](const Key& key, Mode mode) {
            return std::count_if(seen.begin(), seen.end(), [&](const lock::SeenRange& range) {
                return range.first == key.lane() && range.mode == mode && !range.process;
            });
        };
        const bool right = seen.size() == 2 && unseen(kRustc, Mode::shared) == 1 &&
                           unseen(Key::directory("home/t"), Mode::exclusive) == 1;
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    ::waitpid(looker, &status, 0);
    CHECK(status == 0);
}

TEST_CASE("another user's 5,000 ranges cost those who may change the home nothing",
          "[lock][process][root]") {
    if (!root()) return;
    const Home home(kOwner, kOwner, 0755);
    const auto start = [&home] {
        for (int i = 0; i < 200; ++i) {
            (void)LockSet::try_acquire(home.file, kRustc, Mode::shared);
        }
    };
    home.file.open_exclusive().close();
    const auto shortest = [&start] {
        double best = 1e9;
        for (int i = 0; i < 15; ++i) best = std::min(best, milliseconds_of(start));
        return best;
    };
    const double before = shortest();
    Child flood =
        start_holder(home.file.path(), "shared try", {}, user(kOther, kOther, {"--flood", "5000"}));
    flood.wait_for_word("held ");
    CHECK(home.ranges_in(home.file.path()) == 0);
    CHECK(home.ranges_in(home.file.readers_path()) == 5000);
    const double during = shortest();
    CAPTURE(before, during);
    CHECK(during < 3 * before + 1);
    // Only those who try exclusively meet them.
    CHECK(home.can_take(kRustc, Mode::exclusive));
    CHECK_FALSE(home.can_take(Key::use("home/flood", "4711"), Mode::exclusive));
}

TEST_CASE("what root makes in a user's home is the user's", "[lock][process][root]") {
    if (!root()) return;
    const Home home(kOwner, kGroup, 0750);
    CHECK_FALSE(home.file.open_shared().open());  // A proxy of root's makes nothing.
    CHECK(home.can_take(kRustc, Mode::shared));
    CHECK_FALSE(platform::find_status(home.path + "/latchkey"));
    CHECK(home.can_take(kRustc, Mode::exclusive));
    for (const std::string name : {"/latchkey", "/latchkey/locks", "/latchkey/readers"}) {
        const auto status = platform::find_status(home.path + name);
        REQUIRE(status);
        CHECK(status->user == kOwner);
        CHECK(status->group == kGroup);
    }
    CHECK(home.first_line("exclusive try", user(kOwner, kOwner)).starts_with("held "));
}

TEST_CASE("an empty lock file of root's in a user's home becomes the user's",
          "[lock][process][root]") {
    if (!root()) return;
    const Home home(kOwner, kOwner, 0755);
    home.folder.write("home/latchkey/locks", "");
    CHECK(home.first_line("exclusive try", user(kOwner, kOwner)).starts_with("error "));
    CHECK(home.can_take(kRustc, Mode::exclusive));
    CHECK(home.first_line("exclusive try", user(kOwner, kOwner)).starts_with("held "));
}

TEST_CASE("a group's home is the whole group's to change, whatever the umask",
          "[lock][process][root]") {
    if (!root()) return;
    const mode_t mode = GENERATE(mode_t{0775}, mode_t{02775});
    const Home home(kOwner, kGroup, mode);
    const auto member = user(kOther, kGroup, {"--umask", "077"});
    CHECK(home.first_line("shared try", member).ends_with(" nothing"));  // Not the owner.
    CHECK_FALSE(platform::find_status(home.path + "/latchkey"));
    CHECK(home.first_line("exclusive try", member).starts_with("held "));
    CHECK(platform::find_status(home.path + "/latchkey")->permissions == mode);
    CHECK(platform::find_status(home.file.path())->group == kGroup);
    CHECK(home.first_line("exclusive try", user(kOwner, kGroup)).starts_with("held "));
    CHECK(home.first_line("exclusive try", user(61004, kGroup)).starts_with("held "));
    const auto stranger = user(61005, 61005);
    CHECK(home.first_line("exclusive try", stranger).starts_with("error open '"));
    CHECK_FALSE(home.first_line("shared try", stranger).ends_with(" nothing"));
}

TEST_CASE("a group that the home has and its owner has not gives nobody more rights",
          "[lock][process][root]") {
    if (!root()) return;
    const Home home(kOwner, kGroup, 0775);
    CHECK(home.first_line("exclusive try", user(kOwner, kOwner)).starts_with("held "));
    const auto status = platform::find_status(home.file.path());
    CHECK(status->group == kOwner);
    CHECK(status->permissions == 0600);
    CHECK(platform::find_status(home.file.readers_path())->permissions == 0644);
    CHECK(platform::find_status(home.path + "/latchkey")->permissions == 0755);
}

TEST_CASE("without lock files only the home's owner makes some to share a range",
          "[lock][process][root]") {
    if (!root()) return;
    const Home home(kOwner, kOwner, 0755);
    CHECK(home.first_line("shared try", user(kOther, kOther)).ends_with(" nothing"));
    CHECK_FALSE(platform::find_status(home.path + "/latchkey"));
    const std::string refused = home.first_line("exclusive try", user(kOther, kOther));
    CHECK(refused.starts_with("error make the lock file '" + home.file.path() + "': "));
    CHECK(refused.ends_with("Permission denied (os error 13)"));
    const std::string line = home.first_line("shared try", user(kOwner, kOwner));
    CHECK(line.starts_with("held "));
    CHECK_FALSE(line.ends_with(" nothing"));
    CHECK(platform::find_status(home.file.path())->user == kOwner);
    CHECK(platform::find_status(home.file.readers_path()));
}

TEST_CASE("lock files that may not be read keep no reader from going on", "[lock][process][root]") {
    if (!root()) return;
    const Home home(0, 0, 0755);
    home.file.open_exclusive().close();
    ::chmod(home.file.readers_path().c_str(), 0600);
    CHECK(home.first_line("shared try", user(kOther, kOther)).ends_with(" nothing"));
    ::chmod(home.file.readers_path().c_str(), 0644);
    ::chmod((home.path + "/latchkey").c_str(), 0700);
    CHECK(home.first_line("shared try", user(kOther, kOther)).ends_with(" nothing"));
}

TEST_CASE("where no ranges are to be had, readers go on and a writer says why", "[lock][process]") {
    if (test::kEmulated) return;
    const test::TempDir folder;
    const std::string path = folder / "latchkey/locks";
    const auto [number, cause] = GENERATE(table<int, std::string>(
        {{22, "Invalid argument"}, {37, "No locks available"}, {38, "Function not implemented"}}));
    const std::vector<std::string> refused = {"--refuse", std::to_string(number)};
    Child reader = start_holder(path, "shared try", {kRustcText, "pin:x"}, refused);
    CHECK(reader.wait_for_line().starts_with("held "));
    reader.say("add " + kRustcText);
    CHECK(reader.wait_for_line() == "held");
    reader.say("release 1");
    CHECK(reader.wait_for_line().starts_with("released "));
    reader.say("add pin:x");  // The release has not ended in an error.
    CHECK(reader.wait_for_line() == "held");
    reader.say("quit");
    CHECK(reader.wait().exit_code == 0);
    Child waiter = start_holder(path, "shared wait", {"unpack:x"}, refused);
    waiter.wait_for_word("held ");
    for (const std::string how : {"exclusive try", "exclusive wait"}) {
        Child writer = start_holder(path, how, {"toolchain:t"}, refused);
        CHECK(writer.wait_for_word("error ") == "take a range of the lock file '" + path +
                                                    "': lock a byte range: " + cause +
                                                    " (os error " + std::to_string(number) + ")");
    }
    CHECK(LockSet::try_acquire(LockFile(path), kRustc, Mode::exclusive));
}
