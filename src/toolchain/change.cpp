#include "change.hpp"

#include <algorithm>
#include <set>

#include "adoption.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/commit.hpp"
#include "materialise.hpp"
#include "repair.hpp"

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

    void say(const std::vector<Line>& lines) {
        // The same words may be said twice in one plan; in a later plan only what is more is new.
        std::multiset<std::string> before = said_;
        for (const Line& line : lines) {
            const auto known = before.find(line.text);
            if (known != before.end()) {
                before.erase(known);
                continue;
            }
            said_.insert(line.text);
            line.warning ? reporter_.warn(line.text) : reporter_.info(line.text);
        }
    }

private:
    Reporter& reporter_;
    std::multiset<std::string> said_;
};

std::vector<Artifact> artifacts_of(const dist::Manifest& manifest,
                                   const std::vector<dist::Component>& components) {
    std::vector<Artifact> artifacts;
    for (const dist::Component& component : components) {
        const dist::PackageTarget* package = manifest.find(component);
        if (package == nullptr || package->sources.empty()) {
            throw Error(Errc::not_found,
                        "component " + manifest.description(component) + " cannot be downloaded");
        }
        artifacts.push_back(
            {component, manifest.short_name(component), manifest.display_name(component),
             manifest.packages.find(component.pkg)->second.version, package->sources});
    }
    return artifacts;
}

std::vector<store::RecordComponent> with_trees(const Goal& goal, const Snapshot& snapshot,
                                               const std::vector<Artifact>& artifacts,
                                               const Pins& pins) {
    std::vector<store::RecordComponent> result;
    for (const dist::Component& component : goal.final_list) {
        const auto fresh = std::find_if(
            artifacts.begin(), artifacts.end(),
            [&component](const Artifact& each) { return each.component == component; });
        const auto kept = std::find_if(snapshot.components.begin(), snapshot.components.end(),
                                       [&component](const store::RecordComponent& each) {
                                           return each.component == component;
                                       });
        if (fresh != artifacts.end()) {
            const std::string* pinned = pins.find(*fresh);
            if (pinned == nullptr) throw Error(Errc::bug, "a component was not materialised");
            result.push_back({component, *pinned});
        } else if (kept != snapshot.components.end()) {
            result.push_back({component, kept->tree});
        } else {
            throw Error(Errc::bug, "component '" + component.full_name() + "' has no tree");
        }
    }
    return result;
}

task::awaitable<lock::LockSet> lock_toolchain(Services& services, std::string toolchain) {
    task::Waiting waiting = services.waiting_for(toolchain);
    return task::acquire(services.loop.workers(), services.home.lock_file(),
                         lock::Key::toolchain(std::move(toolchain)), lock::Mode::exclusive,
                         std::move(waiting));
}

/// Makes rustup's directory a generation. It may be one by the time that we come to it.
task::awaitable<void> adopt_directory(Services& services, std::string toolchain,
                                      const Snapshot& snapshot) {
    const lock::LockSet range = co_await lock_toolchain(services, toolchain);
    auto adopt = [&](const OnWorker& on) {
        store::adopt(on, services.home, toolchain, snapshot.components, snapshot.carried,
                     services.options.command_line, range);
    };
    co_await on_worker(services, adopt);
}

/// A link that the user made, or a file of his, is never replaced.
void refuse_what_is_not_ours(const store::Home& home, const std::string& toolchain,
                             const Current& current) {
    if (current.kind == Current::Kind::linked) {
        throw Error(Errc::unsupported, "'" + home.toolchain(toolchain) +
                                           "' is a link to a toolchain elsewhere; uninstall '" +
                                           toolchain + "' first");
    }
    if (current.kind == Current::Kind::foreign) {
        throw Error(Errc::unsupported,
                    "'" + home.toolchain(toolchain) + "' is no directory; move it away first");
    }
}

store::NewGeneration draft_generation(const Services& services, const Snapshot& snapshot,
                                      const Goal& goal, const ChangeManifest& source,
                                      const std::vector<Artifact>& artifacts, const Pins& pins) {
    store::NewGeneration generation;
    generation.components = with_trees(goal, snapshot, artifacts, pins);
    generation.carried = snapshot.carried;
    generation.channel_manifest = source.text;
    generation.manifest_hash = source.hash;
    generation.update_hash = goal.update_hash;
    generation.command = services.options.command_line;
    generation.resembles_last = snapshot.is_ours;
    return generation;
}

/// False: the name has moved from `expected`.
task::awaitable<bool> commit_draft(Services& services, std::string toolchain, Current expected,
                                   store::NewGeneration generation, const lock::LockSet& range) {
    auto commit = [&](const OnWorker& on) {
        return store::commit(on, services.home, toolchain, expected, generation, range).has_value();
    };
    const bool committed = co_await on_worker(services, commit);
    co_return committed;
}

/// One plan, from the snapshot to the commit.
enum class Round { unchanged, committed, moved };

/// Once more, with the toolchain held: whoever planned again without it would find it moved again,
/// once for each that waits beside him. Only what needs no waiting: all that is wanted is pinned.
task::awaitable<Round> run_again(Services& services, const std::string& toolchain,
                                 const ManifestOf& manifest_of, const Planner& planner,
                                 Speaker& speaker, const Pins& pins, std::optional<Error>& failure,
                                 const lock::LockSet& range) {
    std::optional<Snapshot> snapshot;
    auto load = [&, known = services.last_manifest](const OnWorker&) {
        snapshot = load_snapshot_again(services.home, toolchain, known, range);
    };
    co_await on_worker(services, load);
    if (!snapshot || snapshot->changed_by_others) co_return Round::moved;
    const Goal goal = planner(*snapshot);
    if (goal.unchanged) {
        failure = goal.failure;
        speaker.say(goal.lines);
        co_return Round::unchanged;
    }
    if (goal.before_commit) co_return Round::moved;
    const ChangeManifest source = manifest_of(*snapshot);
    const std::vector<Artifact> artifacts = artifacts_of(source.manifest, goal.install);
    for (const Artifact& artifact : artifacts) {
        if (pins.find(artifact) == nullptr) co_return Round::moved;
    }
    failure = goal.failure;
    speaker.say(goal.lines);
    store::NewGeneration generation =
        draft_generation(services, *snapshot, goal, source, artifacts, pins);
    const bool committed =
        co_await commit_draft(services, toolchain, snapshot->current, std::move(generation), range);
    co_return committed ? Round::committed : Round::moved;
}

task::awaitable<Round> run_round(Services& services, const std::string& toolchain,
                                 const ManifestOf& manifest_of, const Planner& planner,
                                 Speaker& speaker, Pins& pins, std::optional<Error>& failure) {
    Snapshot snapshot = co_await load_snapshot(services, toolchain);
    refuse_what_is_not_ours(services.home, toolchain, snapshot.current);
    const Goal goal = planner(snapshot);
    failure = goal.failure;
    if (goal.unchanged) {
        speaker.say(goal.lines);
        co_return Round::unchanged;
    }
    // A pin counts only where there is a lock file. Without the right to make one: its error, now.
    auto ensure_lock_file = [&services](const OnWorker&) {
        const platform::Fd lock_file = services.home.lock_file().open_exclusive();
    };
    co_await on_worker(services, ensure_lock_file);
    if (snapshot.current.kind == Current::Kind::plain) {
        Pins adopted;
        co_await adopt_components(services, toolchain, snapshot, adopted);
        co_await adopt_directory(services, toolchain, snapshot);
        co_return Round::moved;
    }
    if (snapshot.changed_by_others) {
        speaker.say_once("toolchain '" + toolchain +
                         "' was changed by another program; it is taken over as it is");
        const std::uint64_t number = snapshot.current.number;
        auto mark = [&services, &toolchain, number](const OnWorker& on) {
            return mark_damage(on, services.home, toolchain, number);
        };
        const bool damaged = co_await on_worker(services, mark);
        if (damaged) services.damage_met = true;
        co_await adopt_components(services, toolchain, snapshot, pins);
    }
    speaker.say(goal.lines);
    const ChangeManifest source = manifest_of(snapshot);
    const std::vector<Artifact> artifacts = artifacts_of(source.manifest, goal.install);
    std::vector<Artifact> missing;
    for (const Artifact& artifact : artifacts) {
        if (pins.find(artifact) == nullptr) missing.push_back(artifact);
    }
    co_await materialise(services, toolchain, std::move(missing), pins);
    store::NewGeneration generation =
        draft_generation(services, snapshot, goal, source, artifacts, pins);
    if (goal.before_commit) {
        co_await goal.before_commit(snapshot.current.kind == Current::Kind::absent);
    }
    const lock::LockSet range = co_await lock_toolchain(services, toolchain);
    const bool committed =
        co_await commit_draft(services, toolchain, snapshot.current, std::move(generation), range);
    if (committed) co_return Round::committed;
    co_return co_await run_again(services, toolchain, manifest_of, planner, speaker, pins, failure,
                                 range);
}

}  // namespace

ChangeManifest installed_manifest_of(const Snapshot& snapshot) {
    const std::shared_ptr<const InstalledManifest>& installed = snapshot.installed_manifest;
    return {*snapshot.manifest(), {installed, &installed->text}, snapshot.manifest_hash};
}

task::awaitable<Change> make_change(Services& services, std::string toolchain,
                                    ManifestOf manifest_of, Planner planner) {
    Speaker speaker(services.reporter);
    Change change;
    Pins pins;  // Over all rounds, and gone before any clean-up.
    Round round = Round::moved;
    while (round == Round::moved) {
        round = co_await run_round(services, toolchain, manifest_of, planner, speaker, pins,
                                   change.failure);
    }
    change.committed = round == Round::committed;
    co_return change;
}

task::awaitable<bool> run_change(Services& services, dist::ToolchainName name,
                                 ManifestOf manifest_of, Planner planner,
                                 task::Permits* old_in_use) {
    const std::string toolchain = name.str();
    const Change change =
        co_await make_change(services, toolchain, std::move(manifest_of), std::move(planner));
    if (services.damage_met) co_await repair_others(services);
    if (change.committed) {
        if (old_in_use != nullptr) co_await old_in_use->acquire(0);
        co_await clean_up(services, toolchain);
    }
    if (change.failure) throw *change.failure;
    co_return change.committed;
}

namespace {

/// Units: bytes that wait for a disk. With more than this a sync would keep the user waiting, for
/// other programs' files too; then the next change does it, or a boot verifies.
constexpr std::uint64_t kCheapSyncBytes = 96 * 1024 * 1024;

void sync_if_cheap(const store::Home& home, const std::string& toolchain) {
    const store::Current current = store::find_current(home, toolchain);
    if (current.kind != Current::Kind::generation) return;
    if (platform::load_unwritten_bytes() > kCheapSyncBytes) return;
    const store::SyncMark mark(home, toolchain, current.number);
    if (platform::sync_file_system(home.latchkey())) mark.set();
}

}  // namespace

task::awaitable<void> clean_up(Services& services, std::string toolchain) {
    const store::Home home = services.home;
    auto clean = [home, toolchain](const OnWorker& on) {
        sync_if_cheap(home, toolchain);
        // Behind every toolchain: one that is gone may never be changed again.
        for (const std::string& each : store::generation_folders(home)) {
            store::retire(on, home, each);
        }
        store::sweep(on, home);
        store::collect(on, home);
        config::sweep_settings(home.lock_file(), home.root());
    };
    try {
        co_await on_worker(services, clean);
    } catch (const Error& e) {
        // The change is done; what could not be deleted is the next change's.
        services.reporter.warn(e.in("could not clean up").what());
    }
}

}  // namespace latchkey::toolchain
