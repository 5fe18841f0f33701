#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/upkeep/detach.hpp"
#include "latchkey/upkeep/verify.hpp"

namespace latchkey::cli {
namespace {

using upkeep::Finding;
using upkeep::Report;
using upkeep::Verdict;

constexpr int kDamaged = 1;
constexpr int kUnchecked = 2;

upkeep::Means means_of(Context& context) {
    return {context.loop().workers(), context.engine(), context.home()};
}

// --- what is asked for

std::vector<std::string> toolchains_of(Context& context, const args::Invocation& invocation) {
    std::vector<std::string> names;
    if (invocation.flag("all")) {
        for (const dist::AnyName& each : resolve::list_installed(context.home().root())) {
            names.push_back(dist::str(each));
        }
        return names;
    }
    for (const std::string& text : invocation.values("TOOLCHAIN")) {
        names.push_back(
            dist::str(dist::resolve(dist::parse_resolvable_name(text), context.site().host)));
    }
    if (names.empty()) names.push_back(resolve::str(load_active(context).name));
    return names;
}

void refuse_what_excludes(const args::Invocation& invocation) {
    const bool has_values = !invocation.values("TOOLCHAIN").empty();
    if (invocation.flag("all") && has_values) {
        throw Error(Errc::usage, "`--all` means every toolchain; give it or toolchains, not both");
    }
    if (!invocation.flag("detach")) return;
    for (const char* other : {"all", "quick", "repair"}) {
        if (!invocation.flag(other)) continue;
        throw Error(Errc::usage, fmt::format("`--detach` and `--{}` exclude each other", other));
    }
    if (!has_values) throw Error(Errc::usage, "`--detach` needs the paths of the files");
}

// --- what is said

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

std::string line_of(Context& context, const Finding& finding) {
    std::string line =
        "  " +
        context.paint(paint_of(finding), finding.repaired ? "repaired" : upkeep::str(finding.kind));
    if (!finding.path.empty()) line += " " + finding.path;
    if (!finding.component.empty()) {
        line += finding.path.empty() ? " " + finding.component
                                     : fmt::format(" ({})", finding.component);
    }
    line += ": " + std::string(finding.repaired ? "it " : "") + finding.reason;
    if (!finding.also_in.empty()) line += "; the same file is in " + join(finding.also_in, ", ");
    return line + "\n";
}

void print_report(Context& context, const Report& report) {
    context.print(summary_of(report) + "\n");
    for (const Finding& each : report.findings) context.print(line_of(context, each));
}

// --- what is done

/// Of a toolchain that cannot be looked at the error is told, and the others are looked at.
task::awaitable<std::optional<Report>> examine(Context& context, upkeep::Means& means,
                                               std::string toolchain,
                                               const args::Invocation& invocation) {
    const auto depth = invocation.flag("quick") ? store::Depth::status : store::Depth::content;
    std::optional<Report> report;
    try {
        if (invocation.flag("repair")) {
            report = co_await upkeep::repair(means, toolchain, depth);
        } else {
            report = co_await upkeep::verify(means, toolchain, depth);
        }
    } catch (const Error& e) {
        context.log().report(e.in("could not verify '" + toolchain + "'"));
    }
    co_return report;
}

task::awaitable<int> verify_toolchains(Context& context, args::Invocation invocation) {
    upkeep::Means means = means_of(context);
    std::vector<std::string> toolchains;
    std::vector<Report> reports;
    bool failed = false;
    try {
        toolchains = toolchains_of(context, invocation);
    } catch (const Error& e) {
        context.log().report(e);
        failed = true;
    }
    for (const std::string& toolchain : toolchains) {
        std::optional<Report> report = co_await examine(context, means, toolchain, invocation);
        failed |= !report;
        if (!report) continue;
        print_report(context, *report);
        reports.push_back(std::move(*report));
    }
    const Verdict verdict = upkeep::verdict_of(reports);
    if (verdict == Verdict::damaged) {
        context.log().error(invocation.flag("repair")
                                ? "not everything could be repaired"
                                : "something is damaged; `--repair` brings it back");
        co_return kDamaged;
    }
    if (verdict == Verdict::unchecked) context.log().error("not everything could be checked");
    co_return failed || verdict == Verdict::unchecked ? kUnchecked : 0;
}

task::awaitable<int> detach_files(Context& context, args::Invocation invocation) {
    upkeep::Means means = means_of(context);
    for (const std::string& path : invocation.values("TOOLCHAIN")) {
        std::string absolute =
            path.starts_with('/') ? path : context.site().working_directory + "/" + path;
        const upkeep::Detached detached = co_await upkeep::detach(means, std::move(absolute));
        if (!detached.changed) {
            context.print(fmt::format("{} of {} has a copy of its own already\n", detached.path,
                                      detached.toolchain));
            continue;
        }
        context.print(fmt::format(
            "{} of {} has a copy of its own now{}\n", detached.path, detached.toolchain,
            detached.sharers.empty() ? std::string()
                                     : "; the file before is in " + join(detached.sharers, ", ")));
    }
    co_return 0;
}

task::awaitable<int> run_verify(Context& context, args::Invocation invocation) {
    refuse_what_excludes(invocation);
    if (invocation.flag("detach")) {
        const int code = co_await detach_files(context, std::move(invocation));
        co_return code;
    }
    const int code = co_await verify_toolchains(context, std::move(invocation));
    co_return code;
}

}  // namespace

CommandEntries verify_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "toolchain verify", .run = run_verify, .hints_of_release = false}};
    return kEntries;
}

}  // namespace latchkey::cli
