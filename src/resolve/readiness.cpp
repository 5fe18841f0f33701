#include "latchkey/resolve/readiness.hpp"

#include <fmt/format.h>

#include "latchkey/resolve/installed.hpp"

namespace latchkey::resolve {
namespace {

std::string why_uninstalled(const Active& active) {
    switch (active.source) {
        case Source::cli:
            return "the +toolchain on the command line specifies an uninstalled toolchain";
        case Source::env:
            return "the RUSTUP_TOOLCHAIN environment variable specifies an uninstalled toolchain";
        case Source::path_override:
            return "the directory override for '" + active.location +
                   "' specifies an uninstalled toolchain";
        case Source::toolchain_file:
            return "the toolchain file at '" + active.location +
                   "' specifies an uninstalled toolchain";
        case Source::default_:
            break;
    }
    return "the default toolchain does not describe an installed toolchain";
}

bool is_path(const Name& name) {
    return std::holds_alternative<dist::PathName>(name);
}

/// Only for a help line, so a bad toolchain file is no reason to speak of something else.
bool is_active(const Site& site, const Name& name) {
    try {
        const auto active = find_active(site, Request{});
        return active && str(active->name) == str(name);
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

Readiness check_active(const Site& site, const Active& active) {
    const dist::HomeLayout& home = site.variables.rustup_home;
    const dist::ToolchainName* name = official(active.name);
    if (active.wanted && is_installed(home, active.name)) {
        require_listed(site, active);
        return Readiness::ready;
    }
    if (!is_installed(home, active.name)) {
        if (!site.auto_install()) throw not_installed_error(active.name, true);
        if (name != nullptr) return Readiness::install;
        if (is_path(active.name)) throw not_installed_error(active.name, true);
        throw uninstalled_override_error(active);
    }
    return check_listed(site, active.name, active.components, active.targets,
                        toolchain_path(home, active.name));
}

void require_listed(const Site& site, const Active& active) {
    if (!active.wanted) return;
    const std::string toolchain = str(active.name);
    const std::string path = toolchain_path(site.variables.rustup_home, active.name);
    const auto require = [&](std::string_view kind, const std::string& missing,
                             std::span<const std::string> components,
                             std::span<const std::string> targets) {
        if (surely_has(path, active.wanted->target(), components, targets)) return;
        throw Error(
            Errc::not_found,
            fmt::format("toolchain '{0}', which is used in place of '{1}', lacks {2} '{3}'; "
                        "run `rustup {2} add {3} --toolchain {0}` to add it",
                        toolchain, active.wanted->str(), kind, missing));
    };
    for (const std::string& each : active.components) {
        require("component", each, std::span(&each, 1), {});
    }
    for (const std::string& each : active.targets) require("target", each, {}, std::span(&each, 1));
}

Readiness check_listed(const Site& site, const Name& toolchain,
                       std::span<const std::string> components,
                       std::span<const std::string> targets, const std::string& toolchain_path) {
    const dist::ToolchainName* name = official(toolchain);
    const bool nothing_listed = components.empty() && targets.empty();
    if (name == nullptr || nothing_listed || !site.auto_install()) return Readiness::ready;
    return surely_has(toolchain_path, name->target(), components, targets) ? Readiness::ready
                                                                           : Readiness::look;
}

Readiness check_named(const Site& site, const Name& name) {
    if (is_installed(site.variables.rustup_home, name)) return Readiness::ready;
    if (official(name) != nullptr && site.auto_install()) return Readiness::install;
    throw not_installed_error(name, is_active(site, name));
}

Error not_installed_error(const Name& name, bool active) {
    if (is_path(name)) return Error(Errc::not_found, "path '" + str(name) + "' not found");
    std::string text = "toolchain '" + str(name) + "' is not installed";
    if (official(name) != nullptr) {
        text += "\nhelp: run `rustup toolchain install" + (active ? "" : " " + str(name)) +
                "` to install it";
    }
    return Error(Errc::not_found, std::move(text));
}

Error uninstalled_override_error(const Active& active) {
    return Error(Errc::not_found, why_uninstalled(active))
        .in("override toolchain '" + str(active.name) + "' is not installed");
}

}  // namespace latchkey::resolve
