#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "latchkey/net/url.hpp"
#include "latchkey/task/notice.hpp"
#include "latchkey/task/permits.hpp"
#include "latchkey/transfer/progress.hpp"
#include "line_trial.hpp"

namespace latchkey::transfer {

/// How many artifacts are fetched at once, the heaviest first: as many as fill the line, and no
/// more. Beyond that they only take from each other; the heaviest would end last, alone, with one
/// decoder that is slower than the line and the other processors idle.
///
/// Two begin. The lightest of the others shows whether another one brings more. Where the line is
/// full, those that come get equal shares of it: TCP alone may give one of them most of it for
/// seconds.
///
/// Thread: the loop's. Copies share their state.
class Downloads {
    struct State;

public:
    using Now = std::function<LineTrial::Time()>;

    /// `at_once`: exactly so many, where the user says so. `now`: what is looked at goes by it.
    explicit Downloads(std::optional<unsigned> at_once, Now now = LineTrial::Clock::now);

    /// Before all else, so that the heaviest come first. Units: `weight` of the work, any.
    [[nodiscard]] std::unique_ptr<task::Permits::Claim> claim(std::uint64_t weight) const;

    /// Waits until another one may begin: the heaviest that waits, whoever came first.
    task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight,
                                                   task::Permits::Claim* claim);

    /// Looks whether anything comes at all, until it is cancelled: beside all that acquire. Each of
    /// them could do it for itself; but then who looked last would begin last.
    [[nodiscard]] task::awaitable<void> watch() const;

    /// Whether files may be fetched from this URL's server in several parts at once.
    [[nodiscard]] bool sends_parts(const net::Url& url) const;

    /// It has failed to, for one file: no other is tried so.
    void give_up_parts(const net::Url& url) const;

    /// What one download brings.
    class Flow {
    public:
        Flow(const Downloads& downloads, Progress& progress);
        Flow(const Flow&) = delete;
        Flow& operator=(const Flow&) = delete;
        ~Flow();

        /// Its body comes, and no longer. It may come again.
        /// Units: bytes that are to come; 0: not known.
        void begin(std::uint64_t rest_bytes);
        void end();

        void came(std::uint64_t bytes);

        /// It waits for its decoder until `release`.
        void hold();
        void release();

        /// Waits while another one is to get the line, a second at most: that one may have stalled.
        ///
        /// Throws: the cancellation.
        task::awaitable<void> give_way();

        /// Whether it may use more connections: the largest may, where they bring more bytes.
        /// Units: what it brings now.
        [[nodiscard]] bool may_widen(double bytes_per_second) const;

    private:
        friend struct Downloads::State;
        void act();
        void catch_up();
        [[nodiscard]] bool is_ahead() const;

        std::shared_ptr<State> state_;
        Progress& progress_;
        task::Notice way_;  ///< To look again whether it has to give way.
        std::uint64_t rest_bytes_ = 0;
        std::uint64_t share_bytes_ = 0;  ///< Of the line; what it did not ask for counts as had.
        std::optional<LineTrial::Time> asked_;  ///< Until it first comes.
        bool begun_ = false;
        bool held_ = false;
    };

private:
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::transfer
