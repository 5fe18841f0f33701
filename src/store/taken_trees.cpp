#include "taken_trees.hpp"

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::store {

bool TakenTrees::take(const OnWorker& on, const std::string& tree) {
    auto range = lock::LockSet::try_acquire(home_.lock_file(), lock::Key::unpack(tree),
                                            lock::Mode::exclusive);
    if (!range || !check_arrived(on, home_, tree, *range)) return false;
    platform::make_alike_directories(folder_);
    platform::remove_tree(on, path(tree));
    platform::rename_path(home_.arrived(tree), path(tree));
    taken_.push_back(tree);
    ranges_.push_back(std::move(*range));
    return true;
}

void TakenTrees::give_back() {
    for (const std::string& tree : taken_) {
        platform::rename_path(path(tree), home_.arrived(tree));
    }
    taken_.clear();
    ranges_.clear();
}

}  // namespace latchkey::store
