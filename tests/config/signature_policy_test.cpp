#include "latchkey/config/signature_policy.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/settings.hpp"

using namespace latchkey;
using namespace latchkey::config;

TEST_CASE("a policy about signatures is one of three words", "[config]") {
    for (const auto policy :
         {SignaturePolicy::off, SignaturePolicy::warn, SignaturePolicy::require}) {
        CHECK(parse_signature_policy(str(policy)) == policy);
    }
    CHECK(str(SignaturePolicy::require) == "require");
    for (const char* other : {"", "on", "Warn", "require "}) {
        CHECK_FALSE(parse_signature_policy(other));
    }
}

TEST_CASE("the settings keep the policy about signatures", "[config]") {
    Settings settings;
    CHECK(serialise(settings).find("signature") == std::string::npos);
    settings.signature = SignaturePolicy::require;
    const std::string text = serialise(settings);
    CHECK(text.find("latchkey_signature = \"require\"\n") != std::string::npos);
    CHECK(parse_settings(text) == settings);
    CHECK_THROWS_AS(parse_settings("version = \"12\"\nlatchkey_signature = \"on\"\n"), Error);
}
