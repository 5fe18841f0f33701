#include "latchkey/facts/verification.hpp"

#include <fmt/format.h>

#include "latchkey/base/text.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/screen/paint.hpp"

namespace latchkey::facts {
namespace {

using upkeep::Finding;
using upkeep::Report;

std::string summary_of(const Report& report) {
    std::vector<std::string> counts;
    for (const auto kind : {Finding::Kind::modified, Finding::Kind::missing, Finding::Kind::extra,
                            Finding::Kind::unreadable, Finding::Kind::unverifiable}) {
        const auto count = report.count(kind);
        if (count > 0) counts.push_back(fmt::format("{} {}", count, upkeep::str(kind)));
    }
    if (counts.empty()) counts.emplace_back("all as installed");
    return fmt::format("{}: {} files of {} components: {}", report.toolchain, report.files,
                       report.components, join(counts, ", "));
}

screen::Paint paint_of(const Finding& finding) {
    if (finding.repaired) return screen::Paint::good;
    if (finding.is_damage()) return screen::Paint::bad;
    return finding.kind == Finding::Kind::extra ? screen::Paint::note : screen::Paint::caution;
}

/// "has another size" → "had another size".
std::string in_the_past(const std::string& reason) {
    if (reason.starts_with("has ")) return "had " + reason.substr(4);
    if (reason.starts_with("is ")) return "was " + reason.substr(3);
    return reason;
}

std::string line_of(const Finding& finding, bool color) {
    std::string line =
        "  " + screen::painted(paint_of(finding),
                               finding.repaired ? "repaired" : upkeep::str(finding.kind), color);
    if (!finding.path.empty()) line += " " + finding.path;
    if (!finding.component.empty()) {
        line += finding.path.empty() ? " " + finding.component
                                     : fmt::format(" ({})", finding.component);
    }
    line += ": " + (finding.repaired ? in_the_past(finding.reason) : finding.reason);
    if (!finding.also_in.empty()) line += "; the same file is in " + join(finding.also_in, ", ");
    return line + "\n";
}

boost::json::array names_value(const std::vector<std::string>& names) {
    boost::json::array values;
    for (const std::string& each : names) values.emplace_back(text_value(each));
    return values;
}

boost::json::object finding_value(const Finding& finding) {
    boost::json::object value;
    value["kind"] = upkeep::str(finding.kind);
    if (!finding.component.empty()) value["component"] = text_value(finding.component);
    if (!finding.path.empty()) set_path(value, "path", finding.path);
    value["reason"] = text_value(finding.reason);
    value["repaired"] = finding.repaired;
    value["also_in"] = names_value(finding.also_in);
    return value;
}

}  // namespace

std::string report_text(const Report& report, bool color) {
    std::string text = summary_of(report) + "\n";
    for (const Finding& each : report.findings) text += line_of(each, color);
    return text;
}

std::string detached_text(const upkeep::Detached& detached) {
    std::string line =
        fmt::format("{} of {} has a copy of its own", detached.path, detached.toolchain);
    line += detached.changed ? " now" : " already";
    if (!detached.sharers.empty()) {
        line += "; the file before is in " + join(detached.sharers, ", ");
    }
    return line + "\n";
}

boost::json::object report_value(const Report& report) {
    boost::json::object value;
    value["name"] = text_value(report.toolchain);
    value["components"] = report.components;
    value["files"] = report.files;
    boost::json::array& findings = value["findings"].emplace_array();
    for (const Finding& each : report.findings) findings.push_back(finding_value(each));
    return value;
}

boost::json::object detached_value(const upkeep::Detached& detached) {
    boost::json::object value;
    value["toolchain"] = text_value(detached.toolchain);
    set_path(value, "path", detached.path);
    value["changed"] = detached.changed;
    value["also_in"] = names_value(detached.sharers);
    return value;
}

}  // namespace latchkey::facts
