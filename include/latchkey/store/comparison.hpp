#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/file_status.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// In what a file is not as its tree's index says. Of several flaws, the first of these is told.
enum class Flaw {
    missing,
    kind,        ///< Something else has its name: a link, a folder.
    size,        ///< It is longer or shorter.
    content,     ///< Its bytes are others, or the disk cannot give them.
    unreadable,  ///< This user may not read it.
    mode,
    time,  ///< Of its last modification.
};

/// What a flaw means, for people: "is missing", "has another size".
std::string_view describe(Flaw flaw);

/// How much is compared.
enum class Depth {
    status,   ///< Kind, size, mode and time of modification. Reads no file.
    content,  ///< Kind, size, mode and content. The time says nothing then.
};

/// A file that should be in a directory.
struct ExpectedFile {
    std::string directory;
    IndexedFile file;
};

/// Compares one file. Empty: it is as expected.
///
/// Throws: the cancellation.
std::optional<Flaw> find_flaw(const OnWorker& on, const ExpectedFile& expected, Depth depth);

/// Compares files, on this thread and on up to `more` others at once.
///
/// Returns: the flaw of each, in their order.
/// Throws:  as find_flaw().
std::vector<std::optional<Flaw>> find_flaws(const OnWorker& on,
                                            std::span<const ExpectedFile> expected, Depth depth,
                                            unsigned more);

/// Whether a file was last written when its tree was unpacked.
bool has_time_of(const platform::FileStatus& status, const IndexedFile& expected);

/// Whether a file's size, mode and time of modification are those in its tree's index.
bool looks_unchanged(const platform::FileStatus& status, const IndexedFile& expected);

/// The files of a tree that are missing below `directory`, or whose size or content is another.
/// Reads all files.
std::vector<std::string> find_damage(const OnWorker& on, const TreeIndex& index,
                                     const std::string& directory);

}  // namespace latchkey::store
