#include "latchkey/platform/directory_users.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/fd.hpp"
#include "open_again.hpp"
#include "open_directory.hpp"

namespace latchkey::platform {
namespace {

bool is_at_or_below(std::string_view path, std::string_view directory) {
    if (!path.starts_with(directory)) return false;
    return path.size() == directory.size() || path[directory.size()] == '/' ||
           directory.ends_with('/');
}

/// Reads one process after the other, with one buffer for all.
class Reader {
public:
    explicit Reader(const std::string& prefix) : prefix_(prefix) {
        constexpr std::size_t kFirstSize = 64 * 1024;
        maps_.resize(kFirstSize);
    }

    void read(const std::string& process) {
        const std::string folder = "/proc/" + process;
        // A kernel thread has no program, one that has ended neither; another user's refuses.
        if (!add_link(folder + "/exe")) return;
        add_link(folder + "/cwd");
        add_maps(folder + "/maps");
    }

    std::vector<std::string> take_paths() {
        std::sort(paths_.begin(), paths_.end());
        paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
        return std::move(paths_);
    }

private:
    void add(std::string_view path) {
        constexpr std::string_view kDeleted = " (deleted)";
        if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
        if (!is_at_or_below(path, prefix_)) return;
        if (paths_.empty() || paths_.back() != path) paths_.emplace_back(path);
    }

    /// False where the link cannot be read.
    bool add_link(const std::string& link) {
        char target[PATH_MAX];
        const ssize_t length = ::readlink(link.c_str(), target, sizeof target);
        if (length < 0) return false;
        add(std::string_view(target, static_cast<std::size_t>(length)));
        return true;
    }

    void add_maps(const std::string& path) {
        const Fd file(open_again(AT_FDCWD, path.c_str(), O_RDONLY));
        if (!file.open()) return;
        std::size_t used = 0;
        for (;;) {
            if (used == maps_.size()) maps_.resize(2 * maps_.size());
            const ssize_t count = ::read(file.number(), maps_.data() + used, maps_.size() - used);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) break;
            used += static_cast<std::size_t>(count);
        }
        add_lines(std::string_view(maps_).substr(0, used));
    }

    /// Most processes have nothing below the prefix: the search for it is all that they cost.
    void add_lines(std::string_view text) {
        // 7f0a1c000000-7f0a1c021000 r-xp 00000000 fe:00 4711    /path, the first slash of the line.
        const std::string wanted = " " + replace_all(prefix_, "\n", "\\012");
        for (std::size_t at = text.find(wanted); at != std::string_view::npos;
             at = text.find(wanted, at)) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            add(replace_all(text.substr(at + 1, end - at - 1), "\\012", "\n"));
            at = end;
        }
    }

    std::string prefix_;
    std::string maps_;
    std::vector<std::string> paths_;
};

}  // namespace

DirectoryUsers DirectoryUsers::look(const std::string& prefix, std::span<const pid_t> except) {
    std::vector<pid_t> skipped(except.begin(), except.end());
    skipped.push_back(::getpid());
    std::sort(skipped.begin(), skipped.end());
    const OpenDirectory processes(open_directory(AT_FDCWD, "/proc", 0));
    if (!processes) throw os_error(errno, "open the directory '/proc'");
    Reader reader(prefix);
    for (const DirectoryEntry& entry : read_entries(processes.get(), "/proc")) {
        const auto number = parse_number(entry.name);
        if (!number) continue;
        if (std::binary_search(skipped.begin(), skipped.end(), static_cast<pid_t>(*number))) {
            continue;
        }
        reader.read(entry.name);
    }
    DirectoryUsers users;
    users.paths_ = reader.take_paths();
    return users;
}

bool DirectoryUsers::uses(const std::string& directory) const {
    // Other names sort between a directory and what is below it: "a", "a-b", "a/c".
    if (std::binary_search(paths_.begin(), paths_.end(), directory)) return true;
    const std::string below = directory + "/";
    const auto found = std::lower_bound(paths_.begin(), paths_.end(), below);
    return found != paths_.end() && found->starts_with(below);
}

}  // namespace latchkey::platform
