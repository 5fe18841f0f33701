#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "inspection.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/mend.hpp"
#include "latchkey/store/supply.hpp"
#include "latchkey/upkeep/verify.hpp"

namespace latchkey::upkeep {
namespace {

using toolchain::TreeCopy;

bool is_same(const store::State& one, const store::State& other) {
    return one.word == other.word && one.where == other.where;
}

/// Repairs one toolchain.
///
/// Thread: the loop's; its blocking parts run on workers, one at a time.
class Repair {
public:
    Repair(Means& means, Inspection found)
        : means_(means), found_(std::move(found)), toolchain_(found_.report.toolchain) {}

    task::awaitable<Report> run() {
        if (!found_.damages.empty() && found_.state) {
            auto check = [this](const OnWorker&) {
                const platform::Fd lock_file = means_.home.lock_file().open_exclusive();
            };
            co_await task::offload(means_.workers, check);
            co_await find_manifest();
            co_await repair_from_here();
            if (needs_copies() && !moved_) co_await repair_from_server();
            co_await means_.engine.clean_up_after(toolchain_);
        }
        for (const Damage& each : found_.damages) settle_finding(each);
        co_return std::move(found_.report);
    }

    /// Whether the toolchain was changed meanwhile: then all is to be looked at again.
    [[nodiscard]] bool moved() const noexcept { return moved_; }

private:
    [[nodiscard]] Finding& finding_of(const Damage& damage) {
        return found_.report.findings[damage.finding];
    }

    void settle_finding(const Damage& damage) {
        Finding& finding = finding_of(damage);
        finding.repaired = damage.repaired;
        if (damage.repaired) return;
        const auto failure = failures_.find(damage.finding);
        const std::string why = failure != failures_.end() ? failure->second
                                : failure_                 ? failure_->what()
                                : damage.note              ? "what it said is written nowhere else"
                                                           : "no good copy was found";
        finding.reason += "; could not be repaired: " + why;
    }

    /// Whether the file itself must come from somewhere.
    [[nodiscard]] bool needs_copy(const Damage& damage) const {
        return !damage.repaired && damage.file && !failures_.contains(damage.finding);
    }
    [[nodiscard]] bool needs_copies() const {
        return std::ranges::any_of(found_.damages,
                                   [this](const Damage& each) { return needs_copy(each); });
    }

    // --- the manifest

    /// Finds the text of a channel manifest that is damaged: what has to be fetched is known by it.
    task::awaitable<void> find_manifest() {
        const auto damage = std::ranges::find_if(found_.damages, [](const Damage& each) {
            return each.note && each.note->name == dist::kManifestNote && !each.note->text;
        });
        if (damage == found_.damages.end()) co_return;
        auto look = [this](const OnWorker&) {
            return store::find_manifest_elsewhere(means_.home, toolchain_, *found_.state);
        };
        std::optional<std::string> text = co_await task::offload(means_.workers, look);
        if (!text) text = co_await fetch_manifest(damage->finding);
        damage->note->text = std::move(text);
    }

    task::awaitable<std::optional<std::string>> fetch_manifest(std::size_t finding) {
        const auto name = dist::ToolchainName::parse(toolchain_);
        const std::string hash = found_.state->manifest_hash;
        std::optional<std::string> text;
        if (!name || hash.empty()) co_return text;
        auto read = [this](const OnWorker&) { return find_date(); };
        std::optional<std::string> date = co_await task::offload(means_.workers, read);
        try {
            text = co_await means_.engine.find_manifest(*name, hash, std::move(date));
        } catch (const Error& e) {
            failures_[finding] = e.what();
        }
        if (text && text->size() != found_.state->metadata.manifest_bytes) text.reset();
        co_return text;
    }

    /// The day of the release, by what is left of its manifest.
    [[nodiscard]] std::optional<std::string> find_date() const {
        const auto text =
            platform::find_file_text(dist::note_path(found_.directory, dist::kManifestNote));
        constexpr std::string_view kBefore = "\ndate = \"";
        constexpr std::size_t kDateLength = 10;  // YYYY-MM-DD
        const std::size_t at = text ? text->find(kBefore) : std::string::npos;
        if (at == std::string::npos) return std::nullopt;
        std::string date = text->substr(at + kBefore.size(), kDateLength);
        const bool is_date = date.size() == kDateLength &&
                             date.find_first_not_of("0123456789-") == std::string::npos;
        return is_date ? std::optional(std::move(date)) : std::nullopt;
    }

    // --- files

    /// From other toolchains of this home.
    task::awaitable<void> repair_from_here() {
        const std::string own = found_.state->place(toolchain_).name();
        std::set<std::string> avoided{own};
        for (;;) {
            std::vector<TreeCopy> copies;
            auto look = [&](const OnWorker&) { copies = find_copies(avoided); };
            co_await task::offload(means_.workers, look);
            const std::set<std::string> spoiled = co_await mend(copies);
            if (spoiled.empty()) break;
            avoided.insert(spoiled.begin(), spoiled.end());
        }
        avoided_ = std::move(avoided);
    }

    [[nodiscard]] std::vector<TreeCopy> find_copies(const std::set<std::string>& avoided) const {
        std::vector<TreeCopy> copies;
        for (const Damage& each : found_.damages) {
            const bool known =
                std::ranges::find(copies, each.component, &TreeCopy::component) != copies.end();
            if (known || !needs_copy(each)) continue;
            auto supply = store::find_supply(means_.home, each.tree, avoided);
            if (!supply) continue;
            const store::Place place = *supply->supply.from;
            copies.push_back({each.component, each.tree, means_.home.directory(place), place,
                              std::nullopt, std::move(supply->ranges)});
        }
        return copies;
    }

    task::awaitable<void> repair_from_server() {
        std::vector<dist::Component> components;
        for (const Damage& each : found_.damages) {
            if (needs_copy(each) &&
                std::ranges::find(components, each.component) == components.end()) {
                components.push_back(each.component);
            }
        }
        try {
            const std::vector<TreeCopy> copies =
                co_await means_.engine.bring_copies(toolchain_, components, avoided_);
            const std::set<std::string> spoiled = co_await mend(copies);
        } catch (const Error& e) {
            failure_ = e;
        }
    }

    /// One round under `toolchain`: what these copies have, and what needs none.
    ///
    /// Returns: the places whose copies are bad, too.
    task::awaitable<std::set<std::string>> mend(const std::vector<TreeCopy>& copies) {
        const lock::LockSet range = co_await means_.engine.lock_toolchain(toolchain_);
        auto job = [this, &copies, &range](const OnWorker& on) {
            return mend_now(on, copies, range);
        };
        std::set<std::string> spoiled = co_await task::offload(means_.workers, job);
        co_return spoiled;
    }

    std::set<std::string> mend_now(const OnWorker& on, const std::vector<TreeCopy>& copies,
                                   const lock::LockSet& range) {
        std::set<std::string> spoiled;
        const auto state = store::find_state(means_.home, toolchain_);
        if (!state || !is_same(*state, *found_.state)) {
            moved_ = true;
            return {};
        }
        for (Damage& each : found_.damages) {
            if (each.repaired || failures_.contains(each.finding)) continue;
            const store::StateComponent* there = state->find(each.component);
            if (each.file && (there == nullptr || there->tree != each.tree)) {
                each.repaired = true;  // The component is gone, and its damage with it.
                continue;
            }
            try {
                each.repaired = each.note ? mend_note(on, *each.note, range)
                                          : mend_file(on, each, copies, spoiled, range);
            } catch (const Error& e) {
                failures_[each.finding] = e.what();
            }
        }
        store::end_mending(on, means_.home, toolchain_, range);
        return spoiled;
    }

    bool mend_note(const OnWorker& on, const store::NoteFlaw& note, const lock::LockSet& range) {
        if (!note.text) return false;
        std::optional<store::NoteTime> time;
        if (note.name == dist::kManifestNote) {
            const store::Fingerprint& known = found_.state->metadata;
            time = store::NoteTime{known.manifest_seconds, known.manifest_nanoseconds};
        }
        store::put_note(on, means_.home, toolchain_, found_.directory, note.name, *note.text, time,
                        range);
        return true;
    }

    bool mend_file(const OnWorker& on, const Damage& damage, const std::vector<TreeCopy>& copies,
                   std::set<std::string>& spoiled, const lock::LockSet& range) {
        // Again: meanwhile another process may have repaired it.
        auto flaw = store::find_flaw(on, *damage.file, store::Depth::content);
        if (!flaw || *flaw == store::Flaw::mode) {
            store::set_status(*damage.file, range);
            flaw = store::find_flaw(on, *damage.file, store::Depth::content);
        }
        if (!flaw) return true;
        const auto copy = std::ranges::find(copies, damage.component, &TreeCopy::component);
        if (copy == copies.end()) return false;
        if (store::put_file(on, means_.home, toolchain_, *damage.file, copy->directory, range)) {
            return true;
        }
        if (copy->place) spoiled.insert(copy->place->name());
        return false;
    }

    Means& means_;
    Inspection found_;
    const std::string toolchain_;
    bool moved_ = false;  ///< The toolchain is not what was looked at.
    std::set<std::string> avoided_;
    std::optional<Error> failure_;                 ///< Why nothing more could be had.
    std::map<std::size_t, std::string> failures_;  ///< Finding → why it could not be repaired.
};

task::awaitable<Inspection> inspect_on_worker(Means& means, std::string toolchain,
                                              store::Depth depth) {
    const unsigned more = means.workers.threads() - 1;
    auto look = [&](const OnWorker& on) { return inspect(on, means.home, toolchain, depth, more); };
    Inspection found = co_await task::offload(means.workers, look);
    co_return found;
}

}  // namespace

task::awaitable<Report> verify(Means& means, std::string toolchain, store::Depth depth) {
    Inspection found = co_await inspect_on_worker(means, std::move(toolchain), depth);
    co_return std::move(found.report);
}

task::awaitable<Report> repair(Means& means, std::string toolchain, store::Depth depth) {
    for (;;) {
        Inspection found = co_await inspect_on_worker(means, toolchain, depth);
        Repair repair(means, std::move(found));
        Report report = co_await repair.run();
        if (!repair.moved()) co_return report;
    }
}

}  // namespace latchkey::upkeep
