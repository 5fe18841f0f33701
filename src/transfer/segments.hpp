#pragma once

#include <cstdint>
#include <functional>

#include "context.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// The rest of a file of which one connection has fetched the beginning.
struct Rest {
    std::uint64_t position = 0;
    std::uint64_t end = 0;          ///< The position behind the last byte.
    std::uint64_t total_bytes = 0;  ///< The size of the file, which may go on behind `end`.
    double bytes_per_second = 0;    ///< The rate of the line with one connection for this file.
};

/// The result of feed_segments().
struct Parted {
    enum class End {
        complete,  ///< The pipe has all bytes of the rest.
        given_up,  ///< The file is no longer wanted.
        failed,    ///< A part did not come, or was another. One connection may still do.
    };
    End end = End::complete;
    std::uint64_t position = 0;  ///< The pipe has every byte of the file before this one.
};

/// Called with the size of each block, in the order in which the blocks come. Returns whether the
/// file is no longer wanted.
using Came = std::function<bool(std::uint64_t bytes)>;

/// Downloads the rest in segments, through several connections at once, and feeds it into the pipe
/// in the file's order. ConnectionTrial decides on the number of connections. If a connection
/// breaks, asks for the rest of its segment, as feed() does for a file. At most 12 segments wait in
/// memory for their turn.
task::awaitable<Parted> feed_segments(Context& context, Progress& progress, const net::Url& url,
                                      Rest rest, task::BytePipe pipe, Came came);

}  // namespace latchkey::transfer
