#include <fmt/format.h>

#include "latchkey/base/utf8.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/doctor/checks.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/deputy.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/resolve/installed.hpp"

namespace latchkey::doctor {
namespace {

/// Why a toolchain that the settings name does not answer. Empty: it does, or its deputy.
std::string fault_of(const resolve::Site& site, const std::string& written) {
    const std::string name = site.settings.real_name(written);
    if (name == "none") return "";
    try {
        const dist::AnyName full = dist::resolve(dist::parse_resolvable_name(name), site.host);
        const resolve::Name used = resolve::deputised(site, resolve::to_name(full));
        if (resolve::is_installed(site.variables.rustup_home, used)) return "";
        return fmt::format("toolchain '{}', which is not installed", dist::str(full));
    } catch (const Error& e) {
        if (name.starts_with('/') && platform::is_directory(name + "/bin")) return "";
        return fmt::format("'{}': {}", name, e.what());
    }
}

}  // namespace

std::optional<config::Settings> load_settings(const config::Variables& variables,
                                              Findings& findings) {
    try {
        auto settings = config::find_settings(variables.rustup_home);
        if (!settings) findings.push_back(warning("settings: there are none yet"));
        return settings;
    } catch (const Error& e) {
        findings.push_back(error(fmt::format("settings: {}", e.what())));
        return std::nullopt;
    }
}

Findings look_at_settings(const config::Settings& settings, const config::Variables& variables) {
    Findings findings;
    try {
        resolve::Site site;
        site.variables = variables;
        site.settings = settings;
        site.host = resolve::load_host(settings, variables);
        if (settings.default_toolchain) {
            const std::string fault = fault_of(site, *settings.default_toolchain);
            if (!fault.empty()) findings.push_back(error("settings: the default is " + fault));
        }
        for (const auto& [directory, name] : settings.overrides) {
            const std::string shown = shown_as_utf8(directory);
            if (!platform::is_directory(directory)) {
                findings.push_back(warning(fmt::format(
                    "settings: there is an override for '{}', which is not a directory", shown)));
                continue;
            }
            const std::string fault = fault_of(site, name);
            if (fault.empty()) continue;
            findings.push_back(
                error(fmt::format("settings: the override for '{}' is {}", shown, fault)));
        }
        if (findings.empty()) {
            findings.push_back(ok(fmt::format("settings: the default is {}; overrides: {}",
                                              settings.default_toolchain.value_or("none"),
                                              settings.overrides.size())));
        }
    } catch (const Error& e) {
        findings.push_back(error(fmt::format("settings: {}", e.what())));
    }
    return findings;
}

task::awaitable<Findings> start_toolchains(dist::HomeLayout home, LoadVersion load_version) {
    Findings findings;
    try {
        const auto installed = resolve::list_installed(home);
        if (installed.empty()) findings.push_back(warning("toolchains: none is installed"));
        for (const dist::AnyName& each : installed) {
            const std::string name = dist::str(each);
            const std::string version = co_await load_version(name);
            const bool starts = !version.starts_with('(');
            findings.push_back(
                starts ? ok(fmt::format("toolchain {}: {}", name, version))
                       : error(fmt::format("toolchain {}: does not start {}", name, version)));
        }
    } catch (const Error& e) {
        findings.push_back(error(fmt::format("toolchains: {}", e.what())));
    }
    co_return findings;
}

}  // namespace latchkey::doctor
