#include "feed_attempts.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "latchkey/net/attempts.hpp"
#include "latchkey/net/download_errors.hpp"
#include "latchkey/task/pause.hpp"

namespace latchkey::transfer {
namespace {

Error failure_of(const net::Url& url, const net::Fetched& fetched) {
    if (url.scheme() == "file" && fetched.refusal == net::Refusal::absent) {
        return net::absent_file_error();
    }
    return net::failure_of(fetched);
}

}  // namespace

bool refuses_the_rest(const net::Fetched& fetched) {
    if (fetched.cut == net::Cut::other_part) return true;
    const bool without_it = fetched.refusal == net::Refusal::none && !fetched.complete;
    return fetched.cut == net::Cut::none && (without_it || !net::is_worth_another_try(fetched));
}

task::awaitable<void> prepare_attempt(Context& context, Progress& progress, const net::Url& url,
                                      const net::Fetched& fetched, unsigned attempt,
                                      std::uint64_t position) {
    if (!net::is_worth_another_try(fetched) || attempt >= context.variables.max_retries) {
        throw failure_of(url, fetched);
    }
    progress.debug(fmt::format("trying '{}' again from byte {}: {}", url.shown(), position,
                               failure_of(url, fetched).what()));
    co_await task::pause(net::pause_before(attempt, fetched));
}

}  // namespace latchkey::transfer
