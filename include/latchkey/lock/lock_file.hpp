#pragma once

#include <string>
#include <vector>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::lock {

/// The paths of a home's lock file, `$RUSTUP_HOME/latchkey/locks`, and of its companion `readers`.
/// Each file holds one line of text that never changes, since `find -empty -delete` would take an
/// empty one.
///
/// The kernel keeps the ranges of a file in one list, so 50,000 ranges of another user would slow
/// down everybody. Therefore only users who may change the home can open `locks`. Users who may
/// only read the home take their shared ranges in `readers`. An exclusive range that is tried, and
/// never awaited, is asked of both files.
///
/// Both files are made together, with owner, group and mode from the home's folder, whatever the
/// umask. So if a group may write to the home, it may write to the lock files.
///
/// Holds no open file. Every lock set opens its own description, because one description never
/// conflicts with itself.
///
/// Thread: any number.
class LockFile {
public:
    /// Requires: the path has two folders above the file: the home and, in it, `latchkey`.
    explicit LockFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// The companion, for users who may not change the home.
    [[nodiscard]] std::string readers_path() const;

    /// Opens a new description for shared ranges: of `locks` if this process may open it, otherwise
    /// of `readers`. The result is not open if it may open neither.
    ///
    /// If there is no lock file, the home's owner makes both files. Other users get a description
    /// that is not open: without a lock file nobody has changed the home, so nobody needs a range.
    ///
    /// Throws: Errc::io for other failures than a missing file or right (EMFILE, EIO).
    [[nodiscard]] platform::Fd open_shared() const;

    /// Opens a new description of `locks` that may hold any range. Makes the folder and both files
    /// if they are missing, and writes the line of text into a file that is empty.
    ///
    /// Throws: Errc::io or Errc::not_found, naming the file: the home is read-only, the right to
    ///         write is missing, or something else has the folder's name.
    [[nodiscard]] platform::Fd open_exclusive() const;

    /// As open_exclusive(), for `readers`.
    [[nodiscard]] platform::Fd open_readers() const;

    /// Whether a description still belongs to the file that `locks` or `readers` names now. If the
    /// file was replaced between opening and locking, the range keeps nobody out: open again. True
    /// for a description that is not open.
    ///
    /// Throws: Errc::io.
    [[nodiscard]] bool leads_to(const platform::Fd& opened) const;

    /// The statuses of those of the two files that exist.
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
