#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "channel_answer.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// Asks the server at a place of Services::mirrors, and again at most `max_retries` times if it
/// refuses for the moment.
using AskServer =
    std::function<task::awaitable<ChannelAnswer>(std::size_t place, unsigned max_retries)>;

/// Asks the servers for a channel, one after another, until one has an answer.
///
/// A server of a list that fails is warned of, and the next one is asked. A release is absent only
/// if every server says so. If `oldest_date` is not empty, a server with an older manifest is
/// passed over; if no other has an answer, the user is told, and the answer is `unchanged`, with
/// ChannelAnswer::older set. If no server has an answer and some have failed, those are asked once
/// more, with patience.
///
/// A server that comes from no list is asked as it is, whatever its date.
///
/// Shape:  `oldest_date` as in a manifest, "2026-04-16".
/// Throws: the failure of the first server that failed.
task::awaitable<ChannelAnswer> ask_in_turn(Services& services, dist::ToolchainName name,
                                           const AskServer& ask, std::string oldest_date);

}  // namespace latchkey::toolchain
