#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "support/child.hpp"

namespace latchkey::test {

/// A process that holds ranges or waits for them: tests/lock/holder_main.cpp.
/// `how` is "shared try", "exclusive try", "shared wait" or "exclusive wait"; keys are
/// "unpack:name".
inline Child start_holder(const std::string& lock_file, const std::string& how,
                          const std::vector<std::string>& keys,
                          std::vector<std::string> before = {}) {
    ChildOptions options;
    options.arguments = std::move(before);
    options.arguments.push_back(lock_file);
    const std::size_t blank = how.find(' ');
    options.arguments.push_back(how.substr(0, blank));
    options.arguments.push_back(how.substr(blank + 1));
    options.arguments.insert(options.arguments.end(), keys.begin(), keys.end());
    return Child(LATCHKEY_LOCK_HOLDER, options);
}

/// The median of `measure`, in milliseconds, over the calmest of some batches: on a busy machine a
/// process that was killed may wait for its turn to die, and only that is forgiven.
template <typename Measure>
double calmest_median(double wanted, Measure measure) {
    double best = 1e9;
    for (int batch = 0; batch < 20 && best >= wanted; ++batch) {
        std::vector<double> milliseconds;
        for (int round = 0; round < 9; ++round) milliseconds.push_back(measure());
        std::sort(milliseconds.begin(), milliseconds.end());
        best = std::min(best, milliseconds[4]);
    }
    return best;
}

}  // namespace latchkey::test
