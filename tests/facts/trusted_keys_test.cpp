#include "latchkey/facts/trusted_keys.hpp"

#include <catch2/catch.hpp>

#include "openpgp/keys.hpp"

using namespace latchkey;
using namespace latchkey::facts;

namespace {

std::vector<toolchain::KeySlot> two_slots() {
    std::vector<toolchain::KeySlot> slots(2);
    slots[0].number = 1;
    slots[0].built_in = true;
    slots[0].certificate = openpgp::parse_certificate(test::key_file(test::first_key()));
    slots[1].number = 2;
    slots[1].path = "/h/latchkey/keys/2.asc";
    return slots;
}

}  // namespace

TEST_CASE("keys are told by their places, with their user ids", "[facts]") {
    auto slots = two_slots();
    const std::string print = openpgp::grouped(test::first_key().fingerprint());
    const std::string first = "1  " + print + "  (built in)\n   Test Signer <signer@example.org>\n";
    CHECK(trusted_key_lines(slots) == first + "2  no key\n");
    slots[1].fault = Error(Errc::corrupt, "it is damaged");
    CHECK(trusted_key_lines(slots) == first + "2  it is damaged\n");
    slots[0].certificate->user_ids = {"bad\x1B[2Jname"};
    slots[0].built_in = false;
    CHECK(trusted_key_lines(slots) == "1  " + print + "\n   bad?[2Jname\n2  it is damaged\n");
}

TEST_CASE("a program is told the keys that are there", "[facts]") {
    auto slots = two_slots();
    const std::string print = test::first_key().fingerprint();
    const std::string first =
        R"({"slot":1,"built_in":true,"fingerprint":")" + print +
        R"(","user_ids":["Test Signer <signer@example.org>"],"signing_keys":[")" + print + R"("]})";
    const std::string head = R"({"format":1,"kind":"trust-list","signature":"require","keys":[)";
    CHECK(boost::json::serialize(trusted_key_document(slots, config::SignaturePolicy::require)) ==
          head + first + "]}");
    slots[1].fault = Error(Errc::corrupt, "it is damaged");
    const auto document = trusted_key_document(slots, config::SignaturePolicy::require);
    const auto& second = document.at("keys").at(1).as_object();
    CHECK(second.at("path") == "/h/latchkey/keys/2.asc");
    CHECK(second.at("error").at("message") == "it is damaged");
    CHECK_FALSE(second.contains("fingerprint"));
}
