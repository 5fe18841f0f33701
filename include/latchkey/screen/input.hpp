#pragma once

#include <string>

#include "latchkey/screen/output.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::screen {

/// What the user types: standard input, a line at a time.
///
/// Thread: the loop's.
class Input {
public:
    Input(task::Loop& loop, Output& output) : loop_(loop), output_(output) {}

    /// Without its line end.
    ///
    /// Throws: Errc::usage at the end of the input, in rustup's words.
    task::awaitable<std::string> read_line();

    /// Prints a question and a blank; yes is "y" or "yes" in any case.
    task::awaitable<bool> confirm(std::string question);

    /// Prints a question with what an empty answer means.
    task::awaitable<std::string> ask(std::string question, std::string usual);

    /// What is neither yes nor no is the usual answer.
    task::awaitable<bool> ask_whether(std::string question, bool usual);

private:
    task::Loop& loop_;
    Output& output_;
    std::string rest_;  // What was read behind the last line.
};

}  // namespace latchkey::screen
