// What is read of a manifest to list components: for the toolchain's target it answers as the whole
// manifest does, whatever is left out.

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "example_manifest.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/dist/manifest_list.hpp"
#include "real_manifests.hpp"

using namespace latchkey::dist;

namespace {

/// As upstream writes them: with a second host, and packages for it that nobody lists for kHost.
std::string text_for_two_hosts() {
    Manifest manifest = ExampleManifest().parse();
    const PackageTarget tool = manifest.packages.at("cargo").targets.at(kHost);
    for (const char* name : {"rustc", "cargo", "clippy-preview"}) {
        manifest.packages.at(name).targets.emplace("other-host", tool);
    }
    manifest.packages["rust-mingw"] = {"1", {{"other-host", tool}}};
    auto& rust = manifest.packages.at("rust").targets;
    rust.emplace("other-host", rust.at(kHost));
    rust.at("other-host").components = {{"rustc", "other-host"}, {"rust-mingw", "other-host"}};
    return serialise(manifest);
}

/// One line for each component, with all that a list may say of it.
std::vector<std::string> rows(const Manifest& manifest, std::string_view target) {
    std::vector<std::string> rows;
    const std::vector<Component> installed{{"rustc", kHost}, {"rust-src", {}}};
    for (const ComponentStatus& status : component_statuses(manifest, target, installed)) {
        rows.push_back(fmt::format("{} {} {} {}", status.component.full_name(), status.name,
                                   status.installed, status.available));
    }
    return rows;
}

void check_same(const std::string& text, std::string_view target) {
    const Manifest listed = parse_manifest_to_list(target, text, "/m");
    const Manifest whole = parse_manifest(text, "/m");
    CHECK(rows(listed, target) == rows(whole, target));
    CHECK(listed.date == whole.date);
    CHECK(listed.renames == whole.renames);
    CHECK(listed.rust_version() == whole.rust_version());
}

/// Without the first such line behind `before`.
std::string without_line(const std::string& text, std::string_view line,
                         std::string_view before = {}) {
    const std::size_t at = text.find(line, text.find(before));
    REQUIRE(at != std::string::npos);
    return text.substr(0, at) + text.substr(text.find('\n', at) + 1);
}

}  // namespace

TEST_CASE("a manifest read to list components lists what the whole one does", "[manifest]") {
    const std::string text = text_for_two_hosts();
    check_same(text, kHost);
    check_same(text, "other-host");
}

TEST_CASE("a manifest read to list components has no other host's packages", "[manifest]") {
    const Manifest listed = parse_manifest_to_list(kHost, text_for_two_hosts(), "/m");
    CHECK_FALSE(listed.packages.contains("rust-mingw"));
    CHECK_FALSE(listed.packages.at("rustc").targets.contains("other-host"));
    CHECK_FALSE(listed.packages.at("rust").targets.contains("other-host"));
    CHECK(listed.packages.at("rust-std").targets.contains(kWasm));  // The list names it.
    CHECK(listed.packages.at("rust-src").is_wildcard());
}

TEST_CASE("what cannot be had is not available in a list either", "[manifest]") {
    ExampleManifest example;
    example.unavailable = {{"rls-preview", kHost}, {"rust-std", kWasm}};
    const std::string text = serialise(example.parse());
    check_same(text, kHost);
    const Manifest listed = parse_manifest_to_list(kHost, text, "/m");
    CHECK_FALSE(listed.is_available({"rust-std", kWasm}));
    CHECK(listed.is_available({"rust-std", kHost}));
}

TEST_CASE("a package for one target besides all is no wildcard in a list", "[manifest]") {
    Manifest manifest = ExampleManifest().parse();
    const PackageTarget source = manifest.packages.at("rust-src").targets.at("*");
    manifest.packages.at("cargo").targets = {{"*", source}, {"other-host", source}};
    manifest.packages.at("rust").targets.at(kHost).components.at(2) = {"cargo", "other-host"};
    const std::string text = serialise(manifest);
    check_same(text, kHost);
    const Manifest listed = parse_manifest_to_list(kHost, text, "/m");
    CHECK_FALSE(listed.packages.at("cargo").is_wildcard());
    CHECK(listed.packages.at("rust-src").is_wildcard());
}

TEST_CASE("a manifest is read whole for a list if the part that matters is odd", "[manifest]") {
    const std::string text = text_for_two_hosts();
    const std::string odd = GENERATE_COPY(
        ExampleManifest().text(), text + "# odd\n", without_line(text, "[pkg.rust]"),
        without_line(text, "[pkg.clippy-preview]"), without_line(text, "manifest-version"),
        without_line(text, "date"), without_line(text, "available", "[pkg.cargo.target." + kHost),
        text.substr(0, text.find("[pkg.clippy-preview]")), std::string(), std::string("odd"));
    const auto read = [&](auto parse) {
        std::string said;
        std::vector<std::string> found;
        said = error_of([&] { found = rows(parse(), kHost); });
        return std::pair(said, found);
    };
    CHECK(read([&] { return parse_manifest_to_list(kHost, odd, "/m"); }) ==
          read([&] { return parse_manifest(odd, "/m"); }));
}

TEST_CASE("a list for a target that the channel does not have says so as ever", "[manifest]") {
    const std::string text = text_for_two_hosts();
    const auto said = [&](const Manifest& manifest) {
        return error_of([&] { (void)manifest.components_for("no-host"); });
    };
    CHECK(said(parse_manifest_to_list("no-host", text, "/m")) == said(parse_manifest(text, "/m")));
}

TEST_CASE("real manifests list the same components when they are read to list them", "[manifest]") {
    for (const auto& [toolchain, text] : latchkey::test::real_manifests()) {
        CAPTURE(toolchain);
        const Manifest whole = parse_manifest(text, "/m");
        for (const auto& [host, target] : whole.packages.at("rust").targets) {
            CAPTURE(host);
            check_same(text, host);
        }
#ifdef NDEBUG
        double list_ms = 1e9;
        double whole_ms = 1e9;
        for (int i = 0; i < 5; ++i) {
            list_ms =
                std::min(list_ms, cpu_ms([&] { (void)parse_manifest_to_list(kHost, text, "/m"); }));
            whole_ms = std::min(whole_ms, cpu_ms([&] { (void)parse_manifest(text, "/m"); }));
        }
        CAPTURE(list_ms, whole_ms);
        CHECK(list_ms < 0.5 * whole_ms);
#endif
    }
}
