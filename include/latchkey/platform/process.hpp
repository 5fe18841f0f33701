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

/// One range of bytes that one open description holds, as the kernel tells it.
struct HeldRange {
    pid_t process;
    int descriptor;
    std::uint64_t first;
    std::uint64_t last;  ///< Inclusive.
    bool exclusive;
};

/// Every OFD range held on any of these files, by every process that may be seen. /proc is read
/// once, however many files there are.
/// Source: proc(5), /proc/pid/fdinfo, "lock" lines.
std::vector<HeldRange> find_held_ranges(std::span<const FileStatus> files);

/// Every OFD range held on the file with this device and inode.
std::vector<HeldRange> find_held_ranges(std::uint64_t device, std::uint64_t inode);

/// The words of a process's command line; empty where it cannot be seen.
std::vector<std::string> find_command_line(pid_t process);

/// When the process started; empty where it cannot be seen. Source: proc(5), /proc/pid/stat,
/// field 22.
std::optional<std::chrono::system_clock::time_point> find_start_time(pid_t process);

/// Has the process ended? One that nobody has waited for yet counts: it holds nothing any more.
bool has_ended(pid_t process);

/// Has a process that may be seen a file open below this directory, whatever it is called by?
bool is_open_below(const std::string& directory);

/// What a process is.
struct RunningProgram {
    std::string name;         ///< Its file's when it was started, cut to 15 bytes: comm.
    std::string path;         ///< Of its file; empty where it may not be looked into.
    Environment environment;  ///< As it was started with; empty where it may not be looked into.
};

/// Every process but this one whose program is another file than this process's, and no thread of
/// the kernel. Source: proc(5), /proc/pid/comm, exe, environ.
std::vector<RunningProgram> list_other_programs();

/// What a child printed and how it ended.
struct ChildOutput {
    std::string text;              ///< Its standard output.
    std::optional<int> exit_code;  ///< Empty: killed by a signal or by the limit.
    bool timed_out = false;
};

/// Runs a program with standard input and error closed to /dev/null and collects its output.
/// Uses posix_spawn(3), so no range is held by a half-made child. Killed when `limit` is over.
///
/// Throws: Errc::io, Errc::not_found if it cannot be started.
ChildOutput run_and_capture(const OnWorker& on, const std::string& program,
                            const std::vector<std::string>& arguments,
                            const Environment& environment, std::chrono::milliseconds limit);

/// A broken pipe ends the process again, and no signal is held back: what this process ignores or
/// blocks, the program that takes its place would, too.
void restore_signals() noexcept;

/// execve(2). Only returns by throwing.
[[noreturn]] void execute(const std::string& program, const std::vector<std::string>& arguments,
                          const Environment& environment);

/// Says on stderr that memory is short, and ends the process with 1, at once: for where not even an
/// exception can be thrown. What it was doing is as if it had been killed.
[[noreturn]] void die_without_memory() noexcept;

/// The same for another cause, in one line without control characters.
[[noreturn]] void die_saying(std::string_view cause) noexcept;

/// Restores a signal's default action and sends it to this process.
[[noreturn]] void die_by_signal(int signal_number);

}  // namespace latchkey::platform
