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

/// What a look into the store says of a name.
enum class Verdict {
    absent,
    usable,
    foreign,  ///< There, but verified against a hash that this manifest does not list.
    damaged,  ///< There, and not as it was written.
};

/// Locks: `pin <tree>`, shared.
Verdict look(const OnWorker& on, const store::Home& home, const std::string& tree,
             const std::vector<dist::Source>& sources) {
    switch (store::check_tree(on, home, tree)) {
        case store::Condition::absent:
            return Verdict::absent;
        case store::Condition::damaged:
            return Verdict::damaged;
        case store::Condition::whole:
            break;
    }
    const auto header = store::find_tree(home, tree);
    return header && store::vouches(sources, *header) ? Verdict::usable : Verdict::foreign;
}

/// `<tree>-2`, then `-3`: a damaged tree is never mended where it lies.
std::string repair_name(const std::string& tree, unsigned repair) {
    return repair < 2 ? tree : tree + "-" + std::to_string(repair);
}

task::awaitable<void> materialise_one(Services& services, std::string toolchain, Artifact artifact,
                                      std::unique_ptr<task::Permits::Claim> claim, Pins& pins) {
    Reporter& reporter = services.reporter;
    const store::Home home = services.home;
    const std::string id = artifact.component.full_name();
    const std::string shown = "'" + artifact.short_name + "' of " + toolchain;
    std::string base = store::tree_name(artifact.sources);
    unsigned repair = 1;
    for (;;) {
        const std::string tree = repair_name(base, repair);
        auto look_now = [&home, &tree, &artifact](const OnWorker& on) {
            return look(on, home, tree, artifact.sources);
        };
        task::Waiting pin_waiting = services.waiting_for("the clean-up of " + shown);
        pin_waiting.blocked = [&claim] { claim->drop(); };
        lock::LockSet pin =
            co_await task::acquire(services.loop.workers(), home.lock_file(), lock::Key::pin(tree),
                                   lock::Mode::shared, std::move(pin_waiting));
        Verdict verdict = co_await on_worker(services, look_now);
        if (verdict == Verdict::absent) {
            task::Waiting waiting = services.waiting_for(shown);
            waiting.blocked = [&claim] { claim->drop(); };
            const auto notice = waiting.notice;
            waiting.notice = [&reporter, id, notice](const std::string& holder) {
                reporter.phase(id, Phase::waiting, holder);
                notice(holder);
            };
            lock::LockSet unpack = co_await task::acquire(
                services.loop.workers(), home.lock_file(), lock::Key::unpack(tree),
                lock::Mode::exclusive, std::move(waiting));
            verdict = co_await on_worker(services, look_now);
            if (verdict == Verdict::absent) {
                const task::Permits::Permit permit =
                    co_await services.downloads.acquire(artifact.weight, claim.get());
                reporter.phase(id, Phase::downloading, "");
                co_await fetch_tree(services, artifact, tree, unpack);
                verdict = Verdict::usable;
            }
        }
        if (verdict == Verdict::usable) {
            pins.add(artifact.component, artifact.sources, tree, std::move(pin));
            co_return;
        }
        if (verdict == Verdict::damaged) services.damage_met = true;
        const std::string own = store::own_tree_name(artifact.sources);
        if (verdict == Verdict::foreign && base != own) {
            base = own;
            repair = 1;
        } else {
            ++repair;
        }
    }
}

task::awaitable<void> with_bar(Services& services, std::string toolchain, Artifact artifact,
                               std::unique_ptr<task::Permits::Claim> claim, Pins& pins) {
    /// The bar goes however this ends.
    struct Bar {
        Reporter& reporter;
        std::string id;
        ~Bar() { reporter.end(id); }
    };
    const Bar bar{services.reporter, artifact.component.full_name()};
    services.reporter.begin(bar.id, artifact.short_name);
    co_await materialise_one(services, std::move(toolchain), std::move(artifact), std::move(claim),
                             pins);
    services.reporter.phase(bar.id, Phase::done, "");
}

}  // namespace

const std::string* Pins::find(const Artifact& artifact) const {
    for (const Pinned& each : pinned_) {
        if (each.component == artifact.component && each.sources == artifact.sources) {
            return &each.tree;
        }
    }
    return nullptr;
}

void Pins::add(const dist::Component& component, const std::vector<dist::Source>& sources,
               std::string tree, lock::LockSet pin) {
    pinned_.push_back({component, sources, std::move(tree), std::move(pin)});
}

task::awaitable<void> materialise(Services& services, std::string toolchain,
                                  std::vector<Artifact> artifacts, Pins& pins) {
    for (Artifact& artifact : artifacts) {
        artifact.weight = weight_of(artifact.component);
        artifact.together = artifacts.size();
    }
    std::stable_sort(artifacts.begin(), artifacts.end(),
                     [](const Artifact& a, const Artifact& b) { return a.weight > b.weight; });
    std::vector<task::awaitable<void>> tasks;
    for (Artifact& artifact : artifacts) {
        auto claim = services.downloads.claim(artifact.weight);
        tasks.push_back(with_bar(services, toolchain, std::move(artifact), std::move(claim), pins));
    }
    co_await task::first_of(task::all(std::move(tasks)), services.downloads.watch());
}

}  // namespace latchkey::toolchain
