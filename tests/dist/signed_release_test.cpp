#include "latchkey/dist/signed_release.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

namespace {

Manifest manifest_of(const std::string& version, const std::string& date = "2026-04-16") {
    Manifest manifest;
    manifest.date = date;
    manifest.packages["rust"].version = version;
    return manifest;
}

std::optional<std::string> verdict(const std::string& version, const std::string& name) {
    return find_other_release(manifest_of(version),
                              *ToolchainName::parse(name + "-x86_64-unknown-linux-gnu"));
}

}  // namespace

TEST_CASE("a manifest fits the channel that its version says", "[signed_release]") {
    const std::string commit = " (59807616e 2026-04-14)";
    CHECK_FALSE(verdict("1.95.0" + commit, "stable"));
    CHECK_FALSE(verdict("1.96.0-beta.2" + commit, "beta"));
    CHECK_FALSE(verdict("1.97.0-nightly" + commit, "nightly"));
    CHECK_FALSE(verdict("1.95.0" + commit, "1.95.0"));
    CHECK_FALSE(verdict("1.95.1" + commit, "1.95"));
    CHECK_FALSE(verdict("1.96.0-beta.2" + commit, "1.96.0-beta.2"));
    CHECK_FALSE(verdict("1.96.0-beta.2" + commit, "1.96.0-beta"));
    CHECK_FALSE(verdict("1.95.0", "stable"));
}

TEST_CASE("a manifest of another channel or version is told", "[signed_release]") {
    CHECK(verdict("1.96.0-beta.2 (x)", "stable") ==
          "it is of the release 1.96.0-beta.2, not of stable");
    CHECK(verdict("1.95.0 (x)", "beta") == "it is of the release 1.95.0, not of beta");
    CHECK(verdict("1.95.0 (x)", "nightly") == "it is of the release 1.95.0, not of nightly");
    CHECK(verdict("1.97.0-nightly (x)", "beta"));
    CHECK(verdict("1.95.1 (x)", "1.95.0"));
    CHECK(verdict("1.95.0 (x)", "1.9"));
    CHECK(verdict("1.96.0-beta.1 (x)", "1.96.0-beta.2"));
    CHECK(verdict("1.96.0 (x)", "1.96.0-beta"));
}

TEST_CASE("a dated release is of its day", "[signed_release]") {
    CHECK_FALSE(verdict("1.95.0 (x)", "stable-2026-04-16"));
    CHECK(verdict("1.95.0 (x)", "stable-2026-04-17") ==
          "it is of a release of 2026-04-16, not of 2026-04-17");
}

TEST_CASE("a manifest that does not say its version is not held against a channel",
          "[signed_release]") {
    CHECK_FALSE(verdict("", "stable"));
    Manifest manifest;
    CHECK_FALSE(
        find_other_release(manifest, *ToolchainName::parse("beta-x86_64-unknown-linux-gnu")));
}
