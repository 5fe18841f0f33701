#include "latchkey/platform/directory.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "latchkey/platform/tree_removal.hpp"
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

}  // namespace

std::vector<DirectoryEntry> list_directory(const std::string& path) {
    const OpenDirectory directory(open_directory(AT_FDCWD, path, 0));
    if (!directory) throw os_error(errno, "open the directory '" + path + "'");
    std::vector<DirectoryEntry> entries = read_entries(directory.get(), path);
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
}

std::vector<DirectoryEntry> find_entries(const std::string& path) {
    try {
        return list_directory(path);
    } catch (const Error& e) {
        if (e.code() != Errc::not_found) throw;
        return {};
    }
}

bool make_directory(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) return true;
    if (errno == EEXIST) return false;
    throw os_error(errno, "make the directory '" + path + "'");
}

void make_directories(const std::string& path) {
    if (::mkdir(path.c_str(), 0777) == 0) return;
    if (errno == ENOENT) {
        const std::size_t slash = path.find_last_not_of('/') == std::string::npos
                                      ? std::string::npos
                                      : path.rfind('/', path.find_last_not_of('/'));
        if (slash != std::string::npos && slash > 0) {
            make_directories(path.substr(0, slash));
            if (::mkdir(path.c_str(), 0777) == 0) return;
        }
    }
    const int error_number = errno;
    // Somebody else made it, or it is a link to a directory, or the parent may only be read.
    if (is_directory(path)) return;
    throw os_error(error_number, "make the directory '" + path + "'");
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
