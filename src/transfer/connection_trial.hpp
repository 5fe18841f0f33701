#pragma once

#include <cstddef>
#include <optional>

namespace latchkey::transfer {

/// Finds out how many connections one file should have, from the rate of the whole line. The number
/// doubles while doubling raises the rate, or becomes four times as large where each connection
/// brings as much as the first; when it raises nothing, as many stay as are of use.
///
/// If the server limits each connection, a second one beside three other downloads raises the rate
/// by a third. If the line is full, it raises nothing. A gain of less than half of what is possible
/// counts as none.
///
/// Thread: one at a time.
class ConnectionTrial {
public:
    static constexpr std::size_t kMost = 8;

    /// Units: bytes a second of the line, with one connection for this file. Empty: not known.
    explicit ConnectionTrial(std::optional<double> bytes_per_second);

    /// What happened on the line since the last look.
    struct Look {
        double bytes_per_second = 0;
        std::size_t others = 0;       ///< How many other downloads there are.
        std::size_t connections = 1;  ///< How many connections this file has.
        bool others_changed = false;  ///< A download began or ended: rates do not compare.
    };

    /// Returns how many connections the file should have from now on.
    std::size_t judge(const Look& look);

    /// Whether the number stays until another download begins or ends.
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
