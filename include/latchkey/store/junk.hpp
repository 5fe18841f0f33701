#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// What a change took out of the way and nobody can find any more: a staging folder under a range
/// of its own, so that it can be deleted when all other ranges are free. Whoever is killed before
/// leaves it to the next sweep.
class Junk {
public:
    /// Throws: Errc::io.
    Junk(Home home, const std::string& toolchain);

    /// Renames a file or folder into the junk. False where it cannot be renamed: another device or
    /// a folder of an overlay's lower layer; then it is still there.
    [[nodiscard]] bool take(const std::string& path);

    /// The same; what cannot be renamed is deleted where it is.
    void take_or_delete(const OnWorker& on, const std::string& path);

    /// Deletes all of it, and frees the range. What cannot be deleted is put aside for later
    /// sweeps; then this is why.
    std::optional<Error> remove(const OnWorker& on);

private:
    Home home_;
    std::string folder_;
    std::optional<lock::LockSet> range_;
    lock::Key key_;
    unsigned taken_ = 0;
};

}  // namespace latchkey::store
