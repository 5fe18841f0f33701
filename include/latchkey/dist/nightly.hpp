#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// The first day of which the server keeps a nightly. Backtracking ends here.
inline constexpr std::string_view kFirstNightly = "2014-12-20";

/// The day of a text YYYY-MM-DD. Empty: it is not a day of the proleptic Gregorian calendar.
std::optional<std::chrono::sys_days> parse_day(std::string_view text);

/// A day as YYYY-MM-DD.
std::string str(std::chrono::sys_days day);

/// The day before. Empty: the text is not a day, or is the first day that four digits of a year can
/// name.
std::optional<std::string> previous_day(std::string_view day);

/// Searches for an older nightly that has every component.
///
/// The caller tries a date, reports the outcome, and gets the next date to try. If there is none,
/// it ends with the first error that it saw or, without one, with "unchanged".
class Backtrack {
public:
    /// Tries nothing older than `floor`: the date of the installed manifest, or kFirstNightly.
    /// `limit`, from RUSTUP_BACKTRACK_LIMIT and at least 1, is how many nightlies may lack a
    /// component.
    Backtrack(std::string floor, unsigned limit = kDefaultLimit);

    static constexpr unsigned kDefaultLimit = 21;

    /// Reports that a component was missing at `date`: the date that was tried, or that of the
    /// undated manifest.
    ///
    /// Returns: the next date. Empty: give up.
    std::optional<std::string> after_missing_component(std::string_view date);

    /// Reports that `date` has no release.
    ///
    /// Returns: the next date. Empty: give up.
    std::optional<std::string> after_no_release(std::string_view date);

private:
    [[nodiscard]] std::optional<std::string> next(std::string_view date) const;

    std::string floor_;
    unsigned left_;
};

}  // namespace latchkey::dist
