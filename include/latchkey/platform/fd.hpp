#pragma once

#include <fcntl.h>

#include <optional>
#include <string>
#include <utility>

#include "latchkey/base/error.hpp"

namespace latchkey::platform {

/// The operating system's refusal as an Error: "open '/x': No such file or directory (os error 2)".
/// ENOENT and ENOTDIR are Errc::not_found, ENOSPC and EDQUOT Errc::no_room, all others Errc::io.
Error os_error(int error_number, const std::string& verb_and_object);

/// Only the cause: "No such file or directory (os error 2)", as rustup prints it.
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

    /// Gives the number away; nobody closes it now.
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// open(2) with O_CLOEXEC, again on EINTR.
///
/// Throws: Errc::not_found, Errc::io; the message names the path.
Fd open_file(const std::string& path, int flags, mode_t mode = 0666);

/// The same; empty where nothing has that name (ENOENT, ENOTDIR).
std::optional<Fd> find_file(const std::string& path, int flags);

/// The same; empty also where this process may not open it (EACCES, EPERM), or where O_NOFOLLOW
/// meets a symlink (ELOOP).
std::optional<Fd> find_permitted_file(const std::string& path, int flags);

/// openat(2) below a directory's descriptor. `shown` is the name that an error shows.
Fd open_at(const Fd& directory, const std::string& name, int flags, mode_t mode,
           const std::string& shown);

/// A second number for an open description. It stays open over exec, and is 100 or more, out of the
/// way of programs that count on low numbers, unless the limit of open files leaves none there.
Fd copy_over_exec(int number);

}  // namespace latchkey::platform
