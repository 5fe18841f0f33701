#pragma once

#include <fcntl.h>

#include <optional>
#include <string>
#include <utility>

#include "latchkey/base/error.hpp"

namespace latchkey::platform {

/// An errno as an Error: "open '/x': No such file or directory (os error 2)". ENOENT and ENOTDIR
/// become Errc::not_found, ENOSPC and EDQUOT Errc::no_room, all others Errc::io.
Error os_error(int error_number, const std::string& verb_and_object);

/// The cause alone, as rustup prints it: "No such file or directory (os error 2)".
std::string os_cause(int error_number);

/// Owns one file descriptor. Every function of `platform` opens with O_CLOEXEC.
///
/// Thread: one at a time. Moves; does not copy.
class [[nodiscard]] Fd {
public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool open() const noexcept { return number_ >= 0; }
    void close() noexcept;

    /// Gives the number away. The caller closes it.
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// open(2) with O_CLOEXEC, repeated on EINTR.
///
/// Throws: Errc::not_found, Errc::io; the message names the path.
Fd open_file(const std::string& path, int flags, mode_t mode = 0666);

/// As open_file(). Empty: nothing has that name (ENOENT, ENOTDIR).
std::optional<Fd> find_file(const std::string& path, int flags);

/// As find_file(). Empty also if this process may not open it (EACCES, EPERM) or if O_NOFOLLOW
/// meets a symlink (ELOOP).
std::optional<Fd> find_permitted_file(const std::string& path, int flags);

/// openat(2) in an open directory. `shown` is the name in an error.
///
/// Throws: Errc::not_found, Errc::io.
Fd open_at(const Fd& directory, const std::string& name, int flags, mode_t mode,
           const std::string& shown);

/// Another descriptor of an open description, one that survives exec. Its number is 100 or more,
/// out of the way of programs that count on low numbers, unless the limit of open files allows none
/// there.
Fd copy_over_exec(int number);

}  // namespace latchkey::platform
