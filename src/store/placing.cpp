#include "placing.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <span>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/directory_pair.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/metadata.hpp"

namespace latchkey::store {
namespace {

using platform::DirectoryEntry;
using platform::FileKind;

std::string below(const std::string& folder, const std::string& path) {
    return folder.empty() ? path : folder + "/" + path;
}

/// A copy beside its place, in the folder of rustup's notes, so that a kill leaves only what is
/// swept; then a rename.
void copy_beside(const std::string& from, const std::string& top, const std::string& path,
                 FileKind kind) {
    platform::make_directories(dist::note_path(top, ""));
    const std::string beside = dist::note_path(top, kBesidePrefix) + "copy";
    platform::remove_file(beside);
    if (kind == FileKind::symlink) {
        platform::make_link(platform::find_link(from).value_or(""), beside);
    } else {
        platform::copy_file(from, beside);
    }
    platform::rename_path(beside, top + "/" + path);
}

class Mover {
public:
    Mover(const OnWorker& on, const std::string& from, const std::string& to)
        : on_(on), from_(from), to_(to) {}

    /// Gives the path at which something stands in the way.
    std::string merge(const std::string& folder) {
        std::vector<DirectoryEntry> entries =
            platform::list_directory(folder.empty() ? from_ : from_ + "/" + folder);
        std::ranges::stable_sort(entries, {}, [&folder](const DirectoryEntry& entry) {
            return arrival_rank(below(folder, entry.name));
        });
        for (const DirectoryEntry& entry : entries) {
            on_.check();
            const std::string path = below(folder, entry.name);
            const auto there = platform::find_status(to_ + "/" + path);
            std::string conflict;
            if (!there) {
                conflict = move(path, entry.kind);
            } else if (entry.kind == FileKind::directory && there->kind == FileKind::directory) {
                conflict = merge(path);
            } else {
                conflict = path;
            }
            if (!conflict.empty()) return conflict;
        }
        return "";
    }

private:
    std::string move(const std::string& path, FileKind kind) {
        const std::string from = from_ + "/" + path;
        const std::string to = to_ + "/" + path;
        if (platform::try_rename(from, to)) return "";
        if (kind != FileKind::directory) {
            copy_beside(from, to_, path, kind);
            return "";
        }
        platform::make_directory(to);
        std::string conflict = merge(path);
        if (const auto status = platform::find_status(from)) {
            platform::change_mode(to, status->permissions);
        }
        return conflict;
    }

    const OnWorker& on_;
    const std::string& from_;
    const std::string& to_;
};

/// False where it is not there as it was unpacked; then `to` has it not.
bool link_sibling(const platform::DirectoryPair& folders, const IndexedFile& file,
                  const std::string& from, const std::string& to) {
    const std::string name = file.path.substr(file.path.rfind('/') + 1);  // npos + 1 is 0.
    const platform::NewName made = folders.try_add_name(name);
    const bool refused = made == platform::NewName::refused;
    if (refused ? !link_file_into(file.path, from, to) : made != platform::NewName::made)
        return false;
    const auto status = folders.find_status(name);
    if (status && looks_unchanged(*status, file)) return true;
    platform::remove_file(to + "/" + file.path);  // Somebody's edit is not for others.
    return false;
}

/// Links files of one rank, many of them on two threads: one begins with the first, the other with
/// the last, so that they seldom meet in one folder, whose lock each would wait for.
class Linking {
public:
    Linking(std::span<const IndexedFile* const> files, const std::string& from,
            const std::string& to)
        : left_(files), from_(from), to_(to) {}

    /// False: one is not as it was unpacked.
    bool run(const OnWorker& on) {
        const unsigned more = left_.size() >= kFilesAlone ? 1 : 0;
        on.spread(more, [this](const OnWorker& each) { work(each); });
        return !failed_;
    }

private:
    void work(const OnWorker& on) {
        const bool from_end = begun_.exchange(true);
        for (;;) {
            const auto share = take_share(from_end);
            if (share.empty()) return;
            if (!link(on, share)) failed_ = true;
        }
    }

    std::span<const IndexedFile* const> take_share(bool from_end) {
        const std::lock_guard lock(mutex_);
        if (failed_) return {};
        const std::size_t count = std::min(left_.size(), kShare);
        const auto share = from_end ? left_.last(count) : left_.first(count);
        left_ = from_end ? left_.first(left_.size() - count) : left_.subspan(count);
        return share;
    }

    /// Neighbours come one after another: a folder is opened once for all of them.
    bool link(const OnWorker& on, std::span<const IndexedFile* const> share) {
        std::optional<platform::DirectoryPair> folders;
        std::string opened;
        for (const IndexedFile* file : share) {
            on.check();
            const std::size_t slash = file->path.rfind('/');
            const std::string folder = slash == file->path.npos ? "" : file->path.substr(0, slash);
            if (!folders || folder != opened) {
                folders = platform::DirectoryPair::find(from_ + "/" + folder, to_ + "/" + folder);
                if (!folders) return false;
                opened = folder;
            }
            if (!link_sibling(*folders, *file, from_, to_)) return false;
        }
        return true;
    }

    /// So few are linked before another thread has begun.
    static constexpr std::size_t kFilesAlone = 1000;
    static constexpr std::size_t kShare = 250;

    std::mutex mutex_;
    std::span<const IndexedFile* const> left_;  // Guarded by the mutex.
    std::atomic<bool> begun_ = false;
    std::atomic<bool> failed_ = false;
    const std::string& from_;
    const std::string& to_;
};

}  // namespace

int arrival_rank(std::string_view path) {
    if (path == "lib" || path == "libexec" || path.starts_with("lib/") ||
        path.starts_with("libexec/")) {
        return 0;
    }
    if (!path.starts_with("bin")) return 1;
    return path.starts_with("bin/cargo") ? 3 : 2;
}

std::string find_reserved(const TreeIndex& index) {
    for (const std::string& directory : index.directories) {
        if (is_reserved(directory)) return directory;
    }
    for (const IndexedFile& file : index.files) {
        if (is_reserved(file.path)) return file.path;
    }
    return "";
}

std::string find_conflict(const OnWorker& on, const TreeIndex& index, const std::string& to) {
    const std::string reserved = find_reserved(index);
    if (!reserved.empty()) return reserved;
    // A folder that is not there yet has nothing that could stand in the way.
    std::string absent;
    const auto is_below_absent = [&absent](const std::string& path) {
        return !absent.empty() && path.starts_with(absent);
    };
    std::vector<std::pair<std::string_view, bool>> entries;
    for (const std::string& directory : index.directories) entries.emplace_back(directory, true);
    for (const IndexedFile& file : index.files) entries.emplace_back(file.path, false);
    std::ranges::sort(entries);
    for (const auto& [entry, is_folder] : entries) {
        on.check();
        const std::string path(entry);
        if (is_below_absent(path)) continue;
        const auto status = platform::find_status(to + "/" + path);
        if (!status) {
            if (is_folder) absent = path + "/";
            continue;
        }
        if (!is_folder || status->kind != FileKind::directory) return path;
    }
    return "";
}

std::string move_tree_into(const OnWorker& on, const std::string& from, const std::string& to) {
    return Mover(on, from, to).merge("");
}

bool link_tree_into(const OnWorker& on, const TreeIndex& index, const std::string& from,
                    const std::string& to) {
    std::vector<const IndexedFile*> files;
    files.reserve(index.files.size());
    for (const IndexedFile& file : index.files) files.push_back(&file);
    const auto rank = [](const IndexedFile* file) { return arrival_rank(file->path); };
    std::ranges::stable_sort(files, {}, rank);
    for (const std::string& directory : index.directories) {
        on.check();
        make_parents(directory + "/", from, to);
    }
    for (std::span<const IndexedFile* const> left = files; !left.empty();) {
        const auto end = std::ranges::upper_bound(left, rank(left.front()), {}, rank);
        const auto count = static_cast<std::size_t>(end - left.begin());
        if (!Linking(left.first(count), from, to).run(on)) return false;
        left = left.subspan(count);
    }
    return true;
}

void make_parents(const std::string& path, const std::string& from, const std::string& to) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return;
    const std::string parent = path.substr(0, slash);
    if (platform::find_status(to + "/" + parent)) return;
    make_parents(parent, from, to);
    platform::make_directory(to + "/" + parent);
    if (const auto status = platform::find_target_status(from + "/" + parent)) {
        platform::change_mode(to + "/" + parent, status->permissions);
    }
}

bool link_path_into(const std::string& path, const std::string& from, const std::string& to) {
    make_parents(path, from, to);
    return link_file_into(path, from, to);
}

bool link_file_into(const std::string& path, const std::string& from, const std::string& to) {
    const std::string source = from + "/" + path;
    const std::string place = to + "/" + path;
    const platform::NewName name = platform::try_add_name(source, place);
    if (name != platform::NewName::refused) return name == platform::NewName::made;
    const auto status = platform::find_status(source);
    if (!status) return false;
    if (status->kind == FileKind::symlink) {
        platform::make_link(platform::find_link(source).value_or(""), place);
    } else if (status->kind == FileKind::regular) {
        platform::copy_file(source, place);
    }
    return true;
}

}  // namespace latchkey::store
