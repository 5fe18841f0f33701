#include "latchkey/platform/file_lock.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <thread>

#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::platform;
using namespace std::chrono_literals;
using latchkey::test::TempDir;

TEST_CASE("a file's lock is for one writer or for readers", "[platform]") {
    TempDir dir;
    const std::string path = dir.write("file", "");
    const Fd one = open_file(path, O_RDONLY);
    const Fd other = open_file(path, O_RDONLY);
    Fd third = open_file(path, O_RDONLY);
    CHECK(lock_file(one, RangeMode::shared, 0ms) == FileLock::held);
    CHECK(lock_file(other, RangeMode::shared, 0ms) == FileLock::held);
    CHECK(lock_file(third, RangeMode::exclusive, 0ms) == FileLock::busy);
}

TEST_CASE("a file's lock is awaited as long as patience lasts", "[platform]") {
    TempDir dir;
    const std::string path = dir.write("file", "");
    Fd writer = open_file(path, O_RDONLY);
    REQUIRE(lock_file(writer, RangeMode::exclusive, 0ms) == FileLock::held);
    const Fd reader = open_file(path, O_RDONLY);
    const auto start = std::chrono::steady_clock::now();
    CHECK(lock_file(reader, RangeMode::shared, 50ms) == FileLock::busy);
    CHECK(std::chrono::steady_clock::now() - start >= 50ms);
    std::thread waiting(
        [&reader] { CHECK(lock_file(reader, RangeMode::shared, 60s) == FileLock::held); });
    writer.close();
    waiting.join();
}

TEST_CASE("what cannot be locked says so", "[platform]") {
    TempDir dir;
    const Fd file = open_file(dir.write("file", ""), O_PATH);
    CHECK(lock_file(file, RangeMode::shared, 60s) == FileLock::unavailable);
}
