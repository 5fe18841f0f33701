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

std::optional<bool> give_name(const Fd& file, const std::string& path) {
    const std::string link = "/proc/self/fd/" + std::to_string(file.number());
    if (::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) {
        return true;
    }
    if (errno == EEXIST) return false;
    return std::nullopt;
}

void sync_file(const Fd& file, const std::string& shown) {
    int result = 0;
    do {
        result = ::fdatasync(file.number());
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno != EINVAL && errno != ENOSYS && errno != EROFS) {
        throw os_error(errno, "sync '" + shown + "'");
    }
}

namespace {

void start_writing(const Fd& file) {
    ::sync_file_range(file.number(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

/// Empty where that cannot be done here.
std::optional<bool> save_nameless(const std::string& path, std::string_view text, mode_t mode) {
    const auto file = make_nameless_file(folder_of(path), mode);
    if (!file) return std::nullopt;
    write_all(*file, as_bytes(text), path);
    sync_file(*file, path);
    return give_name(*file, path);
}

}  // namespace

bool save_new_file(const std::string& path, std::string_view text, mode_t mode) {
    if (const auto saved = save_nameless(path, text, mode)) return *saved;
    static std::atomic<unsigned> counter{0};
    const std::string staging =
        path + "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".first";
    try {
        save_file_durably(staging, text, mode);
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

void sync_files(const std::vector<std::string>& paths) {
    std::vector<Fd> files;
    for (const std::string& path : paths) {
        files.push_back(open_file(path, O_RDONLY));
        start_writing(files.back());
    }
    for (std::size_t i = 0; i < paths.size(); ++i) sync_file(files[i], paths[i]);
}

void save_file_durably(const std::string& path, std::string_view text, mode_t mode) {
    const Fd file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    write_all(file, as_bytes(text), path);
    sync_file(file, path);
}

}  // namespace latchkey::platform
