#include "latchkey/resolve/toolchain_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <vector>

#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/trust.hpp"

namespace latchkey::resolve {
namespace {

constexpr std::string_view kAdvice = "; run `rustup lock` to write it anew";

/// The command that locks this host besides those that are locked.
std::string command_with(const dist::ToolchainLock& lock, const std::string& host) {
    std::string command = "rustup lock";
    for (const auto& [each, components] : lock.hosts) command += " --host " + each;
    return command + " --host " + host;
}

void check_trust(const Site& site, const std::string& path, const platform::FileStatus& status) {
    config::FoundToolchainFile file;
    file.path = path;
    file.owner = status.user;
    const auto link = platform::find_status(path);
    if (link && link->kind == platform::FileKind::symlink) file.link_owner = link->user;
    if (const auto distrust = find_distrust(site, file)) throw Error(Errc::unsupported, *distrust);
}

/// Toolchain files name components as users do: `clippy` for `clippy-preview-<host>`.
bool has_component(const std::map<std::string, std::string>& components, const std::string& name,
                   const std::string& host) {
    const std::string internal = name + "-preview";
    return components.contains(name) || components.contains(internal) ||
           components.contains(name + "-" + host) || components.contains(internal + "-" + host);
}

}  // namespace

std::string lock_path(const Active& active) {
    const std::string folder = platform::folder_of(active.location);
    return (folder == "/" ? "" : folder) + "/" + std::string(dist::kLockFileName);
}

std::optional<dist::ToolchainLock> find_lock(const Site& site, const Active& active) {
    const std::string path = lock_path(active);
    const auto file = platform::find_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file) return std::nullopt;
    const platform::FileStatus status = platform::load_status(*file, path);
    if (status.kind != platform::FileKind::regular) {
        throw Error(Errc::unsupported,
                    fmt::format("'{}' is not a file; move it out of the way", path));
    }
    check_trust(site, path, status);
    const std::string text = platform::load_rest(*file, path);
    try {
        if (!is_utf8(text)) throw Error(Errc::usage, "it is not UTF-8");
        return dist::parse_toolchain_lock(text);
    } catch (const Error& e) {
        throw Error(e.code(), fmt::format("could not parse '{}': {}{}", path, e.what(), kAdvice));
    }
}

LockedToolchain require_lock(const Site& site, const Active& active) {
    const dist::ToolchainName& name = *official(active.name);
    LockedToolchain locked;
    locked.path = lock_path(active);
    auto lock = find_lock(site, active);
    if (!lock) {
        throw Error(
            Errc::not_found,
            fmt::format("'{}' is locked, and there is no '{}'; run `rustup lock` to write it",
                        active.location, locked.path));
    }
    if (lock->channel != name.manifest_name()) {
        throw Error(Errc::usage,
                    fmt::format("'{}' locks '{}', and '{}' wants '{}'{}", locked.path,
                                lock->channel, active.location, name.manifest_name(), kAdvice));
    }
    if (!lock->hosts.contains(name.target())) {
        throw Error(Errc::usage,
                    fmt::format("'{}' locks nothing for host '{}'; run `{}`", locked.path,
                                name.target(), command_with(*lock, name.target())));
    }
    const auto require = [&](std::string_view kind, const std::string& what, bool there) {
        if (there) return;
        throw Error(Errc::usage,
                    fmt::format("'{}' lacks {} '{}' for host '{}', which '{}' lists{}", locked.path,
                                kind, what, name.target(), active.location, kAdvice));
    };
    const auto& components = lock->hosts.at(name.target());
    for (const std::string& each : active.components) {
        require("component", each, has_component(components, each, name.target()));
    }
    for (const std::string& each : active.targets) {
        require("target", each, components.contains("rust-std-" + each));
    }
    locked.lock = *std::move(lock);
    locked.host = name.target();
    return locked;
}

bool is_locked(const Site& site, const Active& active) {
    return site.variables.locked && active.source == Source::toolchain_file &&
           official(active.name) != nullptr && !active.wanted;
}

}  // namespace latchkey::resolve
