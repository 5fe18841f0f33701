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

enum class Level { error, warn, info, debug, trace };

/// The directives of RUSTUP_LOG: "rustup=DEBUG", "warn,rustup::dist=trace". The longest target that
/// begins a line's target decides; a line that none matches is not logged.
class LogFilter {
public:
    /// What cannot be understood is left out and named in `ignored`. Nothing left: everything from
    /// info.
    static LogFilter parse(std::string_view directives);

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

/// What of RUSTUP_LOG is no directive.
std::vector<std::string> ignored_directives(const platform::Environment& environment);

/// How an error's chain is printed: on one line, or with "Caused by:" below.
enum class ErrorForm { line, report };

struct LogSetup {
    Level level = Level::info;             ///< Ignored where there is a filter.
    bool color = false;                    ///< Of stderr.
    std::optional<LogFilter> filter = {};  ///< Present: lines carry time and target.
    ErrorForm error_form = ErrorForm::line;
};

/// What the environment and `-v`, `-q` mean for the log.
LogSetup log_setup(const platform::Environment& environment, bool stderr_is_terminal, bool verbose,
                   bool quiet, std::span<const std::string> arguments);

/// The report form is for RUST_BACKTRACE=1, and for `-v` anywhere in the arguments.
ErrorForm error_form(const platform::Environment& environment,
                     std::span<const std::string> arguments);

/// Lines for the user on stderr: "info: syncing channel updates", coloured or not.
///
/// Thread: one at a time.
class Log {
public:
    using Writer = std::function<void(std::string_view)>;  ///< Gets whole lines with their ends.
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    Log(Writer writer, LogSetup setup, Clock clock = &std::chrono::system_clock::now);

    /// No terminal obeys what a message quotes: of control characters only line ends and tabs stay.
    void write(Level level, std::string_view message, std::string_view target = "rustup::cli");
    void error(std::string_view text) { write(Level::error, text); }
    void warn(std::string_view text) { write(Level::warn, text); }
    void info(std::string_view text) { write(Level::info, text); }
    void debug(std::string_view text) { write(Level::debug, text); }
    void trace(std::string_view text) { write(Level::trace, text); }

    /// The end of a command.
    void report(const Error& error);

    /// For the options, once they are parsed.
    void set_up(LogSetup setup) { setup_ = std::move(setup); }

private:
    Writer writer_;
    LogSetup setup_;
    Clock clock_;
};

/// The chain in a form, without "error: ".
std::string error_text(const Error& error, ErrorForm form);

}  // namespace latchkey::screen
