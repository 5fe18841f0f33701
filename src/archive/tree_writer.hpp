#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/platform/beneath.hpp"
#include "payload.hpp"
#include "tar_reader.hpp"

namespace latchkey::archive {

/// Writes one component's files below a new directory.
///
/// Directories are made when the first file needs them, so that what the list turns out not to name
/// was mostly never made.
class TreeWriter {
public:
    /// Makes the root, with mode 0777 less umask.
    ///
    /// Throws: Errc::io if it is there already.
    explicit TreeWriter(const std::string& root);

    [[nodiscard]] const std::string& root() const noexcept { return place_.root(); }

    /// A later mode replaces an earlier one.
    void add_directory(const std::string& path, mode_t tar_mode);

    /// Writes and hashes the current entry of `tar`.
    ///
    /// Requires: its parent was added.
    void write_file(const std::string& path, mode_t tar_mode, TarReader& tar);

    /// Removes what the payload does not take, makes the empty directories that it does, and gives
    /// every directory the mode that it shall have.
    void keep_only(const OnWorker& on, const Payload& payload);

    /// Moves what was written out: sorted files and directories.
    void report(Unpacked& unpacked);

private:
    struct Directory {
        mode_t tar_mode;
        std::optional<mode_t> made_mode;  ///< As it is on disk; empty: not made yet.
    };
    using Directories = std::map<std::string, Directory, std::less<>>;

    void make(Directories::value_type& directory);
    void make_parent_of(const std::string& path);

    platform::Beneath place_;
    mode_t allowed_mode_;
    Xxh3 hash_;
    Directories directories_;  // Sorted: parents first.
    std::vector<UnpackedFile> files_;
};

}  // namespace latchkey::archive
