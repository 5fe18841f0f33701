#include "latchkey/fleet/mirror.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "channel_files.hpp"
#include "expiry.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/wait.hpp"
#include "latchkey/transfer/transfer.hpp"
#include "manifest_path.hpp"
#include "mirror_folder.hpp"
#include "recheck.hpp"

namespace latchkey::fleet {
namespace {

using Notes = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// A manifest, its signature, and last its checksum.
void append_notes(Notes& notes, const std::string& path, const ChannelFiles& files) {
    notes.emplace_back(path, files.text);
    notes.emplace_back(path + ".asc", files.signature);
    notes.emplace_back(path + ".sha256", files.checksum);
}

/// The bar goes however this ends.
class Bar {
public:
    Bar(toolchain::Reporter& reporter, const Archive& archive)
        : reporter_(reporter), id_(archive.path) {
        reporter_.begin(id_, archive.name);
        reporter_.phase(id_, transfer::Phase::downloading, "");
    }
    Bar(const Bar&) = delete;
    Bar& operator=(const Bar&) = delete;
    ~Bar() { reporter_.end(id_); }

    void done() { reporter_.phase(id_, transfer::Phase::done, ""); }

private:
    toolchain::Reporter& reporter_;
    std::string id_;
};

/// One call of mirror(), with the folder's range held.
class Mirroring {
public:
    Mirroring(Means& means, const MirrorRequest& request, MirrorFolder& folder)
        : means_(means),
          request_(request),
          folder_(folder),
          transfer_(transfer::make_transfer(means.loop, means.client, means.home, means.variables,
                                            means.mirrors)) {}

    task::awaitable<Mirrored> run() {
        if (request_.verify) co_await verify();
        for (const Wanted& each : request_.wanted) co_await bring_release(each);
        if (request_.keep) {
            auto expire_now = [this](const OnWorker& on) {
                return expire(on, folder_, request_.wanted, *request_.keep);
            };
            result_.removed = co_await on_worker(expire_now);
        }
        auto sweep = [this](const OnWorker&) { folder_.sweep_parts(); };
        co_await on_worker(sweep);
        co_return std::move(result_);
    }

private:
    /// What is damaged comes anew; of a release that is asked for, also what describes it.
    task::awaitable<void> verify() {
        auto read = [this](const OnWorker& on) { return recheck(on, folder_); };
        const Rechecked found = co_await on_worker(read);
        result_.verified = found.files;
        MirroredRelease told;
        told.name = "what is damaged";
        co_await bring_archives(found.bad, told);
        for (const Archive& each : found.bad) result_.brought_back.push_back(each.path);
        std::vector<std::string> left = found.foreign;
        for (const std::string& path : found.manifests) {
            (is_asked_for(path) ? result_.brought_back : left).push_back(path);
        }
        if (left.empty()) co_return;
        throw Error(
            Errc::corrupt,
            fmt::format("in the mirror '{}' these files are damaged or gone: {}; delete them "
                        "and name their releases to have them fetched again",
                        folder_.path(), join(left, ", ")));
    }

    [[nodiscard]] bool is_asked_for(const std::string& manifest) const {
        return std::ranges::any_of(request_.wanted, [&](const Wanted& each) {
            const std::string channel = each.name.channel().str();
            return manifest_path(channel, each.name.date()) == manifest ||
                   (!each.name.date() &&
                    std::ranges::any_of(folder_.ledger.releases, [&](const LedgerRelease& release) {
                        return release.channel == channel && release.current &&
                               manifest_path(channel, release.date) == manifest;
                    }));
        });
    }

    /// Blocking work; `job` has a name at the call.
    template <typename Job>
    task::awaitable<std::invoke_result_t<Job&, const OnWorker&>> on_worker(Job& job) {
        return task::offload(means_.loop.workers(), job);
    }

    task::awaitable<void> bring_release(const Wanted& wanted) {
        const std::string channel = wanted.name.channel().str();
        const std::optional<std::string>& date = wanted.name.date();
        auto find = [&](const OnWorker&) {
            return folder_.find_note(manifest_path(channel, date));
        };
        std::optional<std::string> known = co_await on_worker(find);
        const ChannelFiles files =
            co_await fetch_channel_files(means_, wanted.name, std::move(known));
        Selected selected = select(files.manifest, wanted, request_.selection);
        for (const std::string& warning : selected.warnings) means_.reporter.warn(warning);
        const std::string day = date.value_or(files.manifest.date);
        Notes notes;
        append_notes(notes, manifest_path(channel, day), files);
        if (!date) append_notes(notes, manifest_path(channel, std::nullopt), files);

        MirroredRelease told;
        told.name = wanted.name.manifest_name();
        told.date = files.manifest.date;
        told.manifest_hash = files.hash;
        told.is_signed = files.signature.has_value();
        told.archives = selected.archives.size();
        std::vector<Archive> missing;
        auto promise = [&](const OnWorker& on) {
            missing = folder_.find_missing(on, selected.archives);
            for (const auto& [path, text] : notes) folder_.claim(path, text);
            note_release(channel, day, files.hash, selected.archives);
            folder_.save();
        };
        co_await on_worker(promise);
        co_await bring_archives(missing, told);
        auto publish = [&](const OnWorker&) {
            told.is_new = !folder_.has_note(notes.back().first, files.checksum);
            folder_.publish(notes);
            mark_published(channel, day, !date);
            folder_.save();
            told.files = files_of(selected.archives, notes);
        };
        co_await on_worker(publish);
        result_.releases.push_back(told);
    }

    void note_release(const std::string& channel, const std::string& date, const std::string& hash,
                      const std::vector<Archive>& archives) {
        LedgerRelease* release = folder_.ledger.find(channel, date);
        if (release == nullptr) {
            release = &folder_.ledger.releases.emplace_back();
            release->channel = channel;
            release->date = date;
        }
        release->hash = hash;
        for (const Archive& each : archives) release->archives.insert(each.path);
    }

    [[nodiscard]] std::vector<std::string> files_of(const std::vector<Archive>& archives,
                                                    const Notes& notes) const {
        std::vector<std::string> paths;
        for (const auto& [path, text] : notes) {
            if (text) paths.push_back(path);
        }
        for (const Archive& each : archives) {
            paths.push_back(each.path);
            for (const std::string& note : notes_of(each.path)) {
                if (folder_.find_note(note)) paths.push_back(note);
            }
        }
        return paths;
    }

    void mark_published(const std::string& channel, const std::string& date, bool current) {
        for (LedgerRelease& each : folder_.ledger.releases) {
            if (each.channel != channel) continue;
            if (each.date == date) each.published = true;
            if (current) each.current = each.date == date;
        }
    }

    /// All at once; the transfer's permits say how many of them come at a time.
    task::awaitable<void> bring_archives(const std::vector<Archive>& archives,
                                         MirroredRelease& told) {
        if (archives.empty()) co_return;
        means_.reporter.info(fmt::format("fetching {} archive{} of {} {}", archives.size(),
                                         archives.size() == 1 ? "" : "s", told.name, told.date));
        std::vector<task::awaitable<void>> tasks;
        for (const Archive& each : archives) tasks.push_back(bring_archive(each, told));
        co_await task::all(std::move(tasks));
        auto save = [this](const OnWorker&) { folder_.save(); };
        co_await on_worker(save);
    }

    task::awaitable<void> bring_archive(const Archive& archive, MirroredRelease& told) {
        const task::Permits::Permit permit = co_await transfer_->acquire(1);
        Bar bar(means_.reporter, archive);
        transfer::WholeFile file{archive.path, archive.name, archive.url, archive.hash,
                                 folder_.part(archive.hash)};
        co_await transfer_->bring_file(means_.reporter, std::move(file));
        const auto checksum = co_await fetch_note(means_, archive.url + ".sha256");
        const auto signature = co_await fetch_note(means_, archive.url + ".asc");
        const task::Permits::Permit turn = co_await folder_turn_.acquire(1);
        auto place = [&](const OnWorker&) {
            // Before the archive: what a killed process leaves out would never come.
            if (checksum && checksum->starts_with(archive.hash)) {
                folder_.add_note(archive.path + ".sha256", *checksum);
            }
            if (signature) folder_.add_note(archive.path + ".asc", *signature);
            folder_.place(archive);
            return folder_.ledger.files[archive.path].size_bytes.value_or(0);
        };
        told.fetched_bytes += co_await on_worker(place);
        ++told.fetched;
        bar.done();
    }

    Means& means_;
    const MirrorRequest& request_;
    MirrorFolder& folder_;
    std::unique_ptr<transfer::Transfer> transfer_;
    task::Permits folder_turn_{1};  ///< The folder's, of archives that come at the same time.
    Mirrored result_;
};

}  // namespace

task::awaitable<Mirrored> mirror(Means& means, MirrorRequest request) {
    MirrorFolder folder(request.folder);
    auto check = [&](const OnWorker&) { check_mirror_folder(request.folder, means.home.root()); };
    co_await task::offload(means.loop.workers(), check);
    task::Waiting waiting;
    waiting.patience = means.variables.lock_timeout;
    waiting.notice = [&](const lock::Blocker& blocker) {
        means.reporter.wait("the mirror '" + folder.path() + "'", blocker);
    };
    const lock::LockSet held =
        co_await task::acquire(means.loop.workers(), folder.lock_file(), mirror_key(),
                               lock::Mode::exclusive, std::move(waiting));
    auto load = [&](const OnWorker&) { folder.load(); };
    co_await task::offload(means.loop.workers(), load);
    Mirroring mirroring(means, request, folder);
    try {
        Mirrored result = co_await mirroring.run();
        co_return result;
    } catch (const Error& e) {
        if (e.code() != Errc::no_room) throw;
        throw e.in(
            fmt::format("the disk of the mirror '{}' is full; what has come is kept, so make "
                        "room and run the command again",
                        folder.path()));
    }
}

}  // namespace latchkey::fleet
