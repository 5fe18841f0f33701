#pragma once

#include <span>

namespace latchkey::crash {

/// What may go wrong with a call besides a kill, as bits.
enum Trouble : unsigned { none = 0, io = 1, space = 2, files = 4, interrupted = 8 };

/// A system call that is numbered.
struct Call {
    long number;
    const char* name;
    unsigned troubles;
    int descriptor = -1;  ///< Which argument is one, or -1.
    int path = -1;        ///< Which argument is a path, or -1.
};

/// Every call on files and locks, and those that wait for a child.
std::span<const Call> all_calls();
/// Null: a call that nobody numbers.
const Call* find_call(long number);

/// What the tracer can do at a call.
struct Fault {
    const char* name;
    unsigned trouble;  ///< `none`: it can happen at every call.
    int error_number;
};

std::span<const Fault> all_faults();

}  // namespace latchkey::crash
