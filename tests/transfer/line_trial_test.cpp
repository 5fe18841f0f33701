#include "line_trial.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::transfer;
using namespace std::chrono_literals;
using State = LineTrial::State;

namespace {

/// A line, and what a trial sees of it.
struct Watched {
    LineTrial trial;
    LineTrial::Time now{};

    void bring(std::chrono::milliseconds time, double mega_per_second) {
        for (const auto end = now + time; now < end;) {
            now += 10ms;
            trial.add(now, static_cast<std::uint64_t>(mega_per_second * 1e6 / 100));
        }
    }

    void join(std::chrono::milliseconds latency = 1ms) { trial.join(now, latency); }

    /// Two downloads that bring so much.
    void begin(double mega_per_second) {
        join();
        join();
        bring(500ms, mega_per_second);
        REQUIRE(trial.state() == State::steady);
    }

    /// One more, and what all bring then.
    void try_another(std::chrono::milliseconds time, double mega_per_second) {
        trial.try_another();
        join();
        bring(time, mega_per_second);
    }
};

}  // namespace

TEST_CASE("where a third download brings no more, the line is full", "[trial]") {
    Watched line;
    line.begin(12);
    CHECK(line.trial.bytes_per_second() == Approx(12e6).epsilon(0.05));
    line.trial.try_another();
    line.bring(1s, 12);
    CHECK(line.trial.state() == State::trying);  // It has not come yet.
    line.join();
    line.bring(500ms, 12.5);
    CHECK(line.trial.state() == State::full);
}

TEST_CASE("where connections are limited, a third download brings half as much again", "[trial]") {
    Watched line;
    line.begin(9);
    line.try_another(500ms, 13.5);
    CHECK(line.trial.state() == State::open);
}

TEST_CASE("what still grows is looked at for longer", "[trial]") {
    Watched line;
    line.join();
    line.join();
    for (const double rate : {1, 3, 6, 9}) line.bring(150ms, rate);
    CHECK(line.trial.state() == State::looking);
    line.bring(300ms, 9);
    CHECK(line.trial.state() == State::steady);

    line.trial.try_another();
    line.join();
    for (const double rate : {9.1, 11.0, 13.5}) line.bring(150ms, rate);
    CHECK(line.trial.state() == State::open);
}

TEST_CASE("a line that is far away is looked at for as long as its answers take", "[trial]") {
    Watched line;
    line.join(400ms);
    line.join(300ms);
    line.bring(790ms, 9);
    CHECK(line.trial.state() == State::looking);
    line.bring(20ms, 9);
    CHECK(line.trial.state() == State::steady);
}

TEST_CASE("a slow line is looked at for enough bytes to tell, and then shared by all", "[trial]") {
    Watched line;
    line.join();
    line.join();
    line.bring(500ms, 0.5);
    CHECK(line.trial.state() == State::looking);
    line.bring(700ms, 0.5);
    CHECK(line.trial.state() == State::open);
}

TEST_CASE("decoders that are all behind mean that the line is not full", "[trial]") {
    Watched line;
    line.join();
    line.trial.hold();
    CHECK(line.trial.state() == State::looking);  // The other one has not come yet.
    line.trial.release();
    line.join();
    line.trial.hold();
    CHECK(line.trial.state() == State::looking);
    line.trial.hold();
    CHECK(line.trial.state() == State::open);
}

TEST_CASE("a line that pauses is not full", "[trial]") {
    Watched line;
    line.trial.look_for_silence(line.now + 1h);
    CHECK(line.trial.state() == State::looking);  // Nothing has begun to come.
    line.join(200ms);
    line.bring(50ms, 9);
    line.trial.look_for_silence(line.now + 190ms);
    CHECK(line.trial.state() == State::looking);
    line.trial.hold();
    line.trial.look_for_silence(line.now + 1h);
    CHECK(line.trial.state() == State::looking);  // It is not asked for anything.
    line.trial.release();
    line.trial.look_for_silence(line.now + 210ms);
    CHECK(line.trial.state() == State::open);
}

TEST_CASE("downloads that end at once are too small to look at", "[trial]") {
    Watched line;
    line.join();
    line.join();
    line.bring(50ms, 1);
    line.trial.leave(line.now);
    CHECK(line.trial.state() == State::open);
}

TEST_CASE("a download on trial that ends too early makes it be tried again", "[trial]") {
    Watched line;
    line.begin(12);
    line.try_another(100ms, 12);
    line.trial.leave(line.now);
    CHECK(line.trial.state() == State::looking);
    line.bring(500ms, 12);
    CHECK(line.trial.state() == State::steady);
}

TEST_CASE("a full line stays so whoever comes and goes", "[trial]") {
    Watched line;
    line.begin(12);
    line.try_another(500ms, 12);
    REQUIRE(line.trial.state() == State::full);
    line.trial.leave(line.now);
    line.trial.leave(line.now);
    line.bring(500ms, 20);
    line.join();
    line.bring(500ms, 20);
    CHECK(line.trial.state() == State::full);
    CHECK(line.trial.downloads() == 2);
}
