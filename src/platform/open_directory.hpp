#pragma once

#include <dirent.h>

#include <memory>
#include <string>
#include <vector>

#include "latchkey/platform/directory_entry.hpp"

namespace latchkey::platform {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using OpenDirectory = std::unique_ptr<DIR, CloseDirectory>;

/// With `flags` besides those that every directory is opened with. None on failure: errno says why.
OpenDirectory open_directory(int parent, const std::string& name, int flags);

/// Entries without "." and "..", as the file system gives them.
///
/// Throws: Errc::io naming `shown`.
std::vector<DirectoryEntry> read_entries(DIR* directory, const std::string& shown);

}  // namespace latchkey::platform
