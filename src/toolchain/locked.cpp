#include "locked.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "change.hpp"
#include "channel.hpp"
#include "hold.hpp"
#include "install_plan.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/dist/signed_release.hpp"
#include "latchkey/dist/toolchain_lock.hpp"

namespace latchkey::toolchain {
namespace {

Error not_as_locked(const Locked& locked, const Error& cause) {
    return {
        cause.code(),
        fmt::format("could not install what '{}' locks: {}; run `rustup lock` if what the server "
                    "has is meant",
                    locked.path, cause.what())};
}

/// The locked components as an install is asked for them.
InstallRequest request_of(const dist::ToolchainName& name, const InstallRequest& from,
                          const dist::Manifest& manifest) {
    InstallRequest request;
    request.before_commit = from.before_commit;
    for (const dist::Component& each :
         dist::locked_components(manifest, name.target(), from.locked->components)) {
        if (each.pkg == "rust-std" && each.target) {
            request.targets.push_back(*each.target);
        } else {
            request.components.push_back(each.pkg);
        }
    }
    return request;
}

}  // namespace

bool is_as_locked(const store::Home& home, const std::string& toolchain, const Snapshot& snapshot,
                  const Locked& locked) {
    if (!snapshot.installed() || !snapshot.usable) return false;
    const bool same =
        snapshot.manifest_hash.empty()
            ? find_update_hash(home, toolchain, snapshot) == dist::update_hash(locked.manifest)
            : snapshot.manifest_hash == locked.manifest;
    if (!same) return false;
    return std::ranges::all_of(locked.components, [&](const auto& each) {
        return std::ranges::any_of(snapshot.components, [&](const store::StateComponent& there) {
            return there.counts() && there.component.full_name() == each.first;
        });
    });
}

void refuse_lock(const dist::ToolchainName& name, bool held, const KnownManifest& manifest,
                 const Locked& locked) {
    if (!locked.may_change) {
        throw Error(
            Errc::not_found,
            fmt::format("toolchain '{}' is not what '{}' locks; run `rustup toolchain install "
                        "--locked`",
                        name.str(), locked.path));
    }
    if (!held) return;
    throw Error(Errc::unsupported, fmt::format("'{}' locks another release than that at which {}",
                                               locked.path, held_text(name, manifest)));
}

task::awaitable<bool> install_locked(Services& services, dist::ToolchainName name,
                                     InstallRequest request, KnownManifest known) {
    const Locked locked = *request.locked;
    const dist::Server& server = services.options.variables.server;
    services.reporter.info(fmt::format("syncing the release of {} for {}, as '{}' locks it",
                                       locked.date, name.str(), locked.path));
    const dist::ToolchainName release = name.date() ? name : name.at(locked.date);
    std::string url = server.manifest_url(release);
    ChannelAnswer answer;
    InstallRequest wanted;
    try {
        answer =
            co_await fetch_dated(services, release, std::move(url), locked.manifest, std::nullopt);
        if (answer.signature_warning) services.reporter.warn(*answer.signature_warning);
        const auto other = dist::find_other_release(answer.manifest, release);
        if (other && services.options.signature == config::SignaturePolicy::require) {
            throw Error(Errc::corrupt, *other);
        }
        wanted = request_of(name, request, answer.manifest);
    } catch (const Error& e) {
        if (e.code() == Errc::unreachable) throw;
        throw not_as_locked(locked, e);
    }
    services.reporter.info(dist::latest_update_text(answer.manifest));
    std::optional<Shortage> shortage;
    bool moved = false;
    ChangeSteps steps;
    steps.plan = [&](const Snapshot& snapshot) {
        moved = is_held(snapshot);
        if (moved) return no_change();
        return plan_install(snapshot, name, answer, wanted, {}, shortage);
    };
    steps.manifest_of = [&answer](const Snapshot&) {
        return ChangeManifest{answer.manifest, answer.text, answer.hash};
    };
    steps.known_manifest = std::move(known);
    steps.before_commit = request.before_commit;
    co_await run_change(services, name, steps);
    co_return !moved;
}

}  // namespace latchkey::toolchain
