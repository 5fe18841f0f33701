#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>

#include "calls.hpp"

namespace latchkey::crash {

/// A call that a traced thread is about to make.
struct CallSeen {
    const Call* call = nullptr;  ///< Null: one that nobody numbers.
    std::array<std::uint64_t, 6> arguments{};
    std::string path;
    bool on_file = true;  ///< Its descriptor, if it has one, is a file's or a directory's.
    unsigned troubles = none;

    /// Requires: the call takes a descriptor.
    [[nodiscard]] int descriptor() const {
        return static_cast<int>(arguments[static_cast<std::size_t>(call->descriptor)]);
    }
};

/// From now on the kernel asks a tracer about each of all_calls(), of this process and its children.
void ask_about_calls();

/// Requires: the thread is stopped as such a call begins.
CallSeen look(pid_t thread);

/// Requires: the thread is stopped as a call ends. Did it end well?
bool ended_well(pid_t thread);

/// Instead of what it does, the call fails. Requires: the thread is stopped as the call begins.
///
/// The kernel skips a call whose number is -1, and returns what is in rax (seccomp(2)).
void let_fail(pid_t thread, int error_number);

}  // namespace latchkey::crash
