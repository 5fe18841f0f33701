#pragma once

#include <string>

#include "latchkey/transfer/progress.hpp"

namespace latchkey::toolchain {

/// Receives what a change reports to the user: rustup's lines, and the progress of its transfers.
///
/// Thread: the loop's. Calls come in the order in which the user should read them.
class Reporter : public transfer::Progress {
public:
    virtual void info(const std::string& text) = 0;
};

}  // namespace latchkey::toolchain
