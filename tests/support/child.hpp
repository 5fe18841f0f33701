#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::test {

/// How to start a child.
struct ChildOptions {
    std::vector<std::string> arguments;                        ///< Without the program's name.
    std::optional<std::vector<std::string>> environment = {};  ///< "NAME=value"; empty: ours.
    std::string folder = {};                                   ///< Empty: ours.
    std::vector<int> ignored_signals = {};                     ///< As nohup(1) does with SIGHUP.
};

/// How a process ended: one of the two.
struct ChildEnd {
    std::optional<int> exit_code;
    std::optional<int> signal;
};

/// A real process with pipes on its three standard descriptors. Killed and reaped at the end of its
/// life here. Every wait is bounded and throws std::runtime_error, with all output, when it is
/// over.
///
/// Thread: one at a time.
class Child {
public:
    static constexpr std::chrono::seconds kPatience{30};

    Child(const std::string& program, const ChildOptions& options);
    Child(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child& operator=(Child&&) = delete;
    ~Child();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// To its standard input, with a line end. A child that has gone does not mind.
    void say(const std::string& line);
    void close_input();

    /// The next line of its standard output, without its line end.
    std::string wait_for_line(std::chrono::milliseconds patience = kPatience);

    /// Skips lines until one begins so; the rest of that line.
    std::string wait_for_word(const std::string& beginning);

    /// Has it a line ready? Does not wait.
    bool has_line();

    void kill(int signal_number);

    /// Reads its output to the end and reaps it.
    ChildEnd wait(std::chrono::milliseconds patience = kPatience);

    /// What it printed so far and `wait_for_line` has not taken; all of its standard error.
    [[nodiscard]] const std::string& output() const noexcept { return output_; }
    [[nodiscard]] const std::string& errors() const noexcept { return errors_; }

private:
    bool read_some(std::chrono::milliseconds patience);
    [[noreturn]] void fail(const std::string& what) const;

    pid_t pid_ = -1;
    int input_ = -1;
    int output_end_ = -1;
    int errors_end_ = -1;
    std::string output_;
    std::string errors_;
};

}  // namespace latchkey::test
