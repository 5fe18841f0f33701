#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::store {

/// A component under the name that its package gives it.
struct InstalledPart {
    std::string name;                        ///< As lib/rustlib/components has it.
    std::vector<dist::PayloadLine> payload;  ///< Its own manifest.
    bool operator==(const InstalledPart&) const = default;
};

/// The first line of an index: everything but the list of files.
struct TreeHeader {
    dist::Component component;
    std::string version;   ///< The package's, as the manifest says it.
    std::string encoding;  ///< `xz`, `gz`, `zst`.
    std::string hash;      ///< The SHA-256 that was verified.
    std::string boot_id;   ///< Of the boot in which it was unpacked.
    /// The component itself. A combined one, of before 2016, has several.
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

/// `trees/<tree>.json.gz`: what a tree consists of, wherever its files are.
struct TreeIndex {
    TreeHeader header;
    std::vector<IndexedFile> files;
    std::vector<std::string> directories;  ///< Sorted, so parents come first.
};

/// Shape: JSON whose first line is the header, so that the header can be read alone; of `files` and
/// `directories` each element has a line of its own, so that a long index is read bit by bit.
std::string serialise(const TreeIndex& index);

/// As above, in pieces, for an index whose text should not be in memory as a whole.
void serialise(const TreeIndex& index, const std::function<void(std::string_view)>& write);

/// The first line of serialise(), without its end.
std::string serialise_header_line(const TreeHeader& header);

/// What an index says, as it is read.
struct TreeIndexParts {
    std::function<void(IndexedFile)> file = [](const IndexedFile&) {};
    std::function<void(std::string)> directory = [](const std::string&) {};
};

/// Gives one line of a text after another, without their ends, and nothing behind the last. A line
/// is valid until the next one is asked for.
using NextLine = std::function<std::optional<std::string_view>()>;

/// Reads an index part by part. Nothing of it may be believed if this throws.
///
/// Throws: Errc::corrupt naming `shown_path`; what `next` throws.
TreeHeader parse_tree_index(const NextLine& next, const std::string& shown_path,
                            const TreeIndexParts& parts);

/// As above, into memory.
TreeIndex parse_tree_index(const NextLine& next, const std::string& shown_path);

/// Throws: Errc::corrupt naming `shown_path`.
TreeIndex parse_tree_index(std::string_view text, const std::string& shown_path);

/// Reads the header from the first line alone.
///
/// Throws: Errc::corrupt naming `shown_path`.
TreeHeader parse_tree_header(std::string_view first_line, const std::string& shown_path);

/// The name of an artifact's tree: the first hash that the manifest lists, in the order xz, gz,
/// zst. So processes that choose different encodings share the tree.
///
/// Throws: Errc::corrupt if no source has a usable hash.
std::string tree_name(std::span<const dist::Source> sources);

/// The name to use if tree_name() is taken by a tree that this manifest does not vouch for.
std::string own_tree_name(std::span<const dist::Source> sources);

/// Whether the manifest lists the very pair of encoding and hash that was verified for the tree.
bool vouches(std::span<const dist::Source> sources, const TreeHeader& header);

}  // namespace latchkey::store
