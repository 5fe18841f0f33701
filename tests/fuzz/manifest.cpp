// A channel's manifest: what a server sends. What is accepted is written and read again, the same.

#include "latchkey/dist/manifest.hpp"

#include "target.hpp"

namespace {

using namespace latchkey;
using dist::Manifest;

/// Every question that commands ask.
void ask(const Manifest& manifest) {
    const auto version = manifest.rust_version();
    fuzz::require(version.has_value() == manifest.packages.contains("rust"), "rust has a version");
    for (const auto& [name, package] : manifest.packages) {
        for (const auto& [tuple, target] : package.targets) {
            fuzz::require(target.available == !target.sources.empty(), "available without source");
            for (const auto& component : target.components) {
                const auto* found = manifest.find(component);
                fuzz::require(found != nullptr, "a component has no package");
                fuzz::require(manifest.is_available(component) == found->available,
                              "a component is available or not");
                const auto renamed = manifest.renamed(component);
                fuzz::require(!renamed || manifest.packages.contains(renamed->pkg),
                              "a renamed component has no package");
                fuzz::require(!manifest.description(component).empty(), "nothing to show");
            }
            if (name != "rust") continue;
            for (const auto profile :
                 {dist::Profile::minimal, dist::Profile::default_, dist::Profile::complete}) {
                fuzz::parsed([&] { return manifest.profile_components(profile, tuple); });
            }
        }
    }
}

/// Text in upstream's shape has a reader of its own; a comment makes it text for toml++.
void compare_readers(std::string_view text, const std::optional<Manifest>& manifest) {
    if (text.ends_with('\r')) return;  // Which would become the end of a line.
    const std::string commented = std::string(text) + "\n#";
    const auto other = fuzz::parsed([&] { return dist::parse_manifest(commented, "m"); });
    fuzz::require(manifest.has_value() == other.has_value(), "the readers differ: accepted or not");
    if (!manifest) return;
    fuzz::require(dist::serialise(*manifest) == dist::serialise(*other), "the readers differ");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto manifest = fuzz::parsed([&] { return dist::parse_manifest(text, "m"); });
    compare_readers(text, manifest);
    if (!manifest) return 0;
    ask(*manifest);
    const std::string written = dist::serialise(*manifest);
    const Manifest again = fuzz::reparsed([&] { return dist::parse_manifest(written, "w"); });
    fuzz::require(again == *manifest, "the written manifest is another");
    // Equality of components overlooks is_extension; the text does not.
    fuzz::require(dist::serialise(again) == written, "the manifest is written in two ways");
    return 0;
}
