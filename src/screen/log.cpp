#include "latchkey/screen/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/screen/terminal_style.hpp"

namespace latchkey::screen {

namespace {

struct LevelLook {
    std::string_view word;  // "info: text"
    std::string_view escapes;
    std::string_view padded_word;  // In a line with a time.
    std::string_view timed_escape;
};

constexpr std::array<LevelLook, 5> kLooks = {{
    {"error", "\033[1m\033[31m", "ERROR", "\033[31m"},
    {"warn", "\033[1m\033[33m", " WARN", "\033[33m"},
    {"info", "\033[1m", " INFO", "\033[32m"},
    {"debug", "\033[1m\033[35m", "DEBUG", "\033[34m"},
    {"trace", "\033[1m\033[34m", "TRACE", "\033[35m"},
}};

const LevelLook& look_of(Level level) {
    return kLooks[static_cast<std::size_t>(level)];
}

std::string painted(std::string_view escapes, std::string_view text, bool color) {
    if (!color) return std::string(text);
    return fmt::format("{}{}\033[0m", escapes, text);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return result;
}

/// Where `level` is no level at all, false; "off" leaves the level empty.
bool parse_level(std::string_view text, std::optional<Level>& level) {
    constexpr std::array<std::string_view, 6> kWords = {"off",  "error", "warn",
                                                        "info", "debug", "trace"};
    const std::string word = lower(text);
    for (std::size_t number = 0; number < kWords.size(); ++number) {
        if (word != kWords[number] && word != fmt::format("{}", number)) continue;
        level = number == 0 ? std::nullopt : std::optional(static_cast<Level>(number - 1));
        return true;
    }
    return false;
}

/// "rustup::dist", perhaps with a span: "rustup[main]".
///
/// Source: `Directive` of Rust's crate tracing-subscriber.
bool is_target(std::string_view text) {
    const std::size_t span = text.find('[');
    if (span != std::string_view::npos && text.find(']') != text.size() - 1) return false;
    const std::string_view module = text.substr(0, span);
    return std::all_of(module.begin(), module.end(), [](char letter) {
        return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' ||
               letter == ':' || letter == '-';
    });
}

/// RFC 3339 in UTC with microseconds.
std::string format_time(std::chrono::system_clock::time_point time) {
    using std::chrono::duration_cast;
    const auto since_epoch = duration_cast<std::chrono::microseconds>(time.time_since_epoch());
    const auto seconds = static_cast<std::time_t>(since_epoch.count() / 1'000'000);
    struct tm parts {};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       since_epoch.count() % 1'000'000);
}

}  // namespace

LogFilter LogFilter::parse(std::string_view directives) {
    LogFilter filter;
    for (const std::string_view part : split(directives, ',')) {
        const std::string_view text = trim(part);
        if (text.empty()) continue;
        const std::size_t equals = text.find('=');
        Directive directive;
        bool understood = true;
        if (equals != std::string_view::npos) {
            directive.target = text.substr(0, equals);
            understood = is_target(directive.target) &&
                         parse_level(text.substr(equals + 1), directive.level);
        } else if (!parse_level(text, directive.level)) {
            directive = {std::string(text), Level::trace};
            understood = is_target(text);
        }
        if (understood) {
            filter.directives_.push_back(std::move(directive));
        } else {
            filter.ignored_.emplace_back(text);
        }
    }
    if (filter.directives_.empty()) filter.directives_.push_back({"", Level::info});
    return filter;
}

bool LogFilter::passes(Level level, std::string_view target) const {
    const Directive* best = nullptr;
    for (const Directive& directive : directives_) {
        if (!target.starts_with(directive.target)) continue;
        if (best == nullptr || best->target.size() <= directive.target.size()) best = &directive;
    }
    return best != nullptr && best->level && level <= *best->level;
}

std::vector<std::string> ignored_directives(const platform::Environment& environment) {
    return LogFilter::parse(environment.find("RUSTUP_LOG").value_or("")).ignored();
}

LogSetup log_setup(const platform::Environment& environment, bool stderr_is_terminal, bool verbose,
                   bool quiet, std::span<const std::string> arguments) {
    LogSetup setup;
    if (quiet) setup.level = Level::warn;
    if (verbose) setup.level = Level::debug;
    setup.color = wants_color(environment, stderr_is_terminal);
    if (const auto directives = environment.find("RUSTUP_LOG")) {
        setup.filter = LogFilter::parse(*directives);
    }
    setup.error_form = error_form(environment, arguments);
    return setup;
}

ErrorForm error_form(const platform::Environment& environment,
                     std::span<const std::string> arguments) {
    if (environment.find("RUSTUP_NO_BACKTRACE") == "1") return ErrorForm::line;
    const auto asks = [](const std::string& word) { return word == "-v" || word == "--verbose"; };
    const bool asked = environment.find("RUST_BACKTRACE") == "1" ||
                       std::any_of(arguments.begin(), arguments.end(), asks);
    return asked ? ErrorForm::report : ErrorForm::line;
}

Log::Log(Writer writer, LogSetup setup, Clock clock)
    : writer_(std::move(writer)), setup_(std::move(setup)), clock_(std::move(clock)) {}

void Log::write(Level level, std::string_view message, std::string_view target) {
    // What servers, archives and other processes say is part of messages.
    const std::string text = printable(message);
    const LevelLook& look = look_of(level);
    const bool color = setup_.color;
    if (!setup_.filter) {
        if (level > setup_.level) return;
        const std::string word = fmt::format("{}:", look.word);
        writer_(fmt::format("{} {}\n", painted(look.escapes, word, color), text));
        return;
    }
    if (!setup_.filter->passes(level, target)) return;
    constexpr std::string_view kDim = "\033[2m";
    writer_(fmt::format("{} {} {}{} {}\n", painted(kDim, format_time(clock_()), color),
                        painted(look.timed_escape, look.padded_word, color),
                        painted(kDim, target, color), painted(kDim, ":", color), text));
}

void Log::report(const Error& error) {
    write(Level::error, error_text(error, setup_.error_form), "rustup::cli::common");
}

std::string error_text(const Error& error, ErrorForm form) {
    if (form == ErrorForm::line) return error.what();
    const std::span<const std::string> chain = error.chain();
    std::string text = chain.front();
    const std::span<const std::string> causes = chain.subspan(1);
    if (causes.empty()) return text;
    text += "\n\nCaused by:";
    for (std::size_t number = 0; number < causes.size(); ++number) {
        const std::string head = causes.size() == 1 ? "    " : fmt::format("{:>5}: ", number);
        const std::string indent(head.size(), ' ');
        text += "\n" + head + replace_all(causes[number], "\n", "\n" + indent);
    }
    return text;
}

}  // namespace latchkey::screen
