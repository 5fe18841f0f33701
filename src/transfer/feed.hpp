#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "context.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/transfer/progress.hpp"
#include "route.hpp"

namespace latchkey::transfer {

/// How a download ended, unless it failed.
enum class FeedEnd {
    complete,  ///< The pipe has every byte.
    restart,   ///< The server cannot send the rest alone: begin from nothing.
    given_up,  ///< Another encoding is better.
};

/// What a download has fed into its pipe.
struct Fed {
    FeedEnd end = FeedEnd::complete;

    /// The bytes came from several answers. If the hash is wrong, the answers may be of different
    /// files.
    bool in_pieces = false;
};

/// Called before each block with the share of the file that is still to come. Returns whether to
/// give up this file for another encoding.
using GiveUp = std::function<bool(double share_left)>;

/// Downloads a file from `offset` into a pipe. If a connection breaks, keeps what has come and asks
/// for the rest: the next server of the route at once, the same ones again up to RUSTUP_MAX_RETRIES
/// times. Ends with FeedEnd::restart if every server answers such a request with anything but the
/// rest.
///
/// A failure is thrown by the pipe to its reader, in rustup's words. The route then stands at the
/// server from which the last bytes came.
///
/// `id` identifies the component for `progress`. `shown_file` is the path in error texts. `give_up`
/// may be empty.
task::awaitable<Fed> feed(Context& context, Progress& progress, Route& route, std::uint64_t offset,
                          task::BytePipe pipe, std::string id, std::string shown_file,
                          GiveUp give_up);

}  // namespace latchkey::transfer
