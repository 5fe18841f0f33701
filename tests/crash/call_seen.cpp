#include "call_seen.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <vector>

#include "failure.hpp"

#ifndef __x86_64__
#error "how a system call is made to fail is written for x86-64 only"
#endif

namespace latchkey::crash {
namespace {

// <linux/ptrace.h> does not go together with <sys/ptrace.h>, which calls this
// __ptrace_syscall_info.
using SyscallInfo = struct __ptrace_syscall_info;

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

unsigned troubles_of(const CallSeen& seen) {
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

}  // namespace

void ask_about_calls() {
    std::vector<sock_filter> program{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    };
    for (const Call& call : all_calls()) {
        program.push_back(
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call.number), 0, 1));
        program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
    }
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no new privileges");
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) fail("seccomp");
}

CallSeen look(pid_t thread) {
    CallSeen seen;
    SyscallInfo info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return seen;
    seen.call = find_call(static_cast<long>(info.seccomp.nr));
    if (seen.call == nullptr) return seen;
    std::copy(std::begin(info.seccomp.args), std::end(info.seccomp.args), seen.arguments.begin());
    if (seen.call->path >= 0) {
        seen.path = string_at(thread, seen.arguments[static_cast<std::size_t>(seen.call->path)]);
    }
    if (seen.call->descriptor >= 0) {
        const std::string link =
            "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(seen.descriptor());
        seen.path = link_of(link);
        struct stat status {};
        seen.on_file = ::stat(link.c_str(), &status) == 0 &&
                       (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
    }
    seen.troubles = troubles_of(seen);
    return seen;
}

bool ended_well(pid_t thread) {
    SyscallInfo info{};
    return ::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0 &&
           info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.is_error == 0;
}

void let_fail(pid_t thread, int error_number) {
    user_regs_struct registers{};
    if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) fail("read registers");
    registers.orig_rax = static_cast<unsigned long long>(-1);
    registers.rax = static_cast<unsigned long long>(-error_number);
    if (::ptrace(PTRACE_SETREGS, thread, nullptr, &registers) != 0) fail("write registers");
}

}  // namespace latchkey::crash
