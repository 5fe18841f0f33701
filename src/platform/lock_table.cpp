#include "latchkey/platform/lock_table.hpp"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/mount.hpp"
#include "proc_text.hpp"

namespace latchkey::platform {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(line, ' ')) {
        if (!word.empty()) words.push_back(word);
    }
    return words;
}

/// "8:1" of the mount through which the file was opened: stat(2) tells another device on some file
/// systems (btrfs, overlayfs).
std::optional<std::string> find_mounted_device(const Fd& file) {
    const std::string line = find_mount_line(file);
    const auto words = words_of(line);
    if (words.size() < 3) return std::nullopt;
    return std::string(words[2]);
}

/// "08:01:1234", as the table names the file.
std::optional<std::string> find_table_name(const Fd& file, const std::string& path) {
    const auto device = find_mounted_device(file);
    if (!device) return std::nullopt;
    const std::size_t colon = device->find(':');
    const auto major = parse_number(std::string_view(*device).substr(0, colon));
    const auto minor = parse_number(std::string_view(*device).substr(colon + 1));
    if (colon == std::string::npos || !major || !minor) return std::nullopt;
    char text[64];
    std::snprintf(text, sizeof text, "%02llx:%02llx:%llu", static_cast<unsigned long long>(*major),
                  static_cast<unsigned long long>(*minor),
                  static_cast<unsigned long long>(load_status(file, path).inode));
    return text;
}

/// Sorted, without the numbers before them.
std::vector<std::string> lines_of_file(std::string_view table, std::string_view kind,
                                       std::string_view name) {
    std::vector<std::string> found;
    for (const std::string_view line : lines(table)) {
        // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:42 0 EOF; one that waits has "->" after the number.
        const auto words = words_of(line);
        if (words.size() < 8 || words[1] != kind || words[5] != name) continue;
        found.emplace_back(trim(line.substr(line.find(':') + 1)));
    }
    std::ranges::sort(found);
    return found;
}

struct Table {
    std::string text;
    bool at_once = false;  ///< As it was at one time.
};

/// The kernel gives a page at each read(2), of whole lines. What is locked or released anywhere
/// between two reads moves all that comes after it: a line is then missed, or there many times.
Table read_table() {
    constexpr std::size_t kPageBytes = 4096;  // At least.
    Table table;
    try {
        const Fd file = open_file("/proc/locks", O_RDONLY);
        std::array<std::byte, 16 * kPageBytes> page;
        while (const std::size_t count = read_some(file, page, "/proc/locks")) {
            table.text.append(reinterpret_cast<const char*>(page.data()), count);
            // No line is so long that it did not fit behind this: there are no more.
            table.at_once = table.text.size() < kPageBytes / 2;
            if (table.at_once) break;
        }
    } catch (const Error&) {
        return {"", true};  // The kernel shows none.
    }
    return table;
}

/// The table's lines of one kind on one file: of a table with several pages, what several readings
/// more say than say anything else.
std::vector<std::string> find_table_lines(std::string_view kind, std::string_view name) {
    constexpr int kLead = 6;
    constexpr int kReadings = 100;  // Of a file that itself changes all the time, the last counts.
    std::map<std::vector<std::string>, int> said;
    for (int reading = 1;; ++reading) {
        const Table table = read_table();
        std::vector<std::string> found = lines_of_file(table.text, kind, name);
        if (table.at_once || reading == kReadings) return found;
        const int times = ++said[found];
        const bool leads = std::ranges::all_of(said, [&](const auto& other) {
            return other.first == found || other.second + kLead <= times;
        });
        if (leads && times >= kLead) return found;
    }
}

/// Empty where that cannot be looked at.
std::optional<std::uint32_t> find_user(std::string_view process) {
    const std::string text = find_proc_text("/proc/" + std::string(process) + "/status");
    for (const std::string_view line : lines(text)) {
        // Uid: real, effective, saved, of the file system. By the tab it is split from its name.
        if (!line.starts_with("Uid:\t")) continue;
        const auto numbers = split(line.substr(5), '\t');
        const auto user = numbers.size() > 1 ? parse_number(numbers[1]) : std::nullopt;
        if (user) return static_cast<std::uint32_t>(*user);
    }
    return std::nullopt;
}

}  // namespace

bool is_locked_by_writer(const Fd& file, const std::string& shown) {
    constexpr mode_t kOthersWrite = 022;
    const FileStatus status = load_status(file, shown);
    if ((status.permissions & kOthersWrite) != 0) return true;
    const auto name = find_table_name(file, shown);
    if (!name) return true;
    bool seen = false;
    for (const std::string& line : find_table_lines("FLOCK", *name)) {
        const auto user = find_user(words_of(line)[3]);
        if (!user) continue;
        seen = true;
        if (*user == 0 || *user == status.user || *user == ::geteuid()) return true;
    }
    return !seen;
}

std::vector<TableRange> find_table_ranges(const std::string& path) {
    std::vector<TableRange> found;
    const auto file = find_file(path, O_PATH);
    if (!file) return found;
    const auto name = find_table_name(*file, path);
    if (!name) return found;
    for (const std::string& line : find_table_lines("OFDLCK", *name)) {
        const auto words = words_of(line);
        const auto first = parse_number(words[5]);
        const auto last =
            words[6] == "EOF" ? std::optional<std::uint64_t>(UINT64_MAX) : parse_number(words[6]);
        if (first && last) found.push_back({*first, *last, words[2] == "WRITE"});
    }
    return found;
}

bool same_description(const HeldRange& one, const HeldRange& other) {
    if (one.process == other.process && one.descriptor == other.descriptor) return true;
    return ::syscall(SYS_kcmp, one.process, other.process, KCMP_FILE, one.descriptor,
                     other.descriptor) == 0;
}

}  // namespace latchkey::platform
