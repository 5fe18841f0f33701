#include "latchkey/resolve/active.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/config/toolchain_file.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/deputy.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/no_toolchain.hpp"
#include "latchkey/resolve/trust.hpp"

namespace latchkey::resolve {
namespace {

/// Empty for the root.
std::optional<std::string> parent(const std::string& directory) {
    if (directory == "/" || directory.find('/') == std::string::npos) return std::nullopt;
    return platform::folder_of(directory);
}

dist::ResolvableName parse_channel(const std::string& channel, const std::string& file_path) {
    try {
        return dist::parse_resolvable_name(channel);
    } catch (const Error&) {
        throw Error(Errc::usage,
                    "invalid toolchain name detected in override file '" + file_path + "'");
    }
}

/// Toolchain files are for every machine, so they name no target, unless that toolchain is there.
void check_target(const Site& site, const dist::PartialToolchainName& name) {
    if (!name.has_target()) return;
    const auto written = dist::ToolchainName::parse(name.str());
    if (written && is_listed(site.variables.rustup_home, *written)) return;
    throw Error(Errc::usage, "target tuple in channel name '" + name.str() + "'");
}

Name require_channel(const Site& site, const std::string& channel, const std::string& file_path) {
    const std::string real = site.settings.real_name(channel);
    const dist::ResolvableName written = parse_channel(real, file_path);
    const bool is_alias = real != channel;  // What it stands for is for this machine.
    if (const auto* partial = std::get_if<dist::PartialToolchainName>(&written);
        partial != nullptr && !is_alias) {
        check_target(site, *partial);
    }
    const Name name = to_name(dist::resolve(written, site.host));
    if (!official(name) && !is_installed(site.variables.rustup_home, name)) {
        throw Error(Errc::not_found, "custom toolchain '" + str(name) +
                                         "' specified in override file '" + file_path +
                                         "' is not installed");
    }
    return name;
}

Name require_path(const config::ToolchainFile& file) {
    const std::string& path = *file.toolchain_path;
    if (file.components || file.targets || file.profile) {
        throw Error(Errc::usage, "toolchain options are ignored for path toolchain (" + path + ")");
    }
    return load_path_name(path);
}

Name choose_from_file(const Site& site, const config::ToolchainFile& file,
                      const std::string& program) {
    std::optional<Name> channel;
    if (file.channel) channel = require_channel(site, *file.channel, file.path);
    if (file.channel && file.toolchain_path) {
        throw Error(Errc::usage, "cannot specify both channel (" + *file.channel + ") and path (" +
                                     *file.toolchain_path + ") simultaneously");
    }
    if (channel) return *channel;
    if (file.toolchain_path && site.variables.untrusted) {
        throw Error(Errc::unsupported,
                    "'" + file.path + "' names a toolchain by its path, '" + *file.toolchain_path +
                        "', which RUSTUP_UNTRUSTED=1 refuses\n"
                        "help: choose a toolchain by its name, for example `+stable`");
    }
    if (file.toolchain_path) return require_path(file);
    const auto chosen = find_default(site);
    if (!chosen) throw no_toolchain_error(program);
    return to_name(*chosen);
}

Active from_file(const Site& site, const config::FoundToolchainFile& found,
                 const Request& request) {
    if (const auto warning = found.warning(); warning && request.warn) request.warn(*warning);
    if (!site.variables.untrusted) {
        const auto warning = find_distrust(site, found);
        if (warning && request.warn) request.warn(*warning);
    }
    const config::ToolchainFile file = config::parse_toolchain_file(found);
    Active active{choose_from_file(site, file, request.program),
                  Source::toolchain_file,
                  file.path,
                  {},
                  {},
                  std::nullopt};
    if (!official(active.name)) return active;
    active.components = file.components.value_or(std::vector<std::string>());
    active.targets = file.targets.value_or(std::vector<std::string>());
    if (file.profile) active.profile = dist::parse_profile(*file.profile);
    return active;
}

dist::AnyName find_override(const Site& site, const std::string& written) {
    return dist::resolve(dist::parse_resolvable_name(site.settings.real_name(written)), site.host);
}

Active plain(Name name, Source source, std::string location = {}) {
    return {std::move(name), source, std::move(location), {}, {}, std::nullopt};
}

}  // namespace

std::string_view str(Source source) noexcept {
    switch (source) {
        case Source::cli:
            return "cli";
        case Source::env:
            return "env";
        case Source::path_override:
            return "path-override";
        case Source::toolchain_file:
            return "toolchain-file";
        case Source::default_:
            break;
    }
    return "default";
}

std::string reason(const Active& active) {
    switch (active.source) {
        case Source::cli:
            return "overridden by +toolchain on the command line";
        case Source::env:
            return "overridden by environment variable RUSTUP_TOOLCHAIN";
        case Source::path_override:
            return "directory override for '" + active.location + "'";
        case Source::toolchain_file:
            return "overridden by '" + active.location + "'";
        case Source::default_:
            break;
    }
    return "it's the default toolchain";
}

std::optional<Active> find_directory_choice(const Site& site, const Request& request) {
    for (std::optional<std::string> directory = site.working_directory; directory;
         directory = parent(*directory)) {
        const auto entry = site.settings.overrides.find(shown_as_utf8(*directory));
        if (entry != site.settings.overrides.end()) {
            const auto name = find_override(site, entry->second);
            return plain(to_name(name), Source::path_override, *directory);
        }
        if (const auto found = config::find_toolchain_file(*directory, request.warn)) {
            return from_file(site, *found, request);
        }
    }
    return std::nullopt;
}

namespace {

std::optional<Active> find_choice(const Site& site, const Request& request) {
    if (request.plus_toolchain) {
        const std::string real = site.settings.real_name(*request.plus_toolchain);
        return plain(load_local_name(real, site.host), Source::cli);
    }
    if (site.env_toolchain) return plain(*site.env_toolchain, Source::env);
    if (auto choice = find_directory_choice(site, request)) return choice;
    const auto chosen = find_default(site);
    if (!chosen) return std::nullopt;
    return plain(to_name(*chosen), Source::default_);
}

}  // namespace

std::optional<Active> find_active(const Site& site, const Request& request) {
    std::optional<Active> active = find_choice(site, request);
    const dist::ToolchainName* const wanted = active ? official(active->name) : nullptr;
    if (wanted == nullptr) return active;
    if (auto deputy = find_deputy(site, *wanted, active->components, active->targets)) {
        active->wanted = *wanted;
        active->name = *std::move(deputy);
    }
    return active;
}

}  // namespace latchkey::resolve
