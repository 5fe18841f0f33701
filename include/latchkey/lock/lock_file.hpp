#pragma once

#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::lock {

/// The one lock file of a home, `$RUSTUP_HOME/latchkey/locks`: always empty, and unlinked only by a
/// hand-back, which holds every range then.
///
/// Only its path: every holder opens a description of its own, because one description never
/// conflicts with itself.
///
/// Thread: any number.
class LockFile {
public:
    explicit LockFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// A new description that may hold shared ranges only. Makes the file if it can. Not open where
    /// there is no file and none can be made: nobody can change anything there, so nobody needs a
    /// range (a finished home on a read-only image).
    ///
    /// Throws: Errc::io if there is a file that may not be read.
    [[nodiscard]] platform::Fd open_shared() const;

    /// A new description that may hold any range. Makes the file and its folder, mode 0666 less
    /// umask.
    ///
    /// Throws: Errc::io, naming the file, on a read-only home or without the right to write;
    ///         Errc::not_found where the folder's name belongs to something else.
    [[nodiscard]] platform::Fd open_exclusive() const;

    /// Is the path still that of an opened one? A range in another file keeps nobody out: who
    /// opened before a hand-back and locked after it must open again. A description that is not
    /// open counts as none.
    ///
    /// Throws: Errc::io.
    [[nodiscard]] bool leads_to(const platform::Fd& opened) const;

private:
    std::string path_;
};

}  // namespace latchkey::lock
