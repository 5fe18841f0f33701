#include "latchkey/upkeep/detach.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "support/error_text.hpp"
#include "upkeep/means.hpp"

using namespace latchkey;
using test::error_text;
using test::UpkeepHome;
using upkeep::Detached;

namespace {

struct Shared : UpkeepHome {
    Shared() {
        store.commit("t", {store.arrived("a", "a1", {{"bin/a", "aaaa"}})});
        store.commit("u", {{test::component("a"), store::Supply{"a1", store::Place{"t", 0}}}});
    }
    Detached detach(const std::string& path) {
        return test::run(loop, upkeep::detach(means, path));
    }
};

}  // namespace

TEST_CASE("a detached file is edited alone", "[detach]") {
    Shared home;
    const std::string path = home.store.path("t", "bin/a");
    const auto before = platform::find_status(path);
    const Detached detached = home.detach(path);
    CHECK(detached.toolchain == "t");
    CHECK(detached.path == "bin/a");
    CHECK(detached.changed);
    CHECK(detached.sharers == std::vector<std::string>{"u"});
    const auto after = platform::find_status(path);
    CHECK(after->inode != before->inode);
    CHECK(after->permissions == before->permissions);
    CHECK(after->mtime_seconds == before->mtime_seconds);
    platform::save_file(path, "edited");
    CHECK(home.store.read("u", "bin/a") == "aaaa");
}

TEST_CASE("a file with one name is its own already", "[detach]") {
    Shared home;
    const std::string path = home.store.path("t", "bin/a");
    CHECK(home.detach(path).changed);
    const Detached again = home.detach(path);
    CHECK_FALSE(again.changed);
    CHECK(again.sharers.empty());
}

TEST_CASE("only a file of a toolchain can be detached", "[detach]") {
    Shared home;
    const std::string elsewhere = home.store.dir.path() + "/file";
    platform::save_file(elsewhere, "");
    CHECK(error_text([&] { home.detach(elsewhere); }).find("is not a file of a toolchain") !=
          std::string::npos);
    CHECK(error_text([&] { home.detach(elsewhere + "2"); }).find("does not exist") !=
          std::string::npos);
    CHECK_THROWS_AS(home.detach(home.store.path("t", "bin")), Error);
}
