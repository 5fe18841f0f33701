#!/usr/bin/env python3
"""Runs a command where some system calls are not there: `fewer_calls.py linux-3.15|no-flock COMMAND...`

Linux 3.15 on x86-64 has none of those that came later: ENOSYS. Some file systems know no flock(2): ENOLCK.
A filter of seccomp(2) answers so. It is inherited by whatever the command starts.
"""

import ctypes
import errno
import os
import struct
import sys

RENAMEAT2, FLOCK = 316, 73  # arch/x86/entry/syscalls/syscall_64.tbl; the first is the newest of Linux 3.15.
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, FAIL = 0x7FFF0000, 0x00050000
LOAD_NUMBER, JUMP_IF_GREATER, JUMP_IF_EQUAL, RETURN = 0x20, 0x25, 0x15, 0x06
MISSING = {"linux-3.15": (JUMP_IF_GREATER, RENAMEAT2, errno.ENOSYS),
           "no-flock": (JUMP_IF_EQUAL, FLOCK, errno.ENOLCK)}


def refuse_calls(test, number, error):
    """From now on, and in all children, system calls for whose number `test` is true give this error."""
    filter_ = b"".join(struct.pack("=HBBI", *line) for line in (
        (LOAD_NUMBER, 0, 0, 0),
        (test, 0, 1, number),
        (RETURN, 0, 0, FAIL | error),
        (RETURN, 0, 0, ALLOW)))
    text = ctypes.create_string_buffer(filter_, len(filter_))
    program = struct.pack("@HP", len(filter_) // 8, ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program)):
        if libc.prctl(*arguments) != 0:
            sys.exit(f"{sys.argv[0]}: prctl: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    refuse_calls(*MISSING[sys.argv[1]])
    os.execv(sys.argv[2], sys.argv[2:])
