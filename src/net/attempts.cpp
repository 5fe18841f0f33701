#include "latchkey/net/attempts.hpp"

#include <algorithm>
#include <ctime>
#include <string>

#include "latchkey/base/text.hpp"

namespace latchkey::net {
namespace {

constexpr std::string_view kOfficialHost = "static.rust-lang.org";

/// A server may ask for an hour. Nobody waits so long, and the next command asks it again.
constexpr std::chrono::seconds kLongestRest{30};

}  // namespace

Refusal judge_refusal(const Url& url, int status, bool proxied) {
    if (status == 404 || status == 410) return Refusal::absent;
    if (status == 403 && url.host() == kOfficialHost && !proxied) return Refusal::absent;
    if (status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599)) {
        return Refusal::passing;
    }
    return Refusal::lasting;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now) {
    const std::string value(trim(text));
    if (const auto number = parse_number(value)) {
        return std::chrono::seconds(std::min<std::uint64_t>(*number, UINT32_MAX));
    }
    std::tm date{};
    const char* const end = strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const auto then = std::chrono::system_clock::from_time_t(timegm(&date));
    return std::max(std::chrono::seconds(0), std::chrono::ceil<std::chrono::seconds>(then - now));
}

Error failure_of(const Fetched& fetched) {
    if (fetched.failure) return *fetched.failure;
    return Error(
        fetched.refusal == Refusal::absent ? Errc::not_found : Errc::unreachable,
        "http request returned an unsuccessful status code: " + std::to_string(fetched.status));
}

bool is_worth_another_try(const Fetched& fetched) {
    return fetched.refusal != Refusal::absent && fetched.refusal != Refusal::lasting;
}

std::chrono::milliseconds pause_before(unsigned attempt, const Fetched& fetched) {
    const auto own = std::min(std::chrono::milliseconds(100) * (1U << std::min(attempt, 5U)),
                              std::chrono::milliseconds(2000));
    const auto wished =
        std::min(fetched.retry_after.value_or(std::chrono::seconds(0)), kLongestRest);
    return std::max<std::chrono::milliseconds>(own, wished);
}

}  // namespace latchkey::net
