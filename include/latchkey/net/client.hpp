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
#include "latchkey/net/line_meter.hpp"
#include "latchkey/net/refusal.hpp"
#include "latchkey/net/sink.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::net {

/// What kept a transfer from its end.
enum class Cut {
    none,
    unreached,  ///< No connection, a certificate not trusted, or a read timeout: what came is good.
    broken,     ///< Cut off, or against the protocol: what came may be damaged.
    other_part,  ///< Asked for a part, the server sent another, or one of another file. None came.
};

/// How a transfer went. Whatever a server or a line can do is an answer; only what is wrong on this
/// side is thrown.
struct Fetched {
    /// Of the last answer, after redirects; 0 where none came. File URLs say 200, 206, 404 or 416.
    int status = 0;

    /// The sink has the whole body (or the whole rest).
    bool complete = false;

    /// Units: bytes that the sink was given, also when they are not all.
    std::uint64_t body_bytes = 0;

    Cut cut = Cut::none;

    /// What `status` means where it says why nothing came.
    Refusal refusal = Refusal::none;

    /// When the server wants to be asked again: Retry-After.
    std::optional<std::chrono::seconds> retry_after;

    /// What happened, with the URL and the bytes that came. Set exactly when `cut` is not `none`.
    std::optional<Error> failure;
};

/// Fetches http, https and file URLs, over connections that are kept and used again.
///
/// HTTP/1.1. At most 10 redirects (301, 302, 303, 307, 308), also between http and https. TLS 1.2
/// or later; the certificate must be trusted and name the host. Where a kept connection brings no
/// whole head of an answer, or says 408 because it was idle, the request is sent once more on a
/// fresh one: that is how RFC 9112, 9.3.1 wants it, no retry of what failed.
///
/// Some servers give a client only so many answers at once. Where one more is refused (403, 429,
/// 503, no connection, or its end before an answer) while others from that host are under way,
/// there are no more than those from now on, and the request waits for its turn: no failure, unless
/// it fails alone, too.
///
/// Every wait is cancellable (terminal) and leaves nothing behind.
///
/// Thread: the loop's. Outlives its tasks; the loop outlives it.
/// Source: RFC 9110, RFC 9112.
class Client {
public:
    /// Opens nothing yet. Certificates are read when first needed.
    Client(task::Loop& loop, ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// GET. A status that is no success is an answer; its body is dropped and the sink hears
    /// nothing.
    ///
    /// Units:  `offset` in bytes. Above 0 asks for `Range: bytes=offset-`, and only a 206 that
    ///         begins there is delivered; a 200 or a 416 is reported like other refusals, not
    ///         complete. The part may end before the file does: the sink is told what that has.
    /// Throws: what the sink throws; Errc::unsupported for a scheme or a proxy that is not spoken;
    ///         Errc::usage for a proxy or file URL that makes no sense; Errc::io for a local file
    ///         that cannot be read, certificates included; the cancellation.
    task::awaitable<Fetched> fetch(Url url, std::uint64_t offset, Sink& sink);

    /// The same for any part. Also a server that sends less or more than was asked for is believed:
    /// the sink counts. File URLs are read to their end.
    task::awaitable<Fetched> fetch_range(Url url, ByteRange range, Sink& sink);

    /// A small text, whole. Empty: there is none (Refusal::absent; a file that is missing or no
    /// regular file). A server that refuses for the moment, or breaks off, is asked again, as often
    /// as the options say.
    ///
    /// Throws: as `fetch`; Errc::unreachable for any other status ("http request returned an
    ///         unsuccessful status code: 500") and for a text that did not come or did not come
    ///         whole; Errc::corrupt when it has more than `limit_bytes`.
    task::awaitable<std::optional<std::string>> fetch_text(Url url, std::size_t limit_bytes);

    /// How fast bodies come by http and https, all together.
    [[nodiscard]] const LineMeter& line() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey::net
