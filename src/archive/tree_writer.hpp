#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "latchkey/archive/tar_reader.hpp"
#include "latchkey/archive/unpacked.hpp"
#include "latchkey/platform/beneath.hpp"
#include "payload.hpp"

namespace latchkey::archive {

/// Writes one component's files below a new directory.
///
/// Directories are made when the first file needs them, so that what the list turns out not to name
/// was mostly never made.
///
/// Thread: one at a time, but for `save`.
class TreeWriter {
public:
    /// Makes the root, with mode 0777 less umask.
    ///
    /// Throws: Errc::io if it is there already.
    explicit TreeWriter(const std::string& root);

    [[nodiscard]] const std::string& root() const noexcept { return place_.root(); }

    /// Its mode is 0777 less the umask, whatever the archive says.
    void add_directory(const std::string& path);

    /// A file to be: everything it needs is there, but for its content.
    struct NewFile {
        std::string path;
        mode_t mode;
    };

    /// Makes its directory.
    ///
    /// Requires: its parent was added.
    NewFile prepare(const std::string& path, mode_t tar_mode);

    /// Writes and hashes the current entry of `tar`.
    void save(const NewFile& file, TarReader& tar);

    /// Writes and hashes content that is there as a whole.
    ///
    /// Thread: any number, each with another file; also while one prepares.
    void save(const NewFile& file, std::span<const std::byte> bytes);

    /// Removes what the payload does not take, and makes the empty directories that it does.
    void keep_only(const OnWorker& on, const Payload& payload);

    /// Moves what was written out, behind what is there: files and directories.
    void report(Unpacked& unpacked);

private:
    using Directories = std::map<std::string, bool, std::less<>>;  // Is it made?

    [[nodiscard]] platform::Fd create(const NewFile& file);
    void note(const NewFile& file, const platform::Fd& created, std::string hash);
    void make(Directories::value_type& directory);
    void make_parent_of(const std::string& path);

    platform::Beneath place_;
    mode_t allowed_mode_;
    Directories directories_;  // Sorted: parents first.
    std::mutex mutex_;         // Guards `files_` while there may be several that save.
    std::vector<UnpackedFile> files_;
};

}  // namespace latchkey::archive
