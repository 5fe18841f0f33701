#include <fmt/format.h>

#include <utility>

#include "change.hpp"
#include "channel.hpp"
#include "hold.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/change.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/combined.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/toolchain/rustup_at_work.hpp"
#include "repair.hpp"
#include "rustc_version.hpp"
#include "services.hpp"

namespace latchkey::toolchain {
namespace {

/// What stopped an attempt at one release.
struct Shortage {
    std::vector<dist::Component> components;
    dist::Manifest names;  ///< The manifest whose names texts use.
};

/// What rustup says before the downloads.
std::vector<Message> change_messages(const dist::ChangePlan& plan, const dist::Manifest& manifest,
                                     const std::string& target, bool recovering) {
    std::vector<Message> messages;
    for (const dist::Component& component : plan.up_to_date) {
        messages.push_back({false, dist::up_to_date_text(manifest, component, target)});
    }
    for (const dist::Component& component : plan.unavailable) {
        messages.push_back({true, dist::skipping_text(manifest, component, target)});
    }
    if (recovering) messages.push_back({false, "recovering from a partially installed toolchain"});
    for (const dist::Component& component : plan.uninstall) {
        messages.push_back({false, dist::removing_text(manifest, component, target, true)});
    }
    if (!plan.install.empty()) {
        messages.push_back({false, dist::downloading_text(manifest, plan.install)});
    }
    return messages;
}

Error not_installable_error(const dist::ToolchainName& name) {
    return Error(Errc::not_found, "toolchain '" + name.str() + "' is not installable");
}

Plan plan_install(const Snapshot& snapshot, const dist::ToolchainName& name,
                  const ChannelAnswer& answer, const InstallRequest& request,
                  const dist::ComponentWishes& wishes, std::optional<Shortage>& shortage) {
    if (request.only_if_absent && snapshot.has_files) {
        Plan nothing;
        nothing.unchanged = true;
        return nothing;
    }
    const std::string& target = name.target();
    // An empty folder is none, whatever it is called; nor is one that lists nothing.
    const bool there = snapshot.anything_installed || !snapshot.components.empty();
    dist::ChangeRequest change;
    change.add =
        dist::wanted_components(answer.manifest, target, there ? std::nullopt : request.profile,
                                request.components, request.targets);
    change.force = request.force;
    std::optional<dist::InstalledConfig> config;
    if (snapshot.has_config) config = dist::InstalledConfig{snapshot.component_list()};
    const std::vector<dist::Component> installed =
        dist::starting_list(config, snapshot.anything_installed, answer.manifest, target);
    const dist::WishedChange wished =
        dist::wished_change(wishes, answer.manifest, target, request.components, installed);
    dist::add_wishes(change, wished, installed);
    const dist::Manifest* old_manifest = snapshot.manifest();
    const dist::ChangePlan components =
        dist::plan_change(installed, old_manifest, answer.manifest, target, change);
    if (components.refused()) {
        const dist::Manifest& names = old_manifest != nullptr ? *old_manifest : answer.manifest;
        shortage = Shortage{components.unavailable, names};
        throw Error(Errc::not_found, dist::unavailable_text_with_advice(
                                         answer.manifest, components.unavailable, name.str()));
    }
    // A channel that has nothing for this target: a toolchain of nothing is none, forced or not.
    if (components.final_list.empty()) throw not_installable_error(name);
    Plan plan;
    plan.unchanged = components.unchanged;
    plan.final_list = components.final_list;
    plan.install = components.install;
    plan.update_hash = dist::update_hash(answer.hash);
    if (snapshot.installed() && !snapshot.usable) {
        // Its manifest or its compiler is missing: then nothing of it can be counted on.
        plan.unchanged = false;
        plan.anew = true;
        plan.install = plan.final_list;
    }
    // A toolchain of the format of before 2016 has components, but none that are known by name.
    const bool nothing_known = !snapshot.anything_installed || !snapshot.has_config;
    plan.messages = change_messages(components, answer.manifest, target,
                                    !components.uninstall.empty() && nothing_known);
    for (const dist::Component& component : wished.lacking) {
        plan.messages.push_back(
            {true, dist::lacking_text(answer.manifest, component, target, name.str())});
    }
    return plan;
}

/// The same for a release of before 2016, which is one archive.
Plan plan_combined(const store::Home& home, const Snapshot& snapshot,
                   const dist::ToolchainName& name, const ChannelAnswer& answer,
                   const InstallRequest& request) {
    Plan plan;
    const std::string hash = dist::update_hash(answer.hash);
    plan.unchanged = (request.only_if_absent && snapshot.has_files) ||
                     find_update_hash(home, name.str(), snapshot) == hash;
    if (plan.unchanged) return plan;
    if (snapshot.has_config) throw obsolete_manifest_error();
    plan.combined = true;
    plan.final_list = {dist::combined_component()};
    plan.install = plan.final_list;
    plan.late_messages = {{false, "installing component rust"}};
    plan.update_hash = hash;
    return plan;
}

/// What is known before the first attempt.
struct Before {
    bool existed = false;
    bool is_configured = false;
    std::optional<std::string> known_hash;
    bool held = false;          ///< A rollback holds it at its release.
    std::string manifest_date;  ///< Of the installed manifest; empty where there is none.
    KnownManifest installed_manifest;
};

Before look_before(Services& services, const Snapshot& snapshot, const std::string& toolchain) {
    Before before;
    before.existed = snapshot.installed();
    before.is_configured = snapshot.has_config;
    before.installed_manifest = snapshot.installed_manifest;
    before.held = is_held(snapshot);
    if (snapshot.manifest()) before.manifest_date = snapshot.manifest()->date;
    const std::string path = services.home.update_hash(toolchain);
    if (!before.existed) {
        if (platform::find_status(path)) {
            services.reporter.warn("removing stray hash file in order to continue: " + path);
            platform::remove_file(path);
        }
        return before;
    }
    before.known_hash = find_known_hash(services, toolchain, snapshot);
    return before;
}

/// One attempt at one release.
struct Attempt {
    enum class End { changed, unchanged, absent, short_of_components };
    End end = End::unchanged;
    std::string manifest_date;
    std::optional<Error> error;
    std::optional<Shortage> shortage;
};

/// What was found before, or what the server says now.
task::awaitable<std::shared_ptr<const ChannelAnswer>> find_answer(
    Services& services, dist::ToolchainName release, std::optional<std::string> known_hash,
    std::optional<News> news) {
    if (news && news->failure) throw *news->failure;
    if (news) co_return news->answer;
    ChannelAnswer answer =
        co_await fetch_channel(services, std::move(release), std::move(known_hash));
    co_return std::make_shared<const ChannelAnswer>(std::move(answer));
}

task::awaitable<Attempt> try_release(Services& services, dist::ToolchainName name,
                                     dist::ToolchainName release, InstallRequest request,
                                     Before before, task::Permits& old_in_use) {
    Attempt attempt;
    services.reporter.info("syncing channel updates for " + release.str());
    // Whoever wants more components asks for the manifest in any case.
    const bool wants_more = !request.components.empty() || !request.targets.empty();
    std::optional<std::string> known_hash;
    if (!wants_more) known_hash = before.known_hash;
    std::optional<News> news = std::exchange(request.news, std::nullopt);
    std::shared_ptr<const ChannelAnswer> found =
        co_await find_answer(services, release, std::move(known_hash), std::move(news));
    if (found->kind == ChannelAnswer::Kind::absent) {
        ChannelAnswer combined_answer =
            co_await fetch_combined(services, release, before.known_hash, before.is_configured);
        found = std::make_shared<const ChannelAnswer>(std::move(combined_answer));
    }
    const ChannelAnswer& answer = *found;
    if (answer.kind == ChannelAnswer::Kind::inconsistent) {
        explain_mismatch(services, *answer.mismatch);
        throw *answer.mismatch;
    }
    if (answer.kind == ChannelAnswer::Kind::absent) {
        attempt.end = Attempt::End::absent;
        attempt.error = answer.absence;
    }
    const bool combined = answer.kind == ChannelAnswer::Kind::combined;
    if (answer.kind != ChannelAnswer::Kind::manifest && !combined) co_return attempt;
    if (!combined) {
        services.reporter.info(dist::latest_update_text(answer.manifest));
        attempt.manifest_date = answer.manifest.date;
    }
    ChangeSteps steps;
    steps.plan = [&](const Snapshot& snapshot) {
        if (combined) return plan_combined(services.home, snapshot, name, answer, request);
        return plan_install(snapshot, release, answer, request, services.options.wishes,
                            attempt.shortage);
    };
    steps.manifest_of = [&answer](const Snapshot&) {
        return ChangeManifest{answer.manifest, answer.text, answer.hash};
    };
    steps.known_manifest = before.installed_manifest;
    steps.before_commit = request.before_commit;
    steps.old_in_use = &old_in_use;
    try {
        const bool changed = co_await run_change(services, name, steps);
        attempt.end = changed ? Attempt::End::changed : Attempt::End::unchanged;
    } catch (const Error& e) {
        if (combined && e.code() == Errc::not_found) throw nonexistent_version_error(release, e);
        if (!attempt.shortage) throw;
        attempt.end = Attempt::End::short_of_components;
        attempt.error = e;
    }
    co_return attempt;
}

bool backtracks(const dist::ToolchainName& name) {
    return name.channel().kind() == dist::Channel::Kind::nightly && !name.date();
}

/// Tries the release that was asked for; an undated nightly that lacks components also older ones.
task::awaitable<Attempt::End> install_release(Services& services, dist::ToolchainName name,
                                              InstallRequest request, Before before,
                                              task::Permits& old_in_use) {
    const bool no_floor = before.manifest_date.empty() || request.allow_downgrade;
    dist::Backtrack backtrack(no_floor ? std::string(dist::kFirstNightly) : before.manifest_date,
                              services.options.variables.backtrack_limit);
    dist::ToolchainName release = name;
    std::string tried_date;
    std::optional<Error> first_error;
    for (;;) {
        const Attempt attempt =
            co_await try_release(services, name, release, request, before, old_in_use);
        request.news.reset();  // It was about the first release alone.
        if (attempt.end == Attempt::End::changed || attempt.end == Attempt::End::unchanged) {
            co_return attempt.end;
        }
        std::optional<std::string> next;
        if (backtracks(name)) {
            if (attempt.end == Attempt::End::short_of_components) {
                services.reporter.info(dist::skipping_nightly_text(
                    attempt.shortage->names, attempt.shortage->components, name.target()));
                if (!first_error) first_error = attempt.error;
                if (tried_date.empty()) tried_date = attempt.manifest_date;
                next = backtrack.after_missing_component(tried_date);
            } else if (!tried_date.empty()) {
                next = backtrack.after_no_release(tried_date);
            }
        }
        if (!next) {
            if (first_error) throw *first_error;
            if (attempt.end == Attempt::End::absent && !tried_date.empty()) co_return attempt.end;
            throw *attempt.error;
        }
        tried_date = *next;
        release = name.at(*next);
    }
}

/// What is named beyond the release comes from the release that is held. Wishes wait for an update.
task::awaitable<Attempt::End> add_to_held(Services& services, dist::ToolchainName name,
                                          InstallRequest request, KnownManifest known) {
    if (request.components.empty() && request.targets.empty()) co_return Attempt::End::unchanged;
    ChannelAnswer answer;
    answer.manifest = *known->parsed;
    std::optional<Shortage> shortage;
    ChangeSteps steps;
    steps.plan = [&](const Snapshot& snapshot) {
        Plan plan = plan_install(snapshot, name, answer, request, {}, shortage);
        plan.update_hash.reset();
        return plan;
    };
    steps.known_manifest = known;
    steps.before_commit = request.before_commit;
    const bool changed = co_await run_change(services, name, steps);
    co_return changed ? Attempt::End::changed : Attempt::End::unchanged;
}

/// Beside the install, as the tool takes longer to start than all else takes if nothing is new.
task::awaitable<void> ask_old_version(Services& services, std::string toolchain, Reading reading,
                                      [[maybe_unused]] task::Permits::Permit old_in_use,
                                      std::optional<std::string>& version) {
    if (!reading.current.installed()) co_return;
    version = co_await ask_version(services, std::move(toolchain), std::move(reading));
}

/// What came of an install, and what it found.
struct Installed {
    Attempt::End end = Attempt::End::unchanged;
    bool existed = false;
    bool had_manifest = false;
};

/// Is it what rustup is about to make?
bool is_half_made(const store::Home& home, const Snapshot& snapshot) {
    const bool ours = snapshot.current.kind == store::Current::Kind::ours;
    return snapshot.installed() && !ours && !snapshot.usable && is_rustup_at_work(home.root());
}

task::awaitable<void> install_newest(Services& services, dist::ToolchainName name,
                                     InstallRequest request, task::Permits& old_in_use,
                                     Installed& installed) {
    Before before;
    {
        KnownManifest known;
        if (request.news) known = request.news->installed_manifest;
        const Snapshot snapshot = co_await load_snapshot(services, name.str(), std::move(known));
        before = look_before(services, snapshot, name.str());
        installed.existed = before.existed;
        installed.had_manifest = snapshot.manifest() != nullptr;
        if (is_half_made(services.home, snapshot)) {
            throw Error(Errc::busy,
                        "toolchain '" + name.str() +
                            "' is being installed by rustup; try again when it is done");
        }
    }
    if (before.held) {
        services.reporter.info(held_text(name, before.installed_manifest));
        installed.end =
            co_await add_to_held(services, name, std::move(request), before.installed_manifest);
        co_return;
    }
    installed.end =
        co_await install_release(services, name, std::move(request), before, old_in_use);
}

}  // namespace

task::awaitable<std::vector<dist::ToolchainName>> Engine::find_half_made(
    std::vector<dist::ToolchainName> names) {
    const store::Home home = services_->home;
    std::vector<dist::ToolchainName> found;
    auto look = [&](const OnWorker&) {
        if (!is_rustup_at_work(home.root())) return;
        for (const dist::ToolchainName& name : names) {
            try {
                const Snapshot snapshot = load_snapshot_now(home, name.str(), nullptr);
                if (is_half_made(home, snapshot)) found.push_back(name);
            } catch (const Error&) {
                // Damaged: whoever updates it says so.
            }
        }
    };
    co_await on_worker(*services_, look);
    co_return found;
}

task::awaitable<Outcome> Engine::install(dist::ToolchainName name, InstallRequest request) {
    Services& services = *services_;
    const std::string toolchain = name.str();
    co_await make_whole(services, toolchain);
    std::optional<std::string> version;
    Installed installed;
    Reading reading = co_await read_current(services, toolchain);
    task::Permits old_in_use(1);
    task::Permits::Permit permit = co_await old_in_use.acquire(0);
    task::awaitable<void> asking =
        ask_old_version(services, toolchain, std::move(reading), std::move(permit), version);
    task::awaitable<void> installing =
        install_newest(services, name, std::move(request), old_in_use, installed);
    std::vector<task::awaitable<void>> both;
    both.push_back(std::move(asking));
    both.push_back(std::move(installing));
    co_await task::all(std::move(both));
    if (installed.end != Attempt::End::changed) co_await toolchain::clean_up_if_needed(services);
    Outcome outcome;
    if (installed.had_manifest) outcome.old_version = std::move(version);
    const bool changed = installed.end == Attempt::End::changed;
    if (changed) {
        outcome.status =
            outcome.old_version ? Outcome::Status::updated : Outcome::Status::installed;
    }
    // By what this command saw: another may have uninstalled the toolchain since, which is not
    // the channel's failure.
    if (!installed.existed && !changed && installed.end != Attempt::End::unchanged) {
        throw not_installable_error(name);
    }
    co_return outcome;
}

}  // namespace latchkey::toolchain
