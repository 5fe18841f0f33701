#pragma once

#include <string_view>

namespace latchkey::screen {

/// The two standard streams. Every call is one write; nothing is kept back.
///
/// Requires: SIGPIPE is ignored.
class Output {
public:
    Output(int out_descriptor, int err_descriptor) noexcept
        : out_(out_descriptor), err_(err_descriptor) {}

    /// What the command is asked for.
    ///
    /// Throws: Errc::io with only the cause as its text, "Broken pipe (os error 32)", as rustup.
    void out(std::string_view text);

    /// What the user is told. Where that cannot be written there is nobody to complain to.
    void err(std::string_view text) noexcept;

    /// Decoration on stdout, which nobody misses.
    void draw(std::string_view text) noexcept;

    /// From now on a reader of stdout who went away ends the command, but is no failure of it. For
    /// the commands that list.
    void tolerate_broken_pipe() noexcept { tolerant_ = true; }

    /// Has `out` thrown for that reason?
    [[nodiscard]] bool is_abandoned() const noexcept { return abandoned_; }

private:
    int out_;
    int err_;
    bool tolerant_ = false;
    bool abandoned_ = false;
};

}  // namespace latchkey::screen
