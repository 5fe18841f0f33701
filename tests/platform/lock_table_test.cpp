#include "latchkey/platform/lock_table.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/range_lock.hpp"
#include "support/pipe.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::platform;
using latchkey::test::TempDir;

namespace {

/// A process that locks and releases a thousand ranges of another file, again and again: the table
/// is of many pages then, and moves while it is read.
class Churn {
public:
    explicit Churn(const std::string& path) {
        test::Pipe ready = test::make_pipe();
        process_ = ::fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) run(path, ready.writer.number());
        REQUIRE(test::text_in(ready) == "1");  // Once all are held.
    }
    Churn(const Churn&) = delete;
    Churn& operator=(const Churn&) = delete;
    ~Churn() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

private:
    pid_t process_;

    [[noreturn]] static void run(const std::string& path, int ready) {
        constexpr std::uint64_t kRanges = 1000;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const Fd file = open_file(path, O_RDWR);
        for (bool first = true;; first = false) {
            // Not side by side: the kernel joins those.
            for (std::uint64_t i = 0; i < kRanges; ++i) {
                (void)try_lock_byte(file, 2 * i, RangeMode::shared);
            }
            if (first && ::write(ready, "1", 1) != 1) ::_exit(1);
            for (std::uint64_t i = 0; i < kRanges; ++i) unlock_byte(file, 2 * i);
        }
    }
};

}  // namespace

TEST_CASE("the kernel's table tells each range on a file, and how it is held", "[platform]") {
    TempDir dir;
    const std::string path = dir.write("file", "");
    const Fd one = open_file(path, O_RDWR);
    const Fd other = open_file(path, O_RDWR);
    CHECK(find_table_ranges(path).empty());
    REQUIRE(try_lock_byte(one, 7, RangeMode::exclusive));
    REQUIRE(try_lock_byte(one, 9, RangeMode::shared));
    REQUIRE(try_lock_byte(other, 9, RangeMode::shared));
    const auto ranges = find_table_ranges(path);
    REQUIRE(ranges.size() == 3);
    const auto count = [&ranges](std::uint64_t at, bool exclusive) {
        return std::count_if(ranges.begin(), ranges.end(), [=](const TableRange& range) {
            return range.first == at && range.last == at && range.exclusive == exclusive;
        });
    };
    CHECK(count(7, true) == 1);
    CHECK(count(9, false) == 2);
    CHECK(find_table_ranges(dir.path() + "/none").empty());
}

TEST_CASE("a range is in the table once, however many others come and go meanwhile",
          "[platform][process]") {
    TempDir dir;
    const std::string path = dir.write("file", "");
    const Fd file = open_file(path, O_RDWR);
    REQUIRE(try_lock_byte(file, 5, RangeMode::exclusive));
    const Churn churn(dir.write("other", ""));
    int wrong = 0;
    for (int i = 0; i < 300; ++i) {
        const auto ranges = find_table_ranges(path);
        if (ranges.size() != 1 || ranges[0].first != 5 || !ranges[0].exclusive) ++wrong;
    }
    CHECK(wrong == 0);
}
