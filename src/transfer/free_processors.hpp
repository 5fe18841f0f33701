#pragma once

#include "latchkey/platform/system.hpp"

namespace latchkey::transfer {

/// Estimates how many processors other processes leave to this one, from what the machine has done
/// since this was made. The work of this process counts as free, that of others does not.
///
/// Thread: one at a time.
class FreeProcessors {
public:
    /// `threads` is how many processors this process can keep busy.
    explicit FreeProcessors(unsigned threads);

    /// The number of free processors, at least a fair share. If the time since the beginning is too
    /// short to tell, all count as free.
    [[nodiscard]] double count() const;

    /// count(), for the time between two measurements.
    static double between(const platform::ProcessorTime& before,
                          const platform::ProcessorTime& after, unsigned threads);

private:
    unsigned threads_;
    platform::ProcessorTime before_;
};

}  // namespace latchkey::transfer
