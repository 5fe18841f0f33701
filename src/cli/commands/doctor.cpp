#include <fmt/format.h>

#include <optional>

#include "commands.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/doctor/checks.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/task/workers.hpp"
#include "placed_programs.hpp"

namespace latchkey::cli {
namespace {

/// Nobody waits longer for one small file, to be told that it does not come.
constexpr std::chrono::seconds kServerLimit{10};

/// Prints what is found as it is found, or one document of it.
class Report {
public:
    explicit Report(Context& context) : context_(context) {}

    void add(const doctor::Findings& findings) {
        for (const doctor::Finding& each : findings) add(each);
    }

    void add(const doctor::Finding& finding) {
        is_wrong_ = is_wrong_ || finding.grade == doctor::Finding::Grade::error;
        if (!context_.json()) return print(finding);
        boost::json::object value;
        value["grade"] = name_of(finding.grade);
        value["text"] = facts::text_value(finding.text);
        values_.push_back(std::move(value));
    }

    [[nodiscard]] bool is_wrong() const noexcept { return is_wrong_; }

    /// The document, if one is wanted: everything was added.
    void finish() {
        if (!context_.json()) return;
        boost::json::object document = facts::make_document("doctor");
        document["findings"] = std::move(values_);
        context_.print_document(document);
    }

private:
    static std::string_view name_of(doctor::Finding::Grade grade) noexcept {
        switch (grade) {
            case doctor::Finding::Grade::ok:
                return "ok";
            case doctor::Finding::Grade::warning:
                return "warning";
            case doctor::Finding::Grade::error:
                break;
        }
        return "error";
    }

    static screen::Paint paint_of(doctor::Finding::Grade grade) noexcept {
        switch (grade) {
            case doctor::Finding::Grade::ok:
                return screen::Paint::good;
            case doctor::Finding::Grade::warning:
                return screen::Paint::caution;
            case doctor::Finding::Grade::error:
                break;
        }
        return screen::Paint::bad;
    }

    void print(const doctor::Finding& finding) {
        const std::string head = context_.paint(paint_of(finding.grade), name_of(finding.grade));
        // One line, whatever is quoted.
        context_.print(head + ": " + replace_all(finding.text, "\n", " ") + "\n");
    }

    Context& context_;
    boost::json::array values_;
    bool is_wrong_ = false;
};

/// A repair that may fail, and does not keep the others from being tried.
task::awaitable<void> attempt(Report& report, std::string what, task::awaitable<bool> repair) {
    try {
        const bool repaired = co_await std::move(repair);
        if (repaired) report.add(doctor::ok("repaired: " + what));
    } catch (const Error& e) {
        report.add(doctor::error(fmt::format("could not repair {}: {}", what, e.what())));
    }
}

/// A `rustup` that is another stays, and so does everything beside it: who put it there decides.
task::awaitable<bool> repair_programs(Context& context) {
    const std::string folder = bin_folder(context);
    if (doctor::bin_folder_state(folder) != doctor::BinFolderState::broken) co_return false;
    if (!platform::find_target_status(folder + "/rustup")) {
        co_await place_programs(context);
    } else {
        co_await refresh_proxies(context);
    }
    co_return doctor::bin_folder_state(folder) == doctor::BinFolderState::whole;
}

task::awaitable<bool> clean_up(Context& context) {
    const store::Home home = context.home();
    store::CleanUp how;
    how.may_copy = context.change_variables().permit_copy_rename;
    std::optional<Error> failure;
    how.failed = [&failure](const Error& e) { failure = e; };
    auto job = [&home, &how](const OnWorker& on) {
        store::refuse_old_format(home);
        if (!platform::find_status(home.latchkey())) return false;
        const bool was_left = store::is_anything_left(home);
        store::clean_up(on, home, how);
        return was_left && !store::is_anything_left(home);
    };
    const bool cleaned = co_await task::offload(context.loop().workers(), job);
    if (failure) throw *failure;
    co_return cleaned;
}

task::awaitable<bool> verify_toolchains(Context& context) {
    for (const dist::AnyName& each : resolve::list_installed(context.home().layout())) {
        co_await context.engine().verify(dist::str(each));
    }
    co_return false;  // What it repairs, it says itself.
}

task::awaitable<void> look_at_programs(Context& context, Report& report, bool repair) {
    const std::string folder = bin_folder(context);
    if (repair) {
        co_await attempt(report, "the programs in '" + folder + "'", repair_programs(context));
    }
    report.add(doctor::look_at_bin_folder(folder));
    report.add(doctor::look_at_path(context.environment(), folder));
}

task::awaitable<void> look_at_homes(Context& context, Report& report, bool repair) {
    const config::Variables& variables = context.site().variables;
    if (repair) {
        co_await attempt(report, "what earlier commands left", clean_up(context));
    }
    const store::Home home = context.home();
    const std::string cargo_home = variables.cargo_home;
    auto job = [&home, &cargo_home](const OnWorker& on) {
        doctor::Findings all;
        const auto add = [&all](doctor::Findings more) {
            for (doctor::Finding& each : more) all.push_back(std::move(each));
        };
        add(doctor::look_at_layout(on, home.layout()));
        if (cargo_home != home.root()) add(doctor::look_at_home(on, "CARGO_HOME", cargo_home));
        add(doctor::look_at_locks(home, cargo_home, std::chrono::system_clock::now()));
        add(doctor::look_at_leftovers(on, home));
        return all;
    };
    const doctor::Findings findings = co_await task::offload(context.loop().workers(), job);
    report.add(findings);
}

task::awaitable<void> look_at_line(Context& context, Report& report) {
    std::optional<net::ClientOptions> options;
    try {
        options = context.client_options();
    } catch (const Error&) {
        co_return;  // A variable without a meaning, which is told with the others.
    }
    report.add(doctor::look_at_mirrors(context.mirrors()));
    auto job = [&options](const OnWorker& on) {
        return doctor::look_at_certificates(on, *options);
    };
    const doctor::Findings certificates = co_await task::offload(context.loop().workers(), job);
    report.add(certificates);
    const std::string root = context.server_variables().server.dist_root;
    const doctor::Findings server =
        co_await doctor::reach_server(context.loop(), *options, root, kServerLimit);
    report.add(server);
}

task::awaitable<int> run_doctor(Context& context, args::Invocation invocation) {
    const bool repair = invocation.flag("repair");
    const config::Variables variables = context.site().variables;
    Report report(context);
    report.add(doctor::look_at_variables(context.environment(), variables));
    co_await look_at_programs(context, report, repair);
    co_await look_at_homes(context, report, repair);
    doctor::Findings findings;
    const auto settings = doctor::load_settings(variables, findings);
    report.add(findings);
    if (settings) report.add(doctor::look_at_settings(*settings, variables));
    if (repair) {
        co_await attempt(report, "the toolchains", verify_toolchains(context));
    }
    auto load_version = [&context](std::string toolchain) {
        return context.engine().rustc_version(std::move(toolchain));
    };
    const dist::HomeLayout home = context.home().layout();
    const doctor::Findings toolchains = co_await doctor::start_toolchains(home, load_version);
    report.add(toolchains);
    co_await look_at_line(context, report);
    report.finish();
    co_return report.is_wrong() ? 1 : 0;
}

}  // namespace

CommandEntries doctor_commands() {
    static constexpr std::array kEntries = {CommandEntry{.path = "doctor",
                                                         .run = run_doctor,
                                                         .reads_settings = false,
                                                         .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
