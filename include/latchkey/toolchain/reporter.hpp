#pragma once

#include <string>

#include "latchkey/transfer/progress.hpp"

namespace latchkey::toolchain {

/// Where a change tells what it does: rustup's lines, and the progress of its transfers.
///
/// Thread: the loop's; calls come in the order in which the user shall read them.
class Reporter : public transfer::Progress {
public:
    virtual void info(const std::string& text) = 0;
};

}  // namespace latchkey::toolchain
