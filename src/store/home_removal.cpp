#include "latchkey/store/home_removal.hpp"

#include "latchkey/base/file_error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/rewritten_file.hpp"

namespace latchkey::store {

void empty_folder(const OnWorker& on, const std::string& folder) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(folder)) {
        platform::remove_tree(on, folder + "/" + entry.name);
    }
    if (!platform::try_remove_directory(folder)) return;  // A mount point.
    platform::remove_file(folder);
}

void remove_if_empty(const std::string& folder) {
    if (platform::find_link(folder) || !platform::find_entries(folder).empty()) return;
    platform::try_remove_directory(folder);
}

void remove_home(const OnWorker& on, const Home& home) {
    const dist::HomeLayout& layout = home.layout();
    for (const std::string& folder : {layout.toolchains(), layout.update_hashes(),
                                      layout.downloads(), layout.temporary(), layout.latchkey()}) {
        try {
            empty_folder(on, folder);
        } catch (const Error& e) {
            throw file_error(e, "remove 'rustup_home' directory", home.root());
        }
    }
    platform::remove_file(layout.configuration());
    remove_if_empty(platform::folder_of(layout.configuration()));
    platform::remove_file(layout.release_state());
    platform::remove_file(platform::draft_path(layout.settings()));
    platform::remove_file(layout.settings());
    const dist::CategoryFolders& folders = layout.folders();
    for (const std::string& folder : {folders.cache, folders.state, folders.data, folders.config}) {
        remove_if_empty(folder);
    }
}

}  // namespace latchkey::store
