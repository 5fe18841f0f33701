#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

struct SystemName {
    std::string system;   ///< "Linux"
    std::string machine;  ///< "x86_64"
};

/// uname(2).
SystemName system_name();

/// The random name of this boot, from /proc/sys/kernel/random/boot_id. "unknown" if it cannot be
/// read.
std::string load_boot_id();

/// 64 random bits from the kernel.
///
/// Source: getrandom(2).
std::uint64_t random_number();

/// How many processors this process may use. At least 1.
unsigned processor_count();

/// What the processors have done since the machine started. Units: seconds of one processor.
struct ProcessorTime {
    double busy = 0;
    double idle = 0;
    double own = 0;  ///< Of `busy`, what this process took.
};

/// All zero if it cannot be read.
///
/// Source: proc_stat(5), getrusage(2).
ProcessorTime load_processor_time();

/// syncfs(2) of the file system that holds `path`. False: it failed, and nothing is promised.
bool sync_file_system(const std::string& path);

/// What a file system has left for this user.
struct Room {
    std::uint64_t bytes = 0;
    std::uint64_t inodes = 0;
};

/// The room on the file system that holds `path`, or its nearest folder that exists. All zero:
/// unknown.
///
/// Source: statvfs(3).
Room load_room(std::string path);

/// How much waits to be written to any disk: "Dirty" and "Writeback" of /proc/meminfo. The largest
/// number if it cannot be read.
///
/// Units:  bytes.
/// Source: proc(5).
std::uint64_t load_unwritten_bytes();

/// The canonical path of the working directory. It may be longer than PATH_MAX, and then opens
/// nothing.
///
/// Throws: Errc::not_found if it was deleted.
std::string load_working_directory();

/// The effective user's home directory according to /etc/passwd. Does not ask NSS.
std::optional<std::string> find_home_of_user();

/// realpath(3). Empty: the path does not exist.
std::optional<std::string> find_canonical(const std::string& path);

/// Shape: RFC 3339, UTC, with milliseconds.
std::string format_time(std::chrono::system_clock::time_point time);

/// format_time() of the present.
std::string format_now();

/// What format_time() wrote, to the second. Empty for any other text.
std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text);

/// For people, in their time zone: "17:02:11" on the day of `now`, otherwise "2026-11-23 17:02".
std::string format_local_time(std::chrono::system_clock::time_point time,
                              std::chrono::system_clock::time_point now);

/// geteuid(2).
std::uint32_t effective_user() noexcept;

/// The effective user as whom this program was started. Costs no system call.
///
/// Source: getauxval(3), AT_EUID.
std::uint32_t starting_user() noexcept;

}  // namespace latchkey::platform
