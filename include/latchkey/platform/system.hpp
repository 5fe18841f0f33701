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

/// Random since boot: /proc/sys/kernel/random/boot_id. "unknown" where it cannot be read.
std::string load_boot_id();

/// 64 random bits, from the kernel. Source: getrandom(2).
std::uint64_t random_number();

/// Processors that this process may use, at least 1.
unsigned processor_count();

/// What processors have done since the machine started. Units: seconds, of one processor each.
struct ProcessorTime {
    double busy = 0;
    double idle = 0;
    double own = 0;  ///< Of `busy`, what this process took.
};

/// Source: proc_stat(5), getrusage(2). All zero where they cannot be read.
ProcessorTime load_processor_time();

/// syncfs(2) of the file system that holds `path`. False where it failed: nothing is promised then.
bool sync_file_system(const std::string& path);

/// What a file system has left for this user.
struct Room {
    std::uint64_t bytes = 0;
    std::uint64_t inodes = 0;
};

/// Of the file system that holds `path`, or its nearest folder that is there. All zero where it
/// cannot be told. Source: statvfs(3).
Room load_room(std::string path);

/// Units: bytes that wait to be written to any disk, as /proc/meminfo says ("Dirty", "Writeback");
/// the largest number where it cannot be read. Source: proc(5).
std::uint64_t load_unwritten_bytes();

/// The working directory, canonical. It may be too long to be opened by: see PATH_MAX in
/// limits.h(0p).
///
/// Throws: Errc::not_found where it was deleted.
std::string load_working_directory();

/// The home directory in /etc/passwd of the effective user. No NSS.
std::optional<std::string> find_home_of_user();

/// realpath(3). Empty where it does not exist.
std::optional<std::string> find_canonical(const std::string& path);

/// In RFC 3339, UTC, with milliseconds.
std::string format_time(std::chrono::system_clock::time_point time);

/// The same of now.
std::string format_now();

/// For people, by their time zone: "17:02:11" on the day of `now`, else "2026-11-23 17:02".
std::string format_local_time(std::chrono::system_clock::time_point time,
                              std::chrono::system_clock::time_point now);

}  // namespace latchkey::platform
