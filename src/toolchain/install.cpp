#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "change.hpp"
#include "channel.hpp"
#include "hold.hpp"
#include "install_plan.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/change.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/combined.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/dist/minimum_age.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/toolchain/rustup_at_work.hpp"
#include "locked.hpp"
#include "repair.hpp"
#include "rustc_version.hpp"
#include "services.hpp"

namespace latchkey::toolchain {
namespace {

/// What is known before the first attempt.
struct Before {
    bool existed = false;
    bool is_configured = false;
    std::optional<std::string> known_hash;
    bool as_locked = false;     ///< It is what is locked, if something is.
    bool held = false;          ///< A rollback holds it at its release.
    std::string manifest_date;  ///< Of the installed manifest; empty where there is none.
    std::string manifest_hash;
    std::string oldest_date;  ///< As oldest_date_of() says.
    KnownManifest installed_manifest;
};

Before look_before(Services& services, const Snapshot& snapshot, const dist::ToolchainName& name) {
    const std::string toolchain = name.str();
    Before before;
    before.existed = snapshot.installed();
    before.is_configured = snapshot.has_config;
    before.installed_manifest = snapshot.installed_manifest;
    before.held = is_held(snapshot);
    if (snapshot.manifest()) before.manifest_date = snapshot.manifest()->date;
    before.manifest_hash = snapshot.manifest_hash;
    before.oldest_date = oldest_date_of(name, snapshot);
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
    /// `moved`: somebody else has rolled the toolchain back or released it meanwhile, so another kind
    /// of change is due. `too_young`: `set minimum-age` passes it over.
    enum class End { changed, unchanged, absent, short_of_components, moved, too_young };
    End end = End::unchanged;
    bool older = false;  ///< Unchanged because every server is behind the toolchain.
    std::string manifest_date;
    std::optional<Error> error;
    std::optional<Shortage> shortage;
};

/// What was found before, or what the server says now.
task::awaitable<std::shared_ptr<const ChannelAnswer>> find_answer(
    Services& services, dist::ToolchainName release, std::optional<std::string> known_hash,
    std::string oldest_date, std::optional<News> news) {
    if (news && news->failure) throw *news->failure;
    if (news) co_return news->answer;
    ChannelAnswer answer = co_await fetch_channel(services, std::move(release),
                                                  std::move(known_hash), std::move(oldest_date));
    co_return std::make_shared<const ChannelAnswer>(std::move(answer));
}

/// In whichever format there is one.
///
/// Throws: that the manifest does not match its checksum.
task::awaitable<std::shared_ptr<const ChannelAnswer>> find_release(Services& services,
                                                                   dist::ToolchainName release,
                                                                   InstallRequest request,
                                                                   Before before) {
    // Whoever wants more components asks for the manifest in any case.
    const bool wants_more = !request.components.empty() || !request.targets.empty();
    std::optional<std::string> known_hash;
    if (!wants_more) known_hash = before.known_hash;
    std::optional<News> news = request.news;
    const bool any_date = request.allow_downgrade || release.date();
    std::string oldest_date = any_date ? "" : before.oldest_date;
    std::shared_ptr<const ChannelAnswer> found = co_await find_answer(
        services, release, std::move(known_hash), std::move(oldest_date), std::move(news));
    if (found->kind == ChannelAnswer::Kind::absent) {
        ChannelAnswer combined_answer =
            co_await fetch_combined(services, release, before.known_hash, before.is_configured);
        found = std::make_shared<const ChannelAnswer>(std::move(combined_answer));
    }
    if (found->kind == ChannelAnswer::Kind::inconsistent) {
        explain_mismatch(services, *found->mismatch);
        throw *found->mismatch;
    }
    co_return found;
}

bool backtracks(const dist::ToolchainName& name) {
    return name.channel().kind() == dist::Channel::Kind::nightly && !name.date();
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Says so.
bool is_too_young(Services& services, const dist::ToolchainName& release,
                  const ChannelAnswer& answer) {
    const std::chrono::days age = services.options.minimum_age;
    if (age.count() == 0 || !backtracks(release)) return false;
    if (answer.manifest.date <= dist::newest_old_enough(age, now())) return false;
    services.reporter.info(dist::too_young_text(answer.manifest, age, now()));
    return true;
}

void tell_release(Services& services, const ChannelAnswer& answer) {
    if (answer.signature_warning) services.reporter.warn(*answer.signature_warning);
    services.reporter.info(dist::latest_update_text(answer.manifest));
}

task::awaitable<Attempt> try_release(Services& services, dist::ToolchainName name,
                                     dist::ToolchainName release, InstallRequest request,
                                     Before before, task::Permits& old_in_use) {
    Attempt attempt;
    services.reporter.info("syncing channel updates for " + release.str());
    const std::shared_ptr<const ChannelAnswer> found =
        co_await find_release(services, release, request, before);
    const ChannelAnswer& answer = *found;
    attempt.older = answer.older;
    if (answer.kind == ChannelAnswer::Kind::absent) {
        attempt.end = Attempt::End::absent;
        attempt.error = answer.absence;
    }
    const bool combined = answer.kind == ChannelAnswer::Kind::combined;
    if (answer.kind != ChannelAnswer::Kind::manifest && !combined) co_return attempt;
    if (is_too_young(services, release, answer)) {
        attempt.end = Attempt::End::too_young;
        co_return attempt;
    }
    if (!combined) {
        tell_release(services, answer);
        attempt.manifest_date = answer.manifest.date;
    }
    ChangeSteps steps;
    bool moved = false;
    steps.plan = [&](const Snapshot& snapshot) {
        moved = is_held(snapshot);
        if (moved) return no_change();
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
        attempt.end = moved     ? Attempt::End::moved
                      : changed ? Attempt::End::changed
                                : Attempt::End::unchanged;
    } catch (const Error& e) {
        if (combined && e.code() == Errc::not_found) throw nonexistent_version_error(release, e);
        if (!attempt.shortage) throw;
        attempt.end = Attempt::End::short_of_components;
        attempt.error = e;
    }
    co_return attempt;
}

/// Of a toolchain that stays at its release, what is named beyond it comes from that release. Wishes
/// wait for an update.
task::awaitable<Attempt::End> add_to_installed(Services& services, dist::ToolchainName name,
                                               InstallRequest request, Before before) {
    if (request.components.empty() && request.targets.empty()) co_return Attempt::End::unchanged;
    ChannelAnswer answer;
    answer.manifest = *before.installed_manifest->parsed;
    std::optional<Shortage> shortage;
    ChangeSteps steps;
    bool moved = false;
    steps.plan = [&](const Snapshot& snapshot) {
        moved = is_held(snapshot) != before.held || snapshot.manifest_hash != before.manifest_hash;
        if (moved) return no_change();
        Plan plan = plan_install(snapshot, name, answer, request, {}, shortage);
        plan.update_hash.reset();
        return plan;
    };
    steps.known_manifest = before.installed_manifest;
    steps.before_commit = request.before_commit;
    const bool changed = co_await run_change(services, name, steps);
    if (moved) co_return Attempt::End::moved;
    co_return changed ? Attempt::End::changed : Attempt::End::unchanged;
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
        if (attempt.older) {
            const Attempt::End end =
                co_await add_to_installed(services, name, std::move(request), before);
            co_return end;
        }
        if (attempt.end != Attempt::End::absent && attempt.end != Attempt::End::too_young &&
            attempt.end != Attempt::End::short_of_components) {
            co_return attempt.end;
        }
        std::optional<std::string> next;
        if (attempt.end == Attempt::End::too_young) {
            next = dist::newest_old_enough(services.options.minimum_age, now());
            // What is installed may be newer, and stays.
            if (*next < before.manifest_date && !request.allow_downgrade) {
                co_return Attempt::End::unchanged;
            }
        } else if (backtracks(name)) {
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

/// By what the toolchain is now: held by a rollback, or free for what its channel has.
task::awaitable<Attempt::End> install_as_it_is(Services& services, dist::ToolchainName name,
                                               InstallRequest request, task::Permits& old_in_use,
                                               Installed& installed) {
    Before before;
    {
        KnownManifest known;
        if (request.news) known = request.news->installed_manifest;
        const Snapshot snapshot = co_await load_snapshot(services, name.str(), std::move(known));
        before = look_before(services, snapshot, name);
        if (request.locked) {
            before.as_locked = is_as_locked(services.home, name.str(), snapshot, *request.locked);
        }
        installed.existed = before.existed;
        installed.had_manifest = snapshot.manifest() != nullptr;
        if (is_half_made(services.home, snapshot)) {
            throw Error(Errc::busy,
                        "toolchain '" + name.str() +
                            "' is being installed by rustup; try again when it is done");
        }
    }
    if (request.locked) {
        if (before.as_locked) co_return Attempt::End::unchanged;
        refuse_lock(name, before.held, before.installed_manifest, *request.locked);
        const bool done =
            co_await install_locked(services, name, std::move(request), before.installed_manifest);
        co_return done ? Attempt::End::changed : Attempt::End::moved;
    }
    if (!before.held) {
        co_return co_await install_release(services, name, std::move(request), before, old_in_use);
    }
    services.reporter.info(held_text(name, before.installed_manifest));
    co_return co_await add_to_installed(services, name, std::move(request), before);
}

task::awaitable<void> install_newest(Services& services, dist::ToolchainName name,
                                     InstallRequest request, task::Permits& old_in_use,
                                     Installed& installed) {
    installed.end = Attempt::End::moved;
    while (installed.end == Attempt::End::moved) {
        installed.end = co_await install_as_it_is(services, name, request, old_in_use, installed);
        request.news.reset();  // It was about what the toolchain was at first.
    }
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
