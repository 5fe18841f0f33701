#include "program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>

#include "commands.hpp"
#include "installer.hpp"
#include "latchkey/args/help.hpp"
#include "latchkey/args/parse.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/facts/event_reporter.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/name_service.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/standard_streams.hpp"
#include "latchkey/platform/stream.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/platform/terminal.hpp"
#include "latchkey/proxy/called_name.hpp"
#include "latchkey/proxy/prepare.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/no_toolchain.hpp"
#include "latchkey/screen/terminal_style.hpp"
#include "latchkey/setup/own_programs.hpp"
#include "latchkey/task/group.hpp"
#include "name_faults.hpp"
#include "release_hint.hpp"
#include "tool_run.hpp"

namespace latchkey::cli {
namespace {

std::string load_current_directory() {
    try {
        return platform::load_working_directory();
    } catch (const Error& e) {
        throw e.cause().in("Unable to proceed. Could not locate working directory.");
    }
}

/// The command, with frames meanwhile: what has stalled turns, too, and a terminal may change.
task::awaitable<int> with_frames(screen::Progress& progress, task::awaitable<int> command) {
    constexpr std::chrono::milliseconds kPeriod{100};
    auto tick = [&progress] { progress.tick(std::chrono::steady_clock::now()); };
    const int code =
        co_await task::first_of(std::move(command), task::repeat(kPeriod, std::move(tick)));
    co_return code;
}

/// Warns if nothing is installed and nothing is the default.
void warn_of_empty_setup(Context& context) {
    if (!resolve::list_installed(context.home().layout()).empty()) return;
    if (resolve::find_default(context.site())) return;
    context.log().warn("no toolchain installed and no default toolchain set\n" +
                       std::string(resolve::kDefaultStableHint));
}

task::awaitable<int> with_release_hint(Context& context, task::awaitable<int> command) {
    const int code = co_await std::move(command);
    const bool succeeded = code == 0 || code == kUpdateAvailable;
    if (succeeded && !context.successor) co_await hint_of_release(context);
    co_return code;
}

}  // namespace

Program::Program(platform::Environment environment, std::vector<std::string> words)
    : environment_(std::move(environment)),
      words_(std::move(words)),
      output_(STDOUT_FILENO, STDERR_FILENO),
      documents_(output_),
      log_(
          [this](std::string_view text) {
              if (logs_events_) {
                  events_->send(facts::log_event(text));
              } else if (progress_) {
                  progress_->line(text);
              } else {
                  output_.err(text);
              }
          },
          screen::LogSetup{}) {}

int Program::run() {
    const int status = run_to_status();
    if (events_) events_->send_last(facts::done_event(status));
    return status;
}

int Program::run_to_status() {
    platform::fill_standard_streams();
    platform::ignore_broken_pipe();
    platform::use_files_and_dns();
    std::optional<unsigned> threads;
    try {
        threads = config::parse_io_threads(environment_);
    } catch (const Error& e) {
        output_.err("Error: " + printable(e.what()) + "\n");
        return 1;
    }
    loop_.emplace(threads.value_or(platform::processor_count()));
    set_up_log(false, false);
    for (const std::string& directive : screen::ignored_directives(environment_)) {
        output_.err(
            fmt::format("ignoring `{}`: invalid filter directive\n", printable_line(directive)));
    }
    try {
        working_directory_ = load_current_directory();
        variables_ = config::load_variables(environment_, working_directory_);
        if (variables_.recursion_count > proxy::kMostRecursions) {
            throw Error(Errc::usage, "infinite recursion detected");
        }
        return run_by_name();
    } catch (const Error& e) {
        if (output_.is_abandoned()) return 0;
        documents_.print_error(e);
        log_.report(e);
        return 1;
    }
}

int Program::run_by_name() {
    const std::string called = name();
    if (setup::has_lost_names(variables_.cargo_home)) mend_bin_folder();
    if (called == "rustup" || called == "latchkey") return run_rustup();
    if (called.starts_with("rustup-init") || called.starts_with("rustup-setup")) return run_init();
    if (dist::find_tool_named(called) != nullptr) return run_tool(called);
    throw Error(Errc::usage, "unknown proxy name: '" + called + "'; valid proxy names are " +
                                 dist::tool_names());
}

std::string Program::name() const {
    const std::string called = proxy::called_name(environment_, words_);
    if (called.empty()) throw Error(Errc::usage, "couldn't determine self executable name");
    return called;
}

int Program::run_tool(const std::string& tool) {
    proxy::remove_leftover(variables_.cargo_home);
    draw_progress(false);
    Surroundings around = surroundings();
    around.program = tool;
    proxy::ToolCommand command = proxy::parse_tool_command(tool, words_);
    Context context(std::move(around), load_site(), std::move(command.plus_toolchain));
    log_metadata(context);
    return end_with(context, run_task(context, run_proxy(context, std::move(command.command))));
}

void Program::mend_bin_folder() {
    const task::Ending ending =
        loop_->run(setup::mend_bin_folder(loop_->workers(), variables_.cargo_home));
    if (ending.signal) platform::die_by_signal(*ending.signal);
}

args::ParseSetup Program::parse_setup() const {
    args::ParseSetup setup;
    setup.find_fault = find_name_fault;
    setup.find_alias = [home = variables_.rustup_home](const std::string& text) {
        return find_alias(home, text);
    };
    const unsigned columns = std::max(platform::terminal_columns(STDOUT_FILENO),
                                      platform::terminal_columns(STDERR_FILENO));
    setup.help_width = args::help_width(environment_, columns);
    setup.color_on_stdout = screen::wants_color(environment_, platform::is_terminal(STDOUT_FILENO));
    setup.color_on_stderr = screen::wants_color(environment_, platform::is_terminal(STDERR_FILENO));
    return setup;
}

int Program::run_init() {
    const args::ParseResult result =
        args::parse_rustup_init(std::span(words_).subspan(1), parse_setup());
    if (const auto* exit = std::get_if<args::ParseExit>(&result)) {
        print(*exit);
        return exit->exit_code;
    }
    const auto& invocation = std::get<args::Invocation>(result);
    set_up_log(invocation.verbose, invocation.quiet);
    draw_progress(invocation.quiet);
    if (invocation.flag("dump-testament")) {
        output_.out(args::testament_text());
        return 0;
    }
    if (invocation.flag("self-replace")) {
        Context context(surroundings(), bare_site(), std::nullopt);
        return run_task(context, run_self_replace(context));
    }
    Context context(surroundings(), resolve::find_site(variables_, working_directory_),
                    std::nullopt);
    log_metadata(context);
    warn_of_variables(context);
    return run_task(context, run_installer(context, invocation));
}

int Program::run_rustup() {
    proxy::remove_leftover(variables_.cargo_home);
    const auto parse = name() == "latchkey" ? args::parse_latchkey : args::parse_rustup;
    const args::ParseResult result = parse(std::span(words_).subspan(1), parse_setup());
    if (const auto* exit = std::get_if<args::ParseExit>(&result)) return finish(*exit);
    if (std::get<args::Invocation>(result).json()) documents_.want();
    return run_command(std::get<args::Invocation>(result));
}

void Program::print(const args::ParseExit& exit) {
    if (exit.to_stderr) {
        output_.err(exit.text);
    } else {
        output_.out(exit.text);
    }
}

int Program::finish(const args::ParseExit& exit) {
    log_notes(exit.notes);
    if (exit.json && exit.kind != args::ParseExit::Kind::help) return finish_with_document(exit);
    if (exit.kind == args::ParseExit::Kind::version && name() == "latchkey") {
        output_.out(args::version_text("latchkey"));
        return exit.exit_code;
    }
    print(exit);
    if (exit.kind != args::ParseExit::Kind::version) return exit.exit_code;
    log_.info("This is the version for the rustup toolchain manager, not the rustc compiler.");
    Context context(surroundings(), load_site(), exit.plus_toolchain);
    return run_task(context, run_version(context));
}

int Program::finish_with_document(const args::ParseExit& exit) {
    documents_.want();
    if (exit.kind == args::ParseExit::Kind::version) {
        Context context(surroundings(), load_site(), exit.plus_toolchain);
        return run_task(context, run_version(context));
    }
    output_.err(exit.text);
    documents_.print_error(Error(Errc::usage, exit.message));
    return exit.exit_code;
}

void Program::start_events(const args::Invocation& invocation) {
    const std::optional<std::string> text = invocation.value("progress-fd");
    if (!text && invocation.value("progress") != "json") return;
    int descriptor = STDERR_FILENO;
    if (text) {
        constexpr std::uint64_t kMost = INT_MAX;
        const std::optional<std::uint64_t> number = parse_number(*text);
        if (!number || *number < 1 || *number > kMost ||
            !platform::is_inherited(static_cast<int>(*number))) {
            throw Error(Errc::usage,
                        fmt::format("invalid value '{}' for '--progress-fd <NUMBER>': "
                                    "the caller left no descriptor of that number open",
                                    *text));
        }
        descriptor = static_cast<int>(*number);
    }
    events_.emplace(descriptor);
    logs_events_ = descriptor == STDERR_FILENO;
}

int Program::run_command(const args::Invocation& invocation) {
    set_up_log(invocation.verbose, invocation.quiet);
    log_notes(invocation.notes);
    const std::optional<CommandEntry> command = find_command(invocation.command());
    start_events(invocation);
    if (!command) throw Error(Errc::bug, "no command '" + invocation.command() + "'");
    draw_progress((invocation.quiet && command->quiet_hides_progress) || documents_.is_wanted() ||
                  events_);
    Surroundings around = surroundings();
    around.auto_install_is_deprecated = command->auto_install_is_deprecated;
    Context context(std::move(around), command->reads_settings ? load_site() : bare_site(),
                    invocation.plus_toolchain);
    log_metadata(context);
    if (command->warns_of_variables) warn_of_variables(context);
    task::awaitable<int> work = command->run(context, invocation);
    if (command->hints_of_release && !invocation.quiet) {
        work = with_release_hint(context, std::move(work));
    }
    const int exit_code = run_to_end(context, std::move(work));
    if (command->warns_of_empty_setup && !context.successor) warn_of_empty_setup(context);
    return end_with(context, exit_code);
}

/// Who reads no more has all that is wanted.
int Program::run_to_end(Context& context, task::awaitable<int> command) {
    try {
        return run_task(context, std::move(command));
    } catch (const Error&) {
        if (!output_.is_abandoned()) throw;
    }
    return 0;
}

int Program::end_with(Context& context, int exit_code) {
    if (context.successor) proxy::become(*context.successor);
    return exit_code;
}

int Program::run_task(Context& context, task::awaitable<int> command) {
    const task::Ending ending = context.loop().run(
        progress_->moves() ? with_frames(*progress_, std::move(command)) : std::move(command));
    if (progress_) progress_->close();
    if (ending.signal) {
        constexpr int kShellSignal = 128;  // The status that a shell reports for it.
        if (events_) events_->send_last(facts::done_event(kShellSignal + *ending.signal));
        platform::die_by_signal(*ending.signal);
    }
    return ending.exit_code;
}

resolve::Site Program::load_site() const {
    return resolve::load_site(variables_, working_directory_);
}

resolve::Site Program::bare_site() const {
    resolve::Site site;
    site.working_directory = working_directory_;
    site.variables = variables_;
    return site;
}

Surroundings Program::surroundings() {
    if (!progress_) draw_progress(true);
    std::vector<std::string> shown = words_;
    shown.front() = name();
    const bool color = screen::wants_color(environment_, platform::is_terminal(STDOUT_FILENO));
    return {environment_, shown_as_utf8(join(shown, " ")), output_, log_,  *progress_,
            documents_,   events_ ? &*events_ : nullptr,   *loop_,  color, "rustup"};
}

void Program::draw_progress(bool quiet) {
    const bool is_terminal = platform::is_terminal(STDOUT_FILENO);
    screen::ProgressSetup setup;
    setup.visible = screen::wants_progress(environment_, is_terminal, quiet);
    setup.color = screen::wants_color(environment_, is_terminal);
    setup.columns =
        screen::progress_columns(environment_, platform::terminal_columns(STDOUT_FILENO));
    setup.plain = !screen::can_redraw(environment_, is_terminal);
    setup.find_size = [this] {
        const unsigned rows = platform::terminal_rows(STDOUT_FILENO);
        return screen::ProgressSetup::Size{
            screen::progress_columns(environment_, platform::terminal_columns(STDOUT_FILENO)),
            rows > 0 ? rows : screen::ProgressSetup{}.rows};
    };
    progress_.emplace(output_, setup);
}

void Program::set_up_log(bool verbose, bool quiet) {
    const std::span<const std::string> arguments =
        words_.empty() ? std::span(words_) : std::span(words_).subspan(1);
    log_.set_up(screen::log_setup(environment_, platform::is_terminal(STDERR_FILENO), verbose,
                                  quiet, arguments));
}

void Program::log_metadata(const Context& context) {
    log_.write(screen::Level::debug, "read metadata version: " + context.site().settings.version,
               "rustup::config");
}

/// What rustup calls deprecated, or too small to be obeyed.
void Program::warn_of_variables(Context& context) {
    constexpr std::uint64_t kLeastRam = 32UL << 20U;
    constexpr std::string_view kAsk =
        "            please file an issue if the default download backend does not work for your "
        "use "
        "case";
    if (environment_.find("RUSTUP_USE_CURL").value_or("0") != "0") {
        log_.warn(fmt::format("RUSTUP_USE_CURL is set; the curl backend is deprecated,\n{}", kAsk));
    }
    if (environment_.find("RUSTUP_USE_RUSTLS") == "0") {
        log_.warn(fmt::format(
            "RUSTUP_USE_RUSTLS is set to `0`; the native-tls backend is deprecated,\n{}", kAsk));
    }
    const auto ram = context.change_variables().unpack_ram_bytes;
    if (!ram || *ram >= kLeastRam) return;
    log_.warn(
        fmt::format("Ignoring RUSTUP_UNPACK_RAM ({}) less than minimum of {}.", *ram, kLeastRam));
}

void Program::log_notes(const std::vector<std::string>& notes) {
    for (const std::string& note : notes) log_.info(note);
}

}  // namespace latchkey::cli
