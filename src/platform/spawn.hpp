#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// What execve(2) and posix_spawn(3) want of a list of texts, which must outlive it.
std::vector<char*> pointers(const std::vector<std::string>& texts);

/// What a child finds as its standard streams; what is not said stays as it is.
class Streams {
public:
    Streams() { ::posix_spawn_file_actions_init(&actions_); }
    ~Streams() { ::posix_spawn_file_actions_destroy(&actions_); }
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    /// /dev/null. It is opened here: posix_spawn(3) would not try again on EINTR.
    void copy_nothing(int number) {
        if (!nothing_.open()) nothing_ = open_file("/dev/null", O_RDWR);
        copy(nothing_.number(), number);
    }
    void copy(int descriptor, int number) {
        ::posix_spawn_file_actions_adddup2(&actions_, descriptor, number);
    }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
    Fd nothing_;
};

/// Starts a child in which no signal is blocked or ignored that is not so for others. A program
/// without a slash is looked for in this process's PATH.
///
/// Throws: Errc::not_found, Errc::io if it cannot be started.
pid_t spawn(const std::string& program, const std::vector<std::string>& arguments,
            const Environment& environment, const Streams& streams);

}  // namespace latchkey::platform
