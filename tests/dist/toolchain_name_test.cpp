#include "latchkey/dist/toolchain_name.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include "example_manifest.hpp"
#include "latchkey/base/error.hpp"

using namespace latchkey::dist;

namespace {

/// "channel|date|target" of a directory's name; "custom" or "none".
std::string pieces(std::string_view text) {
    const auto name = parse_installed_name(text);
    if (!name) return "none";
    const auto* official = std::get_if<ToolchainName>(&*name);
    if (!official) return "custom";
    return official->channel().str() + "|" + official->date().value_or("") + "|" +
           official->target();
}

std::string normalised(std::string_view text) {
    const auto name = PartialToolchainName::parse(text);
    return name ? name->str() : "none";
}

template <typename Parse>
std::string refusal(Parse parse, std::string_view text) {
    return error_of([&] { parse(text); });
}

}  // namespace

TEST_CASE("a directory's name is a channel, perhaps a date, and some target", "[name]") {
    CHECK(pieces("0.0.0-beta.1-2020-01-01-x") == "0.0.0-beta.1|2020-01-01|x");
    CHECK(pieces("0.0.0-beta-anything") == "0.0.0-beta||anything");
    CHECK(pieces("0.0.0-00000-000-000") == "0.0.0||00000-000-000");
    CHECK(pieces("0.0.0--") == "0.0.0||-");
    CHECK(pieces("stable-x86_64-unknown-linux-gnu") == "stable||" + kHost);
    CHECK(pieces("nightly-2026-03-01-x86_64-unknown-linux-gnu") == "nightly|2026-03-01|" + kHost);
    CHECK(pieces("stable-bogus") == "stable||bogus");
    CHECK(pieces("1.8-x") == "1.8.0||x");
    CHECK(pieces("nightly-2026-03-011") == "nightly||2026-03-011");
    CHECK(pieces("nightly-2026-03-01-") == "nightly||2026-03-01-");
    CHECK(pieces("1.95-beta.123") == "1.95||beta.123");
    CHECK(pieces("1.95-beta-") == "1.95||beta-");
    CHECK(pieces("9.9.9-0000-99-99-x") == "9.9.9|0000-99-99|x");
}

TEST_CASE("a directory without a target is custom, or none of ours", "[name]") {
    for (const auto* text : {"stable", "nightly-2026-03-01", "1.95", "", ".", "..", "none",
                             "stable-i686/x", "a/b", "a\\b"}) {
        CAPTURE(text);
        CHECK(pieces(text) == "none");
    }
    CHECK(pieces("stable-../..") == "none");
    for (const auto* text :
         {"my-build", "3", "stage 2", "stabler", "1.0.0-beta.01", "größe", "..."}) {
        CAPTURE(text);
        CHECK(pieces(text) == "custom");
    }
}

TEST_CASE("users may leave out any part of the target", "[name]") {
    for (const auto* text :
         {"stable", "nightly-2026-03-01", "1.95", "stable-msvc", "beta-x86_64",
          "nightly-2026-03-01-x86_64-unknown-linux-gnu", "1.96.0-beta.2-i686-gnu"}) {
        CAPTURE(text);
        CHECK(normalised(text) == text);
    }
    CHECK(normalised("1.8") == "1.8.0");
    for (const auto* text : {"3", "", "stable-bogus", "stable-", "nightly-2026-3-1",
                             "stable-x86_64-", "nightly-2026-03-01-", "1.90.01", "00.0000.000",
                             "0.0.0-", "0.0.0--", "nightly\n", "stable-i686\n"}) {
        CAPTURE(text);
        CHECK(normalised(text) == "none");
    }
}

TEST_CASE("resolving a name takes from the host what is missing", "[name]") {
    const auto full = [](std::string_view text) {
        return parse_official_name(text).resolve(kHost).str();
    };
    CHECK(full("stable") == "stable-x86_64-unknown-linux-gnu");
    CHECK(full("stable-i686") == "stable-i686-unknown-linux-gnu");
    CHECK(full("nightly-2026-03-01-musl") == "nightly-2026-03-01-x86_64-unknown-linux-musl");
    CHECK(full("stable-x86_64-apple-darwin") == "stable-x86_64-apple-darwin");
    CHECK(refusal([](auto t) { return parse_official_name("stable").resolve(t); }, "bogus") ==
          "Provided host 'bogus' couldn't be converted to partial tuple");
    CHECK_FALSE(parse_official_name("nightly-2026-03-01").has_target());
    CHECK(parse_official_name("nightly-msvc").has_target());
    CHECK(str(resolve(parse_resolvable_name("beta"), kHost)) == "beta-" + kHost);
    CHECK(str(resolve(parse_resolvable_name("mine"), kHost)) == "mine");
}

TEST_CASE("a manifest's name is the toolchain's without its target", "[name]") {
    const auto name = ToolchainName::parse("nightly-2026-03-01-" + kHost).value();
    CHECK(name.manifest_name() == "nightly-2026-03-01");
    CHECK(name.str() == "nightly-2026-03-01-" + kHost);
    CHECK(name.at("2026-02-28").manifest_name() == "nightly-2026-02-28");
    CHECK(ToolchainName::parse("1.95.0-" + kHost)->manifest_name() == "1.95.0");
}

TEST_CASE("only undated toolchains of channels that move are tracked", "[name]") {
    const auto tracking = [](const std::string& text) {
        return ToolchainName::parse(text + "-" + kHost)->is_tracking();
    };
    CHECK(tracking("stable"));
    CHECK(tracking("1.95"));
    CHECK(tracking("1.23.0-beta"));
    CHECK_FALSE(tracking("nightly-2020-10-04"));
    CHECK_FALSE(tracking("1.47.0"));
    CHECK_FALSE(tracking("1.23.0-beta.2"));
}

TEST_CASE("toolchains are listed official first, by channel, date and target", "[name]") {
    const std::vector<std::string> sorted{
        "stable-aarch64-unknown-linux-gnu",
        "stable-x86_64-unknown-linux-gnu",
        "beta-x86_64-unknown-linux-gnu",
        "nightly-x86_64-unknown-linux-gnu",
        "nightly-2020-01-01-x86_64-unknown-linux-gnu",
        "nightly-2026-01-01-x86_64-unknown-linux-gnu",
        "1.9-x86_64-unknown-linux-gnu",
        "1.95-x86_64-unknown-linux-gnu",
        "1.95.0-x86_64-unknown-linux-gnu",
        "1.100.0-x86_64-unknown-linux-gnu",
        "Zebra",
        "a",
    };
    auto shuffled = sorted;
    std::ranges::reverse(shuffled);
    std::ranges::sort(shuffled, [](const auto& a, const auto& b) {
        return parse_installed_name(a).value() < parse_installed_name(b).value();
    });
    CHECK(shuffled == sorted);
}

TEST_CASE("arguments for official names take nothing else", "[name]") {
    CHECK(parse_official_name("1.8").str() == "1.8.0");
    for (const std::string text : {"+stable", "stable/", "none", "", "custom", "/a"}) {
        CHECK(refusal(parse_official_name, text) == "invalid toolchain name: '" + text + "'");
    }
}

TEST_CASE("every other argument refuses a plus and forgives slashes at its end", "[name]") {
    CHECK(refusal(parse_resolvable_name, "+x") ==
          "invalid toolchain name '+x'; valid toolchain names do not start with '+'");
    CHECK(refusal(parse_local_name, "+") ==
          "invalid toolchain name '+'; valid toolchain names do not start with '+'");
    CHECK(refusal(parse_custom_name, "+a") ==
          "invalid toolchain name '+a'; valid toolchain names do not start with '+'");
    CHECK(refusal(parse_resolvable_name, "///") == "invalid toolchain name '///'");
    CHECK(refusal(parse_resolvable_name, "") == "invalid toolchain name ''");
    CHECK(str(parse_resolvable_name("foo///")) == "foo");
    CHECK(str(parse_resolvable_name("stable/")) == "stable");
}

TEST_CASE("a link's name is custom, and cannot be read back as official", "[name]") {
    CHECK(parse_custom_name("my build").str() == "my build");
    CHECK(parse_custom_name("stable-mine").str() == "stable-mine");
    CHECK(parse_custom_name("nightly-2026-03-01-x").str() == "nightly-2026-03-01-x");
    CHECK(parse_custom_name("1.0.0-beta.01").str() == "1.0.0-beta.01");
    for (const std::string text : {"stable", "none", "a/b", "a\\b", "..", ".", "stable-x86_64",
                                   "1.95-x86_64-unknown-linux-gnu"}) {
        CAPTURE(text);
        CHECK(refusal(parse_custom_name, text) == "invalid custom toolchain name '" + text + "'");
    }
}

TEST_CASE("a resolvable name is official or custom", "[name]") {
    CHECK(std::holds_alternative<PartialToolchainName>(parse_resolvable_name("stable-i686")));
    CHECK(std::holds_alternative<CustomName>(parse_resolvable_name("stable-bogus")));
    CHECK(refusal(parse_resolvable_name, "a/b/") == "invalid toolchain name 'a/b'");
    CHECK(refusal(parse_resolvable_name, "none") == "invalid toolchain name 'none'");
    CHECK(refusal(parse_resolvable_name, "..") == "invalid custom toolchain name '..'");
}

TEST_CASE("none is a name where nothing may be meant", "[name]") {
    CHECK(std::holds_alternative<NoName>(parse_resolvable_name_or_none("none")));
    CHECK(std::holds_alternative<CustomName>(parse_resolvable_name_or_none("nothing")));
    CHECK(refusal(parse_resolvable_name_or_none, "a/b") == "invalid toolchain name 'a/b'");
    CHECK(std::holds_alternative<NoName>(parse_official_name_or_none("none")));
    CHECK(std::holds_alternative<PartialToolchainName>(parse_official_name_or_none("stable")));
    CHECK(refusal(parse_official_name_or_none, "foo") == "invalid official toolchain name 'foo'");
}

TEST_CASE("a local name may be an absolute path", "[name]") {
    CHECK(std::get<PathName>(parse_local_name("/opt/rust/")).path == "/opt/rust");
    CHECK(str(parse_local_name("/opt/rust")) == "/opt/rust");
    CHECK(str(parse_local_name("stable-i686")) == "stable-i686");
    CHECK(std::holds_alternative<CustomName>(parse_local_name("mine")));
    CHECK(refusal(parse_local_name, "none") == "invalid path toolchain 'none'");
    CHECK(refusal(parse_local_name, "none/") == "invalid path toolchain 'none'");
    CHECK(refusal(parse_local_name, "a/b/") == "relative path toolchain 'a/b'");
    CHECK(refusal(parse_local_name, "./a") == "relative path toolchain './a'");
    CHECK(refusal(parse_local_name, "a\\b") == "relative path toolchain 'a\\b'");
    CHECK(refusal(parse_local_name, "stable/x") == "relative path toolchain 'stable/x'");
    CHECK(refusal(parse_local_name, "..") == "invalid custom toolchain name '..'");
    CHECK(no_bin_text("/x") == "invalid toolchain: the path '/x' has no bin/ directory");
}

TEST_CASE("bad names are errors of usage", "[name]") {
    try {
        parse_official_name("?");
        FAIL("accepted");
    } catch (const latchkey::Error& e) {
        CHECK(e.code() == latchkey::Errc::usage);
    }
}
