#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/dist/manifest.hpp"
#include "plain_manifest.hpp"
#include "plain_toml.hpp"
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

/// Turns a document into a manifest. `Toml` is PlainToml or TomlReader.
template <typename Toml>
class ManifestParser {
    using Table = typename Toml::Table;

public:
    template <typename... Options>
    explicit ManifestParser(std::string_view text, const Options&... options)
        : toml_(text, options...) {}

    Manifest parse() {
        const auto& root = toml_.root();
        check_version(root);
        Manifest manifest;
        manifest.date = toml_.string(root, "date");
        if (const auto* packages = toml_.find_table(root, "pkg")) {
            Toml::for_each(*packages, [&](std::string_view name, const auto& value) {
                manifest.packages.emplace(name, parse_package(toml_.as_table(value)));
            });
        }
        if (const auto* renames = toml_.find_table(root, "renames")) {
            Toml::for_each(*renames, [&](std::string_view name, const auto& value) {
                manifest.renames.emplace(name, toml_.string(toml_.as_table(value), "to"));
            });
        }
        if (const auto* profiles = toml_.find_table(root, "profiles")) {
            parse_profiles(*profiles, manifest);
        }
        return manifest;
    }

private:
    void check_version(const Table& root) const {
        const auto& version = toml_.string(root, "manifest-version");
        if (version == "2") return;
        toml_.fail_value(
            root, "manifest-version",
            fmt::format("unknown variant `{}`, expected `2`", printable_line(version)));
    }

    Package parse_package(const Table& in) const {
        Package package;
        package.version = toml_.string(in, "version");
        Toml::for_each(toml_.table(in, "target"), [&](std::string_view tuple, const auto& value) {
            package.targets.emplace(tuple, parse_target(toml_.as_table(value)));
        });
        return package;
    }

    PackageTarget parse_target(const Table& in) const {
        PackageTarget target;
        const bool offered = toml_.boolean(in, "available");
        for (const auto& keys : kSourceKeys) {
            const auto* url = toml_.find_string(in, keys.url);
            const auto* hash = toml_.find_string(in, keys.hash);
            if (offered && url && hash) {
                target.sources.push_back({keys.encoding, std::string(*url), std::string(*hash)});
            }
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

    void append_components(const Table& in, std::string_view key,
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

    void parse_profiles(const Table& in, Manifest& manifest) const {
        Toml::for_each(in, [&](std::string_view name, const auto& value) {
            std::optional<Profile> profile;
            for (const auto p : {Profile::minimal, Profile::default_, Profile::complete}) {
                if (name == str(p)) profile = p;
            }
            if (!profile) {
                toml_.fail_key(in, name,
                               fmt::format("unknown variant `{}`, expected one of `minimal`, "
                                           "`default`, `complete`",
                                           printable_line(name)));
            }
            auto& names = manifest.profiles[*profile];
            for (const auto& item : toml_.as_array(value)) {
                names.emplace_back(toml_.as_string(item));
            }
        });
    }

    Toml toml_;
};

/// Looks components up in the order of a list, in which most are the next one of the same package.
class Finder {
public:
    explicit Finder(const Manifest& manifest)
        : packages_(manifest.packages), package_(packages_.end()) {}

    /// Why a component has no package. Empty: it has.
    std::optional<std::string> why_broken(const Component& component) {
        if (package_ == packages_.end() || package_->first != component.pkg) {
            package_ = packages_.find(component.pkg);
            if (package_ == packages_.end()) {
                return fmt::format("package not found: '{}'", component.pkg);
            }
            next_ = package_->second.targets.begin();
        }
        const Package& package = package_->second;
        if (component.target && next_ != package.targets.end() &&
            next_->first == *component.target) {
            ++next_;
            return std::nullopt;
        }
        if (package.find(component.target)) return std::nullopt;
        if (!component.target) return "no target specified";
        return target_not_found_text(*component.target);
    }

private:
    const decltype(Manifest::packages)& packages_;
    decltype(Manifest::packages)::const_iterator package_;
    decltype(Package::targets)::const_iterator next_;
};

void validate(const Manifest& manifest) {
    Finder finder(manifest);
    for (const auto& [name, package] : manifest.packages) {
        for (const auto& [tuple, target] : package.targets) {
            for (const auto& component : target.components) {
                const auto why = finder.why_broken(component);
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

/// Names and versions stand in messages and lists, whose lines they must not forge.
void require_printable(const Manifest& manifest) {
    const auto check = [](const std::string& text) {
        const std::string shown = printable_line(text);
        if (shown == text) return;
        throw Error(Errc::corrupt, fmt::format("control character in '{}'", shown));
    };
    check(manifest.date);
    for (const auto& [name, package] : manifest.packages) {
        check(name);
        check(package.version);
        for (const auto& [tuple, target] : package.targets) {
            check(tuple);
            for (const Source& source : target.sources) {
                check(source.url);
                check(source.hash);
            }
            for (const Component& component : target.components) {
                check(component.pkg);
                if (component.target) check(*component.target);
            }
        }
    }
    for (const auto& [from, to] : manifest.renames) {
        check(from);
        check(to);
    }
    for (const auto& [profile, names] : manifest.profiles) {
        for (const std::string& name : names) check(name);
    }
}

Manifest parse_document(std::string_view text) {
    if (auto manifest = parse_plain_manifest(text, {})) return *std::move(manifest);  // Has none.
    try {
        Manifest manifest = ManifestParser<TomlReader>(text).parse();
        require_printable(manifest);
        return manifest;
    } catch (const Error& e) {
        throw e.in("error parsing manifest");
    }
}

}  // namespace

std::optional<Manifest> parse_plain_manifest(std::string_view text, const PlainToml::Skips& skips) {
    try {
        return ManifestParser<PlainToml>(text, skips).parse();
    } catch (const PlainToml::NotPlain&) {
        return std::nullopt;
    }
}

Manifest parse_manifest(std::string_view text, const std::string& shown_path) {
    try {
        Manifest manifest = parse_document(text);
        validate(manifest);
        return manifest;
    } catch (const Error& e) {
        throw e.in(fmt::format("could not parse manifest file: '{}'", shown_path));
    }
}

Manifest parse_manifest_for(std::string_view target, std::string_view text,
                            const std::string& shown_path) {
    constexpr std::string_view kHosts = "[[pkg.rust.target.";
    const std::string own = fmt::format("{}{}.", kHosts, target);
    const auto skips = [&](std::string_view header) {
        return header.starts_with(kHosts) && !header.starts_with(own);
    };
    if (auto manifest = parse_plain_manifest(text, skips)) return *std::move(manifest);
    return parse_manifest(text, shown_path);
}

}  // namespace latchkey::dist
