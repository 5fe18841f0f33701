#include "latchkey/openpgp/certificate.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/openpgp/rust_key.hpp"
#include "openpgp/keys.hpp"

namespace latchkey::test {

using openpgp::Certificate;
using openpgp::parse_certificate;

namespace {

constexpr std::uint32_t kDay = 86400;

std::string certificate_fault(std::string_view packets) {
    try {
        (void)parse_certificate(armored("PUBLIC KEY BLOCK", packets));
    } catch (const Error& e) {
        return e.what();
    }
    return "none";
}

/// A key that may only vouch for others.
SignatureText certifying() {
    SignatureText says = self_certification();
    says.more_hashed = subpacket(27, "\x01");
    return says;
}

std::int64_t seconds(std::optional<std::chrono::sys_seconds> time) {
    return time ? time->time_since_epoch().count() : -1;
}

const std::string kNone = "it has no RSA key of 2048 bits or more that may sign";

}  // namespace

TEST_CASE("a key has its user id and may sign", "[certificate]") {
    const Certificate found = parse_certificate(key_file(first_key()));
    CHECK(found.fingerprint == first_key().fingerprint());
    CHECK(found.user_ids == std::vector<std::string>{std::string(kUserId)});
    REQUIRE(found.signing_keys.size() == 1);
    CHECK(found.signing_keys[0].fingerprint == found.fingerprint);
    CHECK(seconds(found.signing_keys[0].expires) == -1);
    CHECK(seconds(found.signing_keys[0].revoked) == -1);
    CHECK(openpgp::grouped("108F66205EAE") == "108F 6620 5EAE");
}

TEST_CASE("a file of bytes without armor is a key as well", "[certificate]") {
    const std::string bytes = key_packets(first_key(), self_certification());
    CHECK(parse_certificate(bytes).fingerprint == first_key().fingerprint());
}

TEST_CASE("a subkey signs for its primary key if both say so", "[certificate]") {
    const std::string primary = key_packets(first_key(), certifying());
    CHECK(certificate_fault(primary) == kNone);
    const Certificate found = parse_certificate(
        armored("PUBLIC KEY BLOCK", primary + subkey_packets(first_key(), second_key())));
    CHECK(found.fingerprint == first_key().fingerprint());
    REQUIRE(found.signing_keys.size() == 1);
    CHECK(found.signing_keys[0].fingerprint == second_key().fingerprint());
}

TEST_CASE("a subkey that does not say to whom it belongs signs for nobody", "[certificate]") {
    const std::string primary = key_packets(first_key(), certifying());
    const std::string data = first_key().hashed() + second_key().hashed();
    SignatureText binding{.type = 0x18};
    binding.more_hashed = subpacket(27, "\x02");
    const std::string subkey = packet(14, second_key().body());
    CHECK(certificate_fault(primary + subkey +
                            packet(2, signature_body(first_key(), binding, data))) == kNone);
    // The back signature is another one's, of another kind, or about another key.
    const SignatureText back{.type = 0x19};
    const SignatureText wrong{.type = 0x18};
    for (const std::string& each :
         {signature_body(first_key(), back, data), signature_body(second_key(), wrong, data),
          signature_body(second_key(), back, second_key().hashed()), std::string("\x04")}) {
        SignatureText bad = binding;
        bad.more_unhashed = subpacket(32, each);
        CHECK(certificate_fault(primary + subkey +
                                packet(2, signature_body(first_key(), bad, data))) == kNone);
    }
    // Bound by somebody else, or meant to encrypt.
    CHECK(certificate_fault(primary + subkey_packets(second_key(), second_key())) == kNone);
    SignatureText encrypting{.type = 0x18};
    encrypting.more_hashed = subpacket(27, "\x0C");
    encrypting.more_unhashed = subpacket(32, signature_body(second_key(), back, data));
    CHECK(certificate_fault(primary + subkey +
                            packet(2, signature_body(first_key(), encrypting, data))) == kNone);
}

TEST_CASE("a weak subkey and one of another algorithm are passed over", "[certificate]") {
    const std::string primary = key_packets(first_key(), self_certification());
    const Certificate found = parse_certificate(
        armored("PUBLIC KEY BLOCK", primary + subkey_packets(first_key(), weak_key()) +
                                        packet(14, std::string("\x04\0\0\0\0\x16", 6))));
    CHECK(found.signing_keys.size() == 1);
    CHECK(certificate_fault(key_packets(weak_key(), self_certification())) ==
          "its key has 1024 bits, and less than 2048 are too weak");
}

TEST_CASE("the newest statement says until when a key holds", "[certificate]") {
    SignatureText old = self_certification();
    old.more_hashed += subpacket(9, number_text(10 * kDay, 4));
    SignatureText renewed = self_certification();
    renewed.created += kDay;
    renewed.more_hashed += subpacket(9, number_text(90 * kDay, 4));
    const std::string both =
        key_packets(first_key(), renewed) +
        packet(2, signature_body(first_key(), old, user_id_hashed(first_key())));
    SignatureText binding{.type = 0x18};
    binding.more_hashed = subpacket(9, number_text(30 * kDay, 4));
    const Certificate found = parse_certificate(
        armored("PUBLIC KEY BLOCK", both + subkey_packets(first_key(), second_key(), binding)));
    REQUIRE(found.signing_keys.size() == 2);
    CHECK(seconds(found.signing_keys[0].expires) == OpenPgpKey::kCreated + 90 * kDay);
    CHECK(seconds(found.signing_keys[1].expires) == OpenPgpKey::kCreated + 30 * kDay);
    binding.more_hashed = subpacket(9, number_text(0, 4));  // For ever, as long as the primary key.
    const Certificate longer = parse_certificate(
        armored("PUBLIC KEY BLOCK", both + subkey_packets(first_key(), second_key(), binding)));
    CHECK(seconds(longer.signing_keys.at(1).expires) == OpenPgpKey::kCreated + 90 * kDay);
}

TEST_CASE("a revoked key's signatures do not count, by its reason from when on", "[certificate]") {
    SignatureText revocation{.type = 0x20};
    revocation.created += 5 * kDay;
    const auto with = [&](std::string_view reason) {
        revocation.more_hashed = reason.empty() ? "" : subpacket(29, reason);
        const std::string key = packet(6, first_key().body());
        std::string packets = key_packets(first_key(), self_certification());
        packets.insert(key.size(),
                       packet(2, signature_body(first_key(), revocation, first_key().hashed())));
        packets += subkey_packets(first_key(), second_key());
        return parse_certificate(armored("PUBLIC KEY BLOCK", packets));
    };
    for (const std::string& hard : {std::string(), std::string("\x00", 1), std::string("\x02")}) {
        const Certificate found = with(hard);
        CHECK(seconds(found.signing_keys.at(0).revoked) == 0);
        CHECK(seconds(found.signing_keys.at(1).revoked) == 0);
    }
    for (const std::string_view soft : {"\x01", "\x03"}) {
        CHECK(seconds(with(soft).signing_keys.at(0).revoked) == revocation.created);
        CHECK(seconds(with(soft).signing_keys.at(1).revoked) == revocation.created);
    }
}

TEST_CASE("a subkey is revoked by its primary key alone", "[certificate]") {
    const SignatureText revocation{.type = 0x28};
    const std::string data = first_key().hashed() + second_key().hashed();
    const std::string good =
        key_packets(first_key(), self_certification()) + subkey_packets(first_key(), second_key());
    const Certificate found = parse_certificate(armored(
        "PUBLIC KEY BLOCK", good + packet(2, signature_body(first_key(), revocation, data))));
    CHECK(seconds(found.signing_keys.at(0).revoked) == -1);
    CHECK(seconds(found.signing_keys.at(1).revoked) == 0);
    const Certificate other = parse_certificate(armored(
        "PUBLIC KEY BLOCK", good + packet(2, signature_body(second_key(), revocation, data))));
    CHECK(seconds(other.signing_keys.at(1).revoked) == -1);
}

TEST_CASE("only what the key vouches for counts as its user id", "[certificate]") {
    const std::string foreign =
        packet(13, "Somebody Else <else@example.org>") +
        packet(2, signature_body(second_key(), self_certification(), user_id_hashed(first_key())));
    const std::string v3 = packet(2, "\x03\x05");
    const std::string good = key_packets(first_key(), self_certification());
    CHECK(parse_certificate(armored("PUBLIC KEY BLOCK", good + v3 + foreign)).user_ids.size() == 1);
    CHECK(certificate_fault(packet(6, first_key().body()) + foreign) ==
          "its key has no valid signature of its own on a user id");
    const SignatureText revocation{.type = 0x30};
    CHECK(certificate_fault(good + packet(2, signature_body(first_key(), revocation,
                                                            user_id_hashed(first_key())))) ==
          "its key has no valid signature of its own on a user id");
}

TEST_CASE("statements with SHA-1 count up to 2019", "[certificate]") {
    SignatureText self = self_certification();
    self.hash = 2;
    self.created = 1547855999;
    const OpenPgpKey old(2048, 1380237513);
    CHECK(parse_certificate(armored("PUBLIC KEY BLOCK", key_packets(old, self)))
              .signing_keys.size() == 1);
    self.created = 1547856000;
    CHECK(certificate_fault(key_packets(old, self)) ==
          "its key has no valid signature of its own on a user id");
}

TEST_CASE("the built-in key is that of those who release Rust", "[certificate]") {
    const Certificate found = parse_certificate(openpgp::rust_key());
    CHECK(openpgp::grouped(found.fingerprint) ==
          "108F 6620 5EAE B0AA A8DD 5E1C 85AB 96E6 FA1B E5FE");
    CHECK(found.user_ids ==
          std::vector<std::string>{
              "Rust Language (Tag and Release Signing Key) <rust-key@rust-lang.org>"});
    REQUIRE(found.signing_keys.size() == 2);
    CHECK(openpgp::grouped(found.signing_keys[1].fingerprint) ==
          "C134 66B7 E169 A085 1886 3216 5CB4 A934 7B3B 09DC");
    CHECK(seconds(found.signing_keys[1].expires) == -1);
}

TEST_CASE("what is not one public key is told", "[certificate]") {
    const std::string good = key_packets(first_key(), self_certification());
    CHECK(certificate_fault(good + key_packets(second_key(), self_certification())) ==
          "it has 2 keys; put each into a file of its own");
    CHECK(certificate_fault(packet(5, first_key().body())).starts_with("it is a secret key"));
    CHECK(certificate_fault(packet(13, kUserId)) == "it is not an OpenPGP public key");
    CHECK(certificate_fault(packet(2, signature_body(first_key(), {}, ""))) ==
          "it is a signature, not a key");
    CHECK(certificate_fault(good + packet(11, "x")) ==
          "it has a packet of kind 11, which no key has");
    CHECK_THROWS_AS(parse_certificate(""), Error);
    CHECK_THROWS_AS(parse_certificate("\x99"), Error);
}

}  // namespace latchkey::test
