#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

struct DirectoryEntry {
    std::string name;
    FileKind kind;
    std::uint64_t inode;  ///< As the directory says: d_ino of readdir(3).
};

/// Entries without "." and "..", sorted by name.
///
/// Throws: Errc::not_found, Errc::io.
std::vector<DirectoryEntry> list_directory(const std::string& path);

/// The same; no entries where the directory is not there.
std::vector<DirectoryEntry> find_entries(const std::string& path);

/// mkdir(2) with all missing parents, mode 0777 less umask. A directory that is there is fine. What
/// root makes belongs to whom the folder above it belongs to.
void make_directories(const std::string& path);

/// The same; each new one has group and mode of the folder above it too, whatever the umask: who
/// may look into that may look into this.
void make_alike_directories(const std::string& path);

/// One directory. False where something of that name exists.
bool make_directory(const std::string& path, mode_t mode = 0777);

/// Deletes `path` whatever it is, with everything in it; symlinks are not followed. Not there is
/// fine, and so is somebody who deletes at the same time. Directories without write permission are
/// made writable first.
void remove_tree(const OnWorker& on, const std::string& path);

/// Every entry below `path`, directories before their content, with its path relative to `path`.
/// Symlinks are reported, not followed.
void walk_tree(const OnWorker& on, const std::string& path,
               const std::function<void(const std::string& relative, FileKind kind)>& visit);

}  // namespace latchkey::platform
