#include "latchkey/lock/holder.hpp"

#include <unistd.h>

#include <algorithm>

#include "companions.hpp"
#include "latchkey/base/text.hpp"
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

/// Fit for a line of a message.
std::string one_line(std::string text) {
    constexpr std::size_t kLimit = 160;
    if (text.size() > kLimit) {
        const std::size_t blank = text.rfind(' ', kLimit);
        text.resize(blank == std::string::npos ? kLimit : blank);
        text += " ...";
    }
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return text;
}

bool covers(const platform::HeldRange& range, std::uint64_t byte) {
    return range.first <= byte && byte <= range.last;
}

std::vector<platform::HeldRange> find_all_ranges(const LockFile& file) {
    return without_companions(platform::find_held_ranges(file.find_statuses()));
}

/// Everybody's ranges on the key's byte or on its mark.
std::vector<platform::HeldRange> find_ranges(const LockFile& file, const Key& key) {
    auto ranges = find_all_ranges(file);
    std::erase_if(ranges, [&key](const platform::HeldRange& range) {
        return !covers(range, key.lane()) && !covers(range, key.mark());
    });
    return ranges;
}

/// Who they are, by pid, ourselves left out. `waiting`: is this range the mark of one who waits?
template <typename IsMark>
std::vector<Holder> holders_of(const std::vector<platform::HeldRange>& ranges, IsMark waiting) {
    std::vector<Holder> holders;
    for (const platform::HeldRange& range : ranges) {
        if (range.process == ::getpid()) continue;
        holders.push_back({range.process, shown_command(range.process),
                           platform::find_start_time(range.process),
                           range.exclusive ? Mode::exclusive : Mode::shared, waiting(range)});
    }
    std::sort(holders.begin(), holders.end(),
              [](const Holder& a, const Holder& b) { return a.process < b.process; });
    return holders;
}

}  // namespace

std::vector<Holder> find_holders(const LockFile& file, const Key& key) {
    const auto is_mark = [&key](const auto& range) { return !covers(range, key.lane()); };
    return holders_of(find_ranges(file, key), is_mark);
}

std::vector<Holder> find_all_holders(const LockFile& file) {
    const auto is_mark = [](const auto& range) { return range.first % 2 == 1; };
    return holders_of(find_all_ranges(file), is_mark);
}

bool is_held(const LockFile& file, const Key& key) {
    // Each by its own name: shared ranges lie in either file.
    for (const std::string& path : {file.path(), file.readers_path()}) {
        const auto opened = platform::find_permitted_file(path, O_RDONLY | O_NOFOLLOW);
        if (opened && platform::is_byte_held(*opened, key.lane())) return true;
    }
    return false;
}

bool held_by_this_process(const LockFile& file, const Key& key) {
    const auto ranges = find_ranges(file, key);
    return std::any_of(ranges.begin(), ranges.end(), [&key](const platform::HeldRange& range) {
        return range.process == ::getpid() && covers(range, key.lane());
    });
}

std::string describe_command(pid_t process) {
    return one_line(shown_command(process));
}

Blocker find_blocker(const LockFile& file, const Key& key) {
    for (const Holder& holder : find_holders(file, key)) {
        if (!holder.waiting) return {holder.process, one_line(holder.command_line)};
    }
    return {};
}

std::string str(const Blocker& blocker) {
    if (!blocker.process) return std::string(kUnseenProcess);
    return "pid " + std::to_string(*blocker.process) + ": " + blocker.command;
}

}  // namespace latchkey::lock
