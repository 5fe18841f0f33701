#include "inspection.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "store/store_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using test::StoreHome;
using upkeep::Finding;
using Strings = std::vector<std::string>;

namespace {

const test::Files kFiles{{"bin/a", "aaaa"}, {"lib/a", "aa"}};

upkeep::Inspection inspect(const StoreHome& home, store::Depth depth = store::Depth::content) {
    return upkeep::inspect(home.on, home.home, "t", depth, 1);
}

/// "missing bin/a of a", …
Strings found(const StoreHome& home, store::Depth depth = store::Depth::content) {
    Strings texts;
    for (const Finding& each : inspect(home, depth).report.findings) {
        texts.push_back(std::string(upkeep::str(each.kind)) + " " + each.path + " of " +
                        each.component +
                        (each.also_in.empty() ? "" : ", also in " + join(each.also_in, " ")));
    }
    return texts;
}

}  // namespace

TEST_CASE("an inspection says what is wrong, with the component, and where else it is so",
          "[inspection]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", kFiles)});
    home.commit("u", {{test::component("a"), store::Supply{"a1", store::Place{"t", 0}}}});
    CHECK(found(home).empty());
    CHECK(inspect(home).report.files == 2);
    CHECK(inspect(home).report.components == 1);
    platform::remove_file(home.path("t", "lib/a"));
    platform::save_file(home.path("t", "bin/a"), "bbbb");
    platform::save_file(home.path("t", "bin/mine"), "mine");
    CHECK(found(home) ==
          Strings{"modified bin/a of a, also in u", "missing lib/a of a", "extra bin/mine of "});
    CHECK(inspect(home).damages.size() == 2);
    CHECK(home.is_free(lock::Key::directory("home/t")));
}

TEST_CASE("whoever inspects holds what is read, and is kept from nothing by readers",
          "[inspection]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", kFiles)});
    const lock::LockSet reader = home.share(lock::Key::directory("home/t"));
    const lock::LockSet writer = home.lock_toolchain("t");
    CHECK(found(home).empty());
}

TEST_CASE("what cannot be compared is said once for a component, or is an error", "[inspection]") {
    StoreHome home;
    const auto fault = [&] { return test::error_text([&] { (void)inspect(home); }); };
    CHECK(fault() == "toolchain 't' is not installed");
    home.add_plain("t", "a", kFiles);
    CHECK(found(home) == Strings{"unverifiable  of a"});
    CHECK_FALSE(inspect(home).state);
    StoreHome other;
    other.commit("t", {other.arrived("a", "a1", kFiles)});
    platform::remove_file(other.home.tree_index("a1"));
    CHECK(found(other) == Strings{"unverifiable  of a"});
    StoreHome linked;
    linked.link("t", "/elsewhere");
    CHECK(test::error_text([&] { (void)inspect(linked); }).find("is a link to '/elsewhere'") !=
          std::string::npos);
}
