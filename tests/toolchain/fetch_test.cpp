#include "fetch.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;

namespace {

/// Fetches package `a` as tree `x`.
void fetch(ToolchainFixture& f, bool combined = false) {
    transfer::Artifact artifact = ToolchainFixture::artifact("a");
    artifact.combined = combined;
    lock::LockSet unpack = f.store.exclusive(lock::Key::unpack("x"));
    test::run(f.loop, toolchain::fetch_tree(f.services, artifact, "x", unpack));
}

}  // namespace

TEST_CASE("an artifact is published as a tree, with what its archive says", "[fetch]") {
    ToolchainFixture f;
    f.transfer->contents["a"] = {{"bin/a", "a"}, {"share/a/doc", "text"}};
    f.transfer->warnings = {"a file has another owner"};
    fetch(f);
    const lock::LockSet pin = f.store.share(lock::Key::pin("x"));
    CHECK(store::has_arrived(f.store.home, "x"));
    const auto index = store::find_tree_index(f.store.home, "x");
    REQUIRE(index);
    CHECK(index->files.size() == 2);
    CHECK(index->directories == std::vector<std::string>{"bin", "share", "share/a"});
    CHECK(index->header.component == test::component("a"));
    CHECK(index->header.encoding == "xz");
    CHECK(f.said.texts == std::vector<std::string>{"warn: a file has another owner"});
}

TEST_CASE("a download that failed names its component, but for a combined one", "[fetch]") {
    ToolchainFixture f;
    f.transfer->failures.emplace("a", Error(Errc::unreachable, "no line"));
    CHECK(test::error_text([&] { fetch(f); }) == "component download failed for a: no line");
    CHECK(test::error_text([&] { fetch(f, true); }) == "no line");
    CHECK_FALSE(store::has_arrived(f.store.home, "x"));
}

TEST_CASE("an archive that does not unpack is told as it is", "[fetch]") {
    ToolchainFixture f;
    f.transfer->failures.emplace("a",
                                 Error(Errc::corrupt, "no tar").in("failed to extract package"));
    CHECK(test::error_text([&] { fetch(f); }) == "failed to extract package: no tar");
}
