#include "latchkey/platform/system.hpp"

#include <sched.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <memory>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

SystemName system_name() {
    struct utsname name {};
    if (::uname(&name) != 0) throw os_error(errno, "uname");
    return {name.sysname, name.machine};
}

std::string load_boot_id() {
    try {
        const auto text = find_file_text("/proc/sys/kernel/random/boot_id");
        return text ? std::string(trim(*text)) : "unknown";
    } catch (const Error&) {
        return "unknown";
    }
}

Room load_room(std::string path) {
    struct statvfs status {};
    while (::statvfs(path.c_str(), &status) != 0) {
        const std::size_t slash = path.rfind('/');
        if (slash == std::string::npos || slash == 0) return {};
        path.resize(slash);
    }
    return {static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize,
            static_cast<std::uint64_t>(status.f_favail)};
}

std::uint64_t random_number() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) == static_cast<ssize_t>(sizeof number)) {
        return number;
    }
    const Fd source = open_file("/dev/urandom", O_RDONLY);  // Linux before 3.17.
    read_some(source, std::as_writable_bytes(std::span(&number, 1)), "/dev/urandom");
    return number;
}

unsigned processor_count() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : static_cast<unsigned>(count);
}

ProcessorTime load_processor_time() {
    ProcessorTime time;
    try {
        const std::string text = find_file_text("/proc/stat").value_or("");
        const std::vector<std::string_view> all = lines(text);
        if (all.empty() || !all.front().starts_with("cpu ")) return {};
        std::string_view rest = trim(all.front().substr(4));
        const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
        // user nice system idle iowait irq softirq steal; what follows is counted in these.
        for (int field = 0; field < 8 && !rest.empty(); ++field) {
            const std::size_t space = std::min(rest.find(' '), rest.size());
            const auto number = parse_number(rest.substr(0, space));
            if (!number) return {};
            const bool idle = field == 3 || field == 4;
            (idle ? time.idle : time.busy) += static_cast<double>(*number) / ticks;
            rest = trim(rest.substr(space));
        }
    } catch (const Error&) {
        return {};
    }
    struct rusage own {};
    if (::getrusage(RUSAGE_SELF, &own) != 0) return {};
    for (const timeval& each : {own.ru_utime, own.ru_stime}) {
        time.own += static_cast<double>(each.tv_sec) + static_cast<double>(each.tv_usec) / 1e6;
    }
    return time;
}

bool sync_file_system(const std::string& path) {
    const auto file = find_file(path, O_RDONLY);
    return file && ::syncfs(file->number()) == 0;
}

std::uint64_t load_unwritten_bytes() {
    std::uint64_t total = 0;
    unsigned found = 0;
    try {
        const std::string text = find_file_text("/proc/meminfo").value_or("");
        for (const std::string_view line : lines(text)) {
            if (!line.starts_with("Dirty:") && !line.starts_with("Writeback:")) continue;
            const std::string_view value = trim(line.substr(line.find(':') + 1));
            const auto kibibytes = parse_number(value.substr(0, value.find(' ')));
            if (!kibibytes) return UINT64_MAX;
            total += *kibibytes * 1024;
            ++found;
        }
    } catch (const Error&) {
        return UINT64_MAX;
    }
    return found == 2 ? total : UINT64_MAX;
}

std::string load_working_directory() {
    // It may lie deeper than PATH_MAX.
    const std::unique_ptr<char, decltype(&std::free)> path(::getcwd(nullptr, 0), &std::free);
    if (!path) throw os_error(errno, "find the working directory");
    return path.get();
}

std::optional<std::string> find_home_of_user() {
    const std::string user = std::to_string(::geteuid());
    const auto text = find_file_text("/etc/passwd");
    if (!text) return std::nullopt;
    for (const std::string_view line : lines(*text)) {
        const auto fields = split(line, ':');
        if (fields.size() >= 6 && fields[2] == user && !fields[5].empty()) {
            return std::string(fields[5]);
        }
    }
    return std::nullopt;
}

std::optional<std::string> find_canonical(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr),
                                                            &std::free);
    if (!found) return std::nullopt;
    return std::string(found.get());
}

std::string format_time(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() %
        1000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    char text[64];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    std::string fraction = std::to_string(1000 + milliseconds);
    fraction[0] = '.';
    return std::string(text, length) + fraction + "Z";
}

std::string format_now() {
    return format_time(std::chrono::system_clock::now());
}

std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
    using Time = std::chrono::system_clock::time_point;
    constexpr std::size_t kToSeconds = 19;  // "2026-11-30T21:45:21"
    const std::string seconds_text(text.substr(0, kToSeconds));
    std::string_view rest = text.substr(seconds_text.size());
    if (!rest.ends_with('Z')) return std::nullopt;
    rest.remove_suffix(1);
    const bool plain = rest.empty() || (rest.starts_with('.') && parse_number(rest.substr(1)));
    std::tm utc{};
    if (!plain || ::strptime(seconds_text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc) == nullptr) {
        return std::nullopt;
    }
    const std::chrono::sys_seconds seconds{std::chrono::seconds(::timegm(&utc))};
    // The clock counts nanoseconds, from 1677 to 2262.
    if (seconds < std::chrono::ceil<std::chrono::seconds>(Time::min()) ||
        seconds > std::chrono::floor<std::chrono::seconds>(Time::max())) {
        return std::nullopt;
    }
    // strptime(3) takes blanks, and days that no month has.
    if (!format_time(seconds).starts_with(seconds_text)) return std::nullopt;
    return seconds;
}

std::string format_local_time(std::chrono::system_clock::time_point time,
                              std::chrono::system_clock::time_point now) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    const std::time_t now_seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    std::tm today{};
    ::localtime_r(&seconds, &local);
    ::localtime_r(&now_seconds, &today);
    const bool same_day = local.tm_yday == today.tm_yday && local.tm_year == today.tm_year;
    char text[64];
    const std::size_t length =
        std::strftime(text, sizeof text, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M", &local);
    return {text, length};
}

std::uint32_t effective_user() noexcept {
    return ::geteuid();
}

std::uint32_t starting_user() noexcept {
    return static_cast<std::uint32_t>(::getauxval(AT_EUID));
}

}  // namespace latchkey::platform
