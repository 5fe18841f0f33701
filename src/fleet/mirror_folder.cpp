#include "mirror_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"

namespace latchkey::fleet {
namespace {

constexpr std::size_t kBlockBytes = 1024 * 1024;

Error in_the_way_error(const std::string& path) {
    return Error(
        Errc::unsupported,
        fmt::format("'{}' is not of this mirror's making, and not what belongs there; move "
                    "it out of the way, or mirror into another folder",
                    path));
}

}  // namespace

std::array<std::string, 2> notes_of(const std::string& path) {
    return {path + ".sha256", path + ".asc"};
}

std::string hash_of_file(const OnWorker& on, const std::string& path) {
    const platform::Fd file = platform::open_file(path, O_RDONLY | O_NONBLOCK);
    std::vector<std::byte> block(kBlockBytes);
    Sha256 hash;
    while (const std::size_t count = platform::read_some(file, block, path)) {
        on.check();
        hash.update(std::span(block).first(count));
    }
    return hash.finish().hex();
}

void check_mirror_folder(const std::string& path, const std::string& rustup_home) {
    for (std::string each = path; each != "/"; each = platform::folder_of(each)) {
        const bool is_home = platform::is_same_file(platform::find_target_status(each),
                                                    platform::find_target_status(rustup_home)) ||
                             (platform::is_directory(each + "/toolchains") &&
                              (platform::is_file(each + "/settings.toml") ||
                               platform::is_directory(each + "/latchkey")));
        if (!is_home) continue;
        throw Error(Errc::usage,
                    fmt::format("'{}' {} the home of toolchains '{}'; name another folder for the "
                                "mirror",
                                path, each == path ? "is" : "lies in", each));
    }
}

void MirrorFolder::load() {
    platform::make_directories(parts());
    const std::string path = own() + "/ledger";
    saved_ = platform::find_file_text(path).value_or("");
    ledger = saved_.empty() ? Ledger() : parse_ledger(saved_, path);
}

void MirrorFolder::save() {
    std::string text = str(ledger);
    if (text == saved_) return;
    const std::string staged = parts() + "/ledger";
    platform::save_file_durably(staged, text);
    platform::rename_path(staged, own() + "/ledger");
    saved_ = std::move(text);
}

std::vector<Archive> MirrorFolder::find_missing(const OnWorker& on,
                                                const std::vector<Archive>& archives) {
    std::vector<Archive> missing;
    std::ranges::copy_if(archives, std::back_inserter(missing),
                         [&](const Archive& each) { return !is_there(on, each); });
    for (const Archive& each : missing) {
        ledger.files[each.path] = {each.hash, std::nullopt, true};
        for (const std::string& note : notes_of(each.path)) {
            if (!platform::find_status(full(note))) ledger.notes.insert(note);
        }
    }
    return missing;
}

bool MirrorFolder::is_there(const OnWorker& on, const Archive& archive) {
    const std::string path = full(archive.path);
    const auto status = platform::find_target_status(path);
    const auto known = ledger.files.find(archive.path);
    const bool is_own = known != ledger.files.end() && known->second.own;
    if (!status) return false;
    if (status->kind != platform::FileKind::regular) throw in_the_way_error(path);
    const bool is_known = known != ledger.files.end() && known->second.hash == archive.hash;
    if (is_known && known->second.size_bytes == status->size_bytes) return true;
    // Of before us, or of a process that was killed before it could note the size.
    const bool is_right = hash_of_file(on, path) == archive.hash;
    if (!is_right && !is_own) throw in_the_way_error(path);
    if (is_right) ledger.files[archive.path] = {archive.hash, status->size_bytes, is_own};
    return is_right;
}

void MirrorFolder::place(const Archive& archive) {
    const std::string from = part(archive.hash);
    const std::string to = full(archive.path);
    platform::make_directories(platform::folder_of(to));
    const auto status = platform::find_status(from);
    platform::rename_path(from, to);
    ledger.files[archive.path].size_bytes = status ? status->size_bytes : 0;
}

bool MirrorFolder::has_note(const std::string& path, std::string_view text) const {
    return platform::has_content(full(path), text);
}

std::optional<std::string> MirrorFolder::find_note(const std::string& path) const {
    return platform::find_file_text(full(path));
}

void MirrorFolder::claim(const std::string& path, const std::optional<std::string>& text) {
    if (ledger.notes.contains(path)) return;
    if (!platform::find_status(full(path))) {
        if (text) ledger.notes.insert(path);
    } else if (!text || !has_note(path, *text)) {
        throw in_the_way_error(full(path));
    }
}

void MirrorFolder::publish(
    const std::vector<std::pair<std::string, std::optional<std::string>>>& notes) {
    std::vector<std::pair<std::string, std::string>> renames;
    for (const auto& [path, text] : notes) {
        if (!text || has_note(path, *text)) continue;
        platform::make_directories(platform::folder_of(full(path)));
        const std::string staged = fmt::format("{}/note-{}", parts(), renames.size());
        platform::save_file_durably(staged, *text);
        renames.emplace_back(staged, path);
    }
    for (const auto& [path, text] : notes) {
        if (!text) {
            remove_note(path);
            continue;
        }
        const auto staged =
            std::ranges::find(renames, path, &std::pair<std::string, std::string>::second);
        if (staged != renames.end()) platform::rename_path(staged->first, full(path));
    }
}

void MirrorFolder::add_note(const std::string& path, const std::string& text) {
    if (ledger.notes.contains(path)) publish({{path, text}});
}

void MirrorFolder::remove_note(const std::string& path) {
    if (!ledger.notes.contains(path)) return;
    platform::remove_file(full(path));
    ledger.notes.erase(path);
    remove_folder_of(path);
}

std::uint64_t MirrorFolder::remove_archive(const std::string& path) {
    const auto known = ledger.files.find(path);
    if (known == ledger.files.end() || !known->second.own) return 0;
    const auto status = platform::find_status(full(path));
    platform::remove_file(full(path));
    ledger.files.erase(known);
    for (const std::string& note : notes_of(path)) remove_note(note);
    remove_folder_of(path);
    return status ? status->size_bytes : 0;
}

void MirrorFolder::remove_folder_of(const std::string& path) const {
    const std::string folder = platform::folder_of(full(path));
    if (folder != full("dist")) platform::remove_empty_directory(folder);
}

void MirrorFolder::sweep_parts() const {
    std::set<std::string> coming;
    for (const auto& [path, file] : ledger.files) {
        if (!file.size_bytes) coming.insert(file.hash);
    }
    for (const platform::DirectoryEntry& each : platform::find_entries(parts())) {
        if (!coming.contains(each.name)) platform::remove_file(parts() + "/" + each.name);
    }
}

}  // namespace latchkey::fleet
