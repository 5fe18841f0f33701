#include "server_turns.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"

namespace latchkey::toolchain {
namespace {

using Kind = ChannelAnswer::Kind;
using Places = std::vector<std::size_t>;

/// One question to all servers of a list.
class Asking {
public:
    Asking(Services& services, dist::ToolchainName name, const AskServer& ask,
           std::string oldest_date)
        : services_(services),
          name_(std::move(name)),
          ask_(ask),
          oldest_date_(std::move(oldest_date)) {}

    task::awaitable<ChannelAnswer> run() {
        bool answered = co_await ask_each(services_.mirrors->order(), 0);
        const bool only_failures = !older_ && !inconsistent_ && !unreached_.empty();
        if (!answered && only_failures) {
            Places again = std::exchange(unreached_, Places());
            answered = co_await ask_each(std::move(again), services_.options.variables.max_retries);
        }
        if (answered) co_return std::move(*answer_);
        if (older_) co_return stay_as_it_is();
        if (failure_) throw *failure_;
        if (inconsistent_) co_return std::move(*inconsistent_);
        if (absence_) throw *absence_;
        co_return std::move(*absent_);
    }

private:
    /// Whether one of them has an answer.
    task::awaitable<bool> ask_each(Places places, unsigned max_retries) {
        for (const std::size_t place : places) {
            std::optional<Error> failure;
            try {
                ChannelAnswer answer = co_await ask_(place, max_retries);
                answer_.emplace(std::move(answer));
            } catch (const Error& e) {
                failure = e;
            }
            if (failure) {
                note_failure(place, *failure);
            } else if (is_good(place)) {
                services_.reporter.debug(
                    fmt::format("'{}' answered for {}", shown(place), name_.str()));
                co_return true;
            }
        }
        co_return false;
    }

    /// Sorts the last answer.
    bool is_good(std::size_t place) {
        ChannelAnswer& answer = *answer_;
        if (answer.kind == Kind::absent) {
            services_.reporter.debug(fmt::format("'{}' has no {}", shown(place), name_.str()));
            if (!absent_) absent_ = std::move(answer);
            return false;
        }
        if (answer.kind == Kind::inconsistent) {
            blame(place, *answer.mismatch);
            if (!inconsistent_) inconsistent_ = std::move(answer);
            return false;
        }
        if (answer.kind == Kind::manifest && answer.manifest.date < oldest_date_) {
            services_.reporter.debug(fmt::format("'{}' is behind: its {} is of {}", shown(place),
                                                 name_.str(), answer.manifest.date));
            if (!older_ || older_->manifest.date < answer.manifest.date) {
                older_ = std::move(answer);
            }
            return false;
        }
        return true;
    }

    void note_failure(std::size_t place, const Error& failure) {
        if (!mirrors::is_the_servers(failure)) throw failure;
        if (failure.code() == Errc::not_found) {
            if (!absence_) absence_ = failure;
            return;
        }
        blame(place, failure);
        if (failure.code() == Errc::unreachable) unreached_.push_back(place);
        if (!failure_) failure_ = failure;
    }

    void blame(std::size_t place, const Error& failure) {
        if (services_.mirrors->blame(place)) {
            services_.reporter.warn(services_.mirrors->fault_text(place, failure));
        }
    }

    ChannelAnswer stay_as_it_is() {
        services_.reporter.info(fmt::format(
            "the newest {} of the mirrors is of {}, and older than the installed one of "
            "{}, which stays",
            name_.str(), older_->manifest.date, oldest_date_));
        ChannelAnswer answer;
        answer.kind = Kind::unchanged;
        answer.older = true;
        return answer;
    }

    [[nodiscard]] std::string shown(std::size_t place) const {
        return without_credentials(services_.mirrors->server(place).dist_server);
    }

    Services& services_;
    const dist::ToolchainName name_;
    const AskServer& ask_;
    const std::string oldest_date_;

    std::optional<ChannelAnswer> answer_;  ///< The last one.
    std::optional<ChannelAnswer> absent_;
    std::optional<ChannelAnswer> inconsistent_;
    std::optional<ChannelAnswer> older_;  ///< The least old of those that are.
    std::optional<Error> absence_;        ///< An absence in an error's words.
    std::optional<Error> failure_;
    Places unreached_;
};

}  // namespace

task::awaitable<ChannelAnswer> ask_in_turn(Services& services, dist::ToolchainName name,
                                           const AskServer& ask, std::string oldest_date) {
    if (!services.mirrors->listed()) {
        ChannelAnswer answer = co_await ask(0, services.options.variables.max_retries);
        co_return answer;
    }
    Asking asking(services, std::move(name), ask, std::move(oldest_date));
    ChannelAnswer answer = co_await asking.run();
    co_return answer;
}

}  // namespace latchkey::toolchain
