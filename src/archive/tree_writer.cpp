#include "tree_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::archive {

namespace {

constexpr mode_t kOwner = 0700;
constexpr mode_t kDirectory = 0777;  // Less the umask. Source: rustup 1.29, observed.

// The owner's bits; group and others get the owner's r and x. Source: rustup 1.29, observed.
mode_t mode_from_tar(mode_t tar_mode) {
    const mode_t owner = tar_mode & kOwner;
    return owner | ((owner >> 3) & 0050) | ((owner >> 6) & 0005);
}

const std::string& new_root(const std::string& root) {
    if (!platform::make_directory(root)) {
        throw Error(Errc::io, fmt::format("'{}' exists already", root));
    }
    return root;
}

// Every name was found unique before, so the file system sees names as equal that we do not.
Error taken(const std::string& path) {
    return {Errc::unsupported,
            fmt::format("'{}' is one with another name on this file system", path)};
}

}  // namespace

TreeWriter::TreeWriter(const std::string& root)
    : place_(new_root(root)), allowed_mode_(place_.allowed_mode()) {}

void TreeWriter::add_directory(const std::string& path) {
    directories_[path];
}

TreeWriter::NewFile TreeWriter::prepare(const std::string& path, mode_t tar_mode) {
    make_parent_of(path);
    return {path, mode_from_tar(tar_mode)};
}

void TreeWriter::save(const NewFile& file, TarReader& tar) {
    const platform::Fd created = create(file);
    Xxh3 hash;
    for (auto bytes = tar.next_data(); !bytes.empty(); bytes = tar.next_data()) {
        platform::write_all(created, bytes, file.path);
        hash.update(bytes);
    }
    note(file, created, hash.finish());
}

void TreeWriter::save(const NewFile& file, std::span<const std::byte> bytes) {
    const platform::Fd created = create(file);
    platform::write_all(created, bytes, file.path);
    Xxh3 hash;
    hash.update(bytes);
    note(file, created, hash.finish());
}

platform::Fd TreeWriter::create(const NewFile& file) {
    auto created = place_.create_file(file.path, file.mode);
    if (!created) throw taken(file.path);
    return std::move(*created);
}

void TreeWriter::note(const NewFile& file, const platform::Fd& created, std::string hash) {
    const platform::FileStatus status = platform::load_status(created, file.path);
    const std::lock_guard lock(mutex_);
    files_.push_back({file.path, file.mode & allowed_mode_, status.size_bytes, std::move(hash),
                      status.mtime_seconds, status.mtime_nanoseconds});
}

void TreeWriter::keep_only(const OnWorker& on, const Payload& payload) {
    const auto is_kept = [&](const UnpackedFile& file) { return payload.takes_file(file.path); };
    const auto dropped = std::stable_partition(files_.begin(), files_.end(), is_kept);
    for (const UnpackedFile& file : std::ranges::subrange(dropped, files_.end())) {
        on.check();
        place_.remove_file(file.path);
    }
    files_.erase(dropped, files_.end());

    for (auto& directory : directories_) {
        if (payload.place_of_directory(directory.first) == Payload::Place::outside) continue;
        if (!directory.second) make(directory);
    }
    // Children first.
    for (auto at = directories_.end(); at != directories_.begin();) {
        on.check();
        --at;
        auto& [path, is_made] = *at;
        if (payload.place_of_directory(path) != Payload::Place::outside) continue;
        if (is_made) place_.remove_directory(path);
        at = directories_.erase(at);
    }
}

void TreeWriter::report(Unpacked& unpacked) {
    if (unpacked.files.empty()) {
        unpacked.files = std::move(files_);
    } else {
        std::ranges::move(files_, std::back_inserter(unpacked.files));
    }
    for (const auto& [path, is_made] : directories_) unpacked.directories.push_back(path);
}

void TreeWriter::make(Directories::value_type& directory) {
    auto& [path, is_made] = directory;
    make_parent_of(path);
    if (!place_.make_directory(path, kDirectory)) throw taken(path);
    is_made = true;
}

void TreeWriter::make_parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return;
    const auto parent = directories_.find(std::string_view(path).substr(0, slash));
    if (!parent->second) make(*parent);
}

}  // namespace latchkey::archive
