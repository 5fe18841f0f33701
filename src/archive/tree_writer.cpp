#include "tree_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::archive {

namespace {

constexpr mode_t kOwner = 0700;
constexpr mode_t kImpliedDirectory = 0777;

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

void TreeWriter::add_directory(const std::string& path, mode_t tar_mode) {
    directories_[path].tar_mode = tar_mode;
}

TreeWriter::NewFile TreeWriter::prepare(const std::string& path, mode_t tar_mode) {
    make_parent_of(path);
    return {path, mode_from_tar(tar_mode)};
}

void TreeWriter::save(const NewFile& file, TarReader& tar) {
    const platform::Fd created = create(file);
    Xxh3 hash;
    std::uint64_t size_bytes = 0;
    for (auto bytes = tar.next_data(); !bytes.empty(); bytes = tar.next_data()) {
        platform::write_all(created, bytes, file.path);
        hash.update(bytes);
        size_bytes += bytes.size();
    }
    note(file, size_bytes, hash.finish());
}

void TreeWriter::save(const NewFile& file, std::span<const std::byte> bytes) {
    const platform::Fd created = create(file);
    platform::write_all(created, bytes, file.path);
    Xxh3 hash;
    hash.update(bytes);
    note(file, bytes.size(), hash.finish());
}

platform::Fd TreeWriter::create(const NewFile& file) {
    auto created = place_.create_file(file.path, file.mode);
    if (!created) throw taken(file.path);
    return std::move(*created);
}

void TreeWriter::note(const NewFile& file, std::uint64_t size_bytes, std::string hash) {
    const std::lock_guard lock(mutex_);
    files_.push_back({file.path, file.mode & allowed_mode_, size_bytes, std::move(hash)});
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
        if (!directory.second.made_mode) make(directory);
    }
    // Children first: a directory may be about to lose the owner's own rights.
    for (auto at = directories_.end(); at != directories_.begin();) {
        on.check();
        --at;
        auto& [path, directory] = *at;
        const Payload::Place place = payload.place_of_directory(path);
        if (place == Payload::Place::outside) {
            if (directory.made_mode) place_.remove_directory(path);
            at = directories_.erase(at);
            continue;
        }
        const mode_t mode =
            place == Payload::Place::above ? kImpliedDirectory : mode_from_tar(directory.tar_mode);
        if (directory.made_mode != (mode & allowed_mode_)) {
            place_.change_directory_mode(path, mode & allowed_mode_);
        }
    }
}

void TreeWriter::report(Unpacked& unpacked) {
    std::ranges::sort(files_, {}, &UnpackedFile::path);
    unpacked.files = std::move(files_);
    for (const auto& [path, directory] : directories_) unpacked.directories.push_back(path);
}

void TreeWriter::make(Directories::value_type& directory) {
    auto& [path, state] = directory;
    make_parent_of(path);
    // The owner must be able to write into it for now.
    const mode_t mode = mode_from_tar(state.tar_mode) | kOwner;
    if (!place_.make_directory(path, mode)) throw taken(path);
    state.made_mode = mode & allowed_mode_;
}

void TreeWriter::make_parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return;
    const auto parent = directories_.find(std::string_view(path).substr(0, slash));
    if (!parent->second.made_mode) make(*parent);
}

}  // namespace latchkey::archive
