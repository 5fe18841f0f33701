#pragma once

#include <string_view>

namespace latchkey::screen {

/// The two standard streams of output. Every call writes at once; nothing is buffered.
///
/// Requires: SIGPIPE is ignored.
class Output {
public:
    Output(int out_descriptor, int err_descriptor) noexcept
        : out_(out_descriptor), err_(err_descriptor) {}

    /// Writes to stdout: what the user asked the command for.
    ///
    /// Throws: Errc::io whose text is the cause alone, as rustup's is: "Broken pipe (os error 32)".
    void out(std::string_view text);

    /// Writes to stderr: messages. A failure is ignored, since there is nobody left to tell.
    void err(std::string_view text) noexcept;

    /// Writes decoration to stdout. A failure is ignored.
    void draw(std::string_view text) noexcept;

    /// From now on, a reader of stdout that goes away ends the command without an error. For
    /// commands that list.
    void tolerate_broken_pipe() noexcept { tolerant_ = true; }

    /// Whether out() has thrown because the reader went away and that is tolerated.
    [[nodiscard]] bool is_abandoned() const noexcept { return abandoned_; }

private:
    int out_;
    int err_;
    bool tolerant_ = false;
    bool abandoned_ = false;
};

}  // namespace latchkey::screen
