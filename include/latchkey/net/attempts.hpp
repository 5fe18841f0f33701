#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/net/fetched.hpp"
#include "latchkey/net/refusal.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// What a status other than success means.
///
/// 404 and 410: the file does not exist. 403 of the official server means that too, since its
/// bucket has no other status for it, unless a proxy may have sent it. 408, 425, 429 and 500–599
/// pass. All others last.
///
/// `proxied`: the request went to a proxy that could read it.
/// Source: RFC 9110, 15.5 and 15.6; RFC 6585, 4; RFC 8470, 5.2.
Refusal judge_refusal(const Url& url, int status, bool proxied);

/// The wait that a `Retry-After` asks for, as a number of seconds or a date. Empty: it is neither.
///
/// Source: RFC 9110, 10.2.3.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now);

/// Why a fetch did not bring everything: its failure, or `http request returned an unsuccessful
/// status code: 503`. Errc::not_found only if the file does not exist.
Error failure_of(const Fetched& fetched);

/// Whether the same request may bring more if it is sent again.
bool is_worth_another_try(const Fetched& fetched);

/// How long to wait before the next attempt. `attempt` counts from 0.
///
/// Units: doubles from 100 ms to at most 2 s; longer if the server asks for it, up to 30 s.
std::chrono::milliseconds pause_before(unsigned attempt, const Fetched& fetched);

}  // namespace latchkey::net
