#include "latchkey/lock/lock_file.hpp"

#include <cerrno>

#include "latchkey/platform/directory.hpp"

namespace latchkey::lock {

platform::Fd LockFile::open_shared() const {
    auto found = platform::find_file(path_, O_RDONLY);
    if (found) return std::move(*found);
    try {
        return open_exclusive();
    } catch (const Error&) {
        return platform::Fd();
    }
}

platform::Fd LockFile::open_exclusive() const {
    auto found = platform::find_file(path_, O_RDWR);
    if (found) return std::move(*found);
    const std::size_t slash = path_.rfind('/');
    if (slash != std::string::npos && slash > 0) platform::make_directories(path_.substr(0, slash));
    return platform::open_file(path_, O_RDWR | O_CREAT, 0666);
}

}  // namespace latchkey::lock
