#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// A staging folder for what a change took out of the way, where nobody can find it any more. It
/// has a range of its own, so it can be deleted when all other ranges are free. If the process is
/// killed before that, the next sweep deletes it.
class Junk {
public:
    /// Throws: Errc::io.
    Junk(Home home, const std::string& toolchain);

    /// Renames a file or folder into the junk. False: it cannot be renamed, being on another device
    /// or in an overlay's lower layer, and is still there.
    [[nodiscard]] bool take(const std::string& path);

    /// As take(). Deletes in place what cannot be renamed.
    void take_or_delete(const OnWorker& on, const std::string& path);

    /// Deletes all junk and frees the range. What cannot be deleted is put aside for later sweeps.
    ///
    /// Returns: why something could not be deleted. Empty: everything is gone.
    std::optional<Error> remove(const OnWorker& on);

private:
    Home home_;
    std::string folder_;
    std::optional<lock::LockSet> range_;
    lock::Key key_;
    unsigned taken_ = 0;
};

}  // namespace latchkey::store
