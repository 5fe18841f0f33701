#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/installed_config.hpp"

namespace latchkey::store {

/// The folder of a toolchain in which rustup keeps its notes.
inline constexpr std::string_view kRustlib = "lib/rustlib/";

/// The one file of a toolchain that rustup would not have made.
inline constexpr std::string_view kTagFile = "lib/rustlib/.latchkey";

/// What is being copied into a directory on another device has a name that begins so, in
/// lib/rustlib.
inline constexpr std::string_view kBesidePrefix = ".latchkey-";

/// In a fingerprint: the file is not there.
inline constexpr std::string_view kNoFile = "-";

/// By which rustup's notes in a directory are known again: who changes the toolchain changes one of
/// them.
struct Fingerprint {
    std::string components{kNoFile};        ///< XXH3 of `components`, 16 hex digits.
    std::string config{kNoFile};            ///< The same of `multirust-config.toml`.
    std::uint64_t manifest_bytes = 0;       ///< Of multirust-channel-manifest.toml; 0: not there.
    std::int64_t manifest_seconds = 0;      ///< Its time of modification, since 1970,
    std::int32_t manifest_nanoseconds = 0;  ///< and the rest, which not every archive keeps.

    bool operator==(const Fingerprint&) const = default;
};

/// One line's words.
std::string serialise(const Fingerprint& fingerprint);
std::optional<Fingerprint> parse_fingerprint(std::string_view text);

/// Of a toolchain's directory as it is. Throws: Errc::io.
Fingerprint load_fingerprint(const std::string& directory);

/// Whether a directory is the one that was written down: each of its notes is one of either. A
/// change under way leaves some of the one and some of the other.
bool agrees(const Fingerprint& found, const Fingerprint& known,
            const std::optional<Fingerprint>& intended);

/// What the tag file says: whose generation the directory is.
struct Tag {
    std::string toolchain;
    std::uint64_t number = 0;
    std::string word;
    std::string parent;  ///< The word of the state that it was made from; may be empty.
    /// Of rustup's notes when the directory was made. A clone that a killed command put to home is
    /// known by it: if it has others by now, somebody has changed it.
    std::optional<Fingerprint> metadata = std::nullopt;
};

std::string serialise(const Tag& tag);

/// Empty where it makes no sense.
std::optional<Tag> parse_tag(std::string_view text);

/// Empty where there is none, or none that makes sense.
std::optional<Tag> find_tag(const std::string& directory);

/// Is this one of rustup's notes or ours, and no component's file?
bool is_metadata(std::string_view path);

/// May no component bring this path: is it such a note, could it be one of another version, or does
/// it lie below one?
bool is_reserved(std::string_view path);

/// Does the directory say what it has? Without that, rustup knows nothing in it either.
bool has_component_list(const std::string& directory);

/// Is the directory one of before 2016, as rustup tells: no configuration, and the manifests of the
/// three components that all releases had?
bool is_combined(const std::string& directory);

/// The components that a directory's own notes list; empty optional: there is no configuration.
///
/// Throws: Errc::corrupt, Errc::io.
std::optional<std::vector<dist::Component>> find_configured(const std::string& directory);

/// The texts of the two lists for these components.
struct ListTexts {
    std::string components;
    std::string config;
};
ListTexts list_texts(std::span<const dist::Component> components);

/// As load_fingerprint() will find it, the manifest being that of `now`.
Fingerprint fingerprint_of(const ListTexts& texts, const Fingerprint& now);

/// `manifest-<component>` of a directory.
///
/// Throws: Errc::corrupt where it is missing or makes no sense; Errc::io.
std::vector<dist::PayloadLine> load_payload(const std::string& directory,
                                            const std::string& full_name);

}  // namespace latchkey::store
