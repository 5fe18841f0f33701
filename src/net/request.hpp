#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "latchkey/net/byte_range.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// The bytes of a GET; the whole file where the range is all of it. `proxy` is the one that this
/// request itself is sent to, none for a tunnel through it. `authorization` is the value of that
/// field, unless the URL has credentials of its own.
std::string get_request(const Url& url, const ByteRange& range, const std::optional<Url>& proxy,
                        const std::string& user_agent,
                        const std::optional<std::string>& authorization);

/// The bytes that ask a proxy for a tunnel to the URL's host.
std::string connect_request(const Url& url, const Url& proxy, const std::string& user_agent);

/// Where a `Content-Range: bytes 5-9/10` begins. Empty if the text is none.
/// What a part is, by its Content-Range. Both ends are in it.
struct ContentRange {
    std::uint64_t first_byte;
    std::uint64_t last_byte;
    std::optional<std::uint64_t> total_bytes;  ///< Of the file; empty: the server does not say.
};

/// Empty: it is none, or one that cannot be.
///
/// Source: RFC 9110, 14.4.
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace latchkey::net
