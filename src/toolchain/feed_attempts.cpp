#include "feed_attempts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "latchkey/base/error.hpp"
#include "latchkey/task/pause.hpp"

namespace latchkey::toolchain {
namespace {

Error failure_of(const net::Url& url, const net::Fetched& fetched) {
    if (fetched.failure) return *fetched.failure;
    if (url.scheme() == "file" && fetched.status == 404) {
        return Error(Errc::not_found, "file not found");
    }
    const Errc code =
        fetched.status >= 400 && fetched.status < 500 ? Errc::not_found : Errc::unreachable;
    return Error(
        code, fmt::format("http request returned an unsuccessful status code: {}", fetched.status));
}

/// A refusal that another try would only repeat.
bool final_refusal(const net::Fetched& fetched) {
    return fetched.cut == net::Cut::none && fetched.status >= 400 && fetched.status < 500;
}

/// Units: doubles from 100 ms to at most 2 s.
std::chrono::milliseconds pause_before(unsigned attempt) {
    return std::min(std::chrono::milliseconds(100) * (1U << std::min(attempt, 5U)),
                    std::chrono::milliseconds(2000));
}

}  // namespace

task::awaitable<void> prepare_attempt(Services& services, const net::Url& url,
                                      const net::Fetched& fetched, unsigned attempt,
                                      std::uint64_t position) {
    if (final_refusal(fetched) || attempt >= services.options.variables.max_retries) {
        throw failure_of(url, fetched);
    }
    services.reporter.debug(fmt::format("trying '{}' again from byte {}: {}", url.shown(), position,
                                        failure_of(url, fetched).what()));
    co_await task::pause(pause_before(attempt));
}

}  // namespace latchkey::toolchain
