#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace latchkey::crash {

/// What runs while a traced program stands still at a call.
class OtherProgram {
public:
    /// Starts a shell's command, and goes on when that has ended, or waits for a range that the
    /// stopped program has. Nobody reads what the kernel tells of the others meanwhile, so each of
    /// them stops at its next call.
    void run(const std::string& command);

    /// wait(2) has told of a process. False: that is another one.
    bool take_end(pid_t process, int status);

    /// As end_of(); -1 until it has ended.
    [[nodiscard]] int ended() const { return ended_; }
    [[nodiscard]] bool waited() const { return waited_; }

private:
    std::optional<pid_t> process_;
    int ended_ = -1;
    bool waited_ = false;  // For a range that the stopped program holds.
};

}  // namespace latchkey::crash
