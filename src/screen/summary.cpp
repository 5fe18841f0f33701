#include "latchkey/screen/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "latchkey/base/printable.hpp"
#include "latchkey/screen/paint.hpp"

namespace latchkey::screen {
namespace {

using Banner = SummaryItem::Banner;

std::string_view word(Banner banner) {
    switch (banner) {
        case Banner::installed:
            return "installed";
        case Banner::updated:
            return "updated";
        case Banner::failed:
            return "update failed";
        case Banner::unchanged:
            break;
    }
    return "unchanged";
}

Paint paint_of(Banner banner) {
    switch (banner) {
        case Banner::failed:
            return Paint::bad;
        case Banner::unchanged:
            return Paint::bold;
        case Banner::installed:
        case Banner::updated:
            break;
    }
    return Paint::good;
}

std::string head(const SummaryItem& item) {
    return fmt::format("{} {}", item.name, word(item.banner));
}

}  // namespace

std::string summary_text(std::span<const SummaryItem> items, bool color) {
    std::size_t width = 0;
    for (const SummaryItem& item : items) width = std::max(width, head(item).size());
    std::string text = "\n";
    for (const SummaryItem& item : items) {
        const std::string name = head(item);
        text +=
            fmt::format("  {}{} - {}", std::string(width - name.size(), ' '),
                        painted(paint_of(item.banner), name, color), printable_line(item.version));
        if (item.banner == Banner::updated && item.old_version) {
            text += fmt::format(" (from {})", printable_line(*item.old_version));
        }
        text += "\n";
    }
    return text + "\n";
}

}  // namespace latchkey::screen
