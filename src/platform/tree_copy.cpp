#include "latchkey/platform/tree_copy.hpp"

#include <map>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {
namespace {

class TreeCopier {
public:
    explicit TreeCopier(const OnWorker& on) : on_(on) {}

    void copy(const std::string& from, const std::string& to) {
        on_.check();
        const auto status = find_status(from);
        if (!status) throw Error(Errc::not_found, "'" + from + "' went away while it was copied");
        switch (status->kind) {
            case FileKind::directory:
                return copy_directory(from, to, status->permissions);
            case FileKind::symlink:
                make_link(find_link(from).value_or(""), to);
                return;
            case FileKind::regular:
                return copy_regular(from, to, *status);
            case FileKind::other:
                return;
        }
    }

private:
    void copy_directory(const std::string& from, const std::string& to, mode_t mode) {
        make_directory(to, 0700);
        for (const DirectoryEntry& entry : list_directory(from)) {
            copy(from + "/" + entry.name, to + "/" + entry.name);
        }
        change_mode(to, mode);  // Last: it may be one that nobody may write to.
    }

    void copy_regular(const std::string& from, const std::string& to, const FileStatus& status) {
        if (status.links > 1) {
            const auto [first, is_new] = copies_.try_emplace({status.device, status.inode}, to);
            if (!is_new && add_name(first->second, to)) return;
        }
        copy_file(from, to);
    }

    const OnWorker& on_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> copies_;
};

}  // namespace

void copy_tree(const OnWorker& on, const std::string& from, const std::string& to) {
    TreeCopier(on).copy(from, to);
}

}  // namespace latchkey::platform
