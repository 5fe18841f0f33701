#include "latchkey/proxy/tool_environment.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

namespace {

const std::string kStable = "stable-x86_64-unknown-linux-gnu";
const std::string kAtHome = "/r/toolchains/" + kStable;
const std::string kAway = "/r/latchkey/away/";

/// The environment of a tool of stable in the home /r.
struct Case {
    resolve::Site site;
    resolve::Name toolchain = *dist::ToolchainName::parse(kStable);
    platform::Environment environment;
    proxy::Pinned pinned;

    explicit Case(std::uint64_t away = 0) {
        site.variables.rustup_home = std::string("/r");
        site.variables.cargo_home = "/c";
        pinned.directory = away == 0 ? kAtHome : kAway + std::to_string(away) + "/" + kStable;
        pinned.session = proxy::Session{{kStable, away}, "word", false};
    }

    [[nodiscard]] std::optional<std::string> find(const std::string& name) const {
        return proxy::tool_environment(site, toolchain, std::nullopt, pinned, environment)
            .find(name);
    }

    std::string libraries(const std::string& before) {
        environment.set("LD_LIBRARY_PATH", before);
        return *find("LD_LIBRARY_PATH");
    }
};

}  // namespace

TEST_CASE("a tool is told its toolchain, its homes and how deep it is nested", "[environment]") {
    Case test;
    test.site.variables.recursion_count = 4;
    CHECK(test.find("RUSTUP_TOOLCHAIN") == kStable);
    CHECK(test.find("RUSTUP_HOME") == "/r");
    CHECK(test.find("CARGO_HOME") == "/c");
    CHECK(test.find("RUST_RECURSION_COUNT") == "5");
}

TEST_CASE("libraries of the generation come first, once", "[environment]") {
    Case test;
    const std::string own = kAtHome + "/lib";
    CHECK(test.libraries("") == own);
    CHECK(test.libraries("/a:/b") == own + ":/a:/b");
    CHECK(test.libraries("/a:" + own) == "/a:" + own);
    CHECK(test.libraries(kAway + "6/other/lib") == own + ":" + kAway + "6/other/lib");
}

TEST_CASE("libraries of another generation of the same toolchain are replaced", "[environment]") {
    SECTION("for a tool at home") {
        Case test;
        const std::string own = kAtHome + "/lib";
        const std::string six = kAway + "6/" + kStable + "/lib";
        CHECK(test.libraries(six) == own);
        CHECK(test.libraries("/a:" + six + ":/b:" + kAway + "5/" + kStable + "/lib") ==
              "/a:" + own + ":/b");
        CHECK(test.libraries(six + ":" + own + ":/a") == own + ":/a");
    }
    SECTION("for a tool away") {
        Case test(7);
        const std::string own = kAway + "7/" + kStable + "/lib";
        CHECK(test.libraries(kAtHome + "/lib") == own);
        CHECK(test.libraries("/a:" + kAtHome + "/lib:" + own) == "/a:" + own);
        CHECK(test.libraries(kAway + "6/" + kStable + "/lib") == own);
    }
}

TEST_CASE("entries that only look like a generation's are left alone", "[environment]") {
    Case test;
    const std::string own = kAtHome + "/lib";
    for (const std::string& entry :
         {kAway + "x/" + kStable + "/lib", kAway + "6/" + kStable, kAway + kStable + "/lib",
          kAway + "6/7/" + kStable + "/lib", "/other" + kAtHome + "/lib", kAtHome + "/lib/",
          kAtHome + "/lib/more"}) {
        CAPTURE(entry);
        CHECK(test.libraries(entry) == own + ":" + entry);
    }
}

TEST_CASE("from away cargo keeps no cache of the compiler, at home it does", "[environment]") {
    CHECK(Case(7).find("CARGO_CACHE_RUSTC_INFO") == "0");
    CHECK_FALSE(Case().find("CARGO_CACHE_RUSTC_INFO"));
    Case own;
    own.environment.set("CARGO_CACHE_RUSTC_INFO", "1");
    CHECK(own.find("CARGO_CACHE_RUSTC_INFO") == "1");
    Case linked;
    linked.pinned.session.reset();
    CHECK_FALSE(linked.find("CARGO_CACHE_RUSTC_INFO"));
}

TEST_CASE("rustup run leaves the source as it is, a proxy says its own", "[environment]") {
    Case test;
    test.environment.set("RUSTUP_TOOLCHAIN_SOURCE", "env");
    const auto source = [&](std::optional<resolve::Source> source_of_toolchain) {
        return proxy::tool_environment(test.site, test.toolchain, source_of_toolchain, test.pinned,
                                       test.environment)
            .find("RUSTUP_TOOLCHAIN_SOURCE");
    };
    CHECK(source(std::nullopt) == "env");
    CHECK(source(resolve::Source::toolchain_file) == "toolchain-file");
}

TEST_CASE("proxies come first on PATH, once", "[environment]") {
    Case test;
    test.environment.set("PATH", "/bin");
    CHECK(test.find("PATH") == "/c/bin:/bin");
    test.environment.set("PATH", "/bin:/c/bin");
    CHECK(test.find("PATH") == "/bin:/c/bin");
}

TEST_CASE("a home whose path holds a colon is left out of the search paths", "[environment]") {
    Case test;
    test.pinned.directory = "/r:r/toolchains/x";
    CHECK(test.libraries("/a") == "/a");
    test.site.variables.cargo_home = "/c:c";
    test.environment.set("PATH", "/bin");
    CHECK(test.find("PATH") == "/bin");
}
