#include "staged_file.hpp"

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"

namespace latchkey::store {

void save_staged(const std::string& staging, const std::string& path, std::string_view text) {
    platform::make_directories(staging);
    const std::string draft = staging + "/draft";
    platform::save_file(draft, text);
    platform::rename_path(draft, path);
}

void save_staged_durably(const std::string& staging, const std::string& path,
                         std::string_view text) {
    platform::make_directories(staging);
    const std::string draft = staging + "/draft";
    platform::save_file_durably(draft, text);
    platform::rename_path(draft, path);
}

bool name_staged(const std::string& staging, const std::string& path, const platform::Fd& file) {
    platform::make_directories(staging);
    const std::string draft = staging + "/draft";
    platform::remove_file(draft);  // Of a killed one.
    if (!platform::give_name(file, draft).value_or(false)) return false;
    platform::rename_path(draft, path);
    return true;
}

}  // namespace latchkey::store
