#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>

#include "call_seen.hpp"
#include "other_program.hpp"
#include "report.hpp"
#include "unsynced_files.hpp"

namespace latchkey::crash {

constexpr int kSkipped = 77;  // What ctest is told where this machine does not let us.

/// What to run, and what to do at which call.
struct Plan {
    char** program = nullptr;
    const Fault* fault = nullptr;
    std::uint64_t point = 0;  ///< The how-manieth call at which that can happen.
    std::string meet;         ///< What a shell runs when the point is reached, for `meet`.
    bool list = false;
};

/// Runs a program, and numbers the system calls of all its threads and children.
class Tracer {
public:
    explicit Tracer(const Plan& plan) : plan_(plan) {}

    /// Until the program and all its children have ended. Once.
    Report run();

private:
    void start();
    void handle(pid_t thread, int status);
    void handle_call(pid_t thread);
    void handle_return(pid_t thread);
    void apply(pid_t thread, const CallSeen& seen);
    void kill_all();

    const Plan& plan_;
    pid_t child_ = -1;
    bool counting_ = false;  // From the program's own first call.
    std::set<pid_t> threads_;
    bool killed_ = false;
    pid_t kill_at_return_ = -1;
    OtherProgram other_;
    UnsyncedFiles unsynced_;
    Report report_;
};

}  // namespace latchkey::crash
