#pragma once

#include "latchkey/platform/system.hpp"

namespace latchkey::transfer {

/// How many processors others leave to this process.
///
/// Looks at what the machine did since it was made, so that one that works for others already is
/// not counted, and what this process does itself is.
///
/// Thread: one at a time.
class FreeProcessors {
public:
    /// Units: `threads` that this process would like to keep busy.
    explicit FreeProcessors(unsigned threads);

    /// At least a fair share. What is too short to tell anything counts as idle.
    [[nodiscard]] double count() const;

    /// The same of two looks.
    static double between(const platform::ProcessorTime& before,
                          const platform::ProcessorTime& after, unsigned threads);

private:
    unsigned threads_;
    platform::ProcessorTime before_;
};

}  // namespace latchkey::transfer
