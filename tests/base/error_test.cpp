#include "latchkey/base/error.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("an error's chain reads outermost first, on one line", "[error]") {
    const Error inner(Errc::io, "disk full");
    const Error outer = inner.in("writing 'a'").in("adding clippy");
    CHECK(std::string(outer.what()) == "adding clippy: writing 'a': disk full");
    CHECK(outer.code() == Errc::io);
    CHECK(outer.chain().size() == 3);
    CHECK(std::string(inner.what()) == "disk full");
}

TEST_CASE("an error's cause is the innermost failure, with its code", "[error]") {
    const Error error = Error(Errc::busy, "held by 17").in("taking 'clippy'").in("adding clippy");
    CHECK(std::string(error.cause().what()) == "held by 17");
    CHECK(error.cause().code() == Errc::busy);
    CHECK(error.cause().chain().size() == 1);
}

TEST_CASE("a copy of an error is the same error", "[error]") {
    const Error error(Errc::corrupt, "wrong hash");
    const Error copy = error;
    CHECK(copy.what() == error.what());
    CHECK(copy.in("reading").chain().size() == 2);
    CHECK(error.chain().size() == 1);
}
