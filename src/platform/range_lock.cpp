#include "latchkey/platform/range_lock.hpp"

#include <cerrno>

namespace latchkey::platform {
namespace {

static_assert(sizeof(off_t) == 8, "lanes need the 63 bits of a large file's offset");

struct flock range(std::uint64_t offset, short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(offset);
    lock.l_len = 1;
    return lock;
}

short type_of(RangeMode mode) {
    return mode == RangeMode::shared ? F_RDLCK : F_WRLCK;
}

bool unsupported(int error_number) {
    return error_number == EINVAL || error_number == ENOLCK || error_number == ENOSYS ||
           error_number == EOPNOTSUPP;
}

[[noreturn]] void fail(int error_number, const std::string& what) {
    if (!unsupported(error_number)) throw os_error(error_number, what);
    throw Error(Errc::unsupported, os_cause(error_number)).in(what);
}

}  // namespace

bool try_lock_byte(const Fd& file, std::uint64_t offset, RangeMode mode) {
    struct flock lock = range(offset, type_of(mode));
    for (;;) {
        if (::fcntl(file.number(), F_OFD_SETLK, &lock) == 0) return true;
        if (errno == EAGAIN || errno == EACCES) return false;
        if (errno != EINTR) fail(errno, "lock a byte range");
    }
}

bool try_lock_every_byte(const Fd& file) {
    struct flock lock = range(0, F_WRLCK);
    lock.l_len = 0;
    for (;;) {
        if (::fcntl(file.number(), F_OFD_SETLK, &lock) == 0) return true;
        if (errno == EAGAIN || errno == EACCES) return false;
        if (errno != EINTR) fail(errno, "lock every byte range");
    }
}

bool wait_lock_byte(const OnWaitThread& on, const Fd& file, std::uint64_t offset, RangeMode mode) {
    on.check();
    struct flock lock = range(offset, type_of(mode));
    if (::fcntl(file.number(), F_OFD_SETLKW, &lock) == 0) return true;
    if (errno == EINTR) return false;
    fail(errno, "wait for a byte range");
}

bool is_byte_held(const Fd& file, std::uint64_t offset) {
    struct flock lock = range(offset, F_WRLCK);
    while (::fcntl(file.number(), F_OFD_GETLK, &lock) != 0) {
        if (errno != EINTR) fail(errno, "look at a byte range");
    }
    return lock.l_type != F_UNLCK;
}

void unlock_byte(const Fd& file, std::uint64_t offset) {
    struct flock lock = range(offset, F_UNLCK);
    while (::fcntl(file.number(), F_OFD_SETLK, &lock) != 0) {
        if (unsupported(errno)) return;
        if (errno != EINTR) throw os_error(errno, "unlock a byte range");
    }
}

}  // namespace latchkey::platform
