#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "latchkey/platform/file.hpp"
#include "store_home.hpp"

namespace latchkey::test {

/// Inode, time of modification and content of everything in a directory, by path.
using Seen = std::map<std::string, std::string>;

inline Seen see(const StoreHome& home, const std::string& directory) {
    Seen seen;
    platform::walk_tree(home.on, directory, [&](const std::string& path, platform::FileKind kind) {
        const auto status = platform::find_status(directory + "/" + path);
        std::string& text = seen[path];
        text = std::to_string(status->inode) + " " + std::to_string(status->permissions);
        if (kind == platform::FileKind::directory) return;
        text += " " + std::to_string(status->mtime_seconds) + " " +
                std::to_string(status->mtime_nanoseconds) + " " +
                platform::find_link(directory + "/" + path)
                    .value_or(platform::find_file_text(directory + "/" + path).value_or(""));
    });
    return seen;
}

/// All that was there is as it was, but rustup's two lists.
inline void check_untouched(const Seen& before, const Seen& after) {
    for (const auto& [path, seen] : before) {
        if (path == "lib/rustlib/components" || path == "lib/rustlib/multirust-config.toml") {
            continue;
        }
        CAPTURE(path);
        const auto now = after.find(path);
        CHECK((now == after.end() ? "(gone)" : now->second) == seen);
    }
}

/// 0: nothing has that name.
inline std::uint64_t inode_of(const std::string& path) {
    const auto status = platform::find_status(path);
    return status ? status->inode : 0;
}

}  // namespace latchkey::test
