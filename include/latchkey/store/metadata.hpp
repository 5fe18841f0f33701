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

/// The one note of a toolchain that rustup would not have made.
inline constexpr std::string_view kTagNote = ".latchkey";

/// How the names in lib/rustlib begin of files that are still being copied into a directory on
/// another device.
inline constexpr std::string_view kBesidePrefix = ".latchkey-";

/// In a fingerprint: the file does not exist.
inline constexpr std::string_view kNoFile = "-";

/// Identifies the state of rustup's notes in a directory. A change of the toolchain changes at
/// least one of them.
struct Fingerprint {
    std::string components{kNoFile};        ///< XXH3 of `components`, 16 hex digits.
    std::string config{kNoFile};            ///< XXH3 of `multirust-config.toml`.
    std::uint64_t manifest_bytes = 0;       ///< Of multirust-channel-manifest.toml; 0: not there.
    std::int64_t manifest_seconds = 0;      ///< Its time of modification, since 1970,
    std::int32_t manifest_nanoseconds = 0;  ///< and the rest, which not every archive keeps.

    bool operator==(const Fingerprint&) const = default;
};

/// One line of words, as the state and the tag have it.
std::string serialise(const Fingerprint& fingerprint);
std::optional<Fingerprint> parse_fingerprint(std::string_view text);

/// The fingerprint of a toolchain's directory as it is now.
///
/// Throws: Errc::io.
Fingerprint load_fingerprint(const std::string& directory);

/// Whether a directory is the one that was written down: each of its notes is as in `known` or as
/// in `intended`. A change that was killed leaves some of either.
bool agrees(const Fingerprint& found, const Fingerprint& known,
            const std::optional<Fingerprint>& intended);

/// What the tag file says: which generation the directory is.
struct Tag {
    std::string toolchain;
    std::uint64_t number = 0;
    std::string word;
    std::string parent;  ///< The word of the state that it was made from; may be empty.
    /// Rustup's notes when the directory was made. They identify a clone that a killed command put
    /// at home: if they differ by now, somebody has changed it.
    std::optional<Fingerprint> metadata = std::nullopt;
    std::string manifest = {};  ///< note_hash() of the channel manifest; empty: not known.
};

/// Ends with a checksum of what is before it.
std::string serialise(const Tag& tag);

/// Empty: the text is not a tag. The checksum is not looked at.
std::optional<Tag> parse_tag(std::string_view text);

/// Whether a tag's text is as it was written, as far as its checksum tells. Earlier versions wrote
/// none.
bool is_tag_whole(std::string_view text, const Tag& parsed);

/// XXH3 of one of rustup's notes in a directory, 16 hex digits. kNoFile: it does not exist.
std::string note_hash(const std::string& directory, std::string_view note);

/// The tag of a toolchain's directory. Empty: there is none, or it is damaged.
std::optional<Tag> find_tag(const std::string& directory);

/// Whether a path belongs to rustup's notes or ours, and so to no component.
bool is_metadata(std::string_view path);

/// Whether no component may bring this path: it is a note, could be one of another version, or lies
/// below one.
bool is_reserved(std::string_view path);

/// Whether the directory has a list of its components. Without one, rustup knows nothing in it
/// either.
bool has_component_list(const std::string& directory);

/// Whether a directory holds a release of before 2016. As rustup decides: it has no configuration,
/// but the manifests of the three components that all releases had.
bool is_combined(const std::string& directory);

/// The components that a directory's own notes list. An empty optional: there is no configuration.
///
/// Throws: Errc::corrupt, Errc::io.
std::optional<std::vector<dist::Component>> find_configured(const std::string& directory);

/// The texts of the two files that list these components.
struct ListTexts {
    std::string components;
    std::string config;
};
ListTexts list_texts(std::span<const dist::Component> components);

/// The fingerprint that load_fingerprint() will find once these texts are written, with the
/// manifest of `now`.
Fingerprint fingerprint_of(const ListTexts& texts, const Fingerprint& now);

/// The lines of `manifest-<component>` in a directory.
///
/// Throws: Errc::corrupt if it is missing or damaged; Errc::io.
std::vector<dist::PayloadLine> load_payload(const std::string& directory,
                                            const std::string& full_name);

}  // namespace latchkey::store
