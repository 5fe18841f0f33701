#include "latchkey/upkeep/verify.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "support/error_text.hpp"
#include "upkeep/means.hpp"

using namespace latchkey;
using test::UpkeepHome;
using upkeep::Finding;
using upkeep::Report;

namespace {

const test::Files kTwoFiles{{"bin/a", "aaaa"}, {"lib/a", "aa"}};

/// A toolchain `t` of one component, and `u` that has the same files by hard links.
struct Pair : UpkeepHome {
    Pair() {
        store.commit("t", {store.arrived("a", "a1", kTwoFiles)});
        store.commit("u", {{test::component("a"), store::Supply{"a1", store::Place{"t", 0}}}});
    }

    Report verify(const std::string& toolchain) {
        return test::run(loop, upkeep::verify(means, toolchain, store::Depth::content));
    }
    Report repair(const std::string& toolchain) {
        return test::run(loop, upkeep::repair(means, toolchain, store::Depth::content));
    }

    /// As an editor that makes a new file does it: the other toolchain keeps its own.
    void replace(const std::string& toolchain, const std::string& path, const std::string& text) {
        platform::remove_file(store.path(toolchain, path));
        platform::save_file(store.path(toolchain, path), text);
    }
};

}  // namespace

TEST_CASE("verifying changes nothing and tells what is damaged", "[verify]") {
    Pair home;
    CHECK(home.verify("t").findings.empty());
    home.replace("t", "bin/a", "bbbb");
    const Report report = home.verify("t");
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].is_damage());
    CHECK(report.findings[0].path == "bin/a");
    CHECK(home.store.read("t", "bin/a") == "bbbb");
    CHECK(home.verify("u").findings.empty());
    CHECK(upkeep::verdict_of(std::span(&report, 1)) == upkeep::Verdict::damaged);
}

TEST_CASE("what is damaged or missing comes from another toolchain's copy", "[verify]") {
    Pair home;
    home.replace("t", "bin/a", "bbbb");
    platform::remove_file(home.store.path("t", "lib/a"));
    platform::save_file(home.store.path("t", "bin/mine"), "mine");
    const Report report = home.repair("t");
    REQUIRE(report.findings.size() == 3);
    CHECK(report.findings[0].repaired);
    CHECK(report.findings[1].repaired);
    CHECK(report.findings[2].kind == Finding::Kind::extra);
    CHECK(home.store.read("t", "bin/a") == "aaaa");
    CHECK(home.store.read("t", "lib/a") == "aa");
    CHECK(home.store.read("t", "bin/mine") == "mine");
    CHECK(upkeep::verdict_of(std::span(&report, 1)) == upkeep::Verdict::good);
    const Report after = home.verify("t");
    CHECK(after.count(Finding::Kind::modified) + after.count(Finding::Kind::missing) == 0);
}

TEST_CASE("a file that both have damaged is repaired in neither by the other", "[verify]") {
    Pair home;
    platform::save_file(home.store.path("t", "bin/a"), "bbbb");  // In place: one inode.
    const Report report = home.repair("t");
    REQUIRE(report.findings.size() == 1);
    CHECK_FALSE(report.findings[0].repaired);
    CHECK(report.findings[0].also_in == std::vector<std::string>{"u"});
    CHECK(home.store.read("t", "bin/a") == "bbbb");
    CHECK(home.store.read("u", "bin/a") == "bbbb");
}

TEST_CASE("a repair goes beside a reader, and leaves nothing behind", "[verify]") {
    Pair home;
    home.replace("t", "bin/a", "b");
    const lock::LockSet reader = home.store.share(lock::Key::directory("home/t"));
    CHECK(home.repair("t").findings[0].repaired);
    CHECK(platform::find_entries(home.store.home.staging()).empty());
    CHECK(home.store.is_free(lock::Key::toolchain("t")));
}

TEST_CASE("what is not installed cannot be verified", "[verify]") {
    Pair home;
    CHECK(test::error_text([&] { home.verify("gone"); }).find("not installed") !=
          std::string::npos);
}
