#include "latchkey/dist/minimum_age.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/nightly.hpp"

namespace latchkey::dist {
namespace {

std::string day_text(std::chrono::sys_seconds time) {
    return str(std::chrono::floor<std::chrono::days>(time));
}

}  // namespace

std::chrono::days parse_minimum_age(std::string_view text) {
    constexpr std::uint64_t kMaxDays = 365;
    constexpr std::uint64_t kWeek = 7;
    if (text == "none") return std::chrono::days(0);
    std::optional<std::uint64_t> count;
    if (text.ends_with('d') || text.ends_with('w')) {
        count = parse_number(text.substr(0, text.size() - 1));
    }
    if (count && *count <= kMaxDays && text.ends_with('w')) *count *= kWeek;
    if (count && *count <= kMaxDays) {
        return std::chrono::days(static_cast<std::chrono::days::rep>(*count));
    }
    throw Error(Errc::usage,
                fmt::format("'{}' is not an age; give days or weeks, up to a year, such "
                            "as `3d` or `2w`, or `none`",
                            printable_line(text)));
}

std::string str(std::chrono::days age) {
    return fmt::format("{}d", age.count());
}

std::string newest_old_enough(std::chrono::days age, std::chrono::sys_seconds now) {
    std::string day = day_text(now - age);
    if (day >= kFirstNightly) return day;
    throw Error(
        Errc::usage,
        fmt::format("by this machine's clock it is {}, and with `minimum-age` {} no nightly "
                    "is old enough; set the clock",
                    day_text(now), str(age)));
}

std::string too_young_text(const Manifest& manifest, std::chrono::days age,
                           std::chrono::sys_seconds now) {
    return fmt::format(
        "skipping the nightly of {}, which is younger than {}: by this machine's "
        "clock, it is {}; `rustup set minimum-age none` takes it",
        manifest.date, str(age), day_text(now));
}

}  // namespace latchkey::dist
