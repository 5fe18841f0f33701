#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "latchkey/net/byte_range.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// The bytes of a GET; the whole file where the range is all of it. `proxy` is the one that this
/// request itself is sent to, none for a tunnel through it.
std::string get_request(const Url& url, const ByteRange& range, const std::optional<Url>& proxy,
                        const std::string& user_agent);

/// The bytes that ask a proxy for a tunnel to the URL's host.
std::string connect_request(const Url& url, const Url& proxy, const std::string& user_agent);

/// Where a `Content-Range: bytes 5-9/10` begins. Empty if the text is none.
std::optional<std::uint64_t> parse_range_start(const std::string& content_range);

}  // namespace latchkey::net
