#include "materialise.hpp"

#include <algorithm>
#include <array>
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

/// What is known of an artifact's tree, and pinned.
struct Look {
    enum class Verdict {
        absent,
        arrived,   ///< Unpacked, and in no toolchain yet.
        supplied,  ///< A toolchain has it.
        foreign,   ///< Its name is taken by one that this manifest does not vouch for.
    };
    Verdict verdict = Verdict::absent;
    std::string tree;
    std::optional<store::HeldSupply> supply;
    std::optional<lock::LockSet> pin;  ///< `pin <tree>`, shared.
};

/// Brings artifacts for one toolchain.
class Materialising {
public:
    Materialising(Services& services, std::string toolchain, Supplies& supplies)
        : services_(services),
          home_(services.home),
          toolchain_(std::move(toolchain)),
          supplies_(supplies),
          spoiled_(supplies.spoiled()) {}

    /// Finds what is there. Waits for a clean-up of the tree at most.
    task::awaitable<Look> look_around(const transfer::Artifact& artifact) {
        return look_at(artifact, store::tree_name(artifact.sources));
    }

    /// Brings what is not there, or waits for whoever is bringing it.
    task::awaitable<void> bring(const transfer::Artifact& artifact, Look found) {
        // What has arrived may be somebody's who is about to take it: then it is in his toolchain
        // next. Only with `unpack` held does it stay.
        bool there = found.verdict == Look::Verdict::supplied;
        while (!there) {
            if (found.verdict == Look::Verdict::foreign) {
                Look own = co_await look_at(artifact, store::own_tree_name(artifact.sources));
                found = std::move(own);
                there = found.verdict == Look::Verdict::supplied;
            } else {
                co_await unpack(artifact, found);
                there = found.verdict != Look::Verdict::foreign;
            }
        }
        if (found.supply) {
            supplies_.add(artifact.component, artifact.sources, found.supply->supply,
                          std::move(*found.pin), std::move(found.supply->ranges));
        } else {
            store::Supply supply{found.tree, std::nullopt};
            supplies_.add(artifact.component, artifact.sources, std::move(supply),
                          std::move(*found.pin), std::nullopt);
        }
    }

private:
    [[nodiscard]] std::string shown(const transfer::Artifact& artifact) const {
        return "'" + artifact.bar_name + "' of " + toolchain_;
    }

    /// Locks: `pin <tree>`, shared.
    void look(const transfer::Artifact& artifact, Look& found) const {
        found.verdict = Look::Verdict::absent;
        const auto header = store::find_tree(home_, found.tree);
        if (!header) return;
        if (!store::vouches(artifact.sources, *header)) {
            found.verdict = Look::Verdict::foreign;
            return;
        }
        found.supply = store::find_supply(home_, found.tree, spoiled_);
        if (found.supply) {
            found.verdict = Look::Verdict::supplied;
        } else if (store::has_arrived(home_, found.tree)) {
            found.verdict = Look::Verdict::arrived;
        }
    }

    task::awaitable<Look> look_at(const transfer::Artifact& artifact, std::string tree) {
        Look found;
        found.tree = std::move(tree);
        task::Waiting waiting = services_.waiting_for("the clean-up of " + shown(artifact));
        lock::LockSet pin = co_await task::acquire(services_.loop.workers(), home_.lock_file(),
                                                   lock::Key::pin(found.tree), lock::Mode::shared,
                                                   std::move(waiting));
        found.pin.emplace(std::move(pin));
        auto look_now = [this, &artifact, &found](const OnWorker&) { look(artifact, found); };
        co_await on_worker(services_, look_now);
        co_return found;
    }

    /// The download's permit comes before `unpack`: so artifacts begin in the order of their
    /// weight. Whoever has to wait for another process gives it to the next one meanwhile.
    task::awaitable<void> unpack(const transfer::Artifact& artifact, Look& found) {
        std::optional<task::Permits::Permit> permit;
        if (found.verdict == Look::Verdict::absent) co_await take_permit(artifact, permit);
        task::Waiting waiting = services_.waiting_for(shown(artifact));
        waiting.blocked = [&permit] { permit.reset(); };
        waiting.notice = [this, id = artifact.component.full_name(),
                          notice = waiting.notice](const lock::Blocker& blocker) {
            services_.reporter.phase(id, transfer::Phase::waiting, lock::str(blocker));
            notice(blocker);
        };
        lock::LockSet unpack = co_await task::acquire(services_.loop.workers(), home_.lock_file(),
                                                      lock::Key::unpack(found.tree),
                                                      lock::Mode::exclusive, std::move(waiting));
        auto check = [this, &artifact, &found, &unpack](const OnWorker& on) {
            look(artifact, found);
            if (found.verdict == Look::Verdict::absent &&
                store::check_arrived(on, home_, found.tree, unpack)) {
                found.verdict = Look::Verdict::arrived;
            }
        };
        co_await on_worker(services_, check);
        if (found.verdict != Look::Verdict::absent) co_return;
        if (!permit) co_await take_permit(artifact, permit);
        services_.reporter.phase(artifact.component.full_name(), transfer::Phase::downloading, "");
        co_await fetch_tree(services_, artifact, found.tree, unpack);
        found.verdict = Look::Verdict::arrived;
    }

    task::awaitable<void> take_permit(const transfer::Artifact& artifact,
                                      std::optional<task::Permits::Permit>& permit) {
        task::Permits::Permit got = co_await services_.transfer->acquire(artifact.weight);
        permit.emplace(std::move(got));
    }

    Services& services_;
    const store::Home home_;
    const std::string toolchain_;
    Supplies& supplies_;
    const std::set<std::string> spoiled_;
};

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

/// The bar goes however this ends.
class Bar {
public:
    Bar(Reporter& reporter, const transfer::Artifact& artifact)
        : reporter_(reporter), id_(artifact.component.full_name()) {
        reporter_.begin(id_, artifact.bar_name);
    }
    Bar(const Bar&) = delete;
    Bar& operator=(const Bar&) = delete;
    ~Bar() { reporter_.end(id_); }

    void done() { reporter_.phase(id_, transfer::Phase::done, ""); }

private:
    Reporter& reporter_;
    std::string id_;
};

task::awaitable<void> bring_with_bar(Services& services, Materialising& all,
                                     const transfer::Artifact& artifact, Look found,
                                     Failures& failures, std::size_t place) {
    Bar bar(services.reporter, artifact);
    std::optional<Error> failure;
    try {
        co_await all.bring(artifact, std::move(found));
        bar.done();
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

std::vector<TreeCopy> Supplies::release(const store::Home& home) {
    std::vector<TreeCopy> copies;
    for (Held& each : held_) {
        const std::optional<store::Place>& from = each.supply.from;
        copies.push_back({each.component, each.supply.tree,
                          from ? home.directory(*from) : home.arrived(each.supply.tree), from,
                          std::move(each.pin), std::move(each.ranges)});
    }
    held_.clear();
    return copies;
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
    Materialising all(services, std::move(toolchain), supplies);
    std::vector<task::awaitable<Look>> looks;
    for (const transfer::Artifact& artifact : artifacts) looks.push_back(all.look_around(artifact));
    std::vector<Look> found = co_await task::all(std::move(looks));
    Failures failures(artifacts.size());
    std::vector<task::awaitable<void>> tasks;
    for (const std::size_t place : places) {
        tasks.push_back(bring_with_bar(services, all, artifacts[place], std::move(found[place]),
                                       failures, place));
    }
    co_await task::all(std::move(tasks));
}

}  // namespace latchkey::toolchain
