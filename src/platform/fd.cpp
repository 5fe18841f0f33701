#include "latchkey/platform/fd.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "open_again.hpp"

namespace latchkey::platform {

std::string os_cause(int error_number) {
    return std::string(strerrordesc_np(error_number) != nullptr ? strerrordesc_np(error_number)
                                                                : "Unknown error") +
           " (os error " + std::to_string(error_number) + ")";
}

Error os_error(int error_number, const std::string& verb_and_object) {
    Errc code = Errc::io;
    if (error_number == ENOENT || error_number == ENOTDIR) code = Errc::not_found;
    if (error_number == ENOSPC || error_number == EDQUOT) code = Errc::no_room;
    return Error(code, os_cause(error_number)).in(verb_and_object);
}

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

Fd::~Fd() {
    close();
}

void Fd::close() noexcept {
    // Not again on EINTR: Linux has closed it all the same (close(2)).
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

int open_again(int directory, const char* name, int flags, mode_t mode) {
    int number = -1;
    do {
        number = ::openat(directory, name, flags | O_CLOEXEC, mode);
    } while (number < 0 && errno == EINTR);
    return number;
}

Fd open_file(const std::string& path, int flags, mode_t mode) {
    Fd file(open_again(AT_FDCWD, path.c_str(), flags, mode));
    if (!file.open()) throw os_error(errno, "open '" + path + "'");
    return file;
}

std::optional<Fd> find_file(const std::string& path, int flags) {
    Fd file(open_again(AT_FDCWD, path.c_str(), flags, 0666));
    if (file.open()) return file;
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw os_error(errno, "open '" + path + "'");
}

std::optional<Fd> find_permitted_file(const std::string& path, int flags) {
    Fd file(open_again(AT_FDCWD, path.c_str(), flags, 0666));
    if (file.open()) return file;
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == EPERM ||
        errno == ELOOP) {
        return std::nullopt;
    }
    throw os_error(errno, "open '" + path + "'");
}

Fd open_at(const Fd& directory, const std::string& name, int flags, mode_t mode,
           const std::string& shown) {
    Fd file(open_again(directory.number(), name.c_str(), flags, mode));
    if (!file.open()) throw os_error(errno, "open '" + shown + "'");
    return file;
}

Fd copy_over_exec(int number) {
    constexpr int kLowestOfChoice = 100;
    constexpr int kLowest = 3;
    Fd copy(::fcntl(number, F_DUPFD, kLowestOfChoice));
    if (!copy.open()) copy = Fd(::fcntl(number, F_DUPFD, kLowest));
    if (!copy.open()) throw os_error(errno, "keep a descriptor open");
    return copy;
}

}  // namespace latchkey::platform
