#include <fmt/format.h>

#include <variant>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/facts/verification.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/upkeep/detach.hpp"
#include "latchkey/upkeep/verify.hpp"

namespace latchkey::cli {
namespace {

using upkeep::Report;
using upkeep::Verdict;

constexpr int kUnchecked = 2;

int code_of(Verdict verdict) {
    if (verdict == Verdict::unchecked) return kUnchecked;
    return verdict == Verdict::damaged ? 1 : 0;
}

upkeep::Means means_of(Context& context) {
    return {context.loop().workers(), context.engine(), context.home()};
}

// --- what is asked for

std::vector<std::string> toolchains_of(Context& context, const args::Invocation& invocation) {
    std::vector<std::string> names;
    if (invocation.flag("all")) {
        for (const dist::AnyName& each : resolve::list_installed(context.home().layout())) {
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

// --- what is done

/// A report, or why there is none.
using Result = std::variant<Report, Error>;

task::awaitable<Result> examine(upkeep::Means& means, std::string toolchain, store::Depth depth,
                                bool repairs) {
    try {
        Report report;
        if (repairs) {
            report = co_await upkeep::repair(means, toolchain, depth);
        } else {
            report = co_await upkeep::verify(means, toolchain, depth);
        }
        co_return report;
    } catch (const Error& e) {
        co_return e.in("could not verify '" + toolchain + "'");
    }
}

/// What is said in the end, of what is not good.
void log_verdict(Context& context, Verdict verdict, bool repairs) {
    if (verdict == Verdict::damaged) {
        context.log().error(repairs ? "not everything could be repaired"
                                    : "something is damaged; `--repair` brings it back");
    } else if (verdict == Verdict::unchecked) {
        context.log().error("not everything could be checked");
    }
}

/// A toolchain that cannot be looked at keeps no other from being looked at.
task::awaitable<int> verify_toolchains(Context& context, std::vector<std::string> toolchains,
                                       store::Depth depth, bool repairs) {
    upkeep::Means means = means_of(context);
    boost::json::object document = facts::make_document("verify");
    boost::json::array& values = document["toolchains"].emplace_array();
    std::vector<Report> reports;
    bool failed = false;
    for (const std::string& toolchain : toolchains) {
        Result result = co_await examine(means, toolchain, depth, repairs);
        if (const auto* error = std::get_if<Error>(&result)) {
            failed = true;
            context.log().report(*error);
            boost::json::object& value = values.emplace_back(boost::json::object()).as_object();
            value["name"] = facts::text_value(toolchain);
            value["error"] = facts::error_value(*error);
            continue;
        }
        reports.push_back(std::get<Report>(std::move(result)));
        values.push_back(facts::report_value(reports.back()));
        if (!context.json()) context.print(facts::report_text(reports.back(), context.color()));
    }
    Verdict verdict = upkeep::verdict_of(reports);
    log_verdict(context, verdict, repairs);
    if (failed && verdict == Verdict::good) verdict = Verdict::unchecked;
    document["verdict"] = upkeep::str(verdict);
    if (context.json()) context.print_document(document);
    co_return code_of(verdict);
}

task::awaitable<int> detach_files(Context& context, std::vector<std::string> paths) {
    upkeep::Means means = means_of(context);
    boost::json::object document = facts::make_document("detach");
    boost::json::array& values = document["files"].emplace_array();
    for (const std::string& path : paths) {
        std::string absolute =
            path.starts_with('/') ? path : context.site().working_directory + "/" + path;
        const upkeep::Detached detached = co_await upkeep::detach(means, std::move(absolute));
        values.push_back(facts::detached_value(detached));
        if (!context.json()) context.print(facts::detached_text(detached));
    }
    if (context.json()) context.print_document(document);
    co_return 0;
}

task::awaitable<int> run_verify(Context& context, args::Invocation invocation) {
    refuse_what_excludes(invocation);
    if (invocation.flag("detach")) {
        std::vector<std::string> paths = invocation.values("TOOLCHAIN");
        const int code = co_await detach_files(context, std::move(paths));
        co_return code;
    }
    std::vector<std::string> toolchains;
    std::optional<Error> failure;
    try {
        toolchains = toolchains_of(context, invocation);
    } catch (const Error& e) {
        failure = e;
    }
    if (failure) {
        context.log().report(*failure);
        if (context.json()) context.print_document(facts::error_document(*failure));
        co_return kUnchecked;
    }
    const auto depth = invocation.flag("quick") ? store::Depth::status : store::Depth::content;
    const int code = co_await verify_toolchains(context, std::move(toolchains), depth,
                                                invocation.flag("repair"));
    co_return code;
}

}  // namespace

CommandEntries verify_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "toolchain verify", .run = run_verify, .hints_of_release = false}};
    return kEntries;
}

}  // namespace latchkey::cli
