#include "latchkey/lock/holder.hpp"

#include <unistd.h>

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"

namespace latchkey::lock {
namespace {

std::string shown_command(pid_t process) {
    std::vector<std::string> words = platform::find_command_line(process);
    if (words.empty()) return "?";
    const std::size_t slash = words.front().rfind('/');
    if (slash != std::string::npos) words.front().erase(0, slash + 1);
    return join(words, " ");
}

}  // namespace

std::vector<Holder> find_holders(const LockFile& file, const Key& key) {
    std::vector<Holder> holders;
    const auto status = platform::find_target_status(file.path());
    if (!status) return holders;
    for (const platform::HeldRange& range :
         platform::find_held_ranges(status->device, status->inode)) {
        const bool holding = range.first <= key.lane() && key.lane() <= range.last;
        const bool waiting = range.first <= key.mark() && key.mark() <= range.last;
        if ((!holding && !waiting) || range.process == ::getpid()) continue;
        holders.push_back({range.process, shown_command(range.process),
                           platform::find_start_time(range.process),
                           range.exclusive ? Mode::exclusive : Mode::shared, !holding});
    }
    std::sort(holders.begin(), holders.end(),
              [](const Holder& a, const Holder& b) { return a.process < b.process; });
    return holders;
}

std::string describe_holder(const LockFile& file, const Key& key) {
    for (const Holder& holder : find_holders(file, key)) {
        if (holder.waiting) continue;
        return "pid " + std::to_string(holder.process) + ": " + holder.command_line;
    }
    return "a process that cannot be seen from here";
}

}  // namespace latchkey::lock
