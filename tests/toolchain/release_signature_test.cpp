#include "latchkey/toolchain/release_signature.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "openpgp/keys.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using config::SignaturePolicy;
using test::error_text;
using test::first_key;
using test::second_key;

namespace {

/// A manifest of stable that somebody takes along, and a key that is trusted.
struct Taking {
    test::TempDir dir;
    store::Home home{dir / "home"};
    std::string key = dir / "key.asc";
    std::string text = "a manifest";
    dist::Manifest manifest;
    std::optional<std::string> signature;

    Taking() {
        platform::save_file(key, test::key_file(first_key()));
        manifest.date = "2026-04-16";
        manifest.packages["rust"].version = "1.95.0 (59807616e 2026-04-14)";
    }

    void sign(const test::OpenPgpKey& by) { signature = test::signature_file(by, text); }

    std::optional<std::string> check(SignaturePolicy policy, const std::string& name = "stable") {
        const auto full = dist::ToolchainName::parse(name + "-x86_64-unknown-linux-gnu");
        const toolchain::TakenManifest taken{"http://m/a.toml", text, manifest, signature};
        return toolchain::check_release_signature(home, key, policy, *full, taken);
    }

    std::string refusal(const std::string& name = "stable") {
        return error_text([&] { check(SignaturePolicy::require, name); });
    }
};

const std::string kFailed = "signature verification failed for 'http://m/a.toml': ";

}  // namespace

TEST_CASE("what is signed well may be taken along", "[release_signature]") {
    Taking f;
    f.sign(first_key());
    for (const auto policy :
         {SignaturePolicy::off, SignaturePolicy::warn, SignaturePolicy::require}) {
        CHECK_FALSE(f.check(policy));
    }
}

TEST_CASE("what a stranger has signed is warned of or refused", "[release_signature]") {
    Taking f;
    f.sign(second_key());
    CHECK_FALSE(f.check(SignaturePolicy::off));
    CHECK_THAT(f.check(SignaturePolicy::warn).value_or(""), Catch::StartsWith(kFailed));
    CHECK_THAT(f.refusal(), Catch::StartsWith(kFailed) && Catch::Contains("rustup trust list"));
}

TEST_CASE("a text that was changed does not fit its signature", "[release_signature]") {
    Taking f;
    f.sign(first_key());
    f.text += ".";
    CHECK_THAT(f.check(SignaturePolicy::warn).value_or(""), Catch::StartsWith(kFailed));
    CHECK_THAT(f.refusal(), Catch::StartsWith(kFailed));
}

TEST_CASE("without a signature only who requires one is refused", "[release_signature]") {
    Taking f;
    CHECK_FALSE(f.check(SignaturePolicy::off));
    CHECK_FALSE(f.check(SignaturePolicy::warn));
    CHECK_THAT(f.refusal(), Catch::Contains("'http://m/a.toml.asc', and one is required"));
}

TEST_CASE("a good signature of another release is none", "[release_signature]") {
    Taking f;
    f.sign(first_key());
    CHECK_FALSE(f.check(SignaturePolicy::require, "stable-2026-04-16"));
    for (const char* const name : {"beta", "1.80.0", "nightly", "stable-2026-04-17"}) {
        INFO(name);
        CHECK_THAT(f.refusal(name), Catch::StartsWith(kFailed));
        CHECK(f.check(SignaturePolicy::warn, name));
        CHECK_FALSE(f.check(SignaturePolicy::off, name));
    }
}
