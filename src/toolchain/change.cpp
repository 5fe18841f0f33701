#include "change.hpp"

#include <algorithm>
#include <set>

#include "latchkey/config/settings_file.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/verification.hpp"
#include "materialise.hpp"

namespace latchkey::toolchain {
namespace {

using store::Current;

/// Says each line once, however often the change is planned.
class Speaker {
public:
    explicit Speaker(Reporter& reporter) : reporter_(reporter) {}

    void say_once(const std::string& text) {
        if (said_.insert(text), said_.count(text) == 1) reporter_.info(text);
    }

    void say(const std::vector<Message>& messages) {
        // The same words may be said twice in one plan; in a later plan only what is more is new.
        std::multiset<std::string> before = said_;
        for (const Message& message : messages) {
            const auto known = before.find(message.text);
            if (known != before.end()) {
                before.erase(known);
                continue;
            }
            said_.insert(message.text);
            message.warning ? reporter_.warn(message.text) : reporter_.info(message.text);
        }
    }

private:
    Reporter& reporter_;
    std::multiset<std::string> said_;
};

/// By its name: only a target that is not the toolchain's own is worth a word.
std::string bar_name(const std::string& toolchain, const dist::Manifest& manifest,
                     const dist::Component& component) {
    const std::string target = component.target.value_or("");
    const bool own = toolchain.ends_with("-" + target);
    return dist::compact_name_for(manifest, component, own ? target : "");
}

std::vector<store::WantedComponent> with_supplies(const Plan& plan,
                                                  const std::vector<transfer::Artifact>& artifacts,
                                                  const Supplies& supplies) {
    std::vector<store::WantedComponent> result;
    for (const dist::Component& component : plan.final_list) {
        store::WantedComponent wanted{component, std::nullopt};
        const auto fresh = std::ranges::find(artifacts, component, &transfer::Artifact::component);
        if (fresh != artifacts.end()) {
            const store::Supply* supply = supplies.find(*fresh);
            if (supply == nullptr) throw Error(Errc::bug, "a component was not materialised");
            wanted.supply = *supply;
        }
        result.push_back(std::move(wanted));
    }
    return result;
}

store::Wanted make_wanted(const Services& services, const Plan& plan, const ChangeManifest& source,
                          const std::vector<transfer::Artifact>& artifacts,
                          const Supplies& supplies) {
    store::Wanted wanted;
    wanted.components = with_supplies(plan, artifacts, supplies);
    wanted.manifest = source.text;
    wanted.manifest_hash = source.hash;
    wanted.update_hash = plan.update_hash;
    if (!source.manifest.date.empty()) {
        wanted.release =
            store::Release{source.manifest.date, source.manifest.rust_version().value_or("")};
    }
    wanted.held_at = plan.held_at;
    wanted.command = services.options.command_line;
    wanted.combined = plan.combined;
    wanted.anew = plan.anew;
    wanted.may_copy = services.options.variables.permit_copy_rename;
    return wanted;
}

/// One plan, from the snapshot to the commit.
enum class Round {
    unchanged,
    committed,
    moved,        ///< Plan again.
    supply_gone,  ///< Look for everything again.
};

task::awaitable<Round> commit_wanted(Services& services, std::string toolchain,
                                     std::string expected_version, store::Wanted wanted,
                                     Supplies& supplies, store::Junk& junk,
                                     const lock::LockSet& range) {
    auto commit = [&](const OnWorker& on) {
        return store::commit(on, services.home, toolchain, expected_version, wanted, junk, range);
    };
    const store::Committed committed = co_await on_worker(services, commit);
    if (committed.end == store::Committed::End::supply_gone) {
        supplies.forget(committed.spoiled);
        co_return Round::supply_gone;
    }
    for (const std::string& warning : committed.warnings) services.reporter.warn(warning);
    if (committed.end != store::Committed::End::done) co_return Round::moved;
    services.reporter.reach(toolchain, Reporter::Milestone::committed);
    co_return Round::committed;
}

/// What a round works on.
struct Work {
    Services& services;
    const std::string& toolchain;
    const ChangeSteps& steps;
    Speaker& speaker;
    Supplies& supplies;
    store::Junk& junk;
    KnownManifest known_manifest;  ///< Read last.
    std::string complaint = {};
};

/// Re-plans while still holding `toolchain`: each waiting change then plans at most twice, however
/// many commit ahead of it. Only what needs no waiting: all that is wanted must be at hand.
task::awaitable<Round> run_again(Work& work, const lock::LockSet& range) {
    Services& services = work.services;
    auto load = [&](const OnWorker&) {
        return load_snapshot_now(services.home, work.toolchain, work.known_manifest);
    };
    const Snapshot snapshot = co_await on_worker(services, load);
    if (!snapshot.installed() || snapshot.changed_by_others) co_return Round::moved;
    const Plan plan = work.steps.plan(snapshot);
    if (plan.unchanged) {
        work.complaint = plan.complaint;
        work.speaker.say(plan.messages);
        co_return Round::unchanged;
    }
    if (work.steps.before_commit) co_return Round::moved;
    const ChangeManifest source = work.steps.manifest_of(snapshot);
    const std::vector<transfer::Artifact> artifacts =
        artifacts_of(work.toolchain, source.manifest, plan.install);
    for (const transfer::Artifact& artifact : artifacts) {
        if (work.supplies.find(artifact) == nullptr) co_return Round::moved;
    }
    work.complaint = plan.complaint;
    work.speaker.say(plan.messages);
    work.speaker.say(plan.late_messages);
    store::Wanted wanted = make_wanted(services, plan, source, artifacts, work.supplies);
    co_return co_await commit_wanted(services, work.toolchain, snapshot.current.version,
                                     std::move(wanted), work.supplies, work.junk, range);
}

task::awaitable<Round> run_round(Work& work) {
    Services& services = work.services;
    Snapshot snapshot = co_await load_snapshot(services, work.toolchain, work.known_manifest);
    work.known_manifest = snapshot.installed_manifest;
    refuse_what_is_not_ours(services.home, work.toolchain, snapshot.current);
    const Plan plan = work.steps.plan(snapshot);
    work.complaint = plan.complaint;
    if (plan.unchanged) {
        work.speaker.say(plan.messages);
        co_return Round::unchanged;
    }
    // A pin counts only where there is a lock file. Without the right to make one: its error, now.
    auto ensure_lock_file = [&services](const OnWorker&) {
        const platform::Fd lock_file = services.home.lock_file().open_exclusive();
    };
    co_await on_worker(services, ensure_lock_file);
    if (snapshot.changed_by_others) {
        work.speaker.say_once("toolchain '" + work.toolchain +
                              "' was changed by another program; adopting its current state");
    }
    work.speaker.say(plan.messages);
    if (plan.anew && snapshot.installed()) work.supplies.avoid(snapshot.current.place);
    const ChangeManifest source = work.steps.manifest_of(snapshot);
    const std::vector<transfer::Artifact> artifacts =
        artifacts_of(work.toolchain, source.manifest, plan.install);
    std::vector<transfer::Artifact> missing;
    for (const transfer::Artifact& artifact : artifacts) {
        if (work.supplies.find(artifact) != nullptr) continue;
        missing.push_back(artifact);
        missing.back().combined = plan.combined;
    }
    std::vector<std::string> names;
    for (const transfer::Artifact& artifact : missing) names.push_back(artifact.bar_name);
    services.reporter.plan(work.toolchain, names);
    co_await materialise(services, work.toolchain, std::move(missing), work.supplies);
    work.speaker.say(plan.late_messages);
    store::Wanted wanted = make_wanted(services, plan, source, artifacts, work.supplies);
    if (work.steps.before_commit) {
        co_await work.steps.before_commit(snapshot.current.kind == Current::Kind::absent);
    }
    // Whoever still asks the old compiler is done soon; then settling need not wait for it.
    if (work.steps.old_in_use != nullptr) {
        const task::Permits::Permit idle = co_await work.steps.old_in_use->acquire(0);
    }
    const lock::LockSet range = co_await lock_toolchain(services, work.toolchain);
    const Round round = co_await commit_wanted(services, work.toolchain, snapshot.current.version,
                                               std::move(wanted), work.supplies, work.junk, range);
    if (round != Round::moved) co_return round;
    co_return co_await run_again(work, range);
}

}  // namespace

std::vector<transfer::Artifact> artifacts_of(const std::string& toolchain,
                                             const dist::Manifest& manifest,
                                             const std::vector<dist::Component>& components) {
    std::vector<transfer::Artifact> artifacts;
    for (const dist::Component& component : components) {
        const dist::PackageTarget* package = manifest.find(component);
        if (package == nullptr || package->sources.empty()) {
            throw Error(Errc::not_found,
                        "component " + manifest.description(component) + " cannot be downloaded");
        }
        artifacts.push_back(
            {component, manifest.short_name(component), bar_name(toolchain, manifest, component),
             manifest.display_name(component),
             manifest.packages.find(component.pkg)->second.version, package->sources});
    }
    return artifacts;
}

task::awaitable<lock::LockSet> lock_toolchain(Services& services, std::string toolchain) {
    task::Waiting waiting = services.waiting_for(toolchain);
    return task::acquire(services.loop.workers(), services.home.lock_file(),
                         lock::Key::toolchain(std::move(toolchain)), lock::Mode::exclusive,
                         std::move(waiting));
}

void refuse_what_is_not_ours(const store::Home& home, const std::string& toolchain,
                             const Current& current) {
    if (current.kind == Current::Kind::linked) {
        throw Error(Errc::unsupported, "'" + home.toolchain(toolchain) +
                                           "' is a link to a toolchain elsewhere; uninstall '" +
                                           toolchain + "' first");
    }
    if (current.kind == Current::Kind::foreign) {
        throw Error(Errc::unsupported, "'" + home.toolchain(toolchain) +
                                           "' is not a directory; move it out of the way first");
    }
}

ChangeManifest installed_manifest_of(const Snapshot& snapshot) {
    return {*snapshot.manifest(), nullptr, snapshot.manifest_hash};
}

task::awaitable<void> remove_junk(Services& services, store::Junk& junk) {
    auto remove = [&junk](const OnWorker& on) { return junk.remove(on); };
    const std::optional<Error> failure = co_await on_worker(services, remove);
    if (failure) services.reporter.warn(store::clean_up_error(*failure).what());
}

task::awaitable<Change> make_change(Services& services, std::string toolchain,
                                    const ChangeSteps& steps) {
    Speaker speaker(services.reporter);
    Change change;
    store::Junk junk(services.home, toolchain);
    {
        Supplies supplies;  // Over all rounds, and gone before any clean-up.
        Work work{services, toolchain, steps, speaker, supplies, junk, steps.known_manifest};
        Round round = Round::moved;
        while (round == Round::moved || round == Round::supply_gone) {
            round = co_await run_round(work);
        }
        change.committed = round == Round::committed;
        change.complaint = work.complaint;
    }
    co_await remove_junk(services, junk);
    co_return change;
}

namespace {

/// What this process began to fetch and cannot keep: on a full disk the room counts for more.
task::awaitable<void> give_up_downloads(Services& services) {
    auto remove = [&services](const OnWorker& on) { services.transfer->delete_parts(on); };
    co_await on_worker(services, remove);
}

}  // namespace

task::awaitable<bool> run_change(Services& services, dist::ToolchainName name,
                                 const ChangeSteps& steps) {
    const std::string toolchain = name.str();
    const std::string folder = services.home.root();
    const auto room = [folder](const OnWorker&) {
        platform::make_directories(folder);  // By category, others may be there without this one.
        return platform::load_room(folder);
    };
    const platform::Room before = co_await on_worker(services, room);
    std::optional<Error> failure;
    Change change;
    for (bool again = false;;) {
        failure.reset();
        try {
            change = co_await make_change(services, toolchain, steps);
        } catch (const Error& e) {
            failure = e;
        }
        if (!failure || failure->code() != Errc::no_room) break;
        // Once more, where what was left of others is swept, or what came need not be kept.
        co_await give_up_downloads(services);
        co_await clean_up(services, toolchain);
        auto make_room = [&services, &toolchain](const OnWorker&) {
            store::make_room(services.home, toolchain, false);
        };
        if (!steps.needs_history) co_await on_worker(services, make_room);
        const platform::Room now = co_await on_worker(services, room);
        const bool more = services.transfer->keeps_parts() || now.bytes > before.bytes ||
                          now.inodes > before.inodes;
        if (again || !more) break;
        services.transfer->keep_no_parts();
        again = true;
    }
    // After a failure, too: what it unpacked is room that others need.
    if (failure || change.committed) {
        co_await clean_up(services, toolchain);
    } else {
        co_await clean_up_if_needed(services);
    }
    if (failure) throw *failure;
    if (!change.complaint.empty()) throw Error(Errc::not_found, change.complaint);
    co_return change.committed;
}

namespace {

/// Units: bytes that wait for a disk. With more than this a sync would keep the user waiting, for
/// other programs' files too; then the next change does it, or a boot verifies.
constexpr std::uint64_t kCheapSyncBytes = 96 * 1024 * 1024;

void sync_if_cheap(const store::Home& home, const std::string& toolchain) {
    if (platform::load_unwritten_bytes() > kCheapSyncBytes) return;
    const store::SyncMark mark(home, toolchain);
    if (mark.is_needed() && platform::sync_file_system(home.latchkey())) mark.set();
}

/// Each failure once: of five toolchains with one obstacle, one line is enough.
void run_clean_up(const OnWorker& on, Services& services, std::vector<std::string>& failures) {
    store::CleanUp how;
    how.may_copy = services.options.variables.permit_copy_rename;
    how.failed = [&failures](const Error& e) {
        const std::string text = store::clean_up_error(e).what();
        if (std::ranges::find(failures, text) == failures.end()) failures.push_back(text);
    };
    store::clean_up(on, services.home, how);
    try {
        config::sweep_settings(services.home.lock_file(), services.home.layout());
    } catch (const Error& e) {
        how.failed(e);
    }
}

}  // namespace

task::awaitable<void> clean_up(Services& services, std::string toolchain) {
    services.reporter.reach(toolchain, Reporter::Milestone::settling);
    std::vector<std::string> failures;
    auto clean = [&services, &toolchain, &failures](const OnWorker& on) {
        try {
            sync_if_cheap(services.home, toolchain);
            run_clean_up(on, services, failures);
        } catch (const Error& e) {
            failures.push_back(store::clean_up_error(e).what());
        }
    };
    co_await on_worker(services, clean);
    // The change is done; what could not be deleted is the next change's.
    for (const std::string& failure : failures) services.reporter.warn(failure);
}

task::awaitable<void> clean_up_if_needed(Services& services) {
    auto clean = [&services](const OnWorker& on) {
        try {
            if (!store::is_anything_left(services.home)) return;
            std::vector<std::string> failures;  // Told by who changes something.
            run_clean_up(on, services, failures);
        } catch (const Error&) {
            // Nothing was asked of us here.
        }
    };
    co_await on_worker(services, clean);
}

}  // namespace latchkey::toolchain
