#include "public_key.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "openpgp/keys.hpp"

namespace latchkey::test {

using openpgp::Hash;
using openpgp::hash_of;
using openpgp::parse_public_key;

namespace {

std::string key_fault(std::string_view body) {
    try {
        (void)parse_public_key(body);
    } catch (const Error& e) {
        return e.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a key has its fingerprint and verifies what it has signed", "[public_key]") {
    const auto key = parse_public_key(first_key().body());
    CHECK(key.fingerprint == first_key().fingerprint());
    CHECK(key.created.time_since_epoch().count() == OpenPgpKey::kCreated);
    CHECK(openpgp::key_id_of(key.fingerprint) == key.fingerprint.substr(24));
    for (const Hash hash : {Hash::sha1, Hash::sha256, Hash::sha384, Hash::sha512}) {
        const std::string signature = first_key().sign(static_cast<unsigned>(hash), "text");
        CHECK(key.has_signed(hash, hash_of(hash, {"te", "xt"}), signature));
        CHECK_FALSE(key.has_signed(hash, hash_of(hash, {"next"}), signature));
        CHECK_FALSE(key.has_signed(hash, hash_of(hash, {"text"}), signature + "x"));
        const std::string cut = signature.substr(0, signature.size() - 1);
        CHECK_FALSE(key.has_signed(hash, hash_of(hash, {"text"}), cut));
    }
    CHECK_FALSE(key.has_signed(Hash::sha512, hash_of(Hash::sha512, {"text"}),
                               second_key().sign(10, "text")));
    CHECK_FALSE(key.has_signed(Hash::sha256, hash_of(Hash::sha256, {"text"}),
                               first_key().sign(10, "text")));
}

TEST_CASE("a signature is good with and without the zeros at its front", "[public_key]") {
    const auto key = parse_public_key(first_key().body());
    std::string text;
    std::string signature;
    do {  // One signature in about two hundred begins with a zero.
        text += "x";
        signature = first_key().sign(static_cast<unsigned>(Hash::sha256), text);
    } while (signature.front() != 0);
    const std::string digest = hash_of(Hash::sha256, {text});
    CHECK(key.has_signed(Hash::sha256, digest, signature));
    const std::string number = signature.substr(signature.find_first_not_of('\0'));
    CHECK(key.has_signed(Hash::sha256, digest, number));
    CHECK_FALSE(key.has_signed(Hash::sha256, digest, number.substr(1)));
}

TEST_CASE("a weak key is refused, and so is one that is no RSA key", "[public_key]") {
    CHECK(key_fault(weak_key().body()) == "its key has 1024 bits, and less than 2048 are too weak");
    std::string version = first_key().body();
    version[0] = 6;
    CHECK(key_fault(version) == "its key has version 6, and only 4 is supported");
    std::string algorithm = first_key().body();
    algorithm[5] = 22;
    CHECK(key_fault(algorithm) == "its key has algorithm 22, and only RSA (1) is supported");
    std::string even = first_key().body();
    even.back() = 2;  // The exponent.
    CHECK(key_fault(even) == "its key is not an RSA key");
    CHECK(key_fault(first_key().body() + "x") == "its key is longer than its numbers");
    const std::string body = first_key().body();
    for (std::size_t size = 0; size < body.size(); ++size) {
        CHECK(key_fault(body.substr(0, size)) == "it ends in the middle");
    }
    const std::string head = body.substr(0, body.size() - 5);
    CHECK(key_fault(head + number_text(1, 2) + number_text(1, 1)) == "its key is not an RSA key");
    CHECK(key_fault(head + number_text(72, 2) + std::string(9, '\xFF')) ==
          "its key is not an RSA key");
}

}  // namespace latchkey::test
