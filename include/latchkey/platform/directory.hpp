#pragma once

#include <functional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/directory_entry.hpp"

namespace latchkey::platform {

/// The entries of a directory without "." and "..", sorted by name.
///
/// Throws: Errc::not_found, Errc::io.
std::vector<DirectoryEntry> list_directory(const std::string& path);

/// As list_directory(). No entries if the directory does not exist.
std::vector<DirectoryEntry> find_entries(const std::string& path);

/// mkdir(2) with all missing parents, mode 0777 less umask. A directory that exists is fine. If
/// root makes one, it gets the owner of the folder above it.
///
/// Throws: Errc::io, Errc::not_found.
void make_directories(const std::string& path);

/// As make_directories(), and each new directory gets group and mode of the folder above it as
/// well, whatever the umask. So the users who may read the folder may read the new one.
void make_alike_directories(const std::string& path);

/// Makes one directory. False: something has that name.
bool make_directory(const std::string& path, mode_t mode = 0777);

/// Deletes `path`, whatever it is, with everything in it. Symlinks are not followed. A path that
/// does not exist is fine, and so is another process that deletes at the same time. Directories
/// without write permission are made writable first.
///
/// Throws: Errc::io; the cancellation. What is left stays.
void remove_tree(const OnWorker& on, const std::string& path);

/// Visits every entry below `path`, a directory before its content. `relative` is relative to
/// `path`. Symlinks are visited, not followed.
///
/// Throws: Errc::not_found, Errc::io; the cancellation; what `visit` throws.
void walk_tree(const OnWorker& on, const std::string& path,
               const std::function<void(const std::string& relative, FileKind kind)>& visit);

}  // namespace latchkey::platform
