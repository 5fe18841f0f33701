#pragma once

#include <cstdint>

#include "latchkey/net/fetched.hpp"
#include "latchkey/net/sink.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::net {

/// `Client::fetch` for a file URL. The rest from behind the end is refused with 416; from the end
/// itself it is empty and complete.
///
/// A path may lead into a tar archive that is not compressed: `file:///media/rust.tar/dist/…`.
///
/// Throws: Errc::corrupt if that archive is damaged; Errc::io.
task::awaitable<Fetched> fetch_file(task::Workers& workers, Url url, std::uint64_t offset,
                                    Sink& sink);

}  // namespace latchkey::net
