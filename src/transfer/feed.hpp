#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "context.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// How a download ended, where that is no failure of the line.
enum class FeedEnd {
    complete,  ///< The pipe has every byte.
    restart,   ///< The server does not support resuming, or not rightly: begin from nothing.
    given_up,  ///< Another encoding is the better one.
};

/// What has been fed.
struct Fed {
    FeedEnd end = FeedEnd::complete;

    /// Several answers brought it. Where its hash is wrong, they were not of one file.
    bool in_pieces = false;
};

/// Asked before each block, with the share of the file that is still to come: is it better to fetch
/// another one?
using GiveUp = std::function<bool(double share_left)>;

/// Pumps a URL from `offset` into a pipe, through as many connections as it takes: what a broken
/// connection has delivered is kept, and only the rest is asked for again, up to RUSTUP_MAX_RETRIES
/// times. An answer to a request for the rest that is not this rest ends it: FeedEnd::restart.
///
/// A failure that ends it goes through the pipe to its reader, with rustup's words.
///
/// `id` is the component's for progress; `shown_file` the file's that error texts name. `give_up`
/// may be empty.
task::awaitable<Fed> feed(Context& context, Progress& progress, net::Url url, std::uint64_t offset,
                          task::BytePipe pipe, std::string id, std::string shown_file,
                          GiveUp give_up);

}  // namespace latchkey::transfer
