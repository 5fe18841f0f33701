#include "latchkey/dist/nightly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "latchkey/base/text.hpp"

namespace latchkey::dist {

std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = parse_number(text.substr(0, 4));
    const auto month = parse_number(text.substr(5, 2));
    const auto day = parse_number(text.substr(8, 2));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

std::string str(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<std::string> previous_day(std::string_view day) {
    const auto date = parse_day(day);
    if (!date) return std::nullopt;
    const std::chrono::sys_days before = *date - std::chrono::days(1);
    if (std::chrono::year_month_day(before).year() < std::chrono::year(0)) return std::nullopt;
    return str(before);
}

Backtrack::Backtrack(std::string floor, unsigned limit)
    : floor_(std::move(floor)), left_(std::max(limit, 1U)) {}

std::optional<std::string> Backtrack::after_missing_component(std::string_view date) {
    if (left_ > 0) --left_;
    return next(date);
}

std::optional<std::string> Backtrack::after_no_release(std::string_view date) {
    return next(date);
}

std::optional<std::string> Backtrack::next(std::string_view date) const {
    if (left_ < 1) return std::nullopt;
    auto day = previous_day(date);
    // Dates of this shape sort as texts.
    if (!day || *day < floor_) return std::nullopt;
    return day;
}

}  // namespace latchkey::dist
