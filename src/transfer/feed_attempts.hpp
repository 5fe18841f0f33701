#pragma once

#include <cstdint>

#include "context.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// Whether an answer to a request for a part says that this server does not send it, or sends
/// another. What it says of the part may be wrong of the whole; and if not, it will say it again.
bool refuses_the_rest(const net::Fetched& fetched);

/// After a fetch that did not bring all: waits before the next one, which begins at `position`.
/// `attempt` counts from 0.
///
/// Throws: why there is no other attempt, in rustup's words.
task::awaitable<void> prepare_attempt(Context& context, Progress& progress, const net::Url& url,
                                      const net::Fetched& fetched, unsigned attempt,
                                      std::uint64_t position);

}  // namespace latchkey::transfer
