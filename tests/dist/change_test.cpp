#include "latchkey/dist/change.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

namespace {

const Component kRustc{"rustc", kHost};
const Component kCargo{"cargo", kHost};
const Component kStd{"rust-std", kHost};
const Component kStdWasm{"rust-std", kWasm};
const Component kSrc{"rust-src", {}};
const Component kClippy{"clippy-preview", kHost};
const Component kRls{"rls-preview", kHost};

using List = std::vector<Component>;

ChangeRequest adding(List add, bool force = false) {
    return {std::move(add), {}, force};
}

}  // namespace

TEST_CASE("a fresh toolchain wants its profile, sorted", "[change]") {
    const auto m = ExampleManifest().parse();
    CHECK(wanted_components(m, kHost, Profile::default_, {}, {}) ==
          List{kCargo, kClippy, kStd, kRustc});
    CHECK(wanted_components(m, kHost, {}, {}, {}).empty());
}

TEST_CASE("wanted components have short or internal names, and each counts once", "[change]") {
    const auto m = ExampleManifest().parse();
    const std::vector<std::string> names{"clippy", "clippy-preview", "rust-src", "rustc"};
    const std::vector<std::string> targets{kWasm, kHost, kWasm};
    CHECK(wanted_components(m, kHost, Profile::minimal, names, targets) ==
          List{kClippy, kSrc, kStdWasm, kStd, kRustc});
}

TEST_CASE("a wanted name that nobody knows stays, to be unavailable", "[change]") {
    const auto m = ExampleManifest().parse();
    const std::vector<std::string> names{"nix"};
    const auto wanted = wanted_components(m, kHost, {}, names, {});
    CHECK(wanted == List{{"nix", kHost}});
    const auto plan = plan_change({}, nullptr, m, kHost, adding(wanted));
    CHECK(plan.unavailable == wanted);
    CHECK(plan.refused());
}

TEST_CASE("a change starts from the configuration, or from a version 1 toolchain", "[change]") {
    const auto m = ExampleManifest().parse();
    CHECK(starting_list(InstalledConfig{{kSrc}}, true, m, kHost) == List{kSrc});
    CHECK(starting_list({}, true, m, kHost) == List{kRustc, kCargo, kStd, kClippy});
    CHECK(starting_list({}, false, m, kHost).empty());
}

TEST_CASE("a fresh install installs what is wanted", "[change]") {
    const auto m = ExampleManifest().parse();
    const auto plan = plan_change({}, nullptr, m, kHost, adding({kCargo, kRustc}));
    CHECK(plan.final_list == List{kCargo, kRustc});
    CHECK(plan.install == plan.final_list);
    CHECK(plan.uninstall.empty());
    CHECK_FALSE(plan.unchanged);
    CHECK_FALSE(plan.refused());
}

TEST_CASE("adding to an equal manifest installs the addition alone, and lists it first",
          "[change]") {
    const auto m = ExampleManifest().parse();
    const List installed{kCargo, kRustc};
    const auto plan = plan_change(installed, &m, m, kHost, adding({kClippy, kRustc}));
    CHECK(plan.final_list == List{kClippy, kRustc, kCargo});
    CHECK(plan.install == List{kClippy});
    CHECK(plan.uninstall.empty());
    CHECK(plan.up_to_date == List{kRustc});
}

TEST_CASE("adding what is there changes nothing", "[change]") {
    const auto m = ExampleManifest().parse();
    const List installed{kCargo, kSrc};
    const auto plan = plan_change(installed, &m, m, kHost, adding({kSrc}));
    CHECK(plan.unchanged);
    CHECK(plan.up_to_date == List{kSrc});
}

TEST_CASE("a removal uninstalls that component alone", "[change]") {
    const auto m = ExampleManifest().parse();
    const List installed{kCargo, kStdWasm, kRustc};
    const auto plan = plan_change(installed, &m, m, kHost, {{}, {kStdWasm}, false});
    CHECK(plan.final_list == List{kCargo, kRustc});
    CHECK(plan.uninstall == List{kStdWasm});
    CHECK(plan.install.empty());
    CHECK_FALSE(plan.unchanged);
}

TEST_CASE("another manifest reinstalls everything", "[change]") {
    const auto old = ExampleManifest().parse();
    ExampleManifest example;
    example.date = "2026-06-01";
    const auto m = example.parse();
    const List installed{kRustc, kCargo};
    const auto plan = plan_change(installed, &old, m, kHost, adding({}));
    CHECK(plan.uninstall == installed);
    CHECK(plan.install == installed);
    CHECK(plan.up_to_date.empty());
    // Nothing is known of what is there: the same.
    CHECK(plan_change(installed, nullptr, m, kHost, adding({})).install == installed);
}

TEST_CASE("nothing installed and nothing wanted is unchanged", "[change]") {
    const auto m = ExampleManifest().parse();
    CHECK(plan_change({}, nullptr, m, kHost, adding({})).unchanged);
}

TEST_CASE("an installed component follows its rename, once", "[change]") {
    const auto m = ExampleManifest().parse();
    const List installed{{"clippy", kHost}, kClippy};
    const auto plan = plan_change(installed, nullptr, m, kHost, adding({}));
    CHECK(plan.final_list == List{kClippy});
    CHECK(plan.missing.empty());
}

TEST_CASE("rust-src that was installed with a target loses it", "[change]") {
    const auto m = ExampleManifest().parse();
    const List installed{{"rust-src", kHost}, {"rust-src", kWasm}};
    const auto plan = plan_change(installed, nullptr, m, kHost, adding({}));
    CHECK(plan.final_list == List{kSrc});
    CHECK(plan.missing.empty());
}

TEST_CASE("a component that the channel lost refuses an update", "[change]") {
    const auto old = ExampleManifest().parse();
    ExampleManifest example;
    example.extensions.pop_back();
    example.renames.clear();
    const auto m = example.parse();
    const List installed{kRls, kCargo};
    const auto plan = plan_change(installed, &old, m, kHost, {{}, {}, false});
    CHECK(plan.missing == List{kRls});
    CHECK(plan.unavailable == List{kRls});
    CHECK(plan.refused());

    const auto forced = plan_change(installed, &old, m, kHost, {{}, {}, true});
    CHECK_FALSE(forced.refused());
    CHECK(forced.unavailable == List{kRls});
    CHECK(forced.final_list == List{kCargo});
    CHECK(forced.install == List{kCargo});
    CHECK(forced.uninstall == installed);
}

TEST_CASE("what cannot be downloaded comes before what is lost, and force drops both", "[change]") {
    ExampleManifest example;
    example.unavailable = {kClippy};
    const auto m = example.parse();
    const List installed{{"gone", kHost}, kClippy, kCargo};
    const auto plan = plan_change(installed, nullptr, m, kHost, adding({}, true));
    CHECK(plan.unavailable == List{kClippy, {"gone", kHost}});
    CHECK(plan.final_list == List{kCargo});
    CHECK(plan.install == List{kCargo});
}

TEST_CASE("availability is asked only of what would be downloaded", "[change]") {
    ExampleManifest example;
    example.unavailable = {kClippy};
    const auto m = example.parse();
    const List installed{kClippy, kCargo};
    const auto plan = plan_change(installed, &m, m, kHost, adding({kRustc}));
    CHECK_FALSE(plan.refused());
    CHECK(plan.install == List{kRustc});
    CHECK(plan.final_list == List{kRustc, kClippy, kCargo});
}

TEST_CASE("what is added and removed at once stays", "[change]") {
    const auto m = ExampleManifest().parse();
    const List installed{kClippy};
    const auto plan = plan_change(installed, &m, m, kHost, {{kClippy}, {kClippy}, false});
    CHECK(plan.unchanged);
}

TEST_CASE("a channel without the toolchain's target cannot be planned for", "[change]") {
    const auto m = ExampleManifest().parse();
    CHECK(error_of([&] {
              plan_change({}, nullptr, m, kWasm, adding({}));
          }).starts_with("target '" + kWasm + "' not found in channel.  Perhaps"));
}
