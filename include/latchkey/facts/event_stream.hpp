#pragma once

#include <boost/json.hpp>
#include <cstdint>

namespace latchkey::facts {

/// Writes events for a program that watches, one JSON object a line.
///
/// A reader that does not read holds nothing up: what a full pipe has no room for is left out, and
/// the next event that goes through says how many are missing (`dropped`). Only the last event
/// waits, for a while.
///
/// Source: pipe(7): a pipe that poll(2) calls writable takes PIPE_BUF (4096) bytes at once.
/// Thread: one at a time.
class EventStream {
public:
    /// Requires: the descriptor stays open.
    explicit EventStream(int descriptor) noexcept : descriptor_(descriptor) {}

    /// Writes an event, or leaves it out.
    void send(boost::json::object event) noexcept;

    /// Writes the last event. Waits up to five seconds for room.
    void send_last(boost::json::object event) noexcept;

private:
    void send_within(boost::json::object event, int milliseconds) noexcept;

    int descriptor_;
    std::uint64_t dropped_ = 0;
    bool closed_ = false;
};

}  // namespace latchkey::facts
