#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/net/refusal.hpp"

namespace latchkey::net {

/// What cut a transfer short.
enum class Cut {
    none,
    unreached,   ///< No connection, an untrusted certificate, a read timeout. What came is good.
    broken,      ///< Cut off, or against the protocol. What came may be damaged.
    other_part,  ///< The server sent another part than asked for, or another file's. None came.
};

/// How a transfer went. Everything that a server or a line can do is a value here; only faults of
/// this side are thrown.
struct Fetched {
    /// The status of the last answer, after redirects. 0: no answer came. File URLs say 200, 206,
    /// 404 or 416.
    int status = 0;

    /// Whether the sink got the whole body, or the whole rest.
    bool complete = false;

    /// How much the sink was given, complete or not. Units: bytes.
    std::uint64_t body_bytes = 0;

    Cut cut = Cut::none;

    /// What `status` means if it is why nothing came.
    Refusal refusal = Refusal::none;

    /// How long the server asks to wait before the next request: Retry-After.
    std::optional<std::chrono::seconds> retry_after;

    /// What happened, with the URL and the number of bytes that came. Set exactly if `cut` is not
    /// `none`.
    std::optional<Error> failure;
};

}  // namespace latchkey::net
