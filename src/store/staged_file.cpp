#include "staged_file.hpp"

#include <fcntl.h>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"

namespace latchkey::store {
namespace {

/// Whoever may look into the folder in which it will be may read the file.
void take_after_folder(const platform::Fd& file, const std::string& path) {
    const auto folder = platform::find_target_status(path.substr(0, path.rfind('/')));
    if (folder) platform::inherit_owner(file, *folder, (folder->permissions & 0666) | 0600);
}

}  // namespace

void save_staged(const std::string& staging, const std::string& path, std::string_view text) {
    platform::make_alike_directories(staging);
    const std::string draft = staging + "/draft";
    platform::save_file(draft, text);
    take_after_folder(platform::open_file(draft, O_RDONLY), path);
    platform::rename_path(draft, path);
}

void save_staged_durably(const std::string& staging, const std::string& path,
                         std::string_view text) {
    platform::make_alike_directories(staging);
    const std::string draft = staging + "/draft";
    platform::save_file_durably(draft, text);
    take_after_folder(platform::open_file(draft, O_RDONLY), path);
    platform::rename_path(draft, path);
}

bool name_staged(const std::string& staging, const std::string& path, const platform::Fd& file) {
    platform::make_alike_directories(staging);
    const std::string draft = staging + "/draft";
    platform::remove_file(draft);  // Of a killed one.
    take_after_folder(file, path);
    if (!platform::give_name(file, draft).value_or(false)) return false;
    platform::rename_path(draft, path);
    return true;
}

}  // namespace latchkey::store
