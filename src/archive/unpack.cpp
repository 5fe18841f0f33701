#include "latchkey/archive/unpack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <optional>

#include "entry_names.hpp"
#include "latchkey/archive/tar_reader.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/file_error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "payload.hpp"
#include "tree_writer.hpp"
#include "write_queue.hpp"

namespace latchkey::archive {

namespace {

constexpr std::string_view kVersionName = "rust-installer-version";
constexpr std::string_view kComponentsName = "components";
constexpr std::string_view kManifestName = "manifest.in";
constexpr std::string_view kSupportedVersion = "3";
constexpr std::size_t kMaxListBytes = 64 * 1024 * 1024;
constexpr std::size_t kMaxVersionBytes = 1024;
constexpr std::size_t kMaxComponents = 64;
constexpr mode_t kMissingParentMode = 0755;

// More than the processors can run only take turns at the file system's locks.
unsigned more_writers() {
    return std::clamp(platform::processor_count(), 2U, 4U) - 1;
}

// A directory of the package that may be a component's: whether it is, `components` says, and that
// may come after the files.
struct Candidate {
    std::string name;
    std::unique_ptr<TreeWriter> tree = {};
    bool has_manifest = false;
    std::optional<Payload> payload = {};  // Empty with a manifest: that is corrupt.
};

// Moves what is in `from` into `to`, which may have some of its folders. Gives the first path at
// which both have something else; empty: all is moved.
std::string merge(const OnWorker& on, const std::string& from, const std::string& to) {
    for (const platform::DirectoryEntry& entry : platform::list_directory(from)) {
        on.check();
        const std::string source = from + "/" + entry.name;
        const std::string target = to + "/" + entry.name;
        if (platform::rename_new(source, target)) continue;
        const bool both = entry.kind == platform::FileKind::directory &&
                          platform::find_status(target)->kind == platform::FileKind::directory;
        if (!both) return entry.name;
        const std::string conflict = merge(on, source, target);
        if (!conflict.empty()) return entry.name + "/" + conflict;
    }
    return {};
}

class Unpacker {
public:
    Unpacker(const OnWorker& on, ByteSource& tar, const UnpackRequest& request)
        : on_(on),
          tar_(on, tar),
          request_(request),
          takes_all_(request.component_full.empty()),
          queue_(request.waiting_bytes) {
        if (takes_all_) return;
        candidates_.push_back({.name = request.component_full});
        if (request.component_pkg != request.component_full) {
            candidates_.push_back({.name = request.component_pkg});
        }
    }

    Unpacked run() {
        const auto reader = std::this_thread::get_id();
        on_.spread(more_writers(), [this, reader](const OnWorker& each) {
            if (std::this_thread::get_id() == reader) {
                read_all();
            } else {
                queue_.work(each);
            }
        });
        require_version();
        require_components();
        for (const Candidate* chosen : chosen_) require_payload(*chosen);
        return finish();
    }

private:
    void read_all() {
        try {
            while (const auto entry = tar_.next_entry()) {
                take(*entry);
                if (queue_.failed()) return;  // Whoever failed says why.
            }
            queue_.finish(on_);
        } catch (...) {
            queue_.abandon();
            throw;
        }
    }

    void take(const TarEntry& entry) {
        const bool is_file = entry.kind == TarEntry::Kind::file;
        if (is_file && entry.path.ends_with('/')) {
            throw unsupported_path_error(entry.path);
        }
        const std::string path = parse_entry_path(entry.path);
        if (path.empty()) return;
        const std::vector<std::string> missing = names_.add(path, entry.kind);
        for (const std::string& parent : missing) {
            warnings_.push_back(fmt::format("unexpected: missing parent '{}/{}' for '{}'",
                                            request_.staging, printable_line(parent),
                                            printable_line(entry.path)));
            add_to_component(parent, TarEntry::Kind::directory, kMissingParentMode, 0);
        }
        if (is_file && path == kVersionName) {
            version_ = read_text(path, kMaxVersionBytes);
        } else if (is_file && path == kComponentsName) {
            components_ = read_text(path, kMaxListBytes);
            choose(*components_);
        } else {
            add_to_component(path, entry.kind, entry.mode, entry.size_bytes);
        }
    }

    void add_to_component(const std::string& path, TarEntry::Kind kind, mode_t mode,
                          std::uint64_t size_bytes) {
        const std::size_t slash = path.find('/');
        if (slash == std::string::npos) return;
        Candidate* candidate = find_candidate(path.substr(0, slash));
        if (candidate == nullptr) return;
        const std::string inner = path.substr(slash + 1);
        const bool is_file = kind == TarEntry::Kind::file;
        if (is_file && inner == kManifestName) {
            candidate->has_manifest = true;
            candidate->payload = Payload::parse(read_text(path, kMaxListBytes));
            return;
        }
        if (is_file && candidate->has_manifest &&
            (!candidate->payload || !candidate->payload->takes_file(inner))) {
            return;
        }
        if (request_.case_folding) folded_names_.add(takes_all_ ? inner : path);
        TreeWriter& tree = tree_of(*candidate);
        if (!is_file) {
            tree.add_directory(inner);
        } else if (size_bytes <= WriteQueue::kSmallBytes) {
            queue_.add(tree, tree.prepare(inner, mode), tar_);
        } else {
            tree.save(tree.prepare(inner, mode), tar_);
        }
    }

    // Null for directories that are no candidate's, or known not to be the component's.
    Candidate* find_candidate(std::string_view name) {
        const auto found = std::ranges::find(candidates_, name, &Candidate::name);
        if (found != candidates_.end()) {
            const bool passed = components_ && std::ranges::find(chosen_, &*found) == chosen_.end();
            return passed ? nullptr : &*found;
        }
        return takes_all_ && !components_ ? &add_candidate(name) : nullptr;
    }

    Candidate& add_candidate(std::string_view name) {
        if (candidates_.size() == kMaxComponents) {
            throw Error(Errc::unsupported,
                        fmt::format("the package has more than {} components", kMaxComponents));
        }
        candidates_.push_back({.name = std::string(name)});
        return candidates_.back();
    }

    TreeWriter& tree_of(Candidate& candidate) {
        if (!candidate.tree) {
            candidate.tree = std::make_unique<TreeWriter>(
                fmt::format("{}/candidate-{}", request_.staging, trees_++));
        }
        return *candidate.tree;
    }

    std::string read_text(const std::string& path, std::size_t max_bytes) {
        std::string text;
        for (auto bytes = tar_.next_data(); !bytes.empty(); bytes = tar_.next_data()) {
            if (text.size() + bytes.size() > max_bytes) {
                throw Error(Errc::unsupported,
                            fmt::format("'{}' is too large", printable_line(path)));
            }
            text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        return text;
    }

    void require_version() const {
        if (!version_) throw unreadable("package version file", kVersionName);
        const std::string_view version = trim(*version_);
        if (version == kSupportedVersion) return;
        throw Error(Errc::unsupported,
                    fmt::format("unsupported installer version: {}", printable_line(version)));
    }

    void require_components() const {
        if (!components_) throw unreadable("package components file", kComponentsName);
        for (const std::string_view name : lines(*components_)) {
            if (name.find('/') == std::string_view::npos && name != "." && name != "..") continue;
            throw Error(Errc::corrupt,
                        fmt::format("package component '{}' is no name", printable_line(name)));
        }
        if (chosen_.empty()) throw Error(Errc::corrupt, corrupt_text(request_.component_shown));
    }

    void require_payload(const Candidate& chosen) const {
        if (!chosen.has_manifest) {
            throw unreadable("package manifest file",
                             fmt::format("{}/{}", chosen.name, kManifestName));
        }
        const std::string corrupt =
            corrupt_text(takes_all_ ? chosen.name : request_.component_full);
        if (!chosen.payload) throw Error(Errc::corrupt, corrupt);
        for (const PayloadLine& line : chosen.payload->lines()) {
            const auto wanted = line.kind == PayloadLine::Kind::file ? TarEntry::Kind::file
                                                                     : TarEntry::Kind::directory;
            if (names_.find(chosen.name + "/" + line.path) == wanted) continue;
            throw Error(Errc::corrupt,
                        fmt::format("'{}' is not in the package", printable_line(line.path)))
                .in(corrupt);
        }
    }

    /// Of one component's names the first that is listed counts; of all components each.
    void choose(std::string_view components) {
        std::vector<std::string_view> listed;
        for (const std::string_view line : lines(components)) {
            const std::string_view name = trim(line);
            if (std::ranges::find(listed, name) == listed.end()) listed.push_back(name);
        }
        if (!takes_all_) {
            for (Candidate& candidate : candidates_) {
                if (std::ranges::find(listed, candidate.name) == listed.end()) continue;
                chosen_ = {&candidate};
                return;
            }
            return;
        }
        for (const std::string_view name : listed) {
            const auto found = std::ranges::find(candidates_, name, &Candidate::name);
            chosen_.push_back(found != candidates_.end() ? &*found : &add_candidate(name));
        }
    }

    Unpacked finish() {
        Unpacked unpacked;
        const std::string tree = request_.staging + "/tree";
        for (Candidate* chosen : chosen_) {
            TreeWriter& writer = tree_of(*chosen);
            writer.keep_only(on_, *chosen->payload);
            writer.report(unpacked);
            unpacked.components.push_back({chosen->name, chosen->payload->lines()});
            if (platform::rename_new(writer.root(), tree)) {
                chosen->tree.reset();
                continue;
            }
            const std::string conflict = merge(on_, writer.root(), tree);
            if (conflict.empty()) continue;
            throw Error(Errc::corrupt,
                        fmt::format("failed to install component: '{}', detected conflict: '{}'",
                                    chosen->name, printable_line(conflict)));
        }
        for (const Candidate& candidate : candidates_) {
            if (candidate.tree) platform::remove_tree(on_, candidate.tree->root());
        }
        std::ranges::sort(unpacked.files, {}, &UnpackedFile::path);
        std::ranges::sort(unpacked.directories);
        const auto again = std::ranges::unique(unpacked.directories);
        unpacked.directories.erase(again.begin(), again.end());
        unpacked.warnings = std::move(warnings_);
        return unpacked;
    }

    static std::string corrupt_text(const std::string& name) {
        return fmt::format("component manifest for '{}' is corrupt", name);
    }

    [[nodiscard]] Error unreadable(std::string_view what, std::string_view path) const {
        return file_error(Error(Errc::corrupt, platform::os_cause(ENOENT)),
                          fmt::format("read {}", what),
                          fmt::format("{}/{}", request_.staging, path));
    }

    const OnWorker& on_;
    TarReader tar_;
    const UnpackRequest& request_;
    const bool takes_all_;
    WriteQueue queue_;
    EntryNames names_;
    FoldedNames folded_names_;
    std::deque<Candidate> candidates_;  // The preferred one first. Who is chosen stays in place.
    unsigned trees_ = 0;
    std::optional<std::string> version_;
    std::optional<std::string> components_;
    std::vector<Candidate*> chosen_;  // Known from `components_` on.
    std::vector<std::string> warnings_;
};

}  // namespace

Unpacked unpack(const OnWorker& on, ByteSource& tar, const UnpackRequest& request) {
    return Unpacker(on, tar, request).run();
}

}  // namespace latchkey::archive
