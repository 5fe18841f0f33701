#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::screen {

/// How important a line of the log is, the most important first.
enum class Level { error, warn, info, debug, trace };

/// The directives of RUSTUP_LOG: "rustup=DEBUG", "warn,rustup::dist=trace". Of the directives whose
/// target begins a line's target, the longest decides. A line that matches none is not logged.
class LogFilter {
public:
    /// Leaves out directives that make no sense, and lists them in ignored(). If none is left,
    /// lines from info on pass.
    static LogFilter parse(std::string_view directives);

    /// Whether a line of this level and target is logged.
    [[nodiscard]] bool passes(Level level, std::string_view target) const;
    [[nodiscard]] const std::vector<std::string>& ignored() const noexcept { return ignored_; }

private:
    struct Directive {
        std::string target;          // Empty: all.
        std::optional<Level> level;  // Empty: off.
    };
    std::vector<Directive> directives_;
    std::vector<std::string> ignored_;
};

/// The parts of RUSTUP_LOG that are not directives.
std::vector<std::string> ignored_directives(const platform::Environment& environment);

/// How the chain of an error is printed: on one line, or with "Caused by:" below.
enum class ErrorForm { line, report };

/// How a Log writes.
struct LogSetup {
    Level level = Level::info;             ///< Ignored if there is a filter.
    bool color = false;                    ///< Of stderr.
    std::optional<LogFilter> filter = {};  ///< Present: lines carry time and target.
    ErrorForm error_form = ErrorForm::line;
};

/// The setup that the environment and the options `-v` and `-q` ask for.
LogSetup log_setup(const platform::Environment& environment, bool stderr_is_terminal, bool verbose,
                   bool quiet, std::span<const std::string> arguments);

/// ErrorForm::report for RUST_BACKTRACE=1, and for `-v` anywhere in the arguments.
ErrorForm error_form(const platform::Environment& environment,
                     std::span<const std::string> arguments);

/// Writes lines for the user to stderr: "info: syncing channel updates", with or without colours.
///
/// Thread: one at a time.
class Log {
public:
    using Writer = std::function<void(std::string_view)>;  ///< Gets whole lines with their ends.
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    Log(Writer writer, LogSetup setup, Clock clock = &std::chrono::system_clock::now);

    /// Writes one line, if the setup lets it pass. Control characters in the message are replaced,
    /// except line ends and tabs, so that no terminal obeys what a message quotes.
    void write(Level level, std::string_view message, std::string_view target = "rustup::cli");
    void error(std::string_view text) { write(Level::error, text); }
    void warn(std::string_view text) { write(Level::warn, text); }
    void info(std::string_view text) { write(Level::info, text); }
    void debug(std::string_view text) { write(Level::debug, text); }
    void trace(std::string_view text) { write(Level::trace, text); }

    /// Writes the error that ends a command, in the setup's form.
    void report(const Error& error);

    /// Replaces the setup, once the options are parsed.
    void set_up(LogSetup setup) { setup_ = std::move(setup); }

private:
    Writer writer_;
    LogSetup setup_;
    Clock clock_;
};

/// The chain of an error in this form, without "error: ".
std::string error_text(const Error& error, ErrorForm form);

}  // namespace latchkey::screen
