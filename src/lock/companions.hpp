#pragma once

#include <set>
#include <tuple>
#include <vector>

#include "latchkey/platform/process.hpp"

namespace latchkey::lock {

/// An exclusive range that was asked of both files counts once for each process: within one file,
/// nobody holds a byte exclusively twice.
inline std::vector<platform::HeldRange> without_companions(
    std::vector<platform::HeldRange> ranges) {
    std::set<std::tuple<pid_t, std::uint64_t, std::uint64_t>> known;
    std::erase_if(ranges, [&known](const platform::HeldRange& range) {
        return range.exclusive && !known.insert({range.process, range.first, range.last}).second;
    });
    return ranges;
}

}  // namespace latchkey::lock
