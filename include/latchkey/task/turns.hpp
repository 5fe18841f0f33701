#pragma once

#include <cstdint>
#include <memory>

#include "latchkey/base/permit.hpp"

namespace latchkey::task {

/// Turns at the processors, for streams that decode: no more at once than there are processors, and
/// the heaviest first.
///
/// Four decoders on two processors slow the longest one down, which is the critical path, and each
/// fills a dictionary of its own. A stream that waits for bytes has no turn, so a slow line keeps
/// nobody else from decoding.
///
/// Thread: any.
class Turns {
    struct State;

public:
    /// Units: `count` turns at once, at least 1.
    explicit Turns(unsigned count);

    /// One stream's: taken for each block, given back at the latest when it is destroyed.
    ///
    /// Thread: the stream's worker.
    class [[nodiscard]] Turn {
    public:
        /// Has none yet. Units: `weight` of the work, any.
        Turn(const Turns& turns, std::uint64_t weight);
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { rest(); }

        /// Waits for a turn. Who has one keeps it, unless a heavier stream waits.
        ///
        /// Throws: the cancellation; then it has none.
        void take(const OnWorker& on);

        /// Gives it back, before a wait for something else.
        void rest() noexcept;

    private:
        std::shared_ptr<State> state_;
        std::uint64_t weight_;
        bool taken_ = false;
    };

private:
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::task
