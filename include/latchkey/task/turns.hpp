#pragma once

#include <cstdint>
#include <memory>

#include "latchkey/base/permit.hpp"

namespace latchkey::task {

/// Turns at the processors for streams that decode: no more at once than there are processors, the
/// heaviest first.
///
/// Four decoders on two processors would slow down the longest one, which is the critical path, and
/// each fills a dictionary of its own. A stream gives its turn back while it waits for bytes, so a
/// slow line keeps no other stream from decoding.
///
/// Thread: any.
class Turns {
    struct State;

public:
    /// Units: `count` is the number of turns at once, at least 1.
    explicit Turns(unsigned count);

    /// The turn of one stream. The stream takes it for each block; the destructor gives it back.
    ///
    /// Thread: the stream's worker.
    class [[nodiscard]] Turn {
    public:
        /// Begins without a turn. Units: any; a larger `weight` goes first.
        Turn(const Turns& turns, std::uint64_t weight);
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { rest(); }

        /// Waits for a turn. A stream that has one keeps it, unless a heavier stream waits.
        ///
        /// Throws: the cancellation. The stream then has no turn.
        void take(const OnWorker& on);

        /// Takes a turn if one is free that no heavier stream waits for. True also if this stream
        /// has one.
        bool try_take();

        /// Gives the turn back. Call it before waiting for anything else.
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
