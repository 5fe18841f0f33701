#pragma once

#include <string>

#include "latchkey/base/error.hpp"

namespace latchkey::test {

/// What an action complains of; "no error" where it does not.
template <typename Action>
std::string error_text(Action&& action) {
    try {
        action();
    } catch (const Error& e) {
        return e.what();
    }
    return "no error";
}

}  // namespace latchkey::test
