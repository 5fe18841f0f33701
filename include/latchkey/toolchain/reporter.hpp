#pragma once

#include <string>
#include <vector>

#include "latchkey/lock/holder.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::toolchain {

/// Receives what a change reports to the user: rustup's lines, and the progress of its transfers.
///
/// Thread: the loop's. Calls come in the order in which the user should read them.
class Reporter : public transfer::Progress {
public:
    virtual void info(const std::string& text) = 0;

    /// Another process keeps the change waiting. `what` is what the change waits for: "'clippy' of
    /// stable-x86_64-unknown-linux-gnu".
    virtual void wait(const std::string& what, const lock::Blocker& blocker) = 0;

    /// These components of a toolchain must come; none: all are at hand. Called again if another
    /// process has changed the toolchain and the change is planned anew.
    virtual void plan(const std::string& toolchain, const std::vector<std::string>& components) = 0;

    /// What has happened to a toolchain.
    enum class Milestone {
        committed,  ///< The change is made: tools that start now see it.
        settling,   ///< The clean-up begins, which moves the toolchain home.
    };
    virtual void reach(const std::string& toolchain, Milestone milestone) = 0;

    /// Whether the calls for one toolchain must not come between those for another.
    [[nodiscard]] virtual bool keeps_order() const { return true; }
};

}  // namespace latchkey::toolchain
