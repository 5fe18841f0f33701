#include "active_toolchain.hpp"

#include <algorithm>

#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/resolve/deputy.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/no_toolchain.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/resolve/toolchain_lock.hpp"

namespace latchkey::cli {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// How many of the names are there. Toolchain files name components without target.
bool has_all(const toolchain::Inventory& inventory, const dist::ToolchainName& toolchain,
             const resolve::Active& active) {
    std::vector<std::string> components;
    std::vector<std::string> targets;
    for (const dist::Component& component : inventory.components) {
        if (component.pkg == "rust-std" && component.target) targets.push_back(*component.target);
        if (component.target && *component.target != toolchain.target()) continue;
        components.push_back(component.pkg);
        components.push_back(inventory.manifest().short_name(component));
    }
    const auto has_component = [&](const std::string& name) { return contains(components, name); };
    const auto has_target = [&](const std::string& name) { return contains(targets, name); };
    return std::all_of(active.components.begin(), active.components.end(), has_component) &&
           std::all_of(active.targets.begin(), active.targets.end(), has_target);
}

task::awaitable<bool> is_complete(Context& context, dist::ToolchainName toolchain,
                                  resolve::Active active) {
    const std::string path = resolve::toolchain_path(context.home().layout(), active.name);
    // One of before 2016 has no manifest, and no components to be missing.
    if (resolve::surely_has(path, toolchain.target(), active.components, active.targets)) {
        co_return true;
    }
    const toolchain::Inventory inventory = co_await context.engine().load_inventory(toolchain);
    co_return has_all(inventory, toolchain, active);
}

/// What a toolchain file asks for besides the toolchain.
toolchain::InstallRequest listed_request(const Context& context, const resolve::Active& active) {
    toolchain::InstallRequest request = usual_request(context);
    if (active.profile) request.profile = active.profile;
    request.components = active.components;
    request.targets = active.targets;
    if (resolve::is_locked(context.site(), active)) {
        resolve::LockedToolchain found = resolve::require_lock(context.site(), active);
        toolchain::Locked& locked = request.locked.emplace();
        locked.path = found.path;
        locked.date = found.lock.date;
        locked.manifest = found.lock.manifest;
        locked.components = found.lock.hosts.at(found.host);
    }
    return request;
}

/// Brings an installed toolchain to what is locked; without auto-install, only looks.
task::awaitable<toolchain::Outcome::Status> keep_locked(Context& context, resolve::Active active,
                                                        bool may_change) {
    toolchain::InstallRequest request = listed_request(context, active);
    request.locked->may_change = may_change;
    const toolchain::Outcome outcome =
        co_await context.engine().install(*resolve::official(active.name), std::move(request));
    co_return outcome.status;
}

using Status = toolchain::Outcome::Status;

/// Adds what a toolchain file lists and an installed toolchain lacks; what cannot be had is left
/// out.
task::awaitable<Status> complete(Context& context, resolve::Active active) {
    const dist::ToolchainName toolchain = *resolve::official(active.name);
    if (resolve::is_locked(context.site(), active)) {
        const Status status = co_await keep_locked(context, active, context.site().auto_install());
        co_return status;
    }
    const bool nothing_missing = co_await is_complete(context, toolchain, active);
    if (nothing_missing) co_return Status::unchanged;
    toolchain::InstallRequest request = listed_request(context, active);
    request.force = true;
    const toolchain::Outcome outcome =
        co_await context.engine().install(toolchain, std::move(request));
    co_return outcome.status;
}

task::awaitable<Status> install_missing(Context& context, resolve::Active active) {
    const dist::ToolchainName toolchain = *resolve::official(active.name);
    toolchain::InstallRequest request = listed_request(context, active);
    request.only_if_absent = true;
    const bool locked = request.locked.has_value();
    const toolchain::Outcome outcome =
        co_await context.engine().install(toolchain, std::move(request));
    if (outcome.status != Status::unchanged || locked) co_return outcome.status;
    // Somebody else was faster, and may not have wanted what is listed here.
    const Status status = co_await complete(context, std::move(active));
    co_return status;
}

/// Behind an install that nobody asked for in so many words. What a tool or `rustup run` starts
/// says nothing: it was not the user who called it.
void warn_of_auto_install(Context& context, const resolve::Name& name, Status status) {
    if (status != Status::installed) return;
    const std::string depth = context.environment().find("RUST_RECURSION_COUNT").value_or("");
    if (!depth.empty() && depth != "0") return;
    screen::Log& log = context.log();
    log.warn("the missing active toolchain `" + resolve::str(name) + "` has been auto-installed");
    if (context.auto_install_is_deprecated()) {
        log.warn("auto-installation is deprecated for most `rustup` commands");
        log.warn("scripts relying on this behavior in `rustup` may stop working in the future");
        log.warn("to install the active toolchain, use `rustup install` instead");
        log.warn("see <https://github.com/rust-lang/rustup/issues/4836> for more info");
        return;
    }
    log.warn("this might cause rustup commands to take longer time to finish than expected");
    log.info("you may opt out with `RUSTUP_AUTO_INSTALL=0` or `rustup set auto-install disable`");
}

bool is_installed(const Context& context, const resolve::Name& name) {
    return resolve::is_installed(context.home().layout(), name);
}

}  // namespace

toolchain::InstallRequest usual_request(const Context& context) {
    toolchain::InstallRequest request;
    request.profile = context.profile();
    return request;
}

resolve::Active load_active(Context& context) {
    auto active = context.find_active();
    if (!active) throw resolve::no_toolchain_error(context.program());
    return *active;
}

task::awaitable<void> make_ready(Context& context, resolve::Active active) {
    Status status = Status::unchanged;
    switch (resolve::check_active(context.site(), active)) {
        case resolve::Readiness::ready:
            if (resolve::is_locked(context.site(), active)) {
                status = co_await keep_locked(context, active, context.site().auto_install());
            }
            break;
        case resolve::Readiness::install:
            status = co_await install_missing(context, active);
            break;
        case resolve::Readiness::look:
            status = co_await complete(context, active);
            break;
    }
    warn_of_auto_install(context, active.name, status);
}

task::awaitable<resolve::Active> require_active(Context& context) {
    resolve::Active active = load_active(context);
    co_await make_ready(context, active);
    co_return active;
}

task::awaitable<std::optional<resolve::Active>> find_ready_active(Context& context) {
    std::optional<resolve::Active> active = context.find_active();
    if (active) co_await make_ready(context, *active);
    co_return active;
}

task::awaitable<std::optional<resolve::Active>> show_active(Context& context) {
    std::optional<resolve::Active> active = context.find_active();
    if (active && context.site().auto_install()) co_await make_ready(context, *active);
    co_return active;
}

task::awaitable<std::optional<resolve::Active>> show_active_or_nothing(Context& context) {
    std::optional<resolve::Active> active;
    try {
        active = co_await show_active(context);
    } catch (const Error& e) {
        context.log().debug(e.what());
    }
    co_return active;
}

task::awaitable<void> require_named(Context& context, resolve::Name name) {
    if (resolve::check_named(context.site(), name) == resolve::Readiness::ready) co_return;
    toolchain::InstallRequest request = usual_request(context);
    request.force = true;
    request.only_if_absent = true;
    const toolchain::Outcome outcome =
        co_await context.engine().install(*resolve::official(name), std::move(request));
    warn_of_auto_install(context, name, outcome.status);
}

task::awaitable<resolve::Name> require_toolchain(Context& context,
                                                 std::optional<std::string> option) {
    if (!option) {
        const resolve::Active active = co_await require_active(context);
        co_return active.name;
    }
    const auto named = dist::parse_resolvable_name(*option);
    resolve::Name name = resolve::deputised(
        context.site(), resolve::to_name(dist::resolve(named, context.site().host)));
    co_await require_named(context, name);
    co_return name;
}

task::awaitable<resolve::Active> install_active(Context& context, bool force_non_host) {
    resolve::Active active = load_active(context);
    const dist::ToolchainName* toolchain = resolve::official(active.name);
    if (toolchain == nullptr) {
        if (!is_installed(context, active.name)) {
            throw resolve::uninstalled_override_error(active);
        }
        co_return active;
    }
    resolve::check_runs_here(context.site().variables, toolchain->str(), toolchain->target(),
                             force_non_host);
    const bool by_file = active.source == resolve::Source::toolchain_file;
    if (by_file && context.site().variables.untrusted) {
        throw Error(Errc::unsupported, "'" + active.location + "' chooses '" + toolchain->str() +
                                           "', and RUSTUP_UNTRUSTED=1 lets no file install "
                                           "anything\nhelp: name the toolchain: `rustup toolchain "
                                           "install " +
                                           toolchain->str() + "`");
    }
    if (!is_installed(context, active.name)) {
        co_await install_missing(context, active);
        co_return active;
    }
    resolve::require_listed(context.site(), active);
    context.log().info(dist::existing_install_text(toolchain->str()));
    if (resolve::is_locked(context.site(), active)) {
        co_await keep_locked(context, active, true);
        co_return active;
    }
    const bool lists = !active.components.empty() || !active.targets.empty();
    if (lists && !active.wanted) co_await complete(context, active);
    co_return active;
}

}  // namespace latchkey::cli
