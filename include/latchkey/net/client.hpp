#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/net/byte_range.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/net/fetched.hpp"
#include "latchkey/net/line_meter.hpp"
#include "latchkey/net/refusal.hpp"
#include "latchkey/net/sink.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::net {

/// Fetches http, https and file URLs over connections that are kept for further requests.
///
/// HTTP/1.1. Follows at most 10 redirects (301, 302, 303, 307, 308), also between http and https.
/// Speaks TLS 1.2 or later; the certificate must be trusted and name the host. If a kept connection
/// brings no whole head of an answer, or says 408 because it was idle, the request is sent once
/// more on a fresh one. RFC 9112, 9.3.1 asks for that; it is not a retry of a failure.
///
/// Some servers answer only so many requests of a client at once. If a host refuses one more (403,
/// 429, 503, no connection, or its end before an answer) while others are under way, the client
/// makes no more than those from then on, and the refused request waits for its turn. It fails only
/// if it is refused alone too.
///
/// Every wait can be cancelled (terminal cancellation) and leaves nothing behind.
///
/// Thread:   the loop's.
/// Requires: it outlives its tasks, and the loop outlives it.
/// Source: RFC 9110, RFC 9112.
class Client {
public:
    /// Opens nothing. Certificates are read when they are first needed.
    Client(task::Loop& loop, ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// GET. A status other than success is a value: its body is dropped, and the sink is told
    /// nothing.
    ///
    /// Units:  `offset` in bytes. Above 0, `Range: bytes=offset-` is asked for, and only a 206 that
    ///         begins there is delivered. A 200 or a 416 is reported as a refusal, not complete.
    ///         The part may end before the file does; the sink is told how much the file has.
    /// Throws: what the sink throws; Errc::unsupported for a scheme or a proxy that the client does
    ///         not speak; Errc::usage for a malformed proxy or file URL; Errc::io for a local file
    ///         that cannot be read, certificates included; the cancellation.
    task::awaitable<Fetched> fetch(Url url, std::uint64_t offset, Sink& sink);

    /// As fetch(), for any part. A server that sends less or more than was asked for is believed;
    /// the sink counts. File URLs are read to their end.
    task::awaitable<Fetched> fetch_range(Url url, ByteRange range, Sink& sink);

    /// Fetches a small text whole. Empty: it does not exist (Refusal::absent; a file that is
    /// missing or not regular). A server that refuses for the moment or breaks off is asked again,
    /// as often as the options say.
    ///
    /// Throws: as fetch(); Errc::unreachable for any other status ("http request returned an
    ///         unsuccessful status code: 500") and for a text that did not come whole;
    ///         Errc::corrupt if it has more than `limit_bytes`.
    task::awaitable<std::optional<std::string>> fetch_text(Url url, std::size_t limit_bytes);

    /// As above, but a server is asked again at most `max_retries` times.
    task::awaitable<std::optional<std::string>> fetch_text(Url url, std::size_t limit_bytes,
                                                           unsigned max_retries);

    /// Measures the rate of all bodies by http and https together.
    [[nodiscard]] const LineMeter& line() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey::net
