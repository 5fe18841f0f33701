#include "latchkey/base/sha256.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"

using namespace latchkey;

TEST_CASE("SHA-256 has the value of FIPS 180-4's first example", "[sha256]") {
    CHECK(Sha256::of("abc").hex() ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.update(as_bytes("a"));
    hash.update(as_bytes("bc"));
    CHECK(hash.finish() == Sha256::of("abc"));
    CHECK(hash.finish() == Sha256::of(""));
}

TEST_CASE("SHA-256 of many blocks does not depend on how they are cut", "[sha256]") {
    // FIPS 180-4's example of a million times "a".
    const std::string part(1000, 'a');
    Sha256 hash;
    for (int i = 0; i < 1000; ++i) hash.update(as_bytes(part));
    CHECK(hash.finish().hex() ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
