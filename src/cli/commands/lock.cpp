#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/dist/toolchain_lock.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/rewritten_file.hpp"
#include "latchkey/resolve/toolchain_lock.hpp"

namespace latchkey::cli {
namespace {

/// The toolchain that a toolchain file chose, and nothing else.
resolve::Active load_lockable(Context& context) {
    resolve::Active active = load_active(context);
    if (active.source != resolve::Source::toolchain_file) {
        throw Error(Errc::usage, "only what a toolchain file chooses can be locked, and here " +
                                     resolve::reason(active) +
                                     "; write a 'rust-toolchain.toml' first");
    }
    if (resolve::official(active.name) == nullptr) {
        throw Error(Errc::usage, "'" + active.location + "' chooses '" + resolve::str(active.name) +
                                     "', which no channel has; only a channel can be locked");
    }
    if (context.site().variables.untrusted) {
        throw Error(Errc::unsupported, "RUSTUP_UNTRUSTED is set, so nothing is locked for '" +
                                           active.location + "'; unset it if you trust that file");
    }
    return active;
}

std::vector<std::string> hosts_of(const args::Invocation& invocation,
                                  const std::optional<dist::ToolchainLock>& before,
                                  const std::string& own) {
    std::vector<std::string> hosts = invocation.values("host");
    if (hosts.empty() && before) {
        for (const auto& [host, components] : before->hosts) hosts.push_back(host);
    }
    if (hosts.empty()) hosts.push_back(own);
    return hosts;
}

/// What was there is of use only for its hosts, and is written anew whatever is wrong with it.
std::optional<dist::ToolchainLock> find_before(Context& context, const resolve::Active& active) {
    try {
        return resolve::find_lock(context.site(), active);
    } catch (const Error& e) {
        if (e.code() != Errc::usage) throw;
        context.log().warn(e.what());
        return std::nullopt;
    }
}

task::awaitable<int> run_lock(Context& context, args::Invocation invocation) {
    const resolve::Active active = load_lockable(context);
    const dist::ToolchainName name = *resolve::official(active.name);
    const std::string path = resolve::lock_path(active);
    const auto before = find_before(context, active);
    const std::vector<std::string> hosts = hosts_of(invocation, before, name.target());
    const toolchain::Engine::Release release = co_await context.engine().find_release(name);
    dist::LockedWishes wishes;
    wishes.profile = active.profile.value_or(dist::Profile::default_);
    wishes.components = active.components;
    wishes.targets = active.targets;
    const dist::ToolchainLock locked =
        dist::make_lock(name, release.manifest, release.manifest_hash, hosts, wishes);
    if (before == locked) {
        context.log().info("'" + path + "' is up to date");
        co_return 0;
    }
    {
        const lock::LockSet held =
            co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
        platform::rewrite_file(path, dist::serialise(locked));
    }
    context.log().info(fmt::format("'{}' locks {}: {} of {}, for {} host{}", path, locked.channel,
                                   release.manifest.rust_version().value_or("the release"),
                                   locked.date, locked.hosts.size(),
                                   locked.hosts.size() == 1 ? "" : "s"));
    co_return 0;
}

}  // namespace

CommandEntries lock_commands() {
    static constexpr std::array kEntries = {CommandEntry{.path = "lock",
                                                         .run = run_lock,
                                                         .warns_of_variables = true,
                                                         .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
