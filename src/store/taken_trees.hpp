#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Trees that a commit takes out of `arrived/`, each by one rename, so that nobody else finds half
/// of one. `unpack` of each is held as long as this lives: who wants the same tree finds it in the
/// toolchain then, or where it was.
class TakenTrees {
public:
    TakenTrees(const Home& home, std::string folder) : home_(home), folder_(std::move(folder)) {}

    /// False: somebody is at the tree, or it is not there any more.
    ///
    /// Locks: takes `unpack <tree>`, only by trying.
    bool take(const OnWorker& on, const std::string& tree);

    /// Where a taken tree lies.
    [[nodiscard]] std::string path(const std::string& tree) const { return folder_ + "/" + tree; }

    /// What was taken is in `arrived/` again. For a commit that cannot be.
    void give_back();

private:
    const Home& home_;
    std::string folder_;
    std::vector<std::string> taken_;
    std::vector<lock::LockSet> ranges_;
};

}  // namespace latchkey::store
