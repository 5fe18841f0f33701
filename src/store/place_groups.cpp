#include "latchkey/store/place_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::store {
namespace {

constexpr std::string_view kHomePlace = "home/";
constexpr std::string_view kAwayPlace = "away/";
constexpr std::string_view kAll = "*";
constexpr std::size_t kMostNames = 3;  // More would leave no room for who it is.

std::string_view toolchain_of(std::string_view place) {
    return place.substr(place.rfind('/') + 1);
}

bool is_place(std::string_view text) {
    const auto slashes = std::count(text.begin(), text.end(), '/');
    const bool shaped = (text.starts_with(kHomePlace) && slashes == 1) ||
                        (text.starts_with(kAwayPlace) && slashes == 2);
    return shaped && !toolchain_of(text).empty();
}

/// "stable-…", "stable-… (away/17)".
std::string shown_place(std::string_view place) {
    const std::string toolchain(toolchain_of(place));
    if (place.starts_with(kHomePlace)) return toolchain;
    return fmt::format("{} ({})", toolchain, place.substr(0, place.rfind('/')));
}

/// As users call it, where it is for the toolchain's own target.
std::string shown_component(std::string_view component, std::string_view toolchain) {
    const auto name = dist::ToolchainName::parse(toolchain);
    const std::string ending = name ? "-" + name->target() : "";
    if (component.ends_with(ending)) component.remove_suffix(ending.size());
    constexpr std::string_view kPreview = "-preview";
    if (component.ends_with(kPreview)) component.remove_suffix(kPreview.size());
    return std::string(component);
}

bool is_use(const PlaceRange& range) {
    return range.kind == "use";
}

/// May both be of one group? What cannot be seen may be two processes.
bool are_together(const PlaceRange& a, const PlaceRange& b) {
    return a.process && a.process == b.process && a.place == b.place && a.mode == b.mode &&
           a.waits == b.waits;
}

std::string describe(const std::vector<PlaceRange>& ranges,
                     const std::vector<std::size_t>& members) {
    std::vector<std::string> names;
    std::string place;
    for (const std::size_t member : members) {
        const PlaceRange& range = ranges[member];
        if (!is_use(range)) continue;
        place = range.place;
        if (range.component == kAll) return "all of " + shown_place(place);
        names.push_back(shown_component(range.component, toolchain_of(place)));
    }
    if (names.empty()) return {};
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const std::string word = names.size() == 1 ? "component" : "components";
    std::string more;
    if (names.size() > kMostNames + 1) {
        more = fmt::format(" and {} more", names.size() - kMostNames);
        names.resize(kMostNames);
    }
    return fmt::format("{} {}{} of {}", word, join(names, ", "), more, shown_place(place));
}

}  // namespace

std::optional<PlaceRange> parse_place_range(std::string_view kind, std::string_view name) {
    PlaceRange range{.kind = std::string(kind), .place = std::string(name), .component = {}};
    if (kind == "use") {
        const std::size_t slash = name.rfind('/');
        if (slash == std::string_view::npos || slash + 1 == name.size()) return std::nullopt;
        range.component = name.substr(slash + 1);
        range.place.resize(slash);
    } else if (kind != "directory") {
        return std::nullopt;
    }
    if (!is_place(range.place)) return std::nullopt;
    return range;
}

std::vector<PlaceGroup> group_ranges(const std::vector<PlaceRange>& ranges) {
    std::vector<PlaceGroup> groups;
    std::vector<bool> taken(ranges.size(), false);
    const auto gather = [&ranges, &taken](std::size_t first) {
        PlaceGroup group;
        for (std::size_t at = 0; at < ranges.size(); ++at) {
            const bool joins = is_use(ranges[at]) || ranges[at].kind == "directory";
            if (at != first && (taken[at] || !joins || !are_together(ranges[first], ranges[at]))) {
                continue;
            }
            taken[at] = true;
            group.members.push_back(at);
        }
        group.what = describe(ranges, group.members);
        return group;
    };
    const auto has_use = [&ranges](const PlaceRange& range) {
        return std::any_of(ranges.begin(), ranges.end(), [&range](const PlaceRange& each) {
            return is_use(each) && are_together(each, range);
        });
    };
    for (std::size_t at = 0; at < ranges.size(); ++at) {
        if (taken[at]) continue;
        if (is_use(ranges[at])) {
            groups.push_back(gather(at));
        } else if (ranges[at].kind != "directory" || !has_use(ranges[at])) {
            taken[at] = true;
            groups.push_back({{at}, {}});
        }
    }
    return groups;
}

}  // namespace latchkey::store
