#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/manifest.hpp"
#include "toml_reader.hpp"

namespace latchkey::dist {
namespace {

struct SourceKeys {
    Encoding encoding;
    std::string_view url;
    std::string_view hash;
};

constexpr std::array<SourceKeys, 3> kSourceKeys{{
    {Encoding::xz, "xz_url", "xz_hash"},
    {Encoding::gz, "url", "hash"},
    {Encoding::zst, "zst_url", "zst_hash"},
}};

/// Turns a document into a manifest, and checks that it holds together.
class ManifestParser {
public:
    explicit ManifestParser(std::string_view text) : toml_(text) {}

    Manifest parse() {
        const auto& root = toml_.root();
        check_version(root);
        Manifest manifest;
        manifest.date = toml_.string(root, "date");
        if (const auto* packages = toml_.find_table(root, "pkg")) {
            for (auto&& [name, node] : *packages) {
                manifest.packages.emplace(name.str(), parse_package(toml_.as_table(node)));
            }
        }
        if (const auto* renames = toml_.find_table(root, "renames")) {
            for (auto&& [name, node] : *renames) {
                manifest.renames.emplace(name.str(), toml_.string(toml_.as_table(node), "to"));
            }
        }
        if (const auto* profiles = toml_.find_table(root, "profiles")) {
            parse_profiles(*profiles, manifest);
        }
        return manifest;
    }

private:
    void check_version(const toml::table& root) const {
        const auto& version = toml_.string(root, "manifest-version");
        if (version == "2") return;
        toml_.fail(root.get("manifest-version")->source(),
                   fmt::format("unknown variant `{}`, expected `2`", version));
    }

    Package parse_package(const toml::table& in) const {
        Package package;
        package.version = toml_.string(in, "version");
        for (auto&& [tuple, node] : toml_.table(in, "target")) {
            package.targets.emplace(tuple.str(), parse_target(toml_.as_table(node)));
        }
        return package;
    }

    PackageTarget parse_target(const toml::table& in) const {
        PackageTarget target;
        const bool offered = toml_.boolean(in, "available");
        for (const auto& keys : kSourceKeys) {
            const auto* url = toml_.find_string(in, keys.url);
            const auto* hash = toml_.find_string(in, keys.hash);
            if (offered && url && hash) target.sources.push_back({keys.encoding, *url, *hash});
        }
        target.available = !target.sources.empty();
        append_components(in, "components", target.components);
        const auto parts = target.components.size();
        append_components(in, "extensions", target.components);
        for (auto i = parts; i < target.components.size(); ++i) {
            target.components[i].is_extension = true;
        }
        // As serialise() writes them, whatever a `components` entry says of itself.
        std::ranges::stable_partition(target.components,
                                      [](const auto& c) { return !c.is_extension; });
        return target;
    }

    void append_components(const toml::table& in, std::string_view key,
                           std::vector<Component>& out) const {
        const auto* list = toml_.find_array(in, key);
        if (!list) return;
        out.reserve(out.size() + list->size());
        for (const auto& node : *list) {
            const auto& entry = toml_.as_table(node);
            Component component;
            component.pkg = toml_.string(entry, "pkg");
            if (const auto& target = toml_.string(entry, "target"); target != "*") {
                component.target = target;
            }
            component.is_extension = toml_.find_boolean(entry, "is_extension");
            out.push_back(std::move(component));
        }
    }

    void parse_profiles(const toml::table& in, Manifest& manifest) const {
        for (auto&& [name, node] : in) {
            std::optional<Profile> profile;
            for (const auto p : {Profile::minimal, Profile::default_, Profile::complete}) {
                if (name.str() == str(p)) profile = p;
            }
            if (!profile) {
                toml_.fail(name.source(),
                           fmt::format("unknown variant `{}`, expected one of `minimal`, "
                                       "`default`, `complete`",
                                       name.str()));
            }
            auto& names = manifest.profiles[*profile];
            for (const auto& item : toml_.array(in, name.str())) {
                names.push_back(toml_.as_string(item));
            }
        }
    }

    TomlReader toml_;
};

/// Why a component has no package. Empty: it has.
std::optional<std::string> why_broken(const Manifest& manifest, const Component& component) {
    const auto package = manifest.packages.find(component.pkg);
    if (package == manifest.packages.end()) {
        return fmt::format("package not found: '{}'", component.pkg);
    }
    if (package->second.find(component.target)) return std::nullopt;
    if (!component.target) return "no target specified";
    return target_not_found_text(*component.target);
}

void validate(const Manifest& manifest) {
    for (const auto& [name, package] : manifest.packages) {
        for (const auto& [tuple, target] : package.targets) {
            for (const auto& component : target.components) {
                const auto why = why_broken(manifest, component);
                if (!why) continue;
                throw Error(Errc::corrupt, *why)
                    .in(fmt::format(
                        "server sent a broken manifest: missing package for component {}",
                        manifest.short_name(component)));
            }
        }
    }
    for (const auto& [from, to] : manifest.renames) {
        if (manifest.packages.contains(to)) continue;
        throw Error(Errc::corrupt,
                    fmt::format("server sent a broken manifest: missing package for the target of "
                                "a rename {}",
                                to));
    }
}

Manifest parse_toml(std::string_view text) {
    try {
        return ManifestParser(text).parse();
    } catch (const Error& e) {
        throw e.in("error parsing manifest");
    }
}

}  // namespace

Manifest parse_manifest(std::string_view text, const std::string& shown_path) {
    try {
        Manifest manifest = parse_toml(text);
        validate(manifest);
        return manifest;
    } catch (const Error& e) {
        throw e.in(fmt::format("could not parse manifest file: '{}'", shown_path));
    }
}

}  // namespace latchkey::dist
