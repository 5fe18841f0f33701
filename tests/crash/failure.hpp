#pragma once

#include <string>

namespace latchkey::crash {

/// Throws std::runtime_error with what errno says.
[[noreturn]] void fail(const std::string& what);

/// How a process ended, of which wait(2) gave `status`: its exit code, or a signal's number negated.
int end_of(int status);

}  // namespace latchkey::crash
