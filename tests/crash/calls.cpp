#include "calls.hpp"

#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

namespace latchkey::crash {
namespace {

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

constexpr Fault kFaults[] = {{"kill-before", none, 0},
                             {"kill-after", none, 0},
                             {"meet", none, 0},
                             {"EIO", io, EIO},
                             {"ENOSPC", space, ENOSPC},
                             {"EMFILE", files, EMFILE},
                             {"EINTR", interrupted, EINTR}};

}  // namespace

std::span<const Call> all_calls() {
    return kCalls;
}

const Call* find_call(long number) {
    const auto* found = std::find_if(std::begin(kCalls), std::end(kCalls),
                                     [number](const Call& call) { return call.number == number; });
    return found == std::end(kCalls) ? nullptr : found;
}

std::span<const Fault> all_faults() {
    return kFaults;
}

}  // namespace latchkey::crash
