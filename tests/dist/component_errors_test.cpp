#include "latchkey/dist/component_errors.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"
#include "latchkey/dist/component_status.hpp"

using namespace latchkey::dist;

namespace {

const ToolchainName kStable = ToolchainName::parse("stable-" + kHost).value();
const ToolchainName kNightly = ToolchainName::parse("nightly-" + kHost).value();
const std::string kToolchain = "toolchain 'stable-x86_64-unknown-linux-gnu' ";

/// What `component add` says; "ok" and the component where it is there.
std::string add(std::string_view name, const std::optional<std::string>& target = {},
                const ToolchainName& toolchain = kStable) {
    const auto m = ExampleManifest().parse();
    std::string done;
    const auto error = error_of([&] {
        const auto asked = resolve_component(m, toolchain.target(), name, target);
        done = "ok " + component_to_add(toolchain, m, asked).full_name();
    });
    return done.empty() ? error : done;
}

std::string remove(std::string_view name, const std::vector<Component>& installed,
                   const std::optional<std::string>& target = {}) {
    const auto m = ExampleManifest().parse();
    std::string done;
    const auto error = error_of([&] {
        const auto asked = resolve_component(m, kHost, name, target);
        const auto found = component_to_remove(kStable, m, installed, asked);
        if (const auto* unknown = std::get_if<UnknownComponent>(&found)) {
            throw unknown_components_error(kStable, m, std::span(unknown, 1));
        }
        done = "ok " + std::get<Component>(found).full_name();
    });
    return done.empty() ? error : done;
}

const std::vector<Component> kInstalled{
    {"cargo", kHost}, {"clippy-preview", kHost}, {"rust-std", kHost}, {"rustc", kHost}};

const std::string kTargetNotes =
    "\nnote: you can see a list of supported targets with `rustc --print=target-list`"
    "\nnote: if you are adding support for a new target to rustc itself, see "
    "https://rustc-dev-guide.rust-lang.org/building/new-target.html";

}  // namespace

TEST_CASE("an addition is found under any of its names", "[errors]") {
    CHECK(add("clippy") == "ok clippy-preview-" + kHost);
    CHECK(add("clippy-preview") == "ok clippy-preview-" + kHost);
    CHECK(add("rust-src") == "ok rust-src");
    CHECK(add("rust-src", "anything") == "ok rust-src");
    CHECK(add("rust-std", kWasm) == "ok rust-std-" + kWasm);
}

TEST_CASE("an unknown component is refused, with the nearest name", "[errors]") {
    const auto lacks = [](const std::string& name) {
        return kToolchain + "does not contain component '" + name +
               "' for target 'x86_64-unknown-linux-gnu'";
    };
    CHECK(add("rsl") == lacks("rsl") + "\nhelp: did you mean 'rls'?");
    CHECK(add("rust-sdt") == lacks("rust-sdt") + "\nhelp: did you mean 'rust-std'?");
    CHECK(add("cargoo") == lacks("cargoo") + "\nhelp: did you mean 'cargo'?");
    CHECK(add("rustsrc") == lacks("rustsrc") + "\nhelp: did you mean 'rustc'?");
    CHECK(add("clippy-previeww") ==
          lacks("clippy-previeww") + "\nhelp: did you mean 'clippy-preview'?");
    CHECK(add("completely-else") == lacks("completely-else"));
}

TEST_CASE("a target that Rust knows, but has nothing for, is a low-tier one", "[errors]") {
    CHECK(add("rust-std", "i686-unknown-linux-gnu") ==
          kToolchain +
              "has no prebuilt artifacts available for target 'i686-unknown-linux-gnu'\n"
              "note: this may happen to a low-tier target as per "
              "https://doc.rust-lang.org/nightly/rustc/platform-support.html\n"
              "note: you can find instructions on that page to build the target support from "
              "source");
}

TEST_CASE("a target that nobody knows may be a slip", "[errors]") {
    CHECK(add("rust-std", "x86_64-unknown-linux-gnx") ==
          kToolchain +
              "does not support target 'x86_64-unknown-linux-gnx'; did you mean "
              "'x86_64-unknown-linux-gnu'?" +
              kTargetNotes);
    CHECK(add("rust-std", "wasm32-unknown-unknowm") ==
          kToolchain +
              "does not support target 'wasm32-unknown-unknowm'; did you mean "
              "'wasm32-unknown-unknown'?" +
              kTargetNotes);
    CHECK(add("rls", "foo") == kToolchain + "does not support target 'foo'" + kTargetNotes);
}

TEST_CASE("a lack of rust-std is explained, on nightly with a way out", "[errors]") {
    auto m = ExampleManifest().parse();
    const Component asked{"rust-stdx", kWasm};
    const std::string note =
        "\nnote: not all platforms have the standard library pre-compiled: "
        "https://doc.rust-lang.org/nightly/rustc/platform-support.html";
    CHECK(error_of([&] { return component_to_add(kStable, m, asked); }) ==
          kToolchain + "does not contain component 'rust-stdx' for target '" + kWasm +
              "'\nhelp: did you mean 'rust-std'?" + note);
    CHECK(error_of([&] {
              component_to_add(kNightly, m, asked);
          }).ends_with(note + "\nhelp: consider using `cargo build -Z build-std` instead"));
}

TEST_CASE("only what is installed can be removed or suggested", "[errors]") {
    CHECK(remove("clippy", kInstalled) == "ok clippy-preview-" + kHost);
    CHECK(remove("rust-src", {{"rust-src", {}}}, kWasm) == "ok rust-src");
    CHECK(remove("rls", kInstalled) == kToolchain +
                                           "does not contain component 'rls' for target '" + kHost +
                                           "'\nhelp: did you mean 'rustc'?");
    CHECK(remove("clipy", kInstalled) == kToolchain +
                                             "does not contain component 'clipy' for target '" +
                                             kHost + "'\nhelp: did you mean 'clippy'?");
    CHECK(remove("rust-std-" + kWasm, kInstalled) ==
          kToolchain + "does not have target '" + kWasm + "' installed\n");
    CHECK(remove("rust-std", kInstalled, "x86_64-unknown-linux-gnx") ==
          kToolchain + "does not have target 'x86_64-unknown-linux-gnx' installed; did you mean '" +
              kHost + "'?\n");
}

TEST_CASE("several that are not there are listed, each with what may have been meant", "[errors]") {
    const auto m = ExampleManifest().parse();
    const std::vector<UnknownComponent> unknown{{{"rsl", kHost}, "rls"},
                                                {{"rust-stdx", kHost}, std::nullopt}};
    CHECK(std::string(unknown_components_error(kNightly, m, unknown).what()) ==
          "toolchain '" + kNightly.str() +
              "' does not contain these components:\n"
              "  - 'rsl'\n"
              "    help: did you mean 'rls'?\n"
              "  - 'rust-stdx'\n");
}

TEST_CASE("a toolchain without its manifest is said to be interrupted, with what helps",
          "[errors]") {
    CHECK(std::string(missing_manifest_error("stable-x").what()) ==
          "missing manifest in toolchain 'stable-x'\n"
          "help: this may happen if the toolchain installation was interrupted\n"
          "help: try reinstalling or updating the toolchain");
}

TEST_CASE("with nothing installed a removal has no suggestion, and no crash", "[errors]") {
    CHECK(remove("cargo", {}) == kToolchain + "does not have target '" + kHost + "' installed\n");
}

TEST_CASE("an installed manifest without its own toolchain is corrupt", "[errors]") {
    auto m = ExampleManifest().parse();
    m.packages.erase("rust");
    CHECK(error_of([&] {
              component_to_add(kStable, m, {"cargo", kHost});
          }) == "package not found: 'rust'");
}

TEST_CASE("edits are inserted, deleted, replaced or exchanged code points", "[errors]") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "abc") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("", "ab") == 2);
    CHECK(edit_distance("rsl", "rls") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ca", "abc") == 2);  // Three, if an exchange could not be edited again.
    CHECK(edit_distance("a cat", "an abct") == 3);
    CHECK(edit_distance("ö", "o") == 1);
    CHECK(edit_distance("öä", "äö") == 1);
}

TEST_CASE("components that cannot be downloaded are named for their toolchain", "[errors]") {
    const auto m = ExampleManifest().parse();
    const std::vector<Component> one{{"clippy-preview", kHost}};
    const std::vector<Component> two{{"clippy-preview", kHost}, {"rust-src", {}}};
    const std::vector<Component> mixed{{"clippy-preview", kHost}, {"rust-std", kWasm}};
    CHECK(unavailable_text(m, one, kStable.str()) ==
          "component 'clippy' for target '" + kHost +
              "' is unavailable for download for channel 'stable-x86_64-unknown-linux-gnu'\n");
    CHECK(unavailable_text(m, two, "1.95.0") ==
          "some components are unavailable for download for channel '1.95.0': 'clippy', "
          "'rust-src'\n");
    CHECK(unavailable_text(m, mixed, "nightly-2026-03-01") ==
          "some components are unavailable for download for channel 'nightly-2026-03-01': 'clippy' "
          "for target '" +
              kHost + "', 'rust-std' for target '" + kWasm +
              "'\nnote: sometimes not all components are available in any given nightly");
}

TEST_CASE("an install adds what can be done about it", "[errors]") {
    const auto m = ExampleManifest().parse();
    const std::vector<Component> one{{"clippy-preview", kHost}};
    const std::vector<Component> two{{"cargo", kHost}, {"clippy-preview", kHost}};
    CHECK(unavailable_text_with_advice(m, two, "1.90.0") ==
          "some components are unavailable for download for channel '1.90.0': 'cargo' for target "
          "'x86_64-unknown-linux-gnu', 'clippy' for target 'x86_64-unknown-linux-gnu'\n");
    CHECK(
        unavailable_text_with_advice(m, one, kNightly.str()) ==
        "component 'clippy' for target 'x86_64-unknown-linux-gnu' is unavailable for download for "
        "channel 'nightly-x86_64-unknown-linux-gnu'\n"
        "note: sometimes not all components are available in any given nightly\n"
        "help: if you don't need these components, you could try a minimal installation with:\n"
        "help:     rustup toolchain add nightly-x86_64-unknown-linux-gnu --profile minimal\n"
        "help: if you require these components, please install and use the latest successfully "
        "built version,\n"
        "help: which you can find at <https://rust-lang.github.io/rustup-components-history>\n"
        "help: after determining the correct date, install it with a command such as:\n"
        "help:     rustup toolchain install nightly-2018-12-27\n"
        "help: then you can use the toolchain with commands such as:\n"
        "help:     cargo +nightly-2018-12-27 build");
    CHECK(
        unavailable_text_with_advice(m, one, "beta") ==
        "component 'clippy' for target 'x86_64-unknown-linux-gnu' is unavailable for download for "
        "channel 'beta'\n"
        "One or many components listed above might have been permanently removed from newer "
        "versions\n"
        "of the official Rust distribution due to deprecation.\n"
        "\n"
        "You can find the list of removed components at\n"
        "<https://rust-lang.github.io/rustup/devel/concepts/components.html#previous-components>."
        "\n\n"
        "If you are updating an existing toolchain, after determining the deprecated component(s)\n"
        "and/or target(s) in question, please remove them with:\n"
        "\n"
        "    rustup component remove --toolchain beta <COMPONENT>...\n"
        "    rustup target remove --toolchain beta <TARGET>...\n"
        "\n"
        "After that, you should be able to continue with the update as usual.");
}
