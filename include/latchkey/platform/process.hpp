#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

/// A range of bytes that an open description holds, and the process that has the description open.
struct HeldRange {
    pid_t process;
    int descriptor;
    std::uint64_t first;
    std::uint64_t last;  ///< Inclusive.
    bool exclusive;
};

/// Every OFD range on any of these files, of every process that may be looked into. Reads /proc
/// once, however many files there are.
///
/// Source: proc(5), /proc/pid/fdinfo, "lock" lines.
std::vector<HeldRange> find_held_ranges(std::span<const FileStatus> files);

/// Every OFD range on the file with this device and inode.
std::vector<HeldRange> find_held_ranges(std::uint64_t device, std::uint64_t inode);

/// The words of a process's command line. Empty: it cannot be seen.
std::vector<std::string> find_command_line(pid_t process);

/// When a process started. Empty: it cannot be seen.
///
/// Source: proc(5), /proc/pid/stat, field 22.
std::optional<std::chrono::system_clock::time_point> find_start_time(pid_t process);

/// Whether a process has ended. A zombie counts as ended: it holds nothing any more.
bool has_ended(pid_t process);

/// Whether a process that may be looked into has a file open below this directory, under whatever
/// name.
bool is_open_below(const std::string& directory);

/// A process, and what it runs.
struct RunningProgram {
    std::string name;         ///< Its file's when it was started, cut to 15 bytes: comm.
    std::string path;         ///< Of its file. Empty: it may not be looked into.
    Environment environment;  ///< At its start. Empty: it may not be looked into.
};

/// Every process whose program is another file than this process's, without the kernel's threads.
///
/// Source: proc(5), /proc/pid/comm, exe, environ.
std::vector<RunningProgram> list_other_programs();

/// What a child printed, and how it ended.
struct ChildOutput {
    std::string text;              ///< Its standard output.
    std::optional<int> exit_code;  ///< Empty: killed by a signal or by the limit.
    bool timed_out = false;
};

/// Runs a program and collects its standard output; input and error are /dev/null. Kills it when
/// `limit` is over. Uses posix_spawn(3): a forked child would hold our ranges until its exec.
///
/// Throws: Errc::io, Errc::not_found if it cannot be started.
ChildOutput run_and_capture(const OnWorker& on, const std::string& program,
                            const std::vector<std::string>& arguments,
                            const Environment& environment, std::chrono::milliseconds limit);

/// Restores the default for SIGPIPE and blocks no signal, because the program that takes this
/// process's place inherits what it ignores and blocks.
void restore_signals() noexcept;

/// execve(2). Returns only by throwing.
[[noreturn]] void execute(const std::string& program, const std::vector<std::string>& arguments,
                          const Environment& environment);

/// From now on a block of 128 KiB or more goes back to the system when it is freed. Left to itself,
/// glibc keeps such blocks once one has been freed, and they lie scattered among others.
///
/// Source: mallopt(3), M_MMAP_THRESHOLD.
void give_large_blocks_back() noexcept;

/// Says on stderr that memory is short, and ends the process at once with status 1, as if it had
/// been killed. For places in which not even an exception can be thrown.
[[noreturn]] void die_without_memory() noexcept;

/// As die_without_memory(), for another cause.
///
/// Shape: `cause` is one line without control characters.
[[noreturn]] void die_saying(std::string_view cause) noexcept;

/// Restores a signal's default action and sends it to this process.
[[noreturn]] void die_by_signal(int signal_number);

}  // namespace latchkey::platform
