#include "latchkey/upkeep/report.hpp"

#include <algorithm>

namespace latchkey::upkeep {

std::string_view str(Finding::Kind kind) {
    switch (kind) {
        case Finding::Kind::modified:
            return "modified";
        case Finding::Kind::missing:
            return "missing";
        case Finding::Kind::extra:
            return "extra";
        case Finding::Kind::unreadable:
            return "unreadable";
        case Finding::Kind::unverifiable:
            return "unverifiable";
    }
    return "";
}

std::uint64_t Report::count(Finding::Kind kind) const noexcept {
    return static_cast<std::uint64_t>(std::ranges::count(findings, kind, &Finding::kind));
}

Verdict verdict_of(std::span<const Report> reports) {
    Verdict verdict = Verdict::good;
    for (const Report& report : reports) {
        for (const Finding& each : report.findings) {
            if (each.is_damage()) return Verdict::damaged;
            const bool unchecked =
                each.kind == Finding::Kind::unreadable || each.kind == Finding::Kind::unverifiable;
            if (unchecked && !each.repaired) verdict = Verdict::unchecked;
        }
    }
    return verdict;
}

std::string_view str(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "good";
        case Verdict::damaged:
            return "damaged";
        case Verdict::unchecked:
            break;
    }
    return "unchecked";
}

}  // namespace latchkey::upkeep
