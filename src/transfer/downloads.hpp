#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "latchkey/net/line_meter.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/permits.hpp"

namespace latchkey::transfer {

/// Decides how many artifacts are downloaded at once, the heaviest first. Begins with two. Allows
/// four when the first download has ended, when every download waits for its decoder, or when the
/// line turns out to be slower than one decoder.
///
/// On a fast line, four from the start would share its rate: the heaviest would end last, alone,
/// with one decoder that is slower than the line.
///
/// Thread: the loop's. Outlives its flows.
class Downloads {
public:
    /// `at_once` is the number that the user has set. Empty: decide as above.
    explicit Downloads(std::optional<unsigned> at_once);
    Downloads(const Downloads&) = delete;
    Downloads& operator=(const Downloads&) = delete;

    /// Waits for a permit. The heaviest download that waits gets the next one, whoever came first.
    task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight);

    /// Whether files may be fetched from this URL's server in several parts at once.
    [[nodiscard]] bool sends_parts(const net::Url& url) const;

    /// Fetches no more files in parts from this URL's server, because one has failed.
    void give_up_parts(const net::Url& url);

    /// How often a download has begun or ended. Rates of the line can be compared only while this
    /// number stays the same.
    [[nodiscard]] std::size_t changes() const noexcept { return changes_; }

    /// The number of downloads that are active, without the one that asks.
    [[nodiscard]] std::size_t others() const noexcept {
        return flows_.empty() ? 0 : flows_.size() - 1;
    }

    /// One download, as far as the others depend on it.
    class Flow {
    public:
        Flow(Downloads& downloads, const net::LineMeter& line);
        Flow(const Flow&) = delete;
        Flow& operator=(const Flow&) = delete;
        ~Flow();

        /// The body of an answer begins; pause() when it has ended. May be repeated.
        ///
        /// Units: bytes that are still to come. 0: not known.
        void begin(std::uint64_t rest_bytes);
        void pause();

        void came(std::uint64_t bytes);

        /// The download waits for its decoder until release().
        void hold();
        void release();

        /// Whether this download may use more connections. Only one file may at a time: the one
        /// with the most bytes still to come.
        [[nodiscard]] bool may_widen() const;
        void set_in_parts(bool in_parts) { in_parts_ = in_parts; }

    private:
        friend class Downloads;
        Downloads& downloads_;
        const net::LineMeter& line_;
        std::uint64_t rest_bytes_ = 0;
        bool comes_ = false;
        bool held_ = false;
        bool in_parts_ = false;
    };

private:
    void open();

    task::Permits permits_;
    bool opened_;  ///< All permits have been issued.
    const bool fixed_;
    std::vector<Flow*> flows_;             ///< The active ones.
    std::set<std::string> without_parts_;  ///< Servers.
    std::size_t changes_ = 0;
};

}  // namespace latchkey::transfer
