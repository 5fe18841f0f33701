#include "latchkey/toolchain/engine.hpp"

#include "change.hpp"
#include "channel.hpp"
#include "hold.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/toolchain/rustup_at_work.hpp"
#include "repair.hpp"
#include "rustc_version.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {
namespace {

/// Deletes what a folder has, but for what `is_free` refuses. Gives what could not be deleted, of
/// several the first: somebody else's.
template <typename IsFree>
void delete_entries(const OnWorker& on, const std::string& folder, std::optional<Error>& failure,
                    IsFree is_free) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(folder)) {
        on.check();
        const auto held = is_free(entry.name);
        if (!held) continue;
        try {
            platform::remove_tree(on, folder + "/" + entry.name);
        } catch (const Error& e) {
            if (!failure) failure = e;
        }
    }
}

/// Deletes finished and unfinished downloads that nobody works on: each is guarded by its hash's
/// range.
void clean_download_files(const OnWorker& on, const store::Home& home,
                          std::optional<Error>& failure) {
    delete_entries(on, home.downloads(), failure, [&home](std::string hash) {
        if (hash.ends_with(".partial")) hash.resize(hash.size() - 8);
        return lock::LockSet::try_acquire(home.lock_file(), lock::Key::unpack(hash),
                                          lock::Mode::exclusive);
    });
}

/// rustup's own temporary files have no range; one that a process has open is left alone.
void clean_temporary_files(const OnWorker& on, const store::Home& home,
                           std::optional<Error>& failure) {
    if (platform::is_open_below(home.temporary())) return;
    delete_entries(on, home.temporary(), failure, [](const std::string&) { return true; });
}

bool uninstall_now(const OnWorker& on, const Services& services, const std::string& name,
                   store::Junk& junk, const lock::LockSet& range) {
    const store::Home& home = services.home;
    const auto uninstall = [&] {
        return store::commit_uninstall(on, home, name, services.options.command_line, junk, range);
    };
    try {
        return uninstall();
    } catch (const Error& e) {
        if (e.code() != Errc::no_room) throw;
    }
    // What a full disk has no room for is small; and so is what it can do without.
    store::sweep(on, home, {});
    store::collect(on, home);
    store::make_room(home, name, true);
    return uninstall();
}

}  // namespace

Engine::Engine(task::Loop& loop, net::Client& client, store::Home home, EngineOptions options,
               Reporter& reporter)
    : services_(std::make_unique<Services>(
          Services{loop, client, home, options, reporter, nullptr,
                   std::make_shared<mirrors::Mirrors>(options.variables)})) {
    services_->transfer =
        transfer::make_transfer(loop, client, home, options.variables, *services_->mirrors);
}

Engine::Engine(const Engine& family, Reporter& reporter)
    : services_(std::make_unique<Services>(
          Services{family.services_->loop, family.services_->client, family.services_->home,
                   family.services_->options, reporter, family.services_->transfer,
                   family.services_->mirrors})) {}

Engine::~Engine() = default;

task::awaitable<bool> Engine::uninstall(std::string name) {
    Services& services = *services_;
    const store::Home home = services.home;
    bool removed = false;
    store::Junk junk(home, name);
    {
        auto look = [home, name](const OnWorker&) {
            store::refuse_old_format(home);
            return store::examine_in_reach(home, name);
        };
        const store::Current seen = co_await on_worker(services, look);
        if (seen.kind == store::Current::Kind::based) throw store::based_error(home, seen.place);
        if (seen.kind == store::Current::Kind::absent ||
            seen.kind == store::Current::Kind::foreign) {
            co_return false;
        }
        services.reporter.info("uninstalling toolchain " + name);
        const lock::LockSet range = co_await toolchain::lock_toolchain(services, name);
        auto remove = [&](const OnWorker& on) {
            return uninstall_now(on, services, name, junk, range);
        };
        removed = co_await on_worker(services, remove);
    }
    services.reporter.reach(name, Reporter::Milestone::committed);
    co_await remove_junk(services, junk);
    co_await clean_up(services, name);
    services.reporter.info("toolchain " + name + " uninstalled");
    auto look_again = [home, name](const OnWorker&) { return store::find_in_reach(home, name); };
    const store::Current left = co_await on_worker(services, look_again);
    if (left.kind == store::Current::Kind::based) {
        services.reporter.info("that of the base home '" + home.base(left.place.base).root() +
                               "' has its name again");
    }
    co_return removed;
}

task::awaitable<bool> Engine::uninstall_if(std::string name,
                                           std::function<bool(const OnWorker&)> wanted) {
    Services& services = *services_;
    store::Junk junk(services.home, name);
    {
        const lock::LockSet range = co_await toolchain::lock_toolchain(services, name);
        auto remove = [&](const OnWorker& on) {
            return wanted(on) && uninstall_now(on, services, name, junk, range);
        };
        const bool removed = co_await on_worker(services, remove);
        if (!removed) co_return false;
    }
    services.reporter.reach(name, Reporter::Milestone::committed);
    co_await remove_junk(services, junk);
    co_await clean_up(services, name);
    co_return true;
}

task::awaitable<void> Engine::link(std::string name, std::string target) {
    Services& services = *services_;
    const store::Home home = services.home;
    store::Junk junk(home, name);
    {
        task::Waiting waiting = services.waiting_for(name);
        const lock::LockSet range = co_await task::acquire(
            services.loop.workers(), home.lock_file(), lock::Key::toolchain(name),
            lock::Mode::exclusive, std::move(waiting));
        auto link = [&](const OnWorker& on) {
            store::refuse_old_format(home);
            store::commit_link(on, home, name, target, services.options.command_line, junk, range);
        };
        co_await on_worker(services, link);
    }
    co_await remove_junk(services, junk);
    co_await clean_up(services, name);
}

task::awaitable<void> Engine::clean_up_if_needed() {
    co_await toolchain::clean_up_if_needed(*services_);
}

task::awaitable<void> Engine::verify(std::string name) {
    // A path is its owner's to verify.
    if (!name.starts_with('/')) co_await make_whole(*services_, name);
}

task::awaitable<std::string> Engine::rustc_version(std::string name) {
    Services& services = *services_;
    Reading reading;
    if (name.starts_with('/')) {
        reading.directory = name;
    } else {
        reading = co_await read_current(services, name);
    }
    std::string version = co_await ask_version(services, std::move(name), std::move(reading));
    co_return version;
}

task::awaitable<Engine::Available> Engine::check(dist::ToolchainName name) {
    Services& services = *services_;
    Available available;
    const Snapshot snapshot =
        co_await load_snapshot(services, name.str(), nullptr, Question::release);
    available.held = is_held(snapshot);
    if (snapshot.manifest()) {
        available.installed_version = snapshot.manifest()->rust_version();
    } else if (snapshot.installed_manifest) {
        dist::parse_manifest(
            snapshot.installed_manifest->text,
            dist::note_path(services.home.toolchain(name.str()), dist::kManifestNote));
    }
    const store::Home home = services.home;
    auto read = [&](const OnWorker&) { return find_update_hash(home, name.str(), snapshot); };
    std::optional<std::string> known = co_await on_worker(services, read);
    const ChannelAnswer answer =
        co_await fetch_channel(services, name, std::move(known), oldest_date_of(name, snapshot));
    if (answer.kind == ChannelAnswer::Kind::inconsistent) {
        explain_mismatch(services, *answer.mismatch);
        throw *answer.mismatch;
    }
    if (answer.kind == ChannelAnswer::Kind::absent) {
        throw absent_file_error(services, answer.absent_url);
    }
    if (answer.signature_warning) services.reporter.warn(*answer.signature_warning);
    // Which release somebody else put there, its own manifest says.
    const bool same = snapshot.changed_by_others && snapshot.installed_manifest && answer.text &&
                      snapshot.installed_manifest->text == *answer.text;
    if (answer.kind == ChannelAnswer::Kind::manifest && !same) {
        available.available_version = answer.manifest.rust_version().value_or("");
    }
    co_return available;
}

task::awaitable<void> Engine::clean_downloads() {
    const store::Home home = services_->home;
    std::optional<Error> failure;
    auto clean = [&](const OnWorker& on) {
        if (is_rustup_at_work(home.root())) return;  // Its next update cleans up, or ours.
        clean_download_files(on, home, failure);
        clean_temporary_files(on, home, failure);
    };
    co_await on_worker(*services_, clean);
    if (failure) services_->reporter.warn(store::clean_up_error(*failure).what());
}

}  // namespace latchkey::toolchain
