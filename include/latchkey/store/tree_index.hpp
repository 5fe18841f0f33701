#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::store {

/// A component as its own package calls it.
struct InstalledPart {
    std::string name;                        ///< As lib/rustlib/components has it.
    std::vector<dist::PayloadLine> payload;  ///< Its own manifest.
    bool operator==(const InstalledPart&) const = default;
};

/// What is known of a tree without reading its list of files.
struct TreeHeader {
    dist::Component component;
    std::string version;   ///< The package's, as the manifest says it.
    std::string encoding;  ///< `xz`, `gz`, `zst`.
    std::string hash;      ///< The SHA-256 that was verified.
    std::string boot_id;   ///< Of the boot in which it was unpacked.
    /// The component itself; of a combined one, of before 2016, each that it has.
    std::vector<InstalledPart> parts;
};

/// One file of a tree, as it was written.
struct IndexedFile {
    std::string path;  ///< Relative to the tree.
    mode_t mode = 0;
    std::uint64_t size_bytes = 0;
    std::string xxh3_128;            ///< 32 hex digits.
    std::int64_t mtime_seconds = 0;  ///< As it was unpacked: hard links and renames keep it.
    std::int32_t mtime_nanoseconds = 0;
};

/// `trees/<tree>.json.gz`: what a component consists of, wherever its files are.
struct TreeIndex {
    TreeHeader header;
    std::vector<IndexedFile> files;
    std::vector<std::string> directories;  ///< Sorted, so parents come first.
};

/// JSON whose first line is the header, so that it can be read alone.
std::string serialise(const TreeIndex& index);

/// That first line, without its line end.
std::string serialise_header_line(const TreeHeader& header);

/// Throws: Errc::corrupt naming `shown_path`.
TreeIndex parse_tree_index(std::string_view text, const std::string& shown_path);

/// From the first line alone. Throws: Errc::corrupt naming `shown_path`.
TreeHeader parse_tree_header(std::string_view first_line, const std::string& shown_path);

/// The name under which an artifact's tree is looked for: the first hash that the manifest lists,
/// in the order xz, gz, zst, so that processes that choose different encodings share it.
///
/// Throws: Errc::corrupt where no source has a usable hash.
std::string tree_name(std::span<const dist::Source> sources);

/// The name where `tree_name` is taken by a tree that this manifest does not vouch for.
std::string own_tree_name(std::span<const dist::Source> sources);

/// Does the manifest list the very encoding and hash that were verified?
bool vouches(std::span<const dist::Source> sources, const TreeHeader& header);

}  // namespace latchkey::store
