#include "context.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "latchkey/args/help.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/facts/event_reporter.hpp"
#include "latchkey/platform/terminal.hpp"
#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/task/wait.hpp"
#include "reporter.hpp"

namespace latchkey::cli {
namespace {

/// http_proxy and its like are written in small or in capital letters.
std::optional<std::string> find_either(const platform::Environment& environment, const char* small,
                                       const char* capital) {
    auto value = environment.find(small);
    return value ? value : environment.find(capital);
}

net::ClientOptions parse_client_options(const platform::Environment& environment) {
    net::ClientOptions options;
    try {
        options.read_timeout = config::parse_download_timeout(environment);
    } catch (const Error& e) {
        options.refusal = e;  // For those who download.
    }
    // Mirrors that let rustup through let us through.
    options.user_agent =
        fmt::format("rustup/{} (latchkey " LATCHKEY_VERSION ")", args::kEmulatedVersion);
    options.http_proxy = find_either(environment, "http_proxy", "HTTP_PROXY");
    options.https_proxy = find_either(environment, "https_proxy", "HTTPS_PROXY");
    options.all_proxy = find_either(environment, "all_proxy", "ALL_PROXY");
    options.no_proxy = find_either(environment, "no_proxy", "NO_PROXY");
    options.ca_file = environment.find("SSL_CERT_FILE");
    if (const auto directories = environment.find("SSL_CERT_DIR")) {
        for (const std::string_view directory : split(*directories, ':')) {
            if (!directory.empty()) options.ca_directories.emplace_back(directory);
        }
    }
    return options;
}

std::unique_ptr<toolchain::Reporter> make_reporter(const Surroundings& around) {
    if (around.events == nullptr) {
        return std::make_unique<LogReporter>(around.log, around.progress);
    }
    return std::make_unique<facts::EventReporter>(*around.events, around.log);
}

}  // namespace

Context::Context(Surroundings surroundings, resolve::Site site,
                 std::optional<std::string> plus_toolchain)
    : around_(std::move(surroundings)),
      site_(std::move(site)),
      home_(site_.variables.rustup_home),
      plus_toolchain_(std::move(plus_toolchain)),
      reporter_(make_reporter(around_)),
      input_(around_.loop, around_.output) {}

void Context::print(std::string_view text) {
    const std::string shown = around_.color ? printable_painted(text) : printable(text);
    if (json()) return around_.output.err(shown);
    around_.output.out(shown);
}

void Context::print_data(std::string_view text) {
    if (platform::is_terminal(STDOUT_FILENO)) return print(text);
    around_.output.out(text);
}

std::optional<resolve::Active> Context::find_active() {
    resolve::Request request;
    request.plus_toolchain = plus_toolchain_;
    request.program = around_.program;
    request.warn = [this](const std::string& text) { log().warn(text); };
    return resolve::find_active(site_, request);
}

std::optional<resolve::Active> Context::find_active_or_nothing() {
    try {
        return find_active();
    } catch (const Error&) {
        return std::nullopt;
    }
}

const config::ChangeVariables& Context::change_variables() {
    if (!variables_) variables_ = config::parse_change_variables(around_.environment);
    return *variables_;
}

const mirrors::Configured& Context::mirrors() {
    if (mirrors_) return *mirrors_;
    mirrors_ = mirrors::load_configured(change_variables(), home_.layout());
    for (const std::string& text : mirrors_->warnings) log().warn(text);
    return *mirrors_;
}

config::ChangeVariables Context::server_variables() {
    config::ChangeVariables variables = change_variables();
    mirrors::use_mirrors(mirrors(), variables);
    return variables;
}

config::SignaturePolicy Context::signature_policy() {
    const auto said = change_variables().signature;
    return said ? *said : site_.settings.signature.value_or(config::SignaturePolicy::warn);
}

void Context::use_server(const std::string& dist_server) {
    (void)change_variables();
    variables_->server = dist::Server::from(dist_server, std::nullopt);
    variables_->names_server = true;
    mirrors_.reset();
}

std::string Context::absolute(const std::string& path) const {
    std::string full = path.starts_with('/') ? path : site_.working_directory + "/" + path;
    while (full.size() > 1 && full.ends_with('/')) full.pop_back();
    return full;
}

toolchain::Engine& Context::engine() {
    if (engine_) return *engine_;
    toolchain::EngineOptions options;
    options.variables = server_variables();
    options.wishes = site_.settings.components;
    options.signature = signature_policy();
    options.minimum_age = site_.settings.minimum_age.value_or(std::chrono::days(0));
    options.command_line = around_.command_line;
    options.environment = around_.environment;
    engine_ = std::make_unique<toolchain::Engine>(loop(), client(), home_, std::move(options),
                                                  *reporter_);
    return *engine_;
}

net::Client& Context::client() {
    if (!client_) client_ = std::make_unique<net::Client>(loop(), client_options());
    return *client_;
}

net::ClientOptions Context::client_options() {
    net::ClientOptions options = parse_client_options(around_.environment);
    options.max_retries = change_variables().max_retries;
    options.told = [this](const std::string& text) { log().debug(text); };
    options.warn = [this](const std::string& text) { log().warn(text); };
    mirrors::use_mirrors(mirrors(), around_.environment, site_.variables.home, options.warn,
                         options);
    return options;
}

task::awaitable<lock::LockSet> Context::acquire(lock::Key key, lock::Mode mode, std::string what) {
    lock::LockSet held = co_await acquire(home_.lock_file(), std::move(key), mode, std::move(what));
    co_return held;
}

task::awaitable<lock::LockSet> Context::acquire_cargo_home(std::string what) {
    lock::LockSet held =
        co_await acquire(setup::lock_file_of(site_.variables.cargo_home), lock::Key::cargo_home(),
                         lock::Mode::exclusive, std::move(what));
    co_return held;
}

task::awaitable<lock::LockSet> Context::acquire(lock::LockFile file, lock::Key key, lock::Mode mode,
                                                std::string what) {
    task::Waiting waiting;
    waiting.patience = change_variables().lock_timeout;
    waiting.notice = [this, what](const lock::Blocker& blocker) { reporter_->wait(what, blocker); };
    lock::LockSet held = co_await task::acquire(loop().workers(), std::move(file), std::move(key),
                                                mode, std::move(waiting));
    co_return held;
}

task::awaitable<void> Context::change_settings(std::function<void(config::Settings&)> change) {
    const lock::LockSet held =
        co_await acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
    site_.settings = config::update_settings(held, home_.layout(), change);
}

}  // namespace latchkey::cli
