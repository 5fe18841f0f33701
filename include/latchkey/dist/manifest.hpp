#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/digest.hpp"
#include "latchkey/dist/component.hpp"
#include "latchkey/dist/profile.hpp"

namespace latchkey::dist {

/// How an artifact is compressed. A tree takes its name from the first of them that the manifest
/// has.
enum class Encoding { xz, gz, zst };

/// `xz`, `gz`, `zst`.
std::string_view str(Encoding encoding) noexcept;

/// A place from which an artifact can be fetched.
struct Source {
    Encoding encoding = Encoding::xz;
    std::string url;   ///< As served; Server::component_url() leads it to a mirror.
    std::string hash;  ///< As served, any text. Never part of a path: that is what digest() is for.

    /// Empty: no bytes can match this hash.
    [[nodiscard]] std::optional<Digest> digest() const { return Digest::parse(hash); }

    bool operator==(const Source&) const = default;
};

/// One package for one target.
struct PackageTarget {
    bool available = false;             ///< It can be downloaded: said so, and there is a source.
    std::vector<Source> sources;        ///< Sorted xz, gz, zst. Empty if not available.
    std::vector<Component> components;  ///< Of `rust`: its parts, then its extensions, flagged.

    bool operator==(const PackageTarget&) const = default;
};

/// One package of a channel.
struct Package {
    std::string version;  ///< Free text: `1.95.0 (59807616e 2026-04-14)`.
    std::map<std::string, PackageTarget, std::less<>> targets;  ///< By tuple, or `*`.

    /// Whether the package is the same for every target: `*` is its only key.
    [[nodiscard]] bool is_wildcard() const {
        return targets.size() == 1 && targets.begin()->first == "*";
    }

    /// Null: the package is not for this target. A wildcard package is for every target and for
    /// none.
    [[nodiscard]] const PackageTarget* find(const std::optional<std::string>& target) const;

    bool operator==(const Package&) const = default;
};

/// A channel's manifest, version 2: which packages there are, and where to fetch them.
///
/// Source: rustup's manifest format, https://rust-lang.github.io/rustup/concepts/channels.html
struct Manifest {
    std::string date;  ///< YYYY-MM-DD, as served.
    std::map<std::string, Package, std::less<>> packages;
    std::map<std::string, std::string, std::less<>> renames;  ///< Public name to internal name.
    std::map<Profile, std::vector<std::string>> profiles;     ///< Internal names.

    /// Equal manifests: a change needs to touch only the components that differ. Otherwise all are
    /// reinstalled.
    bool operator==(const Manifest&) const = default;

    /// The version of `rust`, as messages and `check` show it.
    [[nodiscard]] std::optional<std::string> rust_version() const;

    /// Every component that the channel has for toolchains of `target`, in the manifest's order.
    ///
    /// Throws: Errc::not_found, `package not found: 'rust'` or `target 'T' not found in channel.
    /// …`.
    [[nodiscard]] std::span<const Component> components_for(std::string_view target) const;

    /// Throws: as components_for(); Errc::not_found, `profile not found: 'P'`.
    [[nodiscard]] std::vector<Component> profile_components(Profile profile,
                                                            std::string_view target) const;

    /// Null: the channel has no such package, or not for this target.
    [[nodiscard]] const PackageTarget* find(const Component& component) const;

    /// Whether the component can be downloaded.
    [[nodiscard]] bool is_available(const Component& component) const;

    /// The component under its internal name. Empty: it was not renamed.
    [[nodiscard]] std::optional<Component> renamed(const Component& component) const;

    /// The name that users know: `clippy`.
    [[nodiscard]] std::string short_name(const Component& component) const;

    /// `clippy-x86_64-unknown-linux-gnu`, `rust-src`.
    [[nodiscard]] std::string display_name(const Component& component) const;

    /// `'clippy' for target 'x86_64-unknown-linux-gnu'`, `'rust-src'`.
    [[nodiscard]] std::string description(const Component& component) const;
};

/// rustup's text for a channel or package that does not exist for a target.
std::string target_not_found_text(std::string_view target);

/// Throws: Errc::corrupt, `could not parse manifest file: 'PATH': …`. Behind that come rustup's
///         words if the manifest contradicts itself, otherwise the key and its place.
Manifest parse_manifest(std::string_view text, const std::string& shown_path);

/// As parse_manifest(), for one that this program has read and written before, in a quarter of the
/// time: the parts and extensions that `rust` has on hosts other than `target` are left out. They
/// are nine tenths of the lines, and no question about a toolchain of `target` needs them.
///
/// Never compare the result with another manifest: it is not whole.
Manifest parse_manifest_for(std::string_view target, std::string_view text,
                            const std::string& shown_path);

/// The text of the installed copy, `lib/rustlib/multirust-channel-manifest.toml`. Latchkey and
/// rustup parse it to an equal manifest.
std::string serialise(const Manifest& manifest);

}  // namespace latchkey::dist
