#include "latchkey/lock/lock_file.hpp"

#include <cerrno>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::lock {

platform::Fd LockFile::open_shared() const {
    auto found = platform::find_file(path_, O_RDONLY);
    if (found) return std::move(*found);
    try {
        return open_exclusive();
    } catch (const Error&) {
        return platform::Fd();  // No right, or no room: whoever wants to change something fails.
    }
}

platform::Fd LockFile::open_exclusive() const {
    auto found = platform::find_file(path_, O_RDWR);
    if (found) return std::move(*found);
    const std::size_t slash = path_.rfind('/');
    try {
        if (slash != std::string::npos && slash > 0) {
            platform::make_directories(path_.substr(0, slash));
        }
        return platform::open_file(path_, O_RDWR | O_CREAT, 0666);
    } catch (const Error& e) {
        throw e.in("make the lock file '" + path_ + "'");
    }
}

bool LockFile::leads_to(const platform::Fd& opened) const {
    if (!opened.open()) return true;
    const auto now = platform::find_target_status(path_);
    const platform::FileStatus then = platform::load_status(opened, path_);
    return now && now->inode == then.inode && now->device == then.device;
}

}  // namespace latchkey::lock
