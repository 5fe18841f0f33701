#pragma once

#include <cstdint>
#include <string>

#include "latchkey/platform/file_status.hpp"

namespace latchkey::platform {

/// A name in a directory, as readdir(3) tells it.
struct DirectoryEntry {
    std::string name;
    FileKind kind;
    std::uint64_t inode;  ///< As the directory says: d_ino of readdir(3).
};

}  // namespace latchkey::platform
