#include "settled_file.hpp"

#include <fcntl.h>

#include <chrono>

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/file_lock.hpp"
#include "latchkey/platform/lock_table.hpp"

namespace latchkey::config {
namespace {

/// A writer has the lock for as long as the disk takes. One that was stopped must not stop us.
constexpr std::chrono::seconds kPatience{10};

std::optional<platform::Fd> find_open(const std::string& path, platform::RangeMode mode) {
    // For a network's file system; see platform::lock_file().
    const bool writing = mode == platform::RangeMode::exclusive && platform::may_write(path);
    return platform::find_file(path, (writing ? O_RDWR : O_RDONLY) | O_NONBLOCK);
}

/// Whoever may read the file can lock it, and keeps nobody waiting by that.
platform::FileLock wait_for_writers(const platform::Fd& file, platform::RangeMode mode,
                                    const std::string& path) {
    const platform::FileLock lock = platform::lock_file(file, mode, {});
    if (lock != platform::FileLock::busy || !platform::is_locked_by_writer(file, path)) return lock;
    return platform::lock_file(file, mode, kPatience);
}

}  // namespace

bool may_be_a_part(const std::string& text) {
    constexpr std::size_t kPageBytes = 4096;
    return text.size() % kPageBytes == 0;
}

std::optional<SettledFile> find_settled_file(const std::string& path, platform::RangeMode mode) {
    for (;;) {
        auto file = find_open(path, mode);
        if (!file) return std::nullopt;
        const platform::FileLock lock = wait_for_writers(*file, mode, path);
        std::string text = platform::load_rest(*file, path);
        const bool replaced = !platform::is_same_file(platform::load_status(*file, path),
                                                      platform::find_target_status(path));
        if (replaced && lock == platform::FileLock::held) continue;
        return SettledFile{*std::move(file), std::move(text)};
    }
}

}  // namespace latchkey::config
