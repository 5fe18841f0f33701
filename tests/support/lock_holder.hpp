#pragma once

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

}  // namespace latchkey::test
