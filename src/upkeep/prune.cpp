#include "latchkey/upkeep/prune.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "latchkey/config/settings_file.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/deputy.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/freed_bytes.hpp"
#include "latchkey/store/last_use.hpp"
#include "latchkey/store/users.hpp"

namespace latchkey::upkeep {
namespace {

std::int64_t now_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

/// What names stand for: the toolchain, and the installed one that runs in its place if it is not
/// there.
using Toolchains = std::set<std::string>;

void add_named(const resolve::Site& site, const resolve::Name& name, Toolchains& toolchains) {
    toolchains.insert(resolve::str(name));
    toolchains.insert(resolve::str(resolve::deputised(site, name)));
    // The directory of a toolchain, wherever it lives, has its name.
    if (const auto* path = std::get_if<dist::PathName>(&name)) {
        const std::string real = platform::find_canonical(path->path).value_or("");
        toolchains.insert(real.substr(real.rfind('/') + 1));
    }
}

/// Written by hands, it may be an alias, a part of a name, or nothing at all.
void add_written(const resolve::Site& site, const std::string& written, Toolchains& toolchains) {
    try {
        const std::string real = site.settings.real_name(written);
        const auto name = dist::resolve(dist::parse_resolvable_name(real), site.host);
        add_named(site, resolve::to_name(name), toolchains);
    } catch (const Error&) {
        toolchains.insert(written);
    }
}

/// What the settings name, as they are now.
struct Named {
    Toolchains default_choice;
    Toolchains active;
    Toolchains overridden;
    Toolchains aliased;
};

Named load_named(resolve::Site site, const std::optional<resolve::Name>& active) {
    if (auto now = config::find_settings(site.variables.rustup_home)) {
        site.settings = std::move(*now);
    }
    Named named;
    if (const auto chosen = resolve::find_default(site)) {
        add_named(site, resolve::to_name(*chosen), named.default_choice);
    }
    if (active) add_named(site, *active, named.active);
    for (const auto& [directory, toolchain] : site.settings.overrides) {
        add_written(site, toolchain, named.overridden);
    }
    for (const auto& [alias, toolchain] : site.settings.aliases) {
        add_written(site, toolchain, named.aliased);
    }
    return named;
}

/// Also of a channel's toolchain that was moved to another disk.
bool is_users_link(const store::Home& home, const std::string& toolchain) {
    const auto target = platform::find_link(home.toolchain(toolchain));
    return target && !store::leads_away(*target, toolchain);
}

std::vector<Candidate> list_candidates(const store::Home& home, const PruneRequest& request) {
    const Named named = load_named(request.site, request.active);
    std::vector<Candidate> candidates;
    for (const dist::AnyName& name : resolve::list_installed(home.layout())) {
        const std::string text = dist::str(name);
        const store::Current current = store::find_current(home, text);
        Candidate each{.name = name, .version = current.version};
        each.is_link = !current.installed() || is_users_link(home, text);
        if (current.installed()) each.last_use = store::find_last_use(home, current);
        each.is_default = named.default_choice.contains(text);
        each.is_active = named.active.contains(text);
        each.is_overridden = named.overridden.contains(text);
        each.is_aliased = named.aliased.contains(text);
        each.is_held = current.state && current.state->held;
        candidates.push_back(std::move(each));
    }
    return candidates;
}

/// One run.
///
/// Thread: the loop's; its blocking parts run on workers, one at a time.
class Prune {
public:
    Prune(Means& means, const PruneRequest& request) : means_(means), request_(request) {}

    /// All toolchains, and who uses them.
    std::vector<Choice> look() {
        store::refuse_old_format(means_.home);
        const store::Users users = store::Users::look(means_.home);
        seen_ = list_candidates(means_.home, request_);
        for (Candidate& each : seen_) {
            each.is_in_use = users.use(means_.home, dist::str(each.name));
        }
        return choose(seen_, request_.rules, now_seconds());
    }

    /// The directories and records that go with a toolchain.
    std::uint64_t count(const OnWorker& on, const std::string& toolchain,
                        store::FreedBytes& freed) const {
        const store::Home& home = means_.home;
        std::uint64_t bytes = freed.count_directory(on, home.toolchain(toolchain));
        for (const std::uint64_t number : store::list_away(home, toolchain).directories) {
            bytes += freed.count_directory(on, home.directory({toolchain, number}));
        }
        bytes += freed.count_directory(on, home.state_folder(toolchain));
        return bytes + freed.count_directory(on, home.update_hash(toolchain));
    }

    task::awaitable<Pruned> remove(Choice choice) {
        Pruned pruned{.choice = std::move(choice), .planned = true};
        const std::string toolchain = pruned.choice.name;
        std::function<bool(const OnWorker&)> still_goes = [&](const OnWorker& on) {
            const auto again = look_again(toolchain);
            if (!again) return false;
            pruned.choice = *again;
            if (again->why_it_stays) return false;
            store::FreedBytes freed;  // Those before it are gone, and so are their names.
            pruned.bytes = count(on, toolchain, freed);
            return true;
        };
        try {
            const bool gone = co_await means_.engine.uninstall_if(toolchain, still_goes);
            pruned.was_gone = !gone && !pruned.choice.why_it_stays;
        } catch (const Error& e) {
            pruned.failure = e;
        }
        co_return pruned;
    }

private:
    /// Under `toolchain`. Empty: somebody else has removed it.
    std::optional<Choice> look_again(const std::string& toolchain) {
        const auto is_it = [&toolchain](const auto& each) {
            return dist::str(each.name) == toolchain;
        };
        std::vector<Candidate> candidates = list_candidates(means_.home, request_);
        const auto it = std::ranges::find_if(candidates, is_it);
        const auto before = std::ranges::find_if(seen_, is_it);
        if (it == candidates.end()) return std::nullopt;
        if (it->version != before->version) {
            return Choice{toolchain, it->last_use, "it was changed meanwhile"};
        }
        it->is_in_use = store::Users::look(means_.home).use(means_.home, toolchain);
        const auto at = static_cast<std::size_t>(it - candidates.begin());
        Choice choice = choose(candidates, request_.rules, now_seconds())[at];
        // By rules that do not ask for uses, too: whoever used it now may do so again.
        if (!choice.why_it_stays && candidates[at].last_use != before->last_use) {
            choice.why_it_stays = "it was used meanwhile";
        }
        return choice;
    }

    Means& means_;
    const PruneRequest& request_;
    std::vector<Candidate> seen_;
};

}  // namespace

task::awaitable<void> prune(Means& means, PruneRequest request,
                            std::function<void(const Pruned&)> tell) {
    Prune prune(means, request);
    auto look = [&prune](const OnWorker&) { return prune.look(); };
    const std::vector<Choice> choices = co_await task::offload(means.workers, look);
    for (const Choice& each : choices) {
        if (each.why_it_stays) tell({.choice = each});
    }
    store::FreedBytes freed;
    for (const Choice& each : choices) {
        if (each.why_it_stays) continue;
        Pruned pruned;
        if (request.dry_run) {
            auto count = [&](const OnWorker& on) { return prune.count(on, each.name, freed); };
            pruned.choice = each;
            pruned.planned = true;
            pruned.bytes = co_await task::offload(means.workers, count);
        } else {
            Choice choice = each;
            pruned = co_await prune.remove(std::move(choice));
        }
        tell(pruned);
    }
}

}  // namespace latchkey::upkeep
