#pragma once

#include <cstddef>
#include <optional>

namespace latchkey::transfer {

/// Finds out how many connections for one file are of use, from what the whole line brings: their
/// number doubles as long as it brings more by that, and goes back by one step when it does not.
///
/// Where each connection is limited, one more beside three brings a third more; where the line is
/// full, nothing. Half of that and less counts as nothing.
///
/// Thread: one at a time.
class ConnectionTrial {
public:
    static constexpr std::size_t kMost = 8;

    /// Units: bytes a second, of the line with one connection for this file; empty: not known.
    explicit ConnectionTrial(std::optional<double> bytes_per_second);

    /// What the line brought since the last look.
    struct Look {
        double bytes_per_second = 0;
        std::size_t others = 0;       ///< Downloads beside this one.
        std::size_t connections = 1;  ///< Of this one.
        bool others_changed = false;  ///< One came or went: that says nothing of this one's.
    };

    /// How many connections the file is to have from now on.
    std::size_t judge(const Look& look);

    /// No other number is tried, as long as no other download comes or goes.
    [[nodiscard]] bool settled() const noexcept { return settled_; }

private:
    struct Known {
        double bytes_per_second;
        std::size_t connections;
    };
    std::optional<Known> before_;  ///< With fewer connections, or what is to be held against more.
    bool settled_ = false;
};

}  // namespace latchkey::transfer
