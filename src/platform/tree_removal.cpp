#include "latchkey/platform/tree_removal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "latchkey/base/error.hpp"
#include "open_directory.hpp"

namespace latchkey::platform {
namespace {

/// Empty where it is not there.
OpenDirectory open_for_removal(int parent, const std::string& name, const std::string& shown) {
    OpenDirectory directory = open_directory(parent, name, O_NOFOLLOW);
    if (!directory && errno == EACCES && ::fchmodat(parent, name.c_str(), 0700, 0) == 0) {
        directory = open_directory(parent, name, O_NOFOLLOW);
    }
    if (!directory && errno != ENOENT) throw os_error(errno, "open the directory '" + shown + "'");
    return directory;
}

/// Deletes what is no directory, and names the rest. In the order of the inodes, as they lie on the
/// disk: a file system that hashes names lists them in no order, and each unlink(2) would touch
/// another block of inodes.
std::vector<std::string> remove_files(const OnWorker& on, DIR* directory, const std::string& path,
                                      std::size_t& deleted) {
    const int number = ::dirfd(directory);
    std::vector<std::string> below;
    bool made_writable = false;
    std::vector<DirectoryEntry> entries = read_entries(directory, path);
    std::ranges::sort(entries, {}, &DirectoryEntry::inode);
    for (DirectoryEntry& entry : entries) {
        on.check();
        ++deleted;
        if (entry.kind == FileKind::directory) {
            below.push_back(std::move(entry.name));
            continue;
        }
        int result = ::unlinkat(number, entry.name.c_str(), 0);
        if (result != 0 && errno == EACCES && !made_writable) {
            made_writable = true;
            ::fchmod(number, 0700);
            result = ::unlinkat(number, entry.name.c_str(), 0);
        }
        if (result != 0 && errno != ENOENT) {
            throw os_error(errno, "delete '" + path + "/" + entry.name + "'");
        }
    }
    return below;
}

void remove_directory(int parent, const std::string& name, const std::string& shown) {
    int result = ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
    if (result != 0 && errno == EACCES && parent != AT_FDCWD && ::fchmod(parent, 0700) == 0) {
        result = ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
    }
    if (result != 0 && errno != ENOENT) throw os_error(errno, "delete '" + shown + "'");
}

}  // namespace

/// Everything below is reached through `handle`, so that nobody who puts a link in the place of a
/// directory leads us elsewhere.
struct TreeRemoval::Directory {
    std::string shown;
    std::string name;
    DirectoryPtr parent;  ///< None: the name is a path.
    OpenDirectory handle;
    std::size_t below = 0;  ///< Directories in it that are still there.

    [[nodiscard]] int place() const { return parent ? ::dirfd(parent->handle.get()) : AT_FDCWD; }
};

TreeRemoval::TreeRemoval(const std::string& path) {
    auto root = std::make_shared<Directory>();
    root->shown = path;
    root->name = path;
    todo_.push_back(std::move(root));
}

TreeRemoval::~TreeRemoval() = default;

void TreeRemoval::work(const OnWorker& on) {
    begin(on, static_cast<std::size_t>(-1));
}

bool TreeRemoval::begin(const OnWorker& on, std::size_t entries) {
    try {
        std::size_t deleted = 0;
        while (deleted < entries) {
            DirectoryPtr directory = wait_for_directory();
            if (!directory) return true;
            std::vector<std::string> below;
            directory->handle =
                open_for_removal(directory->place(), directory->name, directory->shown);
            if (directory->handle) {
                below = remove_files(on, directory->handle.get(), directory->shown, deleted);
            }
            finish(std::move(directory), std::move(below));
        }
        return false;
    } catch (...) {
        give_up();
        throw;
    }
}

TreeRemoval::DirectoryPtr TreeRemoval::wait_for_directory() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !todo_.empty() || busy_ == 0 || failed_; });
    if (todo_.empty() || failed_) return nullptr;
    DirectoryPtr directory = std::move(todo_.back());
    todo_.pop_back();
    ++busy_;
    return directory;
}

void TreeRemoval::finish(DirectoryPtr directory, std::vector<std::string> below) {
    const bool empty = below.empty();
    if (!empty) {
        const std::lock_guard lock(mutex_);
        directory->below = below.size();
        for (std::string& name : below) {
            auto child = std::make_shared<Directory>();
            child->shown = directory->shown + "/" + name;
            child->name = std::move(name);
            child->parent = directory;
            todo_.push_back(std::move(child));
        }
        changed_.notify_all();
    }
    if (empty) remove_upwards(std::move(directory));
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) changed_.notify_all();
}

void TreeRemoval::remove_upwards(DirectoryPtr directory) {
    while (directory) {
        directory->handle.reset();
        remove_directory(directory->place(), directory->name, directory->shown);
        const DirectoryPtr parent = directory->parent;
        if (!parent) return;
        const std::lock_guard lock(mutex_);
        if (--parent->below > 0) return;
        directory = parent;
    }
}

void TreeRemoval::give_up() noexcept {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    changed_.notify_all();
}

}  // namespace latchkey::platform
