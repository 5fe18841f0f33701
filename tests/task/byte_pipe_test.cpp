#include "latchkey/task/byte_pipe.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using task::BytePipe;
using task::Loop;
using test::run;

namespace {

BytePipe::Block block_of(std::size_t size, unsigned seed = 0) {
    BytePipe::Block block(size);
    for (std::size_t i = 0; i < size; ++i) block[i] = static_cast<std::byte>(i * 7 + seed);
    return block;
}

unsigned draw(std::mt19937& random) {
    return static_cast<unsigned>(random());
}

/// How far the writer is before the reader.
struct Level {
    std::atomic<std::size_t> pushed = 0;
    std::atomic<std::size_t> popped = 0;
    std::atomic<std::size_t> most = 0;
    std::atomic<bool> refused = false;
};

/// Pushes blocks and closes; stops when it is refused.
awaitable<void> write_blocks(BytePipe pipe, std::vector<std::size_t> sizes, Level& level) {
    for (const std::size_t size : sizes) {
        auto block = block_of(size);
        if (!co_await pipe.push(std::move(block))) {
            level.refused = true;
            co_return;
        }
        level.pushed += size;
        const std::size_t inside = level.pushed - level.popped;
        if (inside > level.most) level.most = inside;
    }
    pipe.close();
}

awaitable<void> push_one(BytePipe pipe, std::size_t size) {
    auto block = block_of(size);
    co_await pipe.push(std::move(block));
}

awaitable<void> read_slowly(task::Workers& workers, BytePipe pipe, Level& level) {
    auto job = [pipe, &level](const OnWorker& on) mutable {
        for (;;) {
            const BytePipe::Block block = pipe.pop(on);
            if (block.empty()) return;
            level.popped += block.size();
            std::this_thread::sleep_for(100us);
        }
    };
    co_await task::offload_stream(workers, std::move(job));
}

awaitable<std::string> read_hash(task::Workers& workers, BytePipe pipe, unsigned seed) {
    auto job = [pipe, seed](const OnWorker& on) mutable {
        std::mt19937 random(seed);
        Xxh3 hash;
        for (;;) {
            const BytePipe::Block block = pipe.pop(on);
            if (block.empty()) return hash.finish();
            hash.update(block);
            if (random() % 16 == 0) std::this_thread::sleep_for(10us);
        }
    };
    co_return co_await task::offload_stream(workers, std::move(job));
}

awaitable<std::string> write_random(BytePipe pipe, unsigned seed) {
    std::mt19937 random(seed);
    Xxh3 hash;
    for (int i = 0; i < 2000; ++i) {
        auto block = block_of(random() % 4 == 0 ? random() % 20'000 : random() % 100, draw(random));
        hash.update(block);
        if (random() % 64 == 0) co_await test::pause_for(10us);
        if (!co_await pipe.push(std::move(block))) break;
    }
    pipe.close();
    co_return hash.finish();
}

awaitable<void> push_then_fail(BytePipe pipe) {
    auto block = block_of(10);
    co_await pipe.push(std::move(block));
    pipe.fail(std::make_exception_ptr(Error(Errc::unreachable, "connection reset")));
}

awaitable<void> read_some_then_abandon(task::Workers& workers, BytePipe pipe, int blocks) {
    auto job = [pipe, blocks](const OnWorker& on) mutable {
        for (int i = 0; i < blocks; ++i) pipe.pop(on);
        std::this_thread::sleep_for(2ms);
        pipe.abandon();
    };
    co_await task::offload_stream(workers, std::move(job));
}

awaitable<void> read_then_fail(task::Workers& workers, BytePipe pipe) {
    auto job = [pipe](const OnWorker& on) mutable {
        pipe.pop(on);
        throw Error(Errc::corrupt, "bad tar");
    };
    co_await task::offload_stream(workers, std::move(job));
}

awaitable<void> write_for_ever(BytePipe pipe) {
    for (;;) {
        auto block = block_of(1000);
        if (!co_await pipe.push(std::move(block))) throw Error(Errc::bug, "refused");
    }
}

}  // namespace

TEST_CASE("a writer stays no further ahead than the pipe's limit", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(10'000);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(write_blocks(pipe, std::vector<std::size_t>(200, 1000), level));
    tasks.push_back(read_slowly(loop.workers(), pipe, level));
    run(loop, task::all(std::move(tasks)));
    CHECK(level.popped == 200'000);
    // What the reader took and has not counted yet may be one block more.
    CHECK(level.most <= 11'000);
    CHECK(level.most >= 5'000);
}

TEST_CASE("a block above the limit passes alone", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(100);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(write_blocks(pipe, {50, 5000, 50, 5000, 1}, level));
    tasks.push_back(read_slowly(loop.workers(), pipe, level));
    run(loop, task::all(std::move(tasks)));
    CHECK(level.popped == 10'101);
}

TEST_CASE("a pipe is full for what its writer would wait with", "[pipe]") {
    Loop loop(1);
    BytePipe pipe(1000);
    CHECK(!pipe.is_full(5000));  // It would pass alone.
    run(loop, push_one(pipe, 600));
    CHECK(!pipe.is_full(400));
    CHECK(!pipe.is_full(0));
    CHECK(pipe.is_full(401));
    pipe.abandon();
    CHECK(!pipe.is_full(401));
}

TEST_CASE("an empty block is not the end", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(100);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(write_blocks(pipe, {0, 10, 0, 0, 20, 0}, level));
    tasks.push_back(read_slowly(loop.workers(), pipe, level));
    run(loop, task::all(std::move(tasks)));
    CHECK(level.popped == 30);
}

TEST_CASE("a closed pipe without a byte is an end at once", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(100);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(read_slowly(loop.workers(), pipe, level));
    tasks.push_back(write_blocks(pipe, {}, level));
    run(loop, task::all(std::move(tasks)));
    CHECK(level.popped == 0);
}

TEST_CASE("the reader sees the bytes before the failure, and then the failure", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(100);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(push_then_fail(pipe));
    tasks.push_back(read_slowly(loop.workers(), pipe, level));
    CHECK_THROWS_WITH(run(loop, task::all(std::move(tasks))), "connection reset");
    CHECK(level.popped == 10);
}

TEST_CASE("a writer is told that its reader has gone, also while it waits", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(1000);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(write_blocks(pipe, std::vector<std::size_t>(100, 1000), level));
    tasks.push_back(read_some_then_abandon(loop.workers(), pipe, 3));
    run(loop, task::all(std::move(tasks)));
    CHECK(level.refused);
    CHECK(level.pushed <= 5000);
}

TEST_CASE("a reader that fails stops a writer that waits for room", "[pipe]") {
    Loop loop(1);
    const BytePipe pipe(1000);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(write_for_ever(pipe));
    tasks.push_back(read_then_fail(loop.workers(), pipe));
    CHECK_THROWS_WITH(run(loop, task::all(std::move(tasks))), "bad tar");
}

TEST_CASE("a writer that fails stops a reader that waits for bytes", "[pipe]") {
    Loop loop(1);
    Level level;
    const BytePipe pipe(1000);
    std::vector<awaitable<void>> tasks;
    tasks.push_back(read_slowly(loop.workers(), pipe, level));
    tasks.push_back(test::stop_after(3ms));
    CHECK_THROWS_AS(run(loop, task::all(std::move(tasks))), test::Stop);
}

TEST_CASE("a pipe has all when it is closed, and not when its writer fails", "[pipe]") {
    BytePipe pipe(1000);
    CHECK_FALSE(pipe.has_all());
    SECTION("closed") {
        pipe.close();
        CHECK(pipe.has_all());
    }
    SECTION("failed") {
        pipe.fail(std::make_exception_ptr(std::runtime_error("cut")));
        CHECK_FALSE(pipe.has_all());
    }
}

TEST_CASE("a writer that waits for room can be cancelled", "[pipe]") {
    Loop loop(1);
    const BytePipe pipe(1000);
    CHECK_THROWS_AS(run(loop, task::first_of(write_for_ever(pipe), test::stop_after(2ms))),
                    test::Stop);
}

TEST_CASE("whatever the sizes and the pauses, the same bytes come out", "[pipe]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Loop loop(1);
    for (int round = 0; round < 10; ++round) {
        std::vector<awaitable<std::string>> tasks;
        for (unsigned stream = 0; stream < 3; ++stream) {
            const BytePipe pipe(1 + random() % 30'000);
            tasks.push_back(write_random(pipe, draw(random)));
            tasks.push_back(read_hash(loop.workers(), pipe, draw(random)));
        }
        const auto hashes = run(loop, task::all(std::move(tasks)));
        for (std::size_t i = 0; i < hashes.size(); i += 2) CHECK(hashes[i] == hashes[i + 1]);
    }
}

TEST_CASE("streams that are cut at random moments end, and leave nothing", "[pipe]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Loop loop(1);
    for (int round = 0; round < 300; ++round) {
        Level level;
        const BytePipe pipe(1 + random() % 5000);
        std::vector<awaitable<void>> tasks;
        tasks.push_back(write_for_ever(pipe));
        tasks.push_back(read_slowly(loop.workers(), pipe, level));
        tasks.push_back(test::stop_after(std::chrono::microseconds(random() % 1000)));
        CHECK_THROWS_AS(run(loop, task::all(std::move(tasks))), test::Stop);
    }
}
