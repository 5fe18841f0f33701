#pragma once

#include <string>

#include "latchkey/screen/output.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::screen {

/// Reads what the user types: standard input, a line at a time.
///
/// Thread: the loop's.
class Input {
public:
    Input(task::Loop& loop, Output& output) : loop_(loop), output_(output) {}

    /// The next line, without its end. Waits for it.
    ///
    /// Throws: Errc::usage at the end of the input, in rustup's words; Errc::io; the cancellation.
    task::awaitable<std::string> read_line();

    /// Prints a question and a blank, and reads the answer. "y" and "yes", in any case, mean yes.
    ///
    /// Throws: as read_line().
    task::awaitable<bool> confirm(std::string question);

    /// Prints a question with its usual answer, which an empty line stands for. Returns the answer.
    ///
    /// Throws: as read_line().
    task::awaitable<std::string> ask(std::string question, std::string usual);

    /// As ask(), for yes or no. Any other answer means the usual one.
    task::awaitable<bool> ask_whether(std::string question, bool usual);

private:
    task::Loop& loop_;
    Output& output_;
    std::string rest_;  // What was read behind the last line.
};

}  // namespace latchkey::screen
