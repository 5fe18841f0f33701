#pragma once

#include <cstdint>
#include <functional>

#include "context.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// What is to come of a file that one connection has begun to fetch.
struct Rest {
    std::uint64_t position = 0;
    std::uint64_t end = 0;          ///< Behind its last byte.
    std::uint64_t total_bytes = 0;  ///< Of the file, which may have more behind it.
    double bytes_per_second = 0;    ///< Of the line, with one connection for this file.
};

/// How that went.
struct Parted {
    enum class End {
        complete,  ///< The pipe has all of it.
        given_up,  ///< The file is no longer wanted.
        failed,  ///< A part did not come, or another came. One connection may still bring the rest.
    };
    End end = End::complete;
    std::uint64_t position = 0;  ///< So far the pipe has the file.
};

/// Told of each block that came, in whatever order; true: the file is no longer wanted.
using Came = std::function<bool(std::uint64_t bytes)>;

/// Feeds the rest through several connections, a segment each, into the pipe in the file's order.
/// Their number doubles as long as the line then brings more bytes in a second; where it does not,
/// it is full, and they become fewer again. A segment that breaks off is asked for again from where
/// it is, as feed does with a file. At most 12 segments wait for their turn, in memory.
task::awaitable<Parted> feed_segments(Context& context, Progress& progress, const net::Url& url,
                                      Rest rest, task::BytePipe pipe, Came came);

}  // namespace latchkey::transfer
