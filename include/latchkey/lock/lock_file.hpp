#pragma once

#include <string>
#include <vector>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::lock {

/// The lock file of a home, `$RUSTUP_HOME/latchkey/locks`, and its companion `readers`. Each holds
/// one line of text that never changes: an empty file would fall to `find -empty -delete`.
///
/// The kernel keeps the ranges of a file in one list, so 50,000 ranges of another user would slow
/// everybody's. Therefore only those who may change the home can open `locks`; `readers` is open to
/// all who may read the home, and takes their shared ranges. Only exclusive ranges that are tried,
/// and never awaited, are asked of both files.
///
/// Both files are made together, with owner, group and mode from the home's folder, whatever the
/// umask: a home that a group may write to has lock files that the group may write to.
///
/// Only the paths: every holder opens descriptions of its own, because one description never
/// conflicts with itself.
///
/// Thread: any number.
class LockFile {
public:
    /// Requires: the path has two folders above the file: the home and, in it, `latchkey`.
    explicit LockFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// The file of those who may not change the home.
    [[nodiscard]] std::string readers_path() const;

    /// A new description that may hold shared ranges only, of `locks` if this process may open it,
    /// else of `readers`. Not open if it may open neither. If there is no file, only the home's
    /// owner makes both; for anybody else nobody has changed anything there, so nobody needs a
    /// range.
    ///
    /// Throws: Errc::io for anything but a missing file or a missing right (EMFILE, EIO).
    [[nodiscard]] platform::Fd open_shared() const;

    /// A new description of `locks` that may hold any range. Makes the folder and both files; gives
    /// its text to a file that is empty.
    ///
    /// Throws: Errc::io, Errc::not_found, naming the file, on a read-only home, without the right
    ///         to write, or where the folder's name belongs to something else.
    [[nodiscard]] platform::Fd open_exclusive() const;

    /// As open_exclusive(), of `readers`.
    [[nodiscard]] platform::Fd open_readers() const;

    /// Is an opened description still that of `locks` or `readers`? A range in another file keeps
    /// nobody out: if the file was replaced between opening and locking, open again. A description
    /// that is not open counts as one.
    ///
    /// Throws: Errc::io.
    [[nodiscard]] bool leads_to(const platform::Fd& opened) const;

    /// Those of the two files that are there.
    ///
    /// Throws: Errc::io.
    [[nodiscard]] std::vector<platform::FileStatus> find_statuses() const;

private:
    [[nodiscard]] platform::Fd open_changeable(const std::string& path) const;
    void complete_files(const platform::Fd& empty, const std::string& path) const;
    void make_files() const;

    std::string path_;
};

}  // namespace latchkey::lock
