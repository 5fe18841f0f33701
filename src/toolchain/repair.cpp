#include "repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "change.hpp"
#include "channel.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/verification.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {
namespace {

bool may_change(const store::Home& home) {
    try {
        return home.lock_file().open_exclusive().open();
    } catch (const Error&) {
        return false;
    }
}

/// The state of a toolchain that is to be verified. Empty: there is nothing to be done.
std::optional<store::State> find_unverified(const store::Home& home, const std::string& toolchain) {
    store::Current current = store::find_current(home, toolchain);
    const bool ours = current.kind == store::Current::Kind::ours;
    if (!ours || !store::is_unverified(home, toolchain, *current.state) || !may_change(home)) {
        return std::nullopt;
    }
    return std::move(current.state);
}

Plan plan_repair(const Snapshot& snapshot, const std::string& toolchain,
                 const std::vector<dist::Component>& damaged) {
    Plan plan;
    plan.anew = true;
    plan.combined = snapshot.combined;
    plan.final_list = snapshot.component_list();
    for (const store::StateComponent& each : snapshot.components) {
        if (std::ranges::find(damaged, each.component) == damaged.end()) continue;
        if (!snapshot.manifest() && !snapshot.combined) {
            throw dist::missing_manifest_error(toolchain);
        }
        plan.install.push_back(each.component);
        plan.messages.push_back(
            {true,
             fmt::format("component {} of toolchain '{}' is damaged and will be replaced",
                         snapshot.combined ? each.component.full_name()
                                           : snapshot.manifest()->display_name(each.component),
                         toolchain)});
    }
    plan.unchanged = plan.install.empty();
    return plan;
}

void mark_synced(const store::Home& home, const std::string& toolchain) {
    const store::SyncMark mark(home, toolchain);
    if (platform::sync_file_system(home.latchkey())) mark.set();
}

/// The very release of before 2016 that is installed: no manifest says where it came from.
task::awaitable<ChannelAnswer> find_combined(Services& services, std::string toolchain,
                                             std::string hash) {
    const auto name = dist::ToolchainName::parse(toolchain);
    if (!name) throw Error(Errc::not_found, "'" + toolchain + "' is not a channel's name");
    ChannelAnswer answer = co_await fetch_combined(services, *name, std::nullopt, false);
    if (answer.kind == ChannelAnswer::Kind::absent) throw *answer.absence;
    if (answer.hash != hash) {
        throw Error(Errc::not_found, "the server now has another release");
    }
    co_return answer;
}

task::awaitable<void> replace(Services& services, std::string toolchain, store::State state,
                              std::vector<dist::Component> damaged) {
    ChangeSteps steps;
    steps.plan = [&](const Snapshot& snapshot) {
        return plan_repair(snapshot, toolchain, damaged);
    };
    ChannelAnswer answer;
    if (!state.is_configured()) {
        answer = co_await find_combined(services, toolchain, state.manifest_hash);
        steps.manifest_of = [&answer](const Snapshot&) {
            return ChangeManifest{answer.manifest, nullptr, answer.hash};
        };
    }
    co_await make_change(services, toolchain, steps);
}

task::awaitable<void> repair(Services& services, std::string toolchain, store::State state,
                             std::vector<dist::Component> damaged) {
    const store::Home home = services.home;
    std::optional<Error> failure;
    try {
        co_await replace(services, toolchain, state, std::move(damaged));
    } catch (const Error& e) {
        failure = e;
    }
    co_await clean_up(services, toolchain);
    if (!failure) co_return;
    services.reporter.warn(failure
                               ->in(fmt::format("could not repair toolchain '{}', which is used as "
                                                "it is",
                                                toolchain))
                               .what());
    services.reporter.info(fmt::format(
        "uninstall and install '{}' again when the release server can be reached", toolchain));
    auto mark = [&](const OnWorker&) { store::mark_verified(home, toolchain, state); };
    co_await on_worker(services, mark);
}

}  // namespace

task::awaitable<void> make_whole(Services& services, std::string toolchain) {
    const store::Home home = services.home;
    auto look = [&](const OnWorker&) {
        store::refuse_old_format(home);
        return find_unverified(home, toolchain);
    };
    const std::optional<store::State> state = co_await on_worker(services, look);
    if (!state) co_return;
    services.reporter.info("verifying toolchain '" + toolchain +
                           "', because the machine restarted soon after it was changed");
    auto read = [&](const OnWorker& on) {
        return store::find_damaged(on, home, toolchain, *state);
    };
    std::vector<dist::Component> damaged = co_await on_worker(services, read);
    if (damaged.empty()) {
        auto sync = [&](const OnWorker&) { mark_synced(home, toolchain); };
        co_await on_worker(services, sync);
        co_return;
    }
    store::State found = *state;
    co_await repair(services, toolchain, std::move(found), std::move(damaged));
}

}  // namespace latchkey::toolchain
