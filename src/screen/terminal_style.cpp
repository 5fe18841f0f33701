#include "latchkey/screen/terminal_style.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"

namespace latchkey::screen {

namespace {

enum class Choice { always, never, automatic };

Choice choice_of(const platform::Environment& environment, const char* name) {
    std::string value = environment.find(name).value_or("auto");
    std::transform(value.begin(), value.end(), value.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    if (value == "always") return Choice::always;
    return value == "never" ? Choice::never : Choice::automatic;
}

}  // namespace

bool wants_color(const platform::Environment& environment, bool is_terminal) {
    const Choice choice = choice_of(environment, "RUSTUP_TERM_COLOR");
    if (choice != Choice::automatic) return choice == Choice::always;
    if (!is_terminal || environment.find("NO_COLOR")) return false;
    if (environment.find("CLICOLOR_FORCE").value_or("0") != "0") return true;
    if (environment.contains("CLICOLOR")) return environment.find("CLICOLOR").value_or("") != "0";
    const std::optional<std::string> terminal = environment.find("TERM");
    return (terminal && *terminal != "dumb") || environment.contains("CI");
}

bool wants_progress(const platform::Environment& environment, bool stdout_is_terminal, bool quiet) {
    if (quiet) return false;
    const Choice choice = choice_of(environment, "RUSTUP_TERM_PROGRESS_WHEN");
    return choice == Choice::automatic ? stdout_is_terminal : choice == Choice::always;
}

bool can_redraw(const platform::Environment& environment, bool is_terminal) {
    const std::string terminal = environment.find("TERM").value_or("");
    return is_terminal && !terminal.empty() && terminal != "dumb";
}

unsigned progress_columns(const platform::Environment& environment, unsigned terminal_columns) {
    constexpr unsigned kUsual = 80;
    constexpr std::uint64_t kMost = 1000;
    const std::optional<std::string> set = environment.find("RUSTUP_TERM_WIDTH");
    const std::optional<std::uint64_t> number = set ? parse_number(*set) : std::nullopt;
    const std::uint64_t there = terminal_columns > 0 ? terminal_columns : kUsual;
    if (!number || *number == 0) return static_cast<unsigned>(there);
    return static_cast<unsigned>(std::min(*number, terminal_columns > 0 ? there : kMost));
}

}  // namespace latchkey::screen
