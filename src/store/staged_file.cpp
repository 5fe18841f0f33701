#include "staged_file.hpp"

#include <fcntl.h>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"

namespace latchkey::store {
namespace {

/// Whoever may look into the folder in which it will be may read the file.
void take_after_folder(const platform::Fd& file, const std::string& path) {
    const auto folder = platform::find_target_status(platform::folder_of(path));
    if (folder) platform::inherit_owner(file, *folder, (folder->permissions & 0666) | 0600);
}

std::string draft_in(const std::string& staging) {
    platform::make_alike_directories(staging);
    return staging + "/draft";
}

void publish(const std::string& draft, const std::string& path) {
    take_after_folder(platform::open_file(draft, O_RDONLY), path);
    platform::rename_path(draft, path);
}

}  // namespace

void save_staged(const std::string& staging, const std::string& path, std::string_view text) {
    const std::string draft = draft_in(staging);
    platform::save_file(draft, text);
    publish(draft, path);
}

void save_staged_durably(const std::string& staging, const std::string& path,
                         std::string_view text) {
    const std::string draft = draft_in(staging);
    platform::save_file_durably(draft, text);
    publish(draft, path);
}

bool name_staged(const std::string& staging, const std::string& path, const platform::Fd& file) {
    const std::string draft = draft_in(staging);
    platform::remove_file(draft);  // Of a killed one.
    take_after_folder(file, path);
    if (!platform::give_name(file, draft).value_or(false)) return false;
    platform::rename_path(draft, path);
    return true;
}

}  // namespace latchkey::store
