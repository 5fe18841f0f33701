#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "change.hpp"
#include "channel.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/combined.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/rollback.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/toolchain/past.hpp"
#include "repair.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {
namespace {

using store::HistoryEntry;
using store::StateComponent;

bool has_same_components(std::vector<StateComponent> one, std::vector<StateComponent> other) {
    const auto order = [](const StateComponent& each) {
        return each.component.full_name() + " " + each.tree;
    };
    std::ranges::sort(one, {}, order);
    std::ranges::sort(other, {}, order);
    return std::ranges::equal(one, other, {}, order, order);
}

/// What a rollback is decided from, as of one moment. No manifest is read for it: that takes longer
/// than a rollback to a kept generation.
struct Look {
    store::Current current;
    HistoryEntry target;
    std::optional<store::Former> former;  ///< A kept generation that is what the entry says.
};

const HistoryEntry& entry_of(const std::vector<HistoryEntry>& history, std::uint64_t serial,
                             const std::string& toolchain) {
    const auto found = std::ranges::find_if(
        history, [serial](const HistoryEntry& each) { return each.record.serial == serial; });
    if (found != history.end()) return *found;
    throw Error(Errc::not_found,
                fmt::format("the history of '{0}' has no entry {1}; `toolchain history {0}` lists "
                            "its entries",
                            toolchain, serial));
}

/// From the entry at which the toolchain is, held or not, the newest one before it that is of
/// another release.
const HistoryEntry& entry_before(const std::vector<HistoryEntry>& history,
                                 const std::optional<store::State>& state,
                                 const std::string& toolchain) {
    const std::uint64_t now = state && state->held     ? *state->held
                              : state && state->record ? state->record->serial
                                                       : 0;
    const HistoryEntry* found = nullptr;
    for (const HistoryEntry& each : history) {
        if (each.record.serial >= now || each.components.empty()) continue;
        if (each.manifest_hash != state->manifest_hash) found = &each;
    }
    if (found != nullptr) return *found;
    throw Error(Errc::not_found,
                fmt::format("the history of '{}' has no earlier release to go back to", toolchain));
}

/// Throws where an entry does not say what there was.
void require_complete(const HistoryEntry& entry) {
    const auto refuse = [&entry](const char* why) {
        throw Error(Errc::unsupported,
                    fmt::format("entry {} of the history {}", entry.record.serial, why));
    };
    if (entry.components.empty()) refuse("has no components: it is not an install");
    if (entry.components.front().component == dist::combined_component()) {
        refuse("is of a release of before 2016, which has no components (v1 manifest)");
    }
    if (entry.manifest_hash.empty()) refuse("does not say which release it is");
}

KnownManifest find_manifest_of(const store::Home& home, const store::Former& former) {
    const std::string path = dist::note_path(home.directory(former.place), dist::kManifestNote);
    const auto text = platform::find_file_text(path);
    if (!text) return nullptr;
    auto manifest = std::make_shared<InstalledManifest>();
    manifest->text = *text;
    manifest->parsed = dist::parse_manifest(*text, path);
    return manifest;
}

Look look_back(const store::Home& home, const dist::ToolchainName& name,
               std::optional<std::uint64_t> to) {
    const std::string toolchain = name.str();
    store::refuse_old_format(home);
    Look look;
    look.current = store::examine_current(home, toolchain);
    if (look.current.kind == store::Current::Kind::absent) {
        store::refuse_based(home, toolchain);
        throw resolve::not_installed_error(name, false);
    }
    refuse_what_is_not_ours(home, toolchain, look.current);
    if (store::is_combined(home.directory(look.current.place))) {
        throw dist::combined_error(name.str());
    }
    const std::vector<HistoryEntry> history = store::load_history(home, toolchain);
    look.target = to ? entry_of(history, *to, toolchain)
                     : entry_before(history, look.current.state, toolchain);
    require_complete(look.target);
    if (look.current.kind != store::Current::Kind::ours) return look;
    for (store::Former& each : store::list_former(home, toolchain)) {
        if (each.state.manifest_hash != look.target.manifest_hash) continue;
        if (!has_same_components(each.state.installed(), look.target.components)) continue;
        look.former = std::move(each);
        break;
    }
    return look;
}

bool is_there(const Snapshot& snapshot, const HistoryEntry& target) {
    return snapshot.manifest_hash == target.manifest_hash && snapshot.usable &&
           has_same_components(snapshot.components, target.components);
}

/// Of a kept generation of this release, whatever components it has. Null: there is none.
KnownManifest find_kept_manifest(const store::Home& home, const std::string& toolchain,
                                 const std::string& hash) {
    for (const store::Former& each : store::list_former(home, toolchain)) {
        if (each.state.manifest_hash == hash) return find_manifest_of(home, each);
    }
    return nullptr;
}

/// The plan of a rollback whose files have to be brought together.
Plan plan_return(const Snapshot& snapshot, const HistoryEntry& target,
                 const dist::Manifest& manifest) {
    Plan plan;
    for (const StateComponent& each : target.components) {
        plan.final_list.push_back(each.component);
        const auto here =
            std::ranges::find(snapshot.components, each.component, &StateComponent::component);
        const bool same = here != snapshot.components.end() && snapshot.usable &&
                          !each.tree.empty() && here->tree == each.tree;
        const bool same_release = here != snapshot.components.end() && snapshot.usable &&
                                  snapshot.manifest_hash == target.manifest_hash;
        if (!same && !same_release) plan.install.push_back(each.component);
    }
    plan.anew = !snapshot.usable;
    plan.update_hash = dist::update_hash(target.manifest_hash);
    plan.held_at = target.record.serial;
    if (!plan.install.empty()) {
        plan.messages.push_back({false, dist::downloading_text(manifest, plan.install)});
    }
    return plan;
}

/// Where the server has the manifest of an entry.
std::string url_of(const Services& services, const dist::ToolchainName& name,
                   const HistoryEntry& target) {
    const dist::Server& server = services.options.variables.server;
    if (name.date()) return server.manifest_url(name);
    if (target.release) return server.manifest_url(name.at(target.release->date));
    throw Error(Errc::unsupported,
                fmt::format("entry {} of the history does not say the date of its release, as an "
                            "earlier version wrote it; install the toolchain of that day instead, "
                            "such as `{}-YYYY-MM-DD`",
                            target.record.serial, name.channel().str()));
}

/// The manifest of the entry's release: of a generation that is on the disk, or the server's.
task::awaitable<ChannelAnswer> find_manifest_to_return(Services& services, dist::ToolchainName name,
                                                       const Snapshot& snapshot,
                                                       const HistoryEntry& target) {
    ChannelAnswer answer;
    answer.kind = ChannelAnswer::Kind::manifest;
    answer.hash = target.manifest_hash;
    KnownManifest known;
    if (snapshot.manifest_hash == answer.hash) known = snapshot.installed_manifest;
    auto find_kept = [&](const OnWorker&) {
        return find_kept_manifest(services.home, name.str(), answer.hash);
    };
    if (!known) known = co_await on_worker(services, find_kept);
    if (known && known->parsed) {
        answer.manifest = *known->parsed;
        answer.text = std::make_shared<const std::string>(known->text);
        co_return answer;
    }
    std::string url = url_of(services, name, target);
    services.reporter.info("fetching its manifest from '" + without_credentials(url) + "'");
    const std::string what = fmt::format("could not roll back to entry {}", target.record.serial);
    try {
        // It was looked at when it was installed, and nobody else says its hash.
        answer = co_await fetch_dated(services, name, std::move(url), target.manifest_hash,
                                      config::SignaturePolicy::off);
    } catch (const Error& e) {
        throw e.in(what);
    }
    co_return answer;
}

/// Whether a toolchain still has this entry. It goes with an uninstall.
bool has_entry(const store::Home& home, const std::string& toolchain, const HistoryEntry& entry) {
    return std::ranges::any_of(store::load_history(home, toolchain), [&](const HistoryEntry& each) {
        return each.record.serial == entry.record.serial && each.word == entry.word;
    });
}

/// How a return by files ended. `gone`: the toolchain is not there any more, or is another of the
/// same name.
enum class Return { changed, there, gone };

/// Puts the toolchain together from what other toolchains have and the server has.
task::awaitable<Return> return_by_files(Services& services, dist::ToolchainName name,
                                        const Snapshot& known, const HistoryEntry& target) {
    const ChannelAnswer answer = co_await find_manifest_to_return(services, name, known, target);
    ChangeSteps steps;
    Return end = Return::changed;
    steps.plan = [&](const Snapshot& snapshot) {
        const bool gone = !snapshot.installed() || !has_entry(services.home, name.str(), target);
        end = gone ? Return::gone : is_there(snapshot, target) ? Return::there : Return::changed;
        return end == Return::changed ? plan_return(snapshot, target, answer.manifest)
                                      : no_change();
    };
    steps.manifest_of = [&answer](const Snapshot&) {
        return ChangeManifest{answer.manifest, answer.text, answer.hash};
    };
    steps.known_manifest = known.installed_manifest;
    steps.needs_history = true;
    co_await run_change(services, name, steps);
    co_return end;
}

/// Pins the trees of a kept generation, as whoever supplies a change from elsewhere does: a collector
/// that has read the state before the commit and the records after it would find them nowhere.
task::awaitable<std::vector<lock::LockSet>> pin_trees(Services& services,
                                                      const std::string& toolchain,
                                                      const store::State& state) {
    std::set<std::string> trees;
    for (const store::StateComponent& each : state.components) {
        if (!each.tree.empty()) trees.insert(each.tree);
    }
    std::vector<lock::LockSet> pins;
    for (const std::string& tree : trees) {
        task::Waiting waiting = services.waiting_for("the clean-up of " + toolchain);
        pins.push_back(co_await task::acquire(services.loop.workers(), services.home.lock_file(),
                                              lock::Key::pin(tree), lock::Mode::shared,
                                              std::move(waiting)));
    }
    co_return pins;
}

/// Makes the kept generation current. False: the toolchain or that generation is not as it was.
task::awaitable<bool> return_to_former(Services& services, std::string toolchain,
                                       const Look& look) {
    const store::Home home = services.home;
    store::Junk junk(home, toolchain);
    store::ReturnOrder order;
    order.word = look.former->state.word;
    order.held_at = look.target.record.serial;
    order.command = services.options.command_line;
    order.may_copy = services.options.variables.permit_copy_rename;
    store::Committed committed;
    {
        const std::vector<lock::LockSet> pins =
            co_await pin_trees(services, toolchain, look.former->state);
        const lock::LockSet range = co_await lock_toolchain(services, toolchain);
        auto commit = [&](const OnWorker& on) {
            return store::commit_rollback(on, home, toolchain, look.current.version, order, junk,
                                          range);
        };
        committed = co_await on_worker(services, commit);
    }
    const bool done = committed.end == store::Committed::End::done;
    if (done) services.reporter.reach(toolchain, Reporter::Milestone::committed);
    co_await remove_junk(services, junk);
    if (!done) co_return false;
    for (const std::string& warning : committed.warnings) services.reporter.warn(warning);
    co_await clean_up(services, std::move(toolchain));
    co_return true;
}

}  // namespace

task::awaitable<RolledBack> Engine::rollback(dist::ToolchainName name,
                                             std::optional<std::uint64_t> to) {
    Services& services = *services_;
    const std::string toolchain = name.str();
    co_await make_whole(services, toolchain);
    const store::Home home = services.home;
    auto look_now = [&](const OnWorker&) { return look_back(home, name, to); };
    RolledBack result;
    for (Return end = Return::gone; end == Return::gone;) {
        Look look = co_await on_worker(services, look_now);
        result.serial = look.target.record.serial;
        result.release = release_text(look.target);
        const std::string says = fmt::format("rolling back {} to {}", toolchain, result.release);
        if (look.former) {
            services.reporter.info(says);
            result.was_kept = co_await return_to_former(services, toolchain, look);
            result.changed = result.was_kept;
        }
        if (result.was_kept) co_return result;
        // Nothing is kept, or it was changed meanwhile: then the files do.
        const Snapshot snapshot = co_await load_snapshot(services, toolchain, nullptr);
        auto still_has = [&](const OnWorker&) { return has_entry(home, toolchain, look.target); };
        bool done = is_there(snapshot, look.target);
        if (done) done = co_await on_worker(services, still_has);
        if (done) co_return result;
        if (!look.former) services.reporter.info(says);
        end = co_await return_by_files(services, name, snapshot, look.target);
        result.changed = end == Return::changed;
    }
    co_return result;
}

task::awaitable<bool> Engine::release_hold(dist::ToolchainName name) {
    Services& services = *services_;
    const std::string toolchain = name.str();
    const store::Home home = services.home;
    auto look = [&](const OnWorker&) {
        store::refuse_old_format(home);
        const auto state = store::find_state(home, toolchain);
        return state && state->held;
    };
    const bool held = co_await on_worker(services, look);
    if (!held) co_return false;
    const lock::LockSet range = co_await toolchain::lock_toolchain(services, toolchain);
    auto release = [&](const OnWorker&) {
        return store::commit_hold(home, toolchain, std::nullopt, range);
    };
    const bool released = co_await on_worker(services, release);
    co_return released;
}

}  // namespace latchkey::toolchain
