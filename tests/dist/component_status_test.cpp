#include "latchkey/dist/component_status.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

TEST_CASE("components are listed sorted, with what is installed and to be had", "[status]") {
    ExampleManifest example;
    example.unavailable = {{"rls-preview", kHost}};
    const std::vector<Component> installed{{"rust-src", {}}, {"gone", kHost}};
    std::string text;
    for (const auto& s : component_statuses(example.parse(), kHost, installed)) {
        text += s.name + (s.installed ? " (installed)" : "") + (s.available ? "" : " (no)") + "\n";
    }
    CHECK(text == "cargo-" + kHost + "\nclippy-" + kHost + "\nrls-" + kHost +
                      " (no)\nrust-src (installed)\nrust-std-" + kWasm + "\nrust-std-" + kHost +
                      "\nrustc-" + kHost + "\n");
}

TEST_CASE("a component may be named in full, or by its package", "[status]") {
    const auto m = ExampleManifest().parse();
    const auto resolve = [&](std::string_view name, std::optional<std::string> target = {}) {
        return resolve_component(m, kHost, name, target);
    };
    CHECK(resolve("rust-std-" + kWasm) == Component{"rust-std", kWasm});
    CHECK(resolve("clippy-" + kHost) == Component{"clippy-preview", kHost});
    CHECK(resolve("clippy-preview-" + kHost, kWasm) == Component{"clippy-preview", kHost});
    CHECK(resolve("rust-src", kWasm) == Component{"rust-src", {}});
    CHECK(resolve("clippy") == Component{"clippy", kHost});
    CHECK(resolve("rust-std", kWasm) == Component{"rust-std", kWasm});
    CHECK(resolve("nix") == Component{"nix", kHost});
    CHECK(resolve("clippy").is_extension);  // As rustup writes it into multirust-config.toml.
}
