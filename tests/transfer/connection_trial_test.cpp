#include "connection_trial.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using transfer::ConnectionTrial;

namespace {

ConnectionTrial::Look look(double bytes_per_second, std::size_t connections,
                           std::size_t others = 0) {
    return {bytes_per_second, others, connections, false};
}

}  // namespace

TEST_CASE("connections double as long as the line brings more", "[connections]") {
    ConnectionTrial trial(3e6);
    CHECK(trial.judge(look(5e6, 2)) == 4);
    CHECK(trial.judge(look(8e6, 4)) == 8);
    CHECK_FALSE(trial.settled());
    CHECK(trial.judge(look(13e6, 8)) == 8);
    CHECK(trial.settled());
}

TEST_CASE("where each connection brings as much as the first there are soon all of them",
          "[connections]") {
    ConnectionTrial trial(3e6);
    CHECK(trial.judge(look(6e6, 2)) == 8);
    CHECK_FALSE(trial.settled());
    CHECK(trial.judge(look(24e6, 8)) == 8);
    CHECK(trial.settled());
    // Each connection is limited, but the line is full with four of them, or with five.
    ConnectionTrial four(3e6);
    CHECK(four.judge(look(6e6, 2)) == 8);
    CHECK(four.judge(look(12e6, 8)) == 4);
    CHECK(four.settled());
    ConnectionTrial five(15e6);
    CHECK(five.judge(look(18e6, 2, 4)) == 8);
    CHECK(five.judge(look(20e6, 8, 4)) == 3);
}

TEST_CASE("where the line is full they go back by one step", "[connections]") {
    ConnectionTrial trial(3e6);
    CHECK(trial.judge(look(5e6, 2)) == 4);
    CHECK(trial.judge(look(5.5e6, 4)) == 2);
    CHECK(trial.settled());
    CHECK(trial.judge(look(20e6, 2)) == 2);
}

TEST_CASE("beside other downloads one more connection need not bring as much", "[connections]") {
    ConnectionTrial trial(15e6);
    CHECK(trial.judge(look(18e6, 2, 3)) == 4);
    ConnectionTrial full(15e6);
    CHECK(full.judge(look(15.4e6, 2, 3)) == 1);
}

TEST_CASE("when another download has come or gone, all is looked at anew", "[connections]") {
    ConnectionTrial trial(15e6);
    CHECK(trial.judge(look(15e6, 2, 3)) == 1);
    REQUIRE(trial.settled());
    CHECK(trial.judge({9e6, 0, 1, true}) == 1);
    CHECK_FALSE(trial.settled());
    CHECK(trial.judge(look(3e6, 1)) == 2);
    CHECK(trial.judge(look(5e6, 2)) == 4);
}

TEST_CASE("a line of which nothing is known is looked at first", "[connections]") {
    ConnectionTrial trial(std::nullopt);
    CHECK(trial.judge(look(4e6, 2)) == 4);
    CHECK(trial.judge(look(4e6, 4)) == 2);
}
