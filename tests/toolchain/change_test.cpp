#include "change.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;
using toolchain::ChangeSteps;
using toolchain::Plan;
using toolchain::Snapshot;
using Strings = std::vector<std::string>;

namespace {

const dist::Manifest kManifest = ToolchainFixture::manifest({"a", "b", "c"});

/// With contents for each package.
struct Filled : ToolchainFixture {
    Filled() {
        for (const std::string pkg : {"a", "b", "c"}) {
            transfer->contents[pkg] = {{"bin/" + pkg, pkg}, {"lib/" + pkg + "/x", "x"}};
        }
    }

    [[nodiscard]] std::string components() const { return store.standings("t"); }
};

dist::ToolchainName stable() {
    return dist::ToolchainName::parse("stable-x86_64-unknown-linux-gnu").value();
}

}  // namespace

TEST_CASE("a change brings what its plan says, and commits it", "[change]") {
    Filled f;
    Plan plan = Filled::plan({"a", "b"}, {"a", "b"});
    plan.messages = {{false, "first"}, {true, "second"}};
    plan.late_messages = {{false, "last"}};
    f.transfer->on_bring = [&](const std::string&) { CHECK(f.said.texts.size() == 2); };
    CHECK(f.change("t", Filled::steps(kManifest, plan)).committed);
    CHECK(f.components() == "a=listed b=listed");
    CHECK(f.store.read("t", "bin/a") == "a");
    CHECK(f.said.texts == Strings{"info: first", "warn: second", "info: last"});
    CHECK(f.said.plans == Strings{"t: a b", "t committed"});
}

TEST_CASE("a plan without a change says why, and brings nothing", "[change]") {
    Filled f;
    Plan plan;
    plan.unchanged = true;
    plan.messages = {{false, "up to date"}};
    plan.complaint = "no such component";
    const toolchain::Change change = f.change("t", Filled::steps(kManifest, plan));
    CHECK_FALSE(change.committed);
    CHECK(change.complaint == "no such component");
    CHECK(f.transfer->brought.empty());
    CHECK(f.components() == "none");
    CHECK(f.said.texts == Strings{"info: up to date"});
    CHECK(f.said.plans.empty());
}

TEST_CASE("a toolchain that moved is planned again, and nothing is brought or said twice",
          "[change]") {
    Filled f;
    f.change("t", Filled::steps(kManifest, Filled::plan({"a"}, {"a"})));
    f.transfer->brought.clear();
    // Another process adds c while b comes.
    f.transfer->on_bring = [&](const std::string&) {
        f.store.commit("t", {test::StoreHome::kept("a"),
                             f.store.arrived("c", "tree-of-c", f.transfer->contents["c"])});
    };
    int planned = 0;
    ChangeSteps steps = Filled::steps(kManifest, {});
    steps.plan = [&](const Snapshot& snapshot) {
        ++planned;
        Plan plan;
        plan.final_list = snapshot.component_list();
        plan.final_list.push_back(test::component("b"));
        plan.install = {test::component("b")};
        plan.messages = {{false, "downloading"}};
        return plan;
    };
    CHECK(f.change("t", steps).committed);
    CHECK(planned == 2);
    CHECK(f.transfer->brought == Strings{"b"});
    CHECK(f.said.texts == Strings{"info: downloading"});
    CHECK(f.components() == "a=listed c=listed b=listed");
}

TEST_CASE("what cannot be brought leaves the toolchain as it was", "[change]") {
    Filled f;
    f.change("t", Filled::steps(kManifest, Filled::plan({"a"}, {"a"})));
    const std::string before = f.store.current("t").version;
    f.transfer->failures.emplace("b", Error(Errc::unreachable, "no line"));
    const ChangeSteps steps = Filled::steps(kManifest, Filled::plan({"a", "b"}, {"b"}));
    CHECK(test::error_text([&] { f.change("t", steps); }) ==
          "component download failed for b: no line");
    CHECK(f.store.current("t").version == before);
    CHECK(f.components() == "a=listed");
    CHECK(f.store.is_free(lock::Key::toolchain("t")));
}

TEST_CASE("what refuses the commit ends a change without one", "[change]") {
    Filled f;
    ChangeSteps steps = Filled::steps(kManifest, Filled::plan({"a"}, {"a"}));
    std::optional<bool> seen;
    steps.before_commit = [&](bool fresh) -> task::awaitable<void> {
        seen = fresh;
        throw Error(Errc::usage, "not wanted any more");
        co_return;
    };
    CHECK(test::error_text([&] { f.change("t", steps); }) == "not wanted any more");
    CHECK(seen == true);
    CHECK(f.components() == "none");
}

TEST_CASE("a link of the user's is never replaced by a change", "[change]") {
    Filled f;
    f.store.link("t", "/usr");
    const ChangeSteps steps = Filled::steps(kManifest, Filled::plan({"a"}, {"a"}));
    CHECK_THAT(test::error_text([&] { f.change("t", steps); }),
               Catch::Contains("is a link to a toolchain elsewhere; uninstall 't' first"));
    CHECK(f.transfer->brought.empty());
}

TEST_CASE("a complaint is told when the rest is done", "[change]") {
    Filled f;
    Plan plan = Filled::plan({"a"}, {"a"});
    plan.complaint = "no such component";
    const ChangeSteps steps = Filled::steps(kManifest, plan);
    CHECK(test::error_text([&] {
              test::run(f.loop, toolchain::run_change(f.services, stable(), steps));
          }) == "no such component");
    CHECK(f.store.standings(stable().str()) == "a=listed");
}

TEST_CASE("a full disk is tried once more without keeping what comes", "[change]") {
    Filled f;
    f.transfer->failures.emplace("a", Error(Errc::no_room, "no space left"));
    const ChangeSteps steps = Filled::steps(kManifest, Filled::plan({"a"}, {"a"}));
    CHECK_THAT(test::error_text(
                   [&] { test::run(f.loop, toolchain::run_change(f.services, stable(), steps)); }),
               Catch::Contains("no space left"));
    CHECK(f.transfer->brought == Strings{"a", "a"});
    CHECK_FALSE(f.transfer->keeps_parts());
}
