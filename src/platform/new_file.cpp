#include "latchkey/platform/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

std::optional<Fd> make_nameless_file(const std::string& directory, mode_t mode) {
    int number = -1;
    do {
        number = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    } while (number < 0 && errno == EINTR);
    if (number >= 0) return Fd(number);
    // EISDIR: a kernel that takes it for O_DIRECTORY.
    if (errno == EOPNOTSUPP || errno == EISDIR) return std::nullopt;
    throw os_error(errno, "create a file in '" + directory + "'");
}

namespace {

/// The directory of a path, as open(2) wants it.
std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return path.substr(0, slash == 0 ? 1 : slash);
}

/// Empty where that cannot be done here.
std::optional<bool> save_nameless(const std::string& path, std::string_view text, mode_t mode) {
    const auto file = make_nameless_file(directory_of(path), mode);
    if (!file) return std::nullopt;
    write_all(*file, as_bytes(text), path);
    const std::string link = "/proc/self/fd/" + std::to_string(file->number());
    if (::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) {
        return true;
    }
    if (errno == EEXIST) return false;
    return std::nullopt;  // No /proc, or no hard links.
}

}  // namespace

bool save_new_file(const std::string& path, std::string_view text, mode_t mode) {
    if (const auto saved = save_nameless(path, text, mode)) return *saved;
    static std::atomic<unsigned> counter{0};
    const std::string staging =
        path + "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".first";
    try {
        save_file(staging, text, mode);
        // link(2) refuses a name that is taken on every file system that has hard links.
        const bool linked = ::link(staging.c_str(), path.c_str()) == 0;
        const bool saved = linked || rename_new(staging, path);
        ::unlink(staging.c_str());
        return saved;
    } catch (const Error&) {
        ::unlink(staging.c_str());
        throw;
    }
}

}  // namespace latchkey::platform
