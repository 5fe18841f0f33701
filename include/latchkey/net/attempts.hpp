#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/net/refusal.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// What a status means that is no success.
///
/// 404 and 410 say that the file is not there. So does 403 of the official server, whose bucket
/// knows no other word for it, unless a proxy may have said it in its place. 408, 425, 429 and
/// 500–599 pass; all others stay.
///
/// `proxied`: the request was made to a proxy, which could read it.
/// Source: RFC 9110, 15.5 and 15.6; RFC 6585, 4; RFC 8470, 5.2.
Refusal judge_refusal(const Url& url, int status, bool proxied);

/// Of a `Retry-After`, which is a number or a date. Empty: it is neither.
///
/// Source: RFC 9110, 10.2.3.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now);

/// Why a fetch did not bring all: its failure, or `http request returned an unsuccessful status
/// code: 503`. Errc::not_found only for what is not there.
Error failure_of(const Fetched& fetched);

/// Whether the same request may bring more when it is made again.
bool is_worth_another_try(const Fetched& fetched);

/// How long to wait before it is. `attempt` counts from 0.
///
/// Units: doubles from 100 ms to at most 2 s; longer where the server says so, up to 30 s.
std::chrono::milliseconds pause_before(unsigned attempt, const Fetched& fetched);

}  // namespace latchkey::net
