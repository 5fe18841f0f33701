#include "latchkey/platform/process.hpp"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"
#include "proc_text.hpp"
#include "spawn.hpp"

namespace latchkey::platform {
namespace {

void add_ranges(const std::string& text, pid_t process, int descriptor,
                std::vector<HeldRange>& found) {
    for (const std::string_view line : lines(text)) {
        // lock:	1: OFDLCK ADVISORY  WRITE -1 fe:00:42 16 16
        if (!line.starts_with("lock:")) continue;
        std::vector<std::string_view> words;
        for (const std::string_view word : split(trim(line.substr(5)), ' ')) {
            if (!word.empty()) words.push_back(word);
        }
        if (words.size() < 8 || words[1] != "OFDLCK") continue;
        const auto first = parse_number(words[6]);
        const auto last =
            words[7] == "EOF" ? std::optional<std::uint64_t>(UINT64_MAX) : parse_number(words[7]);
        if (first && last) {
            found.push_back({process, descriptor, *first, *last, words[3] == "WRITE"});
        }
    }
}

bool is_one_of(std::span<const FileStatus> files, const FileStatus& status) {
    return std::any_of(files.begin(), files.end(),
                       [&status](const FileStatus& file) { return is_same_file(file, status); });
}

}  // namespace

std::vector<HeldRange> find_held_ranges(std::span<const FileStatus> files) {
    std::vector<HeldRange> found;
    if (files.empty()) return found;
    for (const DirectoryEntry& process : find_entries("/proc")) {
        const auto pid = parse_number(process.name);
        if (!pid) continue;
        const std::string folder = "/proc/" + process.name;
        std::vector<DirectoryEntry> descriptors;
        try {
            descriptors = find_entries(folder + "/fd");
        } catch (const Error&) {
            continue;  // Another user's.
        }
        for (const DirectoryEntry& descriptor : descriptors) {
            std::optional<FileStatus> status;
            try {
                status = find_target_status(folder + "/fd/" + descriptor.name);
            } catch (const Error&) {
                continue;
            }
            if (!status || !is_one_of(files, *status)) continue;
            add_ranges(find_proc_text(folder + "/fdinfo/" + descriptor.name),
                       static_cast<pid_t>(*pid),
                       static_cast<int>(parse_number(descriptor.name).value_or(0)), found);
        }
    }
    return found;
}

std::vector<HeldRange> find_held_ranges(std::uint64_t device, std::uint64_t inode) {
    FileStatus file{};
    file.device = device;
    file.inode = inode;
    return find_held_ranges(std::span<const FileStatus>(&file, 1));
}

std::vector<std::string> find_command_line(pid_t process) {
    std::vector<std::string> words;
    const std::string text = find_proc_text("/proc/" + std::to_string(process) + "/cmdline");
    if (text.empty()) return words;
    for (const std::string_view word : split(std::string_view(text), '\0'))
        words.emplace_back(word);
    if (!words.empty() && words.back().empty()) words.pop_back();
    return words;
}

std::optional<std::chrono::system_clock::time_point> find_start_time(pid_t process) {
    const std::string stat = find_proc_text("/proc/" + std::to_string(process) + "/stat");
    const std::size_t name_end = stat.rfind(") ");
    if (name_end == std::string::npos) return std::nullopt;
    const auto fields = split(std::string_view(stat).substr(name_end + 2), ' ');
    const std::string boot = find_proc_text("/proc/stat");
    const std::size_t at = boot.find("btime ");
    if (fields.size() < 20 || at == std::string::npos) return std::nullopt;
    const auto ticks = parse_number(fields[19]);
    const auto boot_seconds =
        parse_number(std::string_view(boot).substr(at + 6, boot.find('\n', at) - at - 6));
    const long ticks_per_second = ::sysconf(_SC_CLK_TCK);
    if (!ticks || !boot_seconds || ticks_per_second <= 0) return std::nullopt;
    return std::chrono::system_clock::time_point(
        std::chrono::seconds(*boot_seconds) +
        std::chrono::milliseconds(*ticks * 1000 / static_cast<std::uint64_t>(ticks_per_second)));
}

bool has_ended(pid_t process) {
    const std::string stat = find_proc_text("/proc/" + std::to_string(process) + "/stat");
    const std::size_t name_end = stat.rfind(") ");
    if (name_end == std::string::npos || name_end + 2 >= stat.size()) return true;
    return stat[name_end + 2] == 'Z' || stat[name_end + 2] == 'X';
}

std::vector<RunningProgram> list_other_programs() {
    const auto own = find_own_status();
    std::vector<RunningProgram> programs;
    for (const DirectoryEntry& process : find_entries("/proc")) {
        if (!parse_number(process.name)) continue;
        const std::string folder = "/proc/" + process.name;
        RunningProgram program;
        program.name = trim(find_proc_text(folder + "/comm"));
        if (program.name.empty()) continue;
        try {
            const auto status = find_target_status(folder + "/exe");
            if (!status || is_same_file(own, status)) continue;
            program.path = find_link(folder + "/exe").value_or("");
        } catch (const Error&) {
            // Another user's: its name is all that there is.
        }
        const std::string text = find_proc_text(folder + "/environ");
        for (const std::string_view entry : split(std::string_view(text), '\0')) {
            const std::size_t equals = entry.find('=');
            if (equals == std::string_view::npos || equals == 0) continue;
            program.environment.set(std::string(entry.substr(0, equals)),
                                    std::string(entry.substr(equals + 1)));
        }
        programs.push_back(std::move(program));
    }
    return programs;
}

bool is_open_below(const std::string& directory) {
    const std::string below = find_canonical(directory).value_or(directory) + "/";
    for (const DirectoryEntry& process : find_entries("/proc")) {
        if (!parse_number(process.name)) continue;
        const std::string folder = "/proc/" + process.name + "/fd";
        try {
            for (const DirectoryEntry& descriptor : find_entries(folder)) {
                const auto target = find_link(folder + "/" + descriptor.name);
                if (target && target->starts_with(below)) return true;
            }
        } catch (const Error&) {
            continue;  // Another user's, or gone.
        }
    }
    return false;
}

ChildOutput run_and_capture(const OnWorker& on, const std::string& program,
                            const std::vector<std::string>& arguments,
                            const Environment& environment, std::chrono::milliseconds limit) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error(errno, "make a pipe");
    const Fd reading(ends[0]);
    Fd writing(ends[1]);

    Streams streams;
    streams.copy_nothing(0);
    streams.copy(writing.number(), 1);
    streams.copy_nothing(2);
    const pid_t child = spawn(program, arguments, environment, streams);
    writing.close();

    ChildOutput output;
    const auto end = std::chrono::steady_clock::now() + limit;
    // Tells of the child's end; an old kernel (before Linux 5.3) lets the pipe alone tell of it.
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    bool cancelled = false;
    bool printed = false;
    bool ended = false;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        cancelled = on.stopped();
        output.timed_out = left.count() <= 0;
        if (cancelled || output.timed_out) {
            ::kill(child, SIGKILL);
            break;
        }
        pollfd poll_for[]{{printed ? -1 : reading.number(), POLLIN, 0},
                          {process.number(), POLLIN, 0}};
        const int slice =
            static_cast<int>(std::min<std::chrono::milliseconds::rep>(left.count(), 100));
        if (::poll(poll_for, 2, slice) <= 0) continue;
        if (poll_for[0].revents != 0) {
            char block[4096];
            const ssize_t count = ::read(reading.number(), block, sizeof block);
            printed = count == 0 || (count < 0 && errno != EINTR);
            if (count > 0) output.text.append(block, static_cast<std::size_t>(count));
        } else if (poll_for[1].revents != 0) {
            if (ended) break;  // Whom it left behind may hold the pipe for long.
            ended = true;      // Its last words may have come since the pipe was asked.
        }
        if (printed && !process.open()) break;
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (cancelled) on.check();
    if (WIFEXITED(status)) output.exit_code = WEXITSTATUS(status);
    return output;
}

void restore_signals() noexcept {
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

void execute(const std::string& program, const std::vector<std::string>& arguments,
             const Environment& environment) {
    const std::vector<std::string> variables = environment.entries();
    ::execve(program.c_str(), pointers(arguments).data(), pointers(variables).data());
    throw os_error(errno, "start '" + program + "'");
}

void give_large_blocks_back() noexcept {
    ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

void die_without_memory() noexcept {
    die_saying("not enough memory");
}

void die_saying(std::string_view cause) noexcept {
    for (const std::string_view text :
         {std::string_view("error: "), cause, std::string_view("\n")}) {
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    }
    ::_exit(1);
}

void die_by_signal(int signal_number) {
    ::signal(signal_number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::raise(signal_number);
    std::_Exit(128 + signal_number);
}

}  // namespace latchkey::platform
