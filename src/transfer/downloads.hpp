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

/// How many artifacts come at once, the heaviest first: two, and four as soon as one has ended, all
/// that come wait for their decoders, or the line turns out to be slower than a decoder.
///
/// Four from the start would only take from each other where a fast line is full: the heaviest
/// would end last, alone, with one decoder that is slower than the line.
///
/// Thread: the loop's. Outlives its flows.
class Downloads {
public:
    /// `at_once`: exactly so many, where the user says so.
    explicit Downloads(std::optional<unsigned> at_once);
    Downloads(const Downloads&) = delete;
    Downloads& operator=(const Downloads&) = delete;

    /// Waits until another one may begin: the heaviest that waits, whoever came first.
    task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight);

    /// Whether files may be fetched from this URL's server in several parts at once.
    [[nodiscard]] bool sends_parts(const net::Url& url) const;

    /// It has failed to, for one file: no other is tried so.
    void give_up_parts(const net::Url& url);

    /// How often a download has begun or ended: what a line brings in between says something of
    /// those that came meanwhile.
    [[nodiscard]] std::size_t changes() const noexcept { return changes_; }

    /// Downloads that come, beside the one that asks.
    [[nodiscard]] std::size_t others() const noexcept {
        return flows_.empty() ? 0 : flows_.size() - 1;
    }

    /// What one download brings.
    class Flow {
    public:
        Flow(Downloads& downloads, const net::LineMeter& line);
        Flow(const Flow&) = delete;
        Flow& operator=(const Flow&) = delete;
        ~Flow();

        /// Its body comes, and no longer. It may come again.
        /// Units: bytes that are to come; 0: not known.
        void begin(std::uint64_t rest_bytes);
        void pause();

        void came(std::uint64_t bytes);

        /// It waits for its decoder until `release`.
        void hold();
        void release();

        /// Whether it may use more connections: one file at a time, the one with the most to come.
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
    bool opened_;  ///< As many as there may ever be.
    const bool fixed_;
    std::vector<Flow*> flows_;             ///< That come.
    std::set<std::string> without_parts_;  ///< Servers.
    std::size_t changes_ = 0;
};

}  // namespace latchkey::transfer
