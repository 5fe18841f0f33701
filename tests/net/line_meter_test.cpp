#include "latchkey/net/line_meter.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMega = 1'000'000;
const LineMeter::Time kStart{};

}  // namespace

TEST_CASE("a line's speed is of the time in which its reader is ready for it", "[line]") {
    LineMeter meter;
    meter.join(kStart);
    meter.add(kStart + 500ms, 5 * kMega);
    // Ten seconds in which the reader has enough to do.
    meter.begin_busy(kStart + 500ms);
    meter.end_busy(kStart + 10'500ms);
    meter.add(kStart + 11s, 5 * kMega);
    meter.leave(kStart + 11s);
    // And some in which nothing is fetched.
    meter.join(kStart + 20s);
    CHECK(meter.bytes_per_second() == Approx(10e6));
}

TEST_CASE("transfers side by side share one line", "[line]") {
    LineMeter meter;
    meter.join(kStart);
    meter.join(kStart);
    meter.add(kStart + 1s, 3 * kMega);
    meter.add(kStart + 1s, 3 * kMega);
    CHECK(meter.bytes_per_second() == Approx(6e6));
}

TEST_CASE("what comes while a reader is busy says nothing of the line", "[line]") {
    LineMeter meter;
    meter.join(kStart);
    meter.join(kStart);
    meter.add(kStart + 1s, 4 * kMega);
    meter.begin_busy(kStart + 1s);
    meter.add(kStart + 2s, kMega);        // Of the other one, which is not given all there is.
    meter.add(kStart + 2s, 100 * kMega);  // Of the busy one, when it comes back.
    meter.end_busy(kStart + 2s);
    CHECK(meter.bytes_per_second() == Approx(4e6));
}

TEST_CASE("all that comes is counted, and the time in which it could", "[line]") {
    LineMeter meter;
    meter.join(kStart);
    meter.add(kStart + 1s, kMega);
    const LineMeter::Count before = meter.count();
    meter.begin_busy(kStart + 2s);
    meter.add(kStart + 4s, 2 * kMega);
    meter.end_busy(kStart + 5s);
    meter.add(kStart + 6s, kMega);
    const LineMeter::Count came = meter.count() - before;
    CHECK(came.bytes == 3 * kMega);
    CHECK(came.ready.count() == Approx(2.0));
}

TEST_CASE("a few bytes say nothing of a line", "[line]") {
    LineMeter meter;
    CHECK_FALSE(meter.bytes_per_second());
    meter.join(kStart);
    meter.add(kStart + 1ms, 64 * 1024);
    CHECK_FALSE(meter.bytes_per_second());
}

TEST_CASE("a line that changes is believed after some seconds", "[line]") {
    LineMeter meter;
    meter.join(kStart);
    for (int second = 1; second <= 10; ++second) {
        meter.add(kStart + std::chrono::seconds(second), 100 * kMega);
    }
    for (int second = 11; second <= 30; ++second) {
        meter.add(kStart + std::chrono::seconds(second), kMega);
    }
    CHECK(*meter.bytes_per_second() < 2e6);
}
