#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "latchkey/lock/holder.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "support/lock_holder.hpp"
#include "support/temp_dir.hpp"

namespace latchkey::test {

/// A lock file of its own, and processes that hold ranges of it.
struct LockHome {
    TempDir folder;
    lock::LockFile file{folder / "latchkey/locks"};

    Child hold(const std::string& how, const std::vector<std::string>& keys) const {
        Child child = start_holder(file.path(), how, keys);
        if (how.ends_with("try")) child.wait_for_word("held");
        return child;
    }
    bool can_take(const lock::Key& key, lock::Mode mode) const {
        return lock::LockSet::try_acquire(file, key, mode).has_value();
    }
    /// A child that waits in the kernel: its mark is there.
    Child wait_for(const std::string& how, const std::string& key_text,
                   const lock::Key& key) const {
        Child child = start_holder(file.path(), how, {key_text});
        child.wait_for_word("waiting");
        while (!waits(child.pid(), key)) ::usleep(200);
        return child;
    }
    bool waits(pid_t process, const lock::Key& key) const {
        for (const lock::Holder& holder : find_holders(file, key)) {
            if (holder.process == process && holder.waiting) return true;
        }
        return false;
    }
};

inline const lock::Key kClippy = lock::Key::unpack("clippy");
inline const lock::Key kRustc = lock::Key::use("home/t", "rustc");

}  // namespace latchkey::test
