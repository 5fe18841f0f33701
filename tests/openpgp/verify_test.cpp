#include "latchkey/openpgp/verify.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/openpgp/armor.hpp"
#include "openpgp/keys.hpp"

namespace latchkey::test {

using openpgp::Certificate;
using openpgp::parse_certificate;

namespace {

constexpr std::uint32_t kSomeDay = 86400;
const std::string kText = "manifest-version = \"2\"\ndate = \"2026-04-16\"\n";
constexpr std::chrono::sys_seconds kNow{
    std::chrono::seconds(OpenPgpKey::kCreated + 100 * kSomeDay)};

const std::vector<Certificate>& trusted() {
    static const std::vector<Certificate> keys{parse_certificate(key_file(first_key()))};
    return keys;
}

std::string verdict(const std::string& text, const std::string& file,
                    const std::vector<Certificate>& keys = trusted(),
                    std::chrono::sys_seconds now = kNow) {
    try {
        (void)openpgp::verify(text, file, keys, now);
    } catch (const Error& e) {
        CHECK((e.code() == Errc::corrupt || e.code() == Errc::unsupported));
        return e.what();
    }
    return "good";
}

}  // namespace

TEST_CASE("what a trusted key has signed is good, with each of the good hashes", "[verify]") {
    for (const unsigned hash : {8U, 9U, 10U}) {
        const auto found = openpgp::verify(
            kText, signature_file(first_key(), kText, {.hash = hash}), trusted(), kNow);
        CHECK(found.fingerprint == first_key().fingerprint());
        CHECK(found.created.time_since_epoch().count() == OpenPgpKey::kCreated + kSomeDay);
    }
    CHECK(verdict(kText, signature_file(first_key(), kText, {.hash = 2})) ==
          "it is made with SHA-1, which is broken");
    CHECK(verdict(kText, signature_file(first_key(), kText, {.hash = 1}))
              .starts_with("it is made with the hash number 1,"));
}

TEST_CASE("one flipped bit in any byte of the text is noticed", "[verify]") {
    const std::string file = signature_file(first_key(), kText);
    for (std::size_t at = 0; at < kText.size(); ++at) {
        std::string text = kText;
        text[at] = static_cast<char>(text[at] ^ (1 << (at % 8)));
        CHECK(verdict(text, file) == "it is damaged, or of another file");
    }
    CHECK(verdict(kText + "\n", file) == "it is damaged, or of another file");
    CHECK(verdict("", file) == "it is damaged, or of another file");
}

TEST_CASE("one flipped bit in any byte of the signature is noticed", "[verify]") {
    const std::string bytes =
        openpgp::parse_armor(signature_file(first_key(), kText), openpgp::Armor::signature);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string bad = bytes;
        bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
        INFO("byte " << at);
        CHECK(verdict(kText, armored("SIGNATURE", bad)) != "good");
    }
}

TEST_CASE("a signature of another key is told by that key's name", "[verify]") {
    CHECK(verdict(kText, signature_file(second_key(), kText)) ==
          "it is made with the key " + second_key().fingerprint().substr(24) +
              ", which is not trusted");
    SignatureText says;
    says.more_unhashed = subpacket(33, "\x04" + second_key().raw_fingerprint());
    CHECK(verdict(kText, signature_file(second_key(), kText, says)) ==
          "it is made with the key " + second_key().fingerprint() + ", which is not trusted");
    // It says that it is of the trusted key.
    says.names_issuer = false;
    says.more_unhashed = subpacket(16, first_key().raw_fingerprint().substr(12));
    CHECK(verdict(kText, signature_file(second_key(), kText, says)) ==
          "it is damaged, or of another file");
    says.more_unhashed.clear();
    CHECK(verdict(kText, signature_file(first_key(), kText, says)) ==
          "it does not say which key made it");
    CHECK(verdict(kText, signature_file(first_key(), kText), {}).ends_with("is not trusted"));
}

TEST_CASE("either of two keys is enough, in any order", "[verify]") {
    const std::vector<Certificate> both{parse_certificate(key_file(second_key())),
                                        parse_certificate(key_file(first_key()))};
    CHECK(verdict(kText, signature_file(first_key(), kText), both) == "good");
    CHECK(verdict(kText, signature_file(second_key(), kText), both) == "good");
    const std::string one = packet(2, signature_body(first_key(), {}, kText));
    const std::string other = packet(2, signature_body(second_key(), {}, kText));
    const std::string wrong = packet(2, signature_body(first_key(), {}, "else"));
    CHECK(verdict(kText, armored("SIGNATURE", one + other)) == "good");
    CHECK(verdict(kText, armored("SIGNATURE", other + one)) == "good");
    CHECK(verdict(kText, armored("SIGNATURE", wrong + other)) ==
          "it is damaged, or of another file");
    for (const std::string& odd : {one + packet(13, "x"), packet(13, "x") + one}) {
        CHECK(verdict(kText, armored("SIGNATURE", odd)) ==
              "it has something else than signatures in it");
    }
    std::string many;
    for (int i = 0; i < 17; ++i) many += one;
    CHECK(verdict(kText, armored("SIGNATURE", many)) == "it has too many signatures");
}

TEST_CASE("a subkey's signature is its owner's", "[verify]") {
    SignatureText certifying = self_certification();
    certifying.more_hashed = subpacket(27, "\x01");
    const std::vector<Certificate> keys{parse_certificate(
        armored("PUBLIC KEY BLOCK",
                key_packets(first_key(), certifying) + subkey_packets(first_key(), second_key())))};
    const auto found = openpgp::verify(kText, signature_file(second_key(), kText), keys, kNow);
    CHECK(found.fingerprint == first_key().fingerprint());
    CHECK(verdict(kText, signature_file(first_key(), kText), keys).ends_with("is not trusted"));
}

TEST_CASE("a signature expires when it says", "[verify]") {
    SignatureText says;
    says.more_hashed = subpacket(3, number_text(98 * kSomeDay, 4));
    const std::string file = signature_file(first_key(), kText, says);
    CHECK(verdict(kText, file, trusted(), kNow - std::chrono::hours(25)) == "good");
    CHECK(verdict(kText, file) == "it expired on 2020-12-21");
    says.more_hashed = subpacket(3, number_text(0, 4));
    CHECK(verdict(kText, signature_file(first_key(), kText, says)) == "good");
}

TEST_CASE("a key that has expired since has signed well", "[verify]") {
    SignatureText self = self_certification();
    self.more_hashed += subpacket(9, number_text(10 * kSomeDay, 4));
    const std::vector<Certificate> keys{
        parse_certificate(armored("PUBLIC KEY BLOCK", key_packets(first_key(), self)))};
    CHECK(verdict(kText, signature_file(first_key(), kText), keys) == "good");
    SignatureText late;
    late.created = OpenPgpKey::kCreated + 10 * kSomeDay;
    CHECK(verdict(kText, signature_file(first_key(), kText, late), keys) ==
          "it was made on 2020-09-23, and its key expired on 2020-09-23");
}

TEST_CASE("a revoked key's signature does not hold", "[verify]") {
    std::vector<Certificate> keys = trusted();
    keys[0].signing_keys[0].revoked = std::chrono::sys_seconds();
    CHECK(verdict(kText, signature_file(first_key(), kText), keys) ==
          "its key " + first_key().fingerprint() + " is revoked");
}

TEST_CASE("a signature from before its key, or from the future, does not hold", "[verify]") {
    SignatureText says;
    says.created = OpenPgpKey::kCreated - 1;
    CHECK(verdict(kText, signature_file(first_key(), kText, says)) ==
          "it is older than its key, which was made on 2020-09-13");
    says.created = OpenPgpKey::kCreated + 101 * kSomeDay;
    CHECK(verdict(kText, signature_file(first_key(), kText, says)) == "good");
    says.created += 1;
    CHECK(verdict(kText, signature_file(first_key(), kText, says)) ==
          "it was made on 2020-12-23, and by this machine's clock it is 2020-12-22; set the clock");
}

TEST_CASE("a signature of a text's lines or of a key is none of a file", "[verify]") {
    CHECK(verdict(kText, signature_file(first_key(), kText, {.type = 0x01})) ==
          "it is of type 0x01, and only that of a file (0x00) is accepted");
    CHECK(verdict(kText, signature_file(first_key(), kText, {.type = 0x13})) ==
          "it is of type 0x13, and only that of a file (0x00) is accepted");
}

}  // namespace latchkey::test
