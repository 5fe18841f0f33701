#pragma once

#include <cstdint>

#include "context.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// Whether an answer to a request for a part shows that the server does not send that part, or
/// sends another one. The server may still send the whole file. If not, the request for that will
/// show it.
bool refuses_the_rest(const net::Fetched& fetched);

/// Waits before another attempt, after a fetch that did not bring everything. The attempt begins at
/// byte `position`. `attempt` counts from 0.
///
/// Throws: the failure of the fetch, in rustup's words, if there is no other attempt.
task::awaitable<void> prepare_attempt(Context& context, Progress& progress, const net::Url& url,
                                      const net::Fetched& fetched, unsigned attempt,
                                      std::uint64_t position);

}  // namespace latchkey::transfer
