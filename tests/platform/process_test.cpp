#include "latchkey/platform/process.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <vector>

#include "latchkey/base/permit_mint.hpp"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

struct Run {
    platform::ChildOutput output;
    std::chrono::steady_clock::duration took{};
};

Run run_shell(const std::string& script, std::chrono::milliseconds limit) {
    const auto start = std::chrono::steady_clock::now();
    Run run;
    run.output = platform::run_and_capture(PermitMint::worker(), "/bin/sh", {"sh", "-c", script},
                                           platform::load_environment(), limit);
    run.took = std::chrono::steady_clock::now() - start;
    return run;
}

}  // namespace

TEST_CASE("what a child prints is collected, with its exit code", "[platform][process]") {
    const Run run = run_shell("echo one; echo two; exit 3", 20s);
    CHECK(run.output.text == "one\ntwo\n");
    CHECK(run.output.exit_code == 3);
    CHECK_FALSE(run.output.timed_out);
}

TEST_CASE("a child that closes its output and goes on is killed at the limit",
          "[platform][process]") {
    const Run run = run_shell("echo one; exec >&-; exec sleep 20", 200ms);
    CHECK(run.output.text == "one\n");
    CHECK(run.output.timed_out);
    CHECK_FALSE(run.output.exit_code);
    CHECK(run.took < 10s);
}

TEST_CASE("a child that leaves another with its output is not waited for", "[platform][process]") {
    const Run run = run_shell("echo one; sleep 20 & exit 0", 19s);
    CHECK(run.output.text == "one\n");
    CHECK(run.output.exit_code == 0);
    CHECK(run.took < 10s);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // They have their own malloc.
TEST_CASE("large blocks that are freed go back to the system", "[process]") {
    platform::give_large_blocks_back();
    const auto resident_pages = [] {
        std::size_t all = 0;
        std::size_t resident = 0;
        std::ifstream("/proc/self/statm") >> all >> resident;
        return resident;
    };
    const std::size_t before = resident_pages();
    std::vector<std::vector<char>> blocks;
    std::vector<std::vector<char>> small;  // Between them, so that they would hold them back.
    for (int i = 0; i < 64; ++i) {
        blocks.emplace_back(256 * 1024, 'x');
        small.emplace_back(100, 'x');
    }
    CHECK(resident_pages() > before + 3000);
    blocks.clear();
    CHECK(resident_pages() < before + 1000);
}
#endif
