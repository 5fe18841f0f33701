#include "materialise.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/store/tree.hpp"
#include "latchkey/task/group.hpp"

namespace latchkey::toolchain {
namespace {

/// Packages by the work that they usually are, the most first. A manifest does not tell sizes.
constexpr std::array<std::string_view, 12> kHeaviest = {"rustc",
                                                        "rust-docs",
                                                        "rustc-dev",
                                                        "llvm-tools-preview",
                                                        "rust-std",
                                                        "rustc-docs",
                                                        "rust-analyzer-preview",
                                                        "cargo",
                                                        "miri-preview",
                                                        "rust-src",
                                                        "clippy-preview",
                                                        "rustfmt-preview"};

std::uint64_t weight_of(const dist::Component& component) {
    const auto place = std::find(kHeaviest.begin(), kHeaviest.end(), component.pkg);
    return static_cast<std::uint64_t>(kHeaviest.end() - place);
}

/// What a look around says of a tree.
struct Look {
    enum class Verdict {
        absent,
        arrived,   ///< Unpacked, and in no toolchain yet.
        supplied,  ///< A toolchain has it.
        foreign,   ///< Its name is taken by one that this manifest does not vouch for.
    };
    Verdict verdict = Verdict::absent;
    std::optional<store::HeldSupply> supply;
};

/// Locks: `pin <tree>`, shared.
Look look(const store::Home& home, const std::string& tree,
          const std::vector<dist::Source>& sources, const std::set<std::string>& spoiled) {
    Look result;
    const auto header = store::find_tree(home, tree);
    if (!header) return result;
    if (!store::vouches(sources, *header)) {
        result.verdict = Look::Verdict::foreign;
        return result;
    }
    result.supply = store::find_supply(home, tree, spoiled);
    if (result.supply) {
        result.verdict = Look::Verdict::supplied;
    } else if (store::has_arrived(home, tree)) {
        result.verdict = Look::Verdict::arrived;
    }
    return result;
}

task::awaitable<void> materialise_one(Services& services, std::string toolchain,
                                      transfer::Artifact artifact,
                                      std::unique_ptr<task::Permits::Claim> claim,
                                      Supplies& supplies) {
    Reporter& reporter = services.reporter;
    const store::Home home = services.home;
    const std::string id = artifact.component.full_name();
    const std::string shown = "'" + artifact.bar_name + "' of " + toolchain;
    const std::set<std::string> spoiled = supplies.spoiled();
    std::string tree = store::tree_name(artifact.sources);
    for (;;) {
        auto look_now = [&home, &tree, &artifact, &spoiled](const OnWorker&) {
            return look(home, tree, artifact.sources, spoiled);
        };
        task::Waiting pin_waiting = services.waiting_for("the clean-up of " + shown);
        pin_waiting.blocked = [&claim] { claim->drop(); };
        lock::LockSet pin =
            co_await task::acquire(services.loop.workers(), home.lock_file(), lock::Key::pin(tree),
                                   lock::Mode::shared, std::move(pin_waiting));
        Look found = co_await on_worker(services, look_now);
        // What has arrived may be somebody's who is about to take it: then it is in his toolchain
        // next.
        if (found.verdict == Look::Verdict::absent || found.verdict == Look::Verdict::arrived) {
            task::Waiting waiting = services.waiting_for(shown);
            waiting.blocked = [&claim] { claim->drop(); };
            const auto notice = waiting.notice;
            waiting.notice = [&reporter, id, notice](const std::string& holder) {
                reporter.phase(id, transfer::Phase::waiting, holder);
                notice(holder);
            };
            lock::LockSet unpack = co_await task::acquire(
                services.loop.workers(), home.lock_file(), lock::Key::unpack(tree),
                lock::Mode::exclusive, std::move(waiting));
            auto check = [&home, &tree, &artifact, &spoiled, &unpack](const OnWorker& on) {
                Look now = look(home, tree, artifact.sources, spoiled);
                if (now.verdict == Look::Verdict::absent &&
                    store::check_arrived(on, home, tree, unpack)) {
                    now.verdict = Look::Verdict::arrived;
                }
                return now;
            };
            found = co_await on_worker(services, check);
            if (found.verdict == Look::Verdict::absent) {
                const task::Permits::Permit permit =
                    co_await services.transfer->acquire(artifact.weight, claim.get());
                reporter.phase(id, transfer::Phase::downloading, "");
                co_await fetch_tree(services, artifact, tree, unpack);
                found.verdict = Look::Verdict::arrived;
            }
        }
        if (found.verdict == Look::Verdict::foreign) {
            tree = store::own_tree_name(artifact.sources);
            continue;
        }
        if (found.supply) {
            supplies.add(artifact.component, artifact.sources, found.supply->supply, std::move(pin),
                         std::move(found.supply->ranges));
        } else {
            store::Supply supply{tree, std::nullopt};
            supplies.add(artifact.component, artifact.sources, std::move(supply), std::move(pin),
                         std::nullopt);
        }
        co_return;
    }
}

/// Of several archives that are bad or not there, the one that is told is the first in the
/// manifest's order, whichever failed first: so it is rustup's, and the same each time.
///
/// Thread: the loop's.
class Failures {
public:
    explicit Failures(std::size_t count) : ended_(count, false), failures_(count) {}

    /// `place` is in the manifest's order.
    ///
    /// Throws: what is to be told, as soon as all before it have ended.
    void end(std::size_t place, std::optional<Error> failure) {
        ended_[place] = true;
        failures_[place] = std::move(failure);
        for (std::size_t i = 0; i < ended_.size() && ended_[i]; ++i) {
            if (failures_[i]) throw *failures_[i];
        }
    }

private:
    std::vector<bool> ended_;
    std::vector<std::optional<Error>> failures_;
};

/// What the server has is to blame, and will be after any wait.
bool is_the_servers(const Error& failure) {
    return failure.code() == Errc::corrupt || failure.code() == Errc::not_found;
}

task::awaitable<void> with_bar(Services& services, std::string toolchain,
                               transfer::Artifact artifact,
                               std::unique_ptr<task::Permits::Claim> claim, Supplies& supplies,
                               Failures& failures, std::size_t place) {
    /// The bar goes however this ends.
    struct Bar {
        Reporter& reporter;
        std::string id;
        ~Bar() { reporter.end(id); }
    };
    const Bar bar{services.reporter, artifact.component.full_name()};
    services.reporter.begin(bar.id, artifact.bar_name);
    std::optional<Error> failure;
    try {
        co_await materialise_one(services, std::move(toolchain), std::move(artifact),
                                 std::move(claim), supplies);
        services.reporter.phase(bar.id, transfer::Phase::done, "");
    } catch (const Error& e) {
        if (!is_the_servers(e)) throw;
        failure = e;
    }
    failures.end(place, std::move(failure));
}

}  // namespace

const store::Supply* Supplies::find(const transfer::Artifact& artifact) const {
    for (const Held& each : held_) {
        if (each.component == artifact.component && each.sources == artifact.sources) {
            return &each.supply;
        }
    }
    return nullptr;
}

void Supplies::add(const dist::Component& component, const std::vector<dist::Source>& sources,
                   store::Supply supply, lock::LockSet pin, std::optional<lock::LockSet> ranges) {
    held_.push_back({component, sources, std::move(supply), std::move(pin), std::move(ranges)});
}

void Supplies::forget(const std::optional<store::Place>& spoiled) {
    // Nobody collects meanwhile what is only to be looked for again.
    for (Held& each : held_) pins_.insert_or_assign(each.supply.tree, std::move(each.pin));
    held_.clear();
    if (spoiled) avoid(*spoiled);
}

task::awaitable<void> materialise(Services& services, std::string toolchain,
                                  std::vector<transfer::Artifact> artifacts, Supplies& supplies) {
    std::vector<std::size_t> places;
    for (transfer::Artifact& artifact : artifacts) {
        places.push_back(places.size());
        artifact.weight = weight_of(artifact.component);
        artifact.together = artifacts.size();
    }
    std::ranges::stable_sort(places, std::ranges::greater(),
                             [&](std::size_t place) { return artifacts[place].weight; });
    Failures failures(artifacts.size());
    std::vector<task::awaitable<void>> tasks;
    for (const std::size_t place : places) {
        auto claim = services.transfer->claim(artifacts[place].weight);
        tasks.push_back(with_bar(services, toolchain, std::move(artifacts[place]), std::move(claim),
                                 supplies, failures, place));
    }
    co_await task::first_of(task::all(std::move(tasks)), services.transfer->watch());
}

}  // namespace latchkey::toolchain
