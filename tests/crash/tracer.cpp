// Runs a program and numbers the file and lock system calls of all its threads and children; at one
// of them it kills everything, lets the call fail, or lets another program run meanwhile.
//
// The kernel asks us about each such call (seccomp(2), SECCOMP_RET_TRACE), however it was made:
// also those of a static program, of raw syscall(2), and those before main. One counter counts them
// in the order in which they begin, so the number of a call means the same whichever thread made
// it.
//
// Also keeps account of the files whose data were written since they were last synced: what a power
// failure may take. Not seen: what is written through mmap(2), which Latchkey does not use.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// <linux/ptrace.h> does not go together with <sys/ptrace.h>, which calls this
// __ptrace_syscall_info.
using SyscallInfo = struct __ptrace_syscall_info;

namespace {

#ifndef __x86_64__
#error "how a system call is made to fail is written for x86-64 only"
#endif

constexpr int kSkipped = 77;  // What ctest is told where this machine does not let us.

/// What may go wrong with a call besides a kill, as bits.
enum Trouble : unsigned { none = 0, io = 1, space = 2, files = 4, interrupted = 8 };

struct Call {
    long number;
    const char* name;
    unsigned troubles;
    int descriptor = -1;  ///< Which argument is one, or -1.
    int path = -1;        ///< Which argument is a path, or -1.
};

constexpr Call kCalls[] = {
    {SYS_openat, "openat", io | files | interrupted, -1, 1},
    {SYS_open, "open", io | files | interrupted, -1, 0},
    {SYS_creat, "creat", io | space | files | interrupted, -1, 0},
    {SYS_openat2, "openat2", io | files | interrupted, -1, 1},
    {SYS_close, "close", none, 0},
    {SYS_read, "read", io | interrupted, 0},
    {SYS_pread64, "pread64", io | interrupted, 0},
    {SYS_readv, "readv", io | interrupted, 0},
    {SYS_write, "write", io | space | interrupted, 0},
    {SYS_pwrite64, "pwrite64", io | space | interrupted, 0},
    {SYS_writev, "writev", io | space | interrupted, 0},
    {SYS_copy_file_range, "copy_file_range", io | space | interrupted, 2},
    {SYS_sendfile, "sendfile", io | space | interrupted, 0},
    {SYS_ftruncate, "ftruncate", io | space | interrupted, 0},
    {SYS_truncate, "truncate", io | space | interrupted, -1, 0},
    {SYS_fallocate, "fallocate", io | space | interrupted, 0},
    {SYS_ioctl, "ioctl", none, 0},
    {SYS_fcntl, "fcntl", none, 0},
    {SYS_flock, "flock", io | interrupted, 0},
    {SYS_fsync, "fsync", io | space | interrupted, 0},
    {SYS_fdatasync, "fdatasync", io | space | interrupted, 0},
    {SYS_syncfs, "syncfs", io | space, 0},
    {SYS_sync, "sync", none},
    {SYS_stat, "stat", io, -1, 0},
    {SYS_lstat, "lstat", io, -1, 0},
    {SYS_fstat, "fstat", io, 0},
    {SYS_newfstatat, "newfstatat", io, -1, 1},
    {SYS_statx, "statx", io, -1, 1},
    {SYS_statfs, "statfs", io | interrupted, -1, 0},
    {SYS_fstatfs, "fstatfs", io | interrupted, 0},
    {SYS_access, "access", io, -1, 0},
    {SYS_faccessat, "faccessat", io, -1, 1},
    {SYS_faccessat2, "faccessat2", io, -1, 1},
    {SYS_readlink, "readlink", io, -1, 0},
    {SYS_readlinkat, "readlinkat", io, -1, 1},
    {SYS_getdents64, "getdents64", io, 0},
    {SYS_getcwd, "getcwd", io},
    {SYS_chdir, "chdir", io, -1, 0},
    {SYS_fchdir, "fchdir", io, 0},
    {SYS_mkdir, "mkdir", io | space, -1, 0},
    {SYS_mkdirat, "mkdirat", io | space, -1, 1},
    {SYS_rmdir, "rmdir", io, -1, 0},
    {SYS_unlink, "unlink", io, -1, 0},
    {SYS_unlinkat, "unlinkat", io, -1, 1},
    {SYS_rename, "rename", io | space, -1, 1},
    {SYS_renameat, "renameat", io | space, -1, 3},
    {SYS_renameat2, "renameat2", io | space, -1, 3},
    {SYS_link, "link", io | space, -1, 1},
    {SYS_linkat, "linkat", io | space, -1, 3},
    {SYS_symlink, "symlink", io | space, -1, 1},
    {SYS_symlinkat, "symlinkat", io | space, -1, 2},
    {SYS_mknod, "mknod", io | space, -1, 0},
    {SYS_mknodat, "mknodat", io | space, -1, 1},
    {SYS_chmod, "chmod", io, -1, 0},
    {SYS_fchmod, "fchmod", io, 0},
    {SYS_fchmodat, "fchmodat", io, -1, 1},
    {SYS_chown, "chown", io, -1, 0},
    {SYS_fchown, "fchown", io, 0},
    {SYS_lchown, "lchown", io, -1, 0},
    {SYS_fchownat, "fchownat", io, -1, 1},
    {SYS_utimensat, "utimensat", io, -1, 1},
    {SYS_setxattr, "setxattr", io | space, -1, 0},
    {SYS_fsetxattr, "fsetxattr", io | space, 0},
    {SYS_execve, "execve", io, -1, 0},
    {SYS_execveat, "execveat", io, -1, 1},
    {SYS_wait4, "wait4", interrupted},
    {SYS_waitid, "waitid", interrupted},
};

struct Fault {
    const char* name;
    unsigned trouble;  ///< `none`: it can happen at every call.
    int error_number;
};

constexpr Fault kFaults[] = {{"kill-before", none, 0},
                             {"kill-after", none, 0},
                             {"meet", none, 0},
                             {"EIO", io, EIO},
                             {"ENOSPC", space, ENOSPC},
                             {"EMFILE", files, EMFILE},
                             {"EINTR", interrupted, EINTR}};

struct Options {
    std::string report;
    const Fault* fault = nullptr;
    std::uint64_t point = 0;
    bool list = false;
    bool apart = false;
    std::vector<std::pair<std::string, std::string>> present;
    std::string meet;  ///< What a shell runs when the point is reached, for `meet`.
    char** program = nullptr;
};

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    return result + '"';
}

/// Namespaces of mounts and processes, in which other files are seen at some paths (another boot,
/// another load) and no process but those that we start. Goes on as process 1 there, with which all
/// others end; the one outside waits for it, and gives its exit code.
void go_apart(const std::vector<std::pair<std::string, std::string>>& files) {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID) != 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) != 0) fail("unshare");
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << user << ' ' << user << " 1";
        std::ofstream("/proc/self/gid_map") << group << ' ' << group << " 1";
    }
    const pid_t inner = ::fork();
    if (inner < 0) fail("fork");
    if (inner > 0) {
        int status = 0;
        while (::waitpid(inner, &status, 0) < 0 && errno == EINTR) {
        }
        std::exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("private mounts");
    if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) fail("mount /proc");
    for (const auto& [file, path] : files) {
        if (::mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
            fail("mount over '" + path + "'");
        }
    }
}

void ask_about_calls() {
    std::vector<sock_filter> program{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    };
    for (const Call& call : kCalls) {
        program.push_back(
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call.number), 0, 1));
        program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
    }
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no new privileges");
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) fail("seccomp");
}

std::string link_of(const std::string& path) {
    std::error_code error;
    return std::filesystem::read_symlink(path, error).string();
}

std::string string_at(pid_t thread, std::uint64_t address) {
    std::array<char, 4096> text{};
    std::size_t length = 0;
    // Up to the end of each page, as the next one may not be there.
    while (length + 1 < text.size()) {
        const std::size_t part =
            std::min<std::size_t>(4096 - (address + length) % 4096, text.size() - 1 - length);
        iovec here{text.data() + length, part};
        iovec there{reinterpret_cast<void*>(address + length), part};
        if (::process_vm_readv(thread, &here, 1, &there, 1, 0) <= 0) break;
        if (std::memchr(text.data() + length, 0, part) != nullptr) break;
        length += part;
    }
    return text.data();
}

/// A file that was written; known by device and inode, for its names change.
using FileId = std::pair<std::uint64_t, std::uint64_t>;

class Tracer {
public:
    explicit Tracer(const Options& options) : options_(options) {}

    void run();

private:
    struct Seen {
        const Call* call = nullptr;
        std::array<std::uint64_t, 6> arguments{};
        std::string path;
        bool on_file = true;  ///< Its descriptor, if it has one, is a file's or a directory's.
        unsigned troubles = none;
    };

    void start();
    void handle(pid_t thread, int status);
    void handle_call(pid_t thread);
    void handle_return(pid_t thread);
    Seen look(pid_t thread) const;
    [[nodiscard]] unsigned troubles_of(const Seen& seen) const;
    void keep_account(pid_t thread, const Seen& seen);
    void apply(pid_t thread, const Seen& seen);
    void let_fail(pid_t thread, int error_number) const;
    void kill_all();
    void let_another_run();
    void write_report() const;
    void resume(pid_t thread, int signal = 0, bool to_return = false) const {
        ::ptrace(to_return ? PTRACE_SYSCALL : PTRACE_CONT, thread, nullptr, signal);
    }

    const Options& options_;
    pid_t child_ = -1;
    bool counting_ = false;  // From the program's own first call.
    int ended_ = -1;
    std::set<pid_t> threads_;
    std::map<std::string, std::uint64_t> counts_;
    std::vector<std::string> listed_;
    bool hit_ = false;
    bool killed_ = false;
    std::string hit_call_, hit_path_;
    int hit_descriptor_ = -1;
    pid_t kill_at_return_ = -1;
    pid_t other_ = -1;
    int other_ended_ = -1;
    bool other_waited_ = false;  // For a range that the stopped program holds.
    std::map<FileId, std::string> unsynced_;
    std::map<pid_t, std::map<FileId, std::string>> syncing_;
};

void Tracer::start() {
    child_ = ::fork();
    if (child_ < 0) fail("fork");
    if (child_ == 0) {
        try {
            if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("trace me");
            ::raise(SIGSTOP);
            ask_about_calls();
            ::execv(options_.program[0], options_.program);
            fail(std::string("start '") + options_.program[0] + "'");
        } catch (const std::exception& e) {
            std::fprintf(stderr, "tracer: %s\n", e.what());
            ::_exit(kSkipped);
        }
    }
    int status = 0;
    if (::waitpid(child_, &status, 0) != child_ || !WIFSTOPPED(status)) fail("wait for the start");
    const long wanted = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                        PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP |
                        PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SETOPTIONS, child_, nullptr, wanted) != 0) fail("trace the program");
    threads_.insert(child_);
    resume(child_);
}

void Tracer::run() {
    start();
    for (;;) {
        int status = 0;
        const pid_t thread = ::waitpid(-1, &status, __WALL);
        if (thread < 0) {
            if (errno == EINTR) continue;
            if (errno == ECHILD) break;
            fail("wait");
        }
        if (thread == other_) {
            other_ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
            continue;
        }
        handle(thread, status);
    }
    write_report();
}

void Tracer::handle(pid_t thread, int status) {
    if (!WIFSTOPPED(status)) {
        threads_.erase(thread);
        if (thread == child_) {
            ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
        return;
    }
    const bool fresh = threads_.insert(thread).second;
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (killed_) {  // Born while everything was killed.
        ::kill(thread, SIGKILL);
    } else if (event == PTRACE_EVENT_SECCOMP) {
        handle_call(thread);
    } else if (signal == (SIGTRAP | 0x80)) {
        handle_return(thread);
    } else if (event != 0) {
        if (event == PTRACE_EVENT_EXEC) counting_ = true;
        // In the middle of a call whose return is awaited: an exec, for instance.
        resume(thread, 0, thread == kill_at_return_ || syncing_.contains(thread));
    } else if (signal == SIGSTOP && fresh) {
        resume(thread);  // How a thread or a child that is traced begins.
    } else {
        resume(thread, signal);
    }
}

Tracer::Seen Tracer::look(pid_t thread) const {
    Seen seen;
    SyscallInfo info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return seen;
    const auto number = static_cast<long>(info.seccomp.nr);
    const auto* found = std::find_if(std::begin(kCalls), std::end(kCalls),
                                     [number](const Call& call) { return call.number == number; });
    if (found == std::end(kCalls)) return seen;
    seen.call = found;
    std::copy(std::begin(info.seccomp.args), std::end(info.seccomp.args), seen.arguments.begin());
    if (found->path >= 0) {
        seen.path = string_at(thread, seen.arguments[static_cast<std::size_t>(found->path)]);
    }
    if (found->descriptor >= 0) {
        const auto descriptor =
            static_cast<int>(seen.arguments[static_cast<std::size_t>(found->descriptor)]);
        const std::string link =
            "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(descriptor);
        seen.path = link_of(link);
        struct stat status {};
        seen.on_file = ::stat(link.c_str(), &status) == 0 &&
                       (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
    }
    seen.troubles = troubles_of(seen);
    return seen;
}

unsigned Tracer::troubles_of(const Seen& seen) const {
    const long number = seen.call->number;
    const auto argument = [&seen](std::size_t at) { return static_cast<int>(seen.arguments[at]); };
    unsigned troubles = seen.call->troubles;
    if (number == SYS_openat || number == SYS_open) {
        const int flags = argument(number == SYS_openat ? 2 : 1);
        if ((flags & O_CREAT) != 0) troubles |= space;
    }
    if (number == SYS_fcntl) {
        const int command = argument(1);
        if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) troubles |= files;
        if (command == F_OFD_SETLK || command == F_OFD_SETLKW) troubles |= io | interrupted;
    }
    if (number == SYS_ioctl && seen.arguments[1] == FICLONE) troubles |= io | space;
    // Sockets, events and terminals do not fail like that.
    return seen.on_file ? troubles : none;
}

void Tracer::handle_call(pid_t thread) {
    const Seen seen = look(thread);
    if (seen.call == nullptr || !counting_) {
        resume(thread);
        return;
    }
    keep_account(thread, seen);
    bool reached = false;
    for (const Fault& fault : kFaults) {
        if (fault.trouble != none && (seen.troubles & fault.trouble) == 0) continue;
        const std::uint64_t count = ++counts_[fault.name];
        reached |= &fault == options_.fault && count == options_.point;
    }
    if (options_.list) {
        std::string line = seen.call->name;
        for (const Fault& fault : kFaults) {
            if (fault.trouble != none && (seen.troubles & fault.trouble) != 0) {
                line += std::string(" ") + fault.name;
            }
        }
        listed_.push_back(line + " " + seen.path);
    }
    if (reached) {
        apply(thread, seen);
    } else {
        resume(thread, 0, syncing_.contains(thread));
    }
}

/// Whoever is to be synced is so when the call has returned well: what is written meanwhile is not.
void Tracer::keep_account(pid_t thread, const Seen& seen) {
    const long number = seen.call->number;
    const bool writes = number == SYS_write || number == SYS_pwrite64 || number == SYS_writev ||
                        number == SYS_copy_file_range || number == SYS_sendfile ||
                        number == SYS_ftruncate || number == SYS_ioctl;
    const bool syncs_one = number == SYS_fsync || number == SYS_fdatasync;
    struct stat status {};
    if (writes || syncs_one) {
        const auto descriptor = seen.arguments[static_cast<std::size_t>(seen.call->descriptor)];
        const std::string path = "/proc/" + std::to_string(thread) + "/fd/" +
                                 std::to_string(static_cast<int>(descriptor));
        if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    }
    const FileId id{status.st_dev, status.st_ino};
    if (writes) unsynced_[id] = seen.path;
    // What is written while the call runs becomes unsynced anew, under another count.
    if (writes) {
        for (auto& [_, files_of_a_sync] : syncing_) files_of_a_sync.erase(id);
    }
    if (syncs_one) {
        syncing_[thread] = {};
        if (unsynced_.contains(id)) syncing_[thread].insert(*unsynced_.find(id));
    }
    if (number == SYS_syncfs || number == SYS_sync) syncing_[thread] = unsynced_;
}

void Tracer::handle_return(pid_t thread) {
    const auto syncing = syncing_.find(thread);
    if (syncing != syncing_.end()) {
        SyscallInfo info{};
        const bool good = ::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0 &&
                          info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.is_error == 0;
        if (good) {
            for (const auto& [id, path] : syncing->second) unsynced_.erase(id);
        }
        syncing_.erase(syncing);
    }
    if (thread == kill_at_return_) {
        kill_all();
    } else {
        resume(thread);
    }
}

void Tracer::apply(pid_t thread, const Seen& seen) {
    hit_ = true;
    hit_call_ = seen.call->name;
    hit_path_ = seen.path;
    if (seen.call->descriptor >= 0) {
        hit_descriptor_ =
            static_cast<int>(seen.arguments[static_cast<std::size_t>(seen.call->descriptor)]);
    }
    const std::string name = options_.fault->name;
    if (name == "kill-before") {
        kill_all();
    } else if (name == "kill-after") {
        kill_at_return_ = thread;
        resume(thread, 0, true);
    } else if (name == "meet") {
        let_another_run();
        resume(thread, 0, syncing_.contains(thread));
    } else {
        syncing_.erase(thread);
        let_fail(thread, options_.fault->error_number);
        resume(thread);
    }
}

/// The kernel skips a call whose number is -1, and returns what is in rax (seccomp(2)).
void Tracer::let_fail(pid_t thread, int error_number) const {
    user_regs_struct registers{};
    if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) fail("read registers");
    registers.orig_rax = static_cast<unsigned long long>(-1);
    registers.rax = static_cast<unsigned long long>(-error_number);
    if (::ptrace(PTRACE_SETREGS, thread, nullptr, &registers) != 0) fail("write registers");
}

/// A call that has not begun does not begin any more: who is killed here skips it (seccomp(2)).
void Tracer::kill_all() {
    killed_ = true;
    for (const pid_t thread : threads_) ::kill(thread, SIGKILL);
}

/// Empty: it has ended meanwhile.
std::optional<pid_t> find_parent(const std::filesystem::path& folder) {
    std::ifstream file(folder / "stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(name_end + 1));
    char state = 0;
    pid_t parent = -1;
    rest >> state >> parent;
    return parent;
}

bool thread_waits_for_range(const std::filesystem::path& folder) {
    std::ifstream file(folder / "syscall");
    long number = -1;
    std::string descriptor, command;
    return file >> number >> descriptor >> command && number == SYS_fcntl &&
           std::stoul(command, nullptr, 16) == F_OFD_SETLKW;
}

/// Does a thread of it, or of a child that it waits for, wait for a range?
bool waits_for_range(pid_t process) {
    const std::filesystem::path all = "/proc";
    std::error_code error;
    for (const auto& thread :
         std::filesystem::directory_iterator(all / std::to_string(process) / "task", error)) {
        if (thread_waits_for_range(thread.path())) return true;
    }
    for (const auto& entry : std::filesystem::directory_iterator(all, error)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (find_parent(entry.path()) == process && waits_for_range(std::stoi(name))) return true;
    }
    return false;
}

/// Starts it and goes on when it has ended, or waits for a range that the stopped program has.
/// Nobody reads what the kernel tells of the others meanwhile, so each of them stops at its next
/// call.
void Tracer::let_another_run() {
    other_ = ::fork();
    if (other_ < 0) fail("fork");
    if (other_ == 0) {
        ::execl("/bin/sh", "sh", "-c", ("exec " + options_.meet).c_str(), nullptr);
        ::_exit(127);
    }
    for (;;) {
        int status = 0;
        if (::waitpid(other_, &status, WNOHANG) == other_) {
            other_ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
            other_ = -1;
            return;
        }
        if (waits_for_range(other_)) {
            other_waited_ = true;
            return;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

void Tracer::write_report() const {
    std::ofstream file(options_.report);
    file << "{\"ended\": " << ended_ << ", \"counts\": {";
    const char* comma = "";
    for (const Fault& fault : kFaults) {
        const auto count = counts_.find(fault.name);
        file << comma << quoted(fault.name) << ": " << (count == counts_.end() ? 0 : count->second);
        comma = ", ";
    }
    file << "}, \"hit\": ";
    if (hit_) {
        file << "{\"call\": " << quoted(hit_call_) << ", \"path\": " << quoted(hit_path_)
             << ", \"descriptor\": " << hit_descriptor_ << "}";
    } else {
        file << "null";
    }
    file << ", \"other_ended\": " << other_ended_
         << ", \"other_waited\": " << (other_waited_ ? "true" : "false") << ", \"unsynced\": [";
    comma = "";
    for (const auto& [id, path] : unsynced_) {
        file << comma << "{\"inode\": " << id.second << ", \"path\": " << quoted(path) << "}";
        comma = ", ";
    }
    file << "], \"calls\": [";
    comma = "";
    for (const std::string& line : listed_) {
        file << comma << quoted(line);
        comma = ",\n";
    }
    file << "]}\n";
    file.flush();
    if (!file) fail("write '" + options_.report + "'");
}

/// As process 1 we stay, for that one is not killed by signals that it does not handle.
int run_untraced(char** program) {
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        ::execv(program[0], program);
        std::perror(program[0]);
        ::_exit(127);
    }
    int status = 0;
    for (;;) {
        const pid_t ended = ::waitpid(-1, &status, 0);
        if (ended == child) break;
        if (ended < 0 && errno != EINTR) fail("wait");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

constexpr const char* kUsage =
    "usage: latchkey-crash-tracer [OPTION]... -- PROGRAM ARGUMENT...\n"
    "  --report FILE     counts, what was hit, and how the program ended, as JSON; without: no "
    "trace\n"
    "  --fault NAME      kill-before, kill-after, meet, EIO, ENOSPC, EMFILE or EINTR\n"
    "  --point N         at the N-th call at which that can happen, over all threads\n"
    "  --list            reports all calls, too\n"
    "  --meet COMMAND    what the shell runs at the point, while the program stands still\n"
    "  --apart           the program sees no other processes\n"
    "  --present F=PATH  the program sees the file F at PATH; with --apart\n"
    "Exits 77 where this machine does not allow it, and 2 when it fails itself.\n";

Options parse(int count, char** words) {
    Options options;
    int at = 1;
    const auto next = [&]() -> std::string {
        if (++at >= count) throw std::invalid_argument("a value is missing");
        return words[at];
    };
    for (; at < count && std::string(words[at]) != "--"; ++at) {
        const std::string word = words[at];
        if (word == "--report") {
            options.report = next();
        } else if (word == "--point") {
            options.point = std::stoull(next());
        } else if (word == "--list") {
            options.list = true;
        } else if (word == "--meet") {
            options.meet = next();
        } else if (word == "--apart") {
            options.apart = true;
        } else if (word == "--present") {
            const std::string both = next();
            const std::size_t middle = both.find('=');
            if (middle == std::string::npos) throw std::invalid_argument(both);
            options.apart = true;
            options.present.emplace_back(both.substr(0, middle), both.substr(middle + 1));
        } else if (word == "--fault") {
            const std::string name = next();
            for (const Fault& fault : kFaults) {
                if (name == fault.name) options.fault = &fault;
            }
            if (options.fault == nullptr) throw std::invalid_argument(name);
        } else {
            throw std::invalid_argument(word);
        }
    }
    if (at + 1 >= count) throw std::invalid_argument("no program");
    options.program = words + at + 1;
    return options;
}

}  // namespace

int main(int count, char** words) {
    Options options;
    try {
        options = parse(count, words);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tracer: %s\n%s", e.what(), kUsage);
        return 2;
    }
    try {
        if (options.apart) go_apart(options.present);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tracer: %s\n", e.what());
        return kSkipped;
    }
    try {
        if (options.report.empty()) return run_untraced(options.program);
        Tracer(options).run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tracer: %s\n", e.what());
        return 2;
    }
    return 0;
}
