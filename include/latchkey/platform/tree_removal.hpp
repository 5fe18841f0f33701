#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"

namespace latchkey::platform {

/// Deletes a directory with all its content, by as many threads as come to work() for it. An
/// unlink(2) may wait for the disk far longer than it computes: then a few threads are faster than
/// one, however few processors there are.
///
/// Symlinks are not followed. What is not there is fine, and so is somebody who deletes at the same
/// time. Directories without write permission are made writable first.
///
/// Thread: any. The object outlives every work().
class TreeRemoval {
public:
    explicit TreeRemoval(const std::string& path);
    ~TreeRemoval();

    /// Deletes until everything is gone, or until another thread's work has failed.
    ///
    /// Throws: Errc::io, the cancellation: in each thread that meets it. What is left stays.
    void work(const OnWorker& on);

    /// The same, alone, until about `entries` are deleted. True: everything is gone.
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
