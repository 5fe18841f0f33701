#include "expiry.hpp"

#include <algorithm>
#include <set>

#include "latchkey/base/error.hpp"
#include "manifest_path.hpp"

namespace latchkey::fleet {
namespace {

bool is_named(const LedgerRelease& release, const std::vector<Wanted>& wanted) {
    return std::ranges::any_of(wanted, [&](const Wanted& each) {
        return each.name.channel().str() == release.channel && each.name.date() == release.date;
    });
}

/// What the releases that are left name, whoever of them was to have it.
std::set<std::string> needed_archives(const OnWorker& on, const MirrorFolder& folder) {
    std::set<std::string> needed;
    for (const LedgerRelease& each : folder.ledger.releases) {
        on.check();
        needed.insert(each.archives.begin(), each.archives.end());
        const std::string path = manifest_path(each.channel, each.date);
        const auto text = folder.find_note(path);
        if (!text) continue;
        const dist::Manifest manifest = dist::parse_manifest(*text, folder.path() + "/" + path);
        for (std::string& archive : named_archives(manifest)) needed.insert(std::move(archive));
    }
    return needed;
}

}  // namespace

std::vector<LedgerRelease> find_expired(const Ledger& ledger, const std::vector<Wanted>& wanted,
                                        std::uint64_t keep) {
    std::set<std::string> channels;
    for (const Wanted& each : wanted) channels.insert(each.name.channel().str());
    std::vector<LedgerRelease> expired;
    for (const std::string& channel : channels) {
        std::vector<LedgerRelease> all;
        std::ranges::copy_if(ledger.releases, std::back_inserter(all),
                             [&](const LedgerRelease& each) { return each.channel == channel; });
        std::ranges::sort(all, std::ranges::greater(), &LedgerRelease::date);
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(
                                                 std::min<std::uint64_t>(keep, all.size())));
        std::erase_if(
            all, [&](const LedgerRelease& each) { return each.current || is_named(each, wanted); });
        expired.insert(expired.end(), all.rbegin(), all.rend());
    }
    return expired;
}

std::vector<RemovedRelease> expire(const OnWorker& on, MirrorFolder& folder,
                                   const std::vector<Wanted>& wanted, std::uint64_t keep) {
    const std::vector<LedgerRelease> expired = find_expired(folder.ledger, wanted, keep);
    if (expired.empty()) return {};
    for (const LedgerRelease& each : expired) {
        std::erase_if(folder.ledger.releases, [&](const LedgerRelease& other) {
            return other.channel == each.channel && other.date == each.date;
        });
    }
    const std::set<std::string> needed = needed_archives(on, folder);
    std::vector<RemovedRelease> removed;
    for (const LedgerRelease& each : expired) {
        // The checksum first: a client that does not find it knows that the release is gone.
        const std::string manifest = manifest_path(each.channel, each.date);
        for (const std::string& note : notes_of(manifest)) folder.remove_note(note);
        folder.remove_note(manifest);
        RemovedRelease told{each.channel, each.date, 0};
        for (const std::string& archive : each.archives) {
            on.check();
            if (!needed.contains(archive)) told.bytes += folder.remove_archive(archive);
        }
        removed.push_back(std::move(told));
    }
    folder.save();  // Until now the ledger on the disk has them, for a call after a kill.
    return removed;
}

}  // namespace latchkey::fleet
