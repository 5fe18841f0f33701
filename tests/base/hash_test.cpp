#include "latchkey/base/hash.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"

using namespace latchkey;

TEST_CASE("XXH3 of a stream does not depend on how it is cut", "[hash]") {
    Xxh3 whole;
    whole.update(as_bytes("clippy-preview"));
    Xxh3 cut;
    cut.update(as_bytes("clippy"));
    cut.update(as_bytes("-preview"));
    CHECK(whole.finish() == cut.finish());
    CHECK(whole.finish() == "99aa06d3014798d86001c324468d497f");  // XXH3_128bits of nothing.
    CHECK(xxh3_64("") == 0x2d06800538d394c2ULL);                  // xxHash's published value.
}
