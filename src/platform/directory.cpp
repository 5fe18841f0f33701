#include "latchkey/platform/directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/tree_removal.hpp"
#include "open_again.hpp"
#include "open_directory.hpp"

namespace latchkey::platform {
namespace {

/// A tree up to this size is gone before other threads have begun.
constexpr std::size_t kEntriesAlone = 200;

/// unlink(2) waits for the disk: four at once, however few processors there are.
constexpr unsigned kMoreThreads = 3;

void walk(const OnWorker& on, const std::string& root, const std::string& relative,
          const std::function<void(const std::string&, FileKind)>& visit) {
    for (const DirectoryEntry& entry :
         list_directory(relative.empty() ? root : root + "/" + relative)) {
        on.check();
        const std::string path = relative.empty() ? entry.name : relative + "/" + entry.name;
        visit(path, entry.kind);
        if (entry.kind == FileKind::directory) walk(on, root, path, visit);
    }
}

std::vector<DirectoryEntry> sorted_entries(const OpenDirectory& directory,
                                           const std::string& path) {
    std::vector<DirectoryEntry> entries = read_entries(directory.get(), path);
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
}

/// The folder that a path is in, and its name there.
std::pair<std::string, std::string> split_path(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

/// To make something in it. Not open: errno says why.
Fd open_folder(const std::string& path) {
    return Fd(open_again(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY));
}

/// `made` is told of each new directory and of the folder above it. By descriptors: root may work
/// in a folder of somebody who moves it meanwhile.
template <typename Made>
void make_all(const std::string& path, Made made) {
    if (is_directory(path)) return;
    const auto [folder, name] = split_path(path);
    Fd parent = open_folder(folder);
    if (!parent.open() && errno == ENOENT && folder != path) {
        make_all(folder, made);
        parent = open_folder(folder);
    }
    if (parent.open() && ::mkdirat(parent.number(), name.c_str(), 0777) == 0) {
        try {
            const Fd directory =
                open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, path);
            made(directory, load_status(parent, folder));
        } catch (const Error&) {
            ::unlinkat(parent.number(), name.c_str(),
                       AT_REMOVEDIR);  // Whoever finds it takes it as it is.
            throw;
        }
        return;
    }
    const int error_number = errno;
    // Somebody else made it meanwhile.
    if (is_directory(path)) return;
    throw os_error(error_number, "make the directory '" + path + "'");
}

}  // namespace

std::vector<DirectoryEntry> list_directory(const std::string& path) {
    const OpenDirectory directory(open_directory(AT_FDCWD, path, 0));
    if (!directory) throw os_error(errno, "open the directory '" + path + "'");
    return sorted_entries(directory, path);
}

std::vector<DirectoryEntry> find_entries(const std::string& path) {
    const OpenDirectory directory(open_directory(AT_FDCWD, path, 0));
    if (directory) return sorted_entries(directory, path);
    // Asked for so often that an exception would cost more than all else.
    if (errno == ENOENT || errno == ENOTDIR) return {};
    throw os_error(errno, "open the directory '" + path + "'");
}

bool make_directory(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) return true;
    if (errno == EEXIST) return false;
    throw os_error(errno, "make the directory '" + path + "'");
}

void make_directories(const std::string& path) {
    make_all(path, [](const Fd& made, const FileStatus& parent) {
        if (::geteuid() != 0 || is_own(parent)) return;
        inherit_owner(made, parent, load_status(made, "a new directory").permissions);
    });
}

void make_alike_directories(const std::string& path) {
    make_all(path, [](const Fd& made, const FileStatus& parent) {
        inherit_owner(made, parent, (parent.permissions & 02777) | 0700);
    });
}

void remove_tree(const OnWorker& on, const std::string& path) {
    const auto status = find_status(path);
    if (!status) return;
    if (status->kind != FileKind::directory) {
        remove_file(path);
        return;
    }
    TreeRemoval removal(path);
    if (removal.begin(on, kEntriesAlone)) return;
    on.spread(kMoreThreads, [&removal](const OnWorker& each) { removal.work(each); });
}

void walk_tree(const OnWorker& on, const std::string& path,
               const std::function<void(const std::string& relative, FileKind kind)>& visit) {
    walk(on, path, "", visit);
}

}  // namespace latchkey::platform
