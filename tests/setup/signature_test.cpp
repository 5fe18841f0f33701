#include <catch2/catch.hpp>

#include "latchkey/setup/signature.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::setup;
using test::error_text;

namespace {

// RFC 8032, section 7.1, TEST 2: the key as PEM, a message of one byte, its signature.
constexpr const char* kKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* kMessage = "\x72";
constexpr std::string_view kSignature =
    "\x92\xa0\x09\xa9\xf0\xd4\xca\xb8\x72\x0e\x82\x0b\x5f\x64\x25\x40"
    "\xa2\xb2\x7b\x54\x16\x50\x3f\x8f\xb3\x76\x22\x23\xeb\xdb\x69\xda"
    "\x08\x5a\xc1\xe4\x3e\x15\x99\x6e\x45\x8f\x36\x13\xd0\xf1\x1d\x8c"
    "\x38\x7b\x2e\xae\xb4\x30\x2a\xee\xb0\x0d\x29\x16\x12\xbb\x0c\x00";
constexpr std::size_t kSignatureBytes = 64;

}  // namespace

TEST_CASE("a signature is of one text by one key", "[setup]") {
    const std::string signature(kSignature.data(), kSignatureBytes);
    CHECK(is_signed(kMessage, signature, kKey));
    CHECK_FALSE(is_signed("\x73", signature, kKey));
    CHECK_FALSE(is_signed("", signature, kKey));
    for (const std::size_t at : {std::size_t{0}, std::size_t{31}, std::size_t{40}}) {
        std::string other = signature;
        other[at] = static_cast<char>(other[at] ^ 1);
        CHECK_FALSE(is_signed(kMessage, other, kKey));
    }
    const std::string other_key =
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAZJBcNuGYo4XGxX9FKjieMnP8VQx42ga+GaYqZEwAR5E=\n"
        "-----END PUBLIC KEY-----\n";
    CHECK_FALSE(is_signed(kMessage, signature, other_key));
}

TEST_CASE("what is no signature is no valid one", "[setup]") {
    const std::string signature(kSignature.data(), kSignatureBytes);
    for (const std::string& other : {std::string(), signature.substr(1), signature + "\n",
                                     std::string(kSignatureBytes, '\0')}) {
        CHECK_FALSE(is_signed(kMessage, other, kKey));
    }
}

TEST_CASE("a key that is no Ed25519 key vouches for nothing", "[setup]") {
    const std::string ed448 =
        "-----BEGIN PUBLIC KEY-----\n"
        "MEMwBQYDK2VxAzoA5aDFQoZ/QA4RsLraStZgsBnizjlqGCgN820EQoZVudySx0jO\n"
        "J+RTToqAQAQR65YETKvDtcki364A\n"
        "-----END PUBLIC KEY-----\n";
    for (const std::string& key : {std::string(), std::string("no key\n"), ed448}) {
        CHECK(error_text([&] { (void)is_signed(kMessage, kSignature, key); }) ==
              "the release key is not an Ed25519 public key");
    }
}

TEST_CASE("hashes are found by the whole name", "[setup]") {
    const std::string one(64, 'a');
    const std::string two(64, 'b');
    const std::string sums = one + "  archive/0.2.0/x/rustup-init\n" + two +
                             " *archive/0.3.0/x/rustup-init\n" +
                             "short  archive/0.4.0/x/rustup-init\n" + two + "\n\n";
    CHECK(find_sum(sums, "archive/0.2.0/x/rustup-init")->hex() == one);
    CHECK(find_sum(sums, "archive/0.3.0/x/rustup-init")->hex() == two);
    CHECK_FALSE(find_sum(sums, "archive/0.4.0/x/rustup-init"));
    CHECK_FALSE(find_sum(sums, "rustup-init"));
    CHECK_FALSE(find_sum(sums, "archive/0.2.0/x/rustup"));
    CHECK_FALSE(find_sum("", "archive/0.2.0/x/rustup-init"));
}

TEST_CASE("hashes lie beside the programs", "[setup]") {
    CHECK(sums_url("https://x/rustup", "0.2.0") == "https://x/rustup/archive/0.2.0/SHA256SUMS");
}
