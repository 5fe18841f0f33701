#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// The first day from which nightlies are kept; backtracking ends here.
inline constexpr std::string_view kFirstNightly = "2014-12-20";

/// The day of a text YYYY-MM-DD (proleptic Gregorian). Empty: it is none.
std::optional<std::chrono::sys_days> parse_day(std::string_view text);

/// The day before. Empty: the text is no day, or the first that four digits can tell.
std::optional<std::string> previous_day(std::string_view day);

/// The search for an older nightly that has everything.
///
/// The caller tries a date, tells what happened, and gets the next date, or none: then it ends with
/// the first error that it saw, and where there was none with "unchanged".
class Backtrack {
public:
    /// `floor` is the date of the installed manifest, or kFirstNightly: nothing older is tried.
    /// `limit` is RUSTUP_BACKTRACK_LIMIT: how many nightlies may lack a component; at least 1.
    Backtrack(std::string floor, unsigned limit = kDefaultLimit);

    static constexpr unsigned kDefaultLimit = 21;

    /// Some component was missing at `date`: the date tried, or that of the undated manifest.
    std::optional<std::string> after_missing_component(std::string_view date);

    /// There is no release of `date`.
    std::optional<std::string> after_no_release(std::string_view date);

private:
    [[nodiscard]] std::optional<std::string> next(std::string_view date) const;

    std::string floor_;
    unsigned left_;
};

}  // namespace latchkey::dist
