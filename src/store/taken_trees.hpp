#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Trees that a commit has taken out of `arrived/`, each by one rename, so nobody finds a part of
/// one. Holds `unpack` of each tree while it lives. Whoever waits for a tree then finds it in the
/// toolchain, or back in `arrived/`.
class TakenTrees {
public:
    TakenTrees(const Home& home, std::string folder) : home_(home), folder_(std::move(folder)) {}

    /// False: another process holds the tree, or the tree is gone.
    ///
    /// Locks: takes `unpack <tree>`, only by trying.
    bool take(const OnWorker& on, const std::string& tree);

    /// Where a taken tree lies.
    [[nodiscard]] std::string path(const std::string& tree) const { return folder_ + "/" + tree; }

    /// Moves the trees back into `arrived/`, for a commit that cannot be made.
    void give_back();

private:
    const Home& home_;
    std::string folder_;
    std::vector<std::string> taken_;
    std::vector<lock::LockSet> ranges_;
};

}  // namespace latchkey::store
