#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"

namespace latchkey::platform {

/// Deletes a directory with everything in it, by as many threads as call work(). An unlink(2) may
/// wait for the disk far longer than it computes, so a few threads are faster than one even on one
/// processor.
///
/// Symlinks are not followed. A path that does not exist is fine, and so is another process that
/// deletes at the same time. Directories without write permission are made writable first.
///
/// Thread:   any.
/// Requires: the object outlives every work().
class TreeRemoval {
public:
    explicit TreeRemoval(const std::string& path);
    ~TreeRemoval();

    /// Deletes until everything is gone or another thread's work has failed.
    ///
    /// Throws: Errc::io or the cancellation, in each thread that meets it. What is left stays.
    void work(const OnWorker& on);

    /// As work(), by one thread and only until about `entries` names are deleted. True: everything
    /// is gone.
    bool begin(const OnWorker& on, std::size_t entries);

private:
    struct Directory;
    using DirectoryPtr = std::shared_ptr<Directory>;

    DirectoryPtr wait_for_directory();
    void finish(DirectoryPtr directory, std::vector<std::string> below);
    void remove_upwards(DirectoryPtr directory);
    void give_up() noexcept;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<DirectoryPtr> todo_;  ///< The last one first: depth before breadth.
    unsigned busy_ = 0;               ///< Threads that may still add to it.
    bool failed_ = false;
};

}  // namespace latchkey::platform
