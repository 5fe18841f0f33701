#include "free_processors.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using transfer::FreeProcessors;

namespace {

const platform::ProcessorTime kBefore{100.0, 50.0, 1.0};

/// Two processors, for half a second.
double free_after(double others, double own) {
    platform::ProcessorTime after = kBefore;
    after.busy += others + own;
    after.own += own;
    after.idle += 1.0 - others - own;
    return FreeProcessors::between(kBefore, after, 2);
}

}  // namespace

TEST_CASE("processors that others keep busy are not free", "[processors]") {
    CHECK(free_after(0, 0) == Approx(2));
    CHECK(free_after(0.5, 0) == Approx(4.0 / 3));
    CHECK(free_after(0.25, 0) == Approx(1.6));
}

TEST_CASE("what a process does itself leaves its processors free", "[processors]") {
    CHECK(free_after(0, 1) == Approx(2));
    CHECK(free_after(0.2, 0.5) == Approx(free_after(0.2, 0)));
}

TEST_CASE("busy machines still give a fair share", "[processors]") {
    CHECK(free_after(1, 0) == Approx(1));
}

TEST_CASE("a look that is too short says nothing", "[processors]") {
    CHECK(FreeProcessors::between(kBefore, kBefore, 4) == Approx(4));
}

TEST_CASE("the kernel tells what processors did", "[processors]") {
    const platform::ProcessorTime time = platform::load_processor_time();
    CHECK(time.busy > 0);
    CHECK(time.own > 0);
    CHECK(time.own <= time.busy + 1);
}
