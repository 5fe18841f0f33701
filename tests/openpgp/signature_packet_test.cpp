#include "signature_packet.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "openpgp/keys.hpp"

namespace latchkey::test {

using openpgp::Hash;
using openpgp::parse_signature;
using openpgp::SignatureType;

namespace {

std::string packet_fault(const SignatureText& says) {
    const std::string body = signature_body(first_key(), says, "text");
    try {
        (void)parse_signature(body);
    } catch (const Error& e) {
        return e.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a signature says what its subpackets say", "[signature_packet]") {
    SignatureText says;
    says.type = 0x13;
    says.more_hashed = subpacket(3, number_text(60, 4)) + subpacket(9, number_text(3600, 4)) +
                       subpacket(27, "\x02") + subpacket(29, std::string("\x01why", 4)) +
                       subpacket(33, "\x04" + first_key().raw_fingerprint());
    const std::string body = signature_body(first_key(), says, "text");
    const auto found = parse_signature(body);
    CHECK(found.type == SignatureType::last_certification);
    CHECK(found.hash == Hash::sha512);
    CHECK(found.created->time_since_epoch().count() == says.created);
    CHECK(found.lifetime == std::chrono::seconds(60));
    CHECK(found.key_lifetime == std::chrono::hours(1));
    CHECK(found.key_flags == 2);
    CHECK(found.revocation_reason == 1);
    CHECK(found.issuer_fingerprint == first_key().fingerprint());
    CHECK(found.issuer_key_id == first_key().fingerprint().substr(24));
    CHECK(found.may_be_by(first_key().fingerprint()));
    CHECK_FALSE(found.may_be_by(second_key().fingerprint()));
    const auto key = openpgp::parse_public_key(first_key().body());
    CHECK(found.is_by(key, "text"));
    CHECK_FALSE(found.is_by(key, "next"));
}

TEST_CASE("what nobody has signed does not count", "[signature_packet]") {
    SignatureText says;
    says.more_unhashed = subpacket(3, number_text(60, 4)) + subpacket(27, "\x02") +
                         subpacket(9, number_text(3600, 4)) + subpacket(29, "\x01");
    const std::string body = signature_body(first_key(), says, "text");
    const auto found = parse_signature(body);
    CHECK_FALSE(found.lifetime);
    CHECK_FALSE(found.key_lifetime);
    CHECK_FALSE(found.key_flags);
    CHECK_FALSE(found.revocation_reason);
    says.says_when = false;
    says.more_unhashed = subpacket(2, number_text(1, 4));
    CHECK(packet_fault(says) == "it does not say when it was made");
}

TEST_CASE("what is critical must be known", "[signature_packet]") {
    SignatureText says;
    says.more_hashed = subpacket(0x80 | 20, "note");
    CHECK(packet_fault(says) == "it demands that subpacket 20 is understood");
    says.more_hashed = subpacket(20, "note") + subpacket(0x80 | 30, "\x01") +
                       subpacket(0x80 | 3, number_text(0, 4));
    CHECK(packet_fault(says) == "none");
    says.more_hashed.clear();
    says.more_unhashed = subpacket(0x80 | 20, "note");
    CHECK(packet_fault(says) == "none");
}

TEST_CASE("other versions, algorithms and hashes are refused by their numbers",
          "[signature_packet]") {
    CHECK(packet_fault({.version = 3}) == "it has version 3, and only 4 is supported");
    CHECK(packet_fault({.algorithm = 17}) ==
          "it is made with algorithm 17, and only RSA (1) is supported");
    for (const unsigned hash : {1U, 3U, 11U, 12U}) {
        CHECK(packet_fault({.hash = hash})
                  .starts_with("it is made with the hash number " + std::to_string(hash) + ","));
    }
}

TEST_CASE("a signature that is cut off or has something behind it is damaged",
          "[signature_packet]") {
    const std::string body = signature_body(first_key(), {}, "text");
    for (std::size_t size = 0; size < body.size(); ++size) {
        CHECK_THROWS_AS(parse_signature(body.substr(0, size)), Error);
    }
    CHECK_THROWS_AS(parse_signature(body + "x"), Error);
}

}  // namespace latchkey::test
