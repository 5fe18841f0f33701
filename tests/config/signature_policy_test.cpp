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

TEST_CASE("the settings keep how old a nightly must be", "[config]") {
    Settings settings;
    CHECK(serialise(settings).find("minimum_age") == std::string::npos);
    settings.minimum_age = std::chrono::days(14);
    const std::string text = serialise(settings);
    CHECK(text.find("latchkey_minimum_age = \"14d\"\n") != std::string::npos);
    CHECK(parse_settings(text) == settings);
    CHECK(parse_settings("version = \"12\"\nlatchkey_minimum_age = \"2w\"\n").minimum_age ==
          std::chrono::days(14));
    try {
        (void)parse_settings("version = \"12\"\nlatchkey_minimum_age = \"soon\"\n");
        FAIL("it is an age");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).starts_with("in 'latchkey_minimum_age': 'soon' is not an age"));
    }
}
