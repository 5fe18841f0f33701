#include "signature.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "openpgp/keys.hpp"
#include "server_text.hpp"
#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using config::SignaturePolicy;
using test::error_text;
using test::first_key;
using test::second_key;
using toolchain::SignedText;

namespace {

const std::string kManifest = "manifest-version = \"2\"\n";

/// A folder that is the server, in which one file lies, and a key that is trusted.
struct SignedFolder : test::ToolchainFixture {
    std::string path = store.home.root() + "/channel.toml";
    std::string url = "file://" + path;

    SignedFolder() {
        platform::save_file(path, kManifest);
        const std::string key = store.home.root() + "/key.asc";
        platform::save_file(key, test::key_file(first_key()));
        services.options.variables.pgp_key = key;
    }

    void sign(const test::OpenPgpKey& key, const std::string& text = kManifest) const {
        platform::save_file(path + ".asc", test::signature_file(key, text));
    }

    SignedText fetch(SignaturePolicy policy) {
        return test::run(loop, toolchain::fetch_signed(services, url, 1000, policy, 0));
    }

    std::string failure() {
        return error_text([&] { fetch(SignaturePolicy::require); });
    }

    std::string failed_for() { return "signature verification failed for '" + url + "': "; }
};

}  // namespace

TEST_CASE("a good signature is good, whoever asks for it", "[signature]") {
    SignedFolder f;
    f.sign(first_key());
    for (const auto policy : {SignaturePolicy::warn, SignaturePolicy::require}) {
        const SignedText found = f.fetch(policy);
        CHECK(found.text == kManifest);
        CHECK(found.good);
        CHECK_FALSE(found.warning);
    }
    // Nobody has asked, so nobody knows.
    CHECK_FALSE(f.fetch(SignaturePolicy::off).good);
}

TEST_CASE("a wrong signature is told, refused, or not asked for", "[signature]") {
    SignedFolder f;
    f.sign(first_key(), "another text");
    const std::string wrong = f.failed_for() + "it is damaged, or of another file";
    const SignedText found = f.fetch(SignaturePolicy::warn);
    CHECK(found.text == kManifest);
    CHECK_FALSE(found.good);
    CHECK(found.warning == wrong);
    CHECK(f.failure() ==
          wrong +
              "; nothing is installed from there unless the key is trusted, see `rustup trust "
              "list` and `rustup trust add KEYFILE`");
    const SignedText unasked = f.fetch(SignaturePolicy::off);
    CHECK(unasked.text == kManifest);
    CHECK_FALSE(unasked.warning);
}

TEST_CASE("a key that is not trusted is told by its name", "[signature]") {
    SignedFolder f;
    f.sign(second_key());
    CHECK(f.fetch(SignaturePolicy::warn).warning == f.failed_for() + "it is made with the key " +
                                                        second_key().fingerprint().substr(24) +
                                                        ", which is not trusted");
}

TEST_CASE("without a signature only those who require one are refused", "[signature]") {
    SignedFolder f;
    const SignedText found = f.fetch(SignaturePolicy::warn);
    CHECK(found.text == kManifest);
    CHECK_FALSE(found.good);
    CHECK_FALSE(found.warning);
    CHECK(f.failure() ==
          "the server has no signature '" + f.url +
              ".asc', and one is required; `rustup set signature warn` does without");
}

TEST_CASE("a signature that cannot be had is not one that is missing", "[signature]") {
    SignedFolder f;
    platform::save_file(f.path + ".asc", std::string(65 * 1024, 'x'));
    const std::string begin = "could not check the signature of '" + f.url + "': ";
    CHECK(f.fetch(SignaturePolicy::warn).warning.value_or("").starts_with(begin));
    CHECK(f.failure().starts_with(begin));
}

TEST_CASE("a file that does not exist has no signature either", "[signature]") {
    SignedFolder f;
    f.sign(first_key());
    std::filesystem::remove(f.path);
    for (const auto policy :
         {SignaturePolicy::off, SignaturePolicy::warn, SignaturePolicy::require}) {
        const SignedText found = f.fetch(policy);
        CHECK_FALSE(found.text);
        CHECK_FALSE(found.good);
        CHECK_FALSE(found.warning);
    }
}

TEST_CASE("a file that cannot be had is the failure, whatever its signature", "[signature]") {
    SignedFolder f;
    f.sign(second_key());
    platform::save_file(f.path, std::string(1001, 'x'));
    for (const auto policy :
         {SignaturePolicy::off, SignaturePolicy::warn, SignaturePolicy::require}) {
        CHECK(error_text([&] {
                  f.fetch(policy);
              }).starts_with("could not download file from '" + f.url + "' to '"));
    }
}

TEST_CASE("a text of a server is there, is not there, or is named in the error", "[signature]") {
    SignedFolder f;
    const auto fetch = [&](const std::string& url, std::size_t limit) {
        return test::run(f.loop, toolchain::fetch_text(f.services, url, limit, 0));
    };
    CHECK(fetch(f.url, 100) == kManifest);
    CHECK_FALSE(fetch(f.url + ".none", 100));
    CHECK(error_text([&] { fetch(f.url, 3); })
              .starts_with("could not download file from '" + f.url + "' to '" +
                           f.store.home.temporary_file_of(f.url) + "': "));
}
