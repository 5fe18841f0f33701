#!/usr/bin/env python3
"""What docs/security.md says of other users of the machine: what they can hold, delay and change."""

import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import unittest

from harness.cases import ProcessTest, main
from harness.checks import entries_of, faults, leftovers
from harness.dists import stable_dist
from harness.environment import BINARY, HOLDER, HOST, STABLE
from harness.users import AS_NOBODY, IS_ROOT

F_OFD_SETLK = 37


@unittest.skipUnless(IS_ROOT, "needs root, to become somebody else")
class OtherUser(ProcessTest):
    """A user who may look into the home and do no more, and means ill."""

    def setUp(self):
        super().setUp()
        self.ours = self.home(f"file://{stable_dist()}")
        self.ours.install()
        os.symlink(os.path.realpath(BINARY), self.root / "latchkey")
        self.locks = self.ours.latchkey / "readers"

    def python_as_nobody(self, program):
        child = subprocess.Popen([*AS_NOBODY, shutil.which("python3", path="/usr/bin:/bin") or "python3",
                                  "-c", program],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.stdin.close)
        return child

    def lock_as_nobody(self, kind, first=0, count=0, mode="O_RDONLY"):
        """Says "held" or an error, and holds it until its input ends."""
        return self.python_as_nobody(f"""
import fcntl, os, struct, sys
try:
    fd = os.open({str(self.locks)!r}, os.{mode})
    fcntl.fcntl(fd, {F_OFD_SETLK}, struct.pack("hhqqi4x", fcntl.{kind}, 0, {first}, {count}, 0))
    print("held", flush=True)
except OSError as error:
    print(error.strerror, flush=True)
sys.stdin.read()
""")

    def hold_everything(self):
        child = self.lock_as_nobody("F_RDLCK")
        self.assertEqual(child.stdout.readline(), "held\n")
        return child

    def test_he_cannot_keep_out_readers(self):
        self.hold_everything()
        self.assertIn("rustc", self.ours.good("run", "stable", "rustc", "--version", limit=20).out)
        self.ours.good("toolchain", "list", limit=20)

    def test_he_can_delay_no_change(self):
        holder = self.hold_everything()
        self.ours.good("component", "add", "clippy", limit=20)
        self.ours.good("component", "remove", "clippy", limit=20)
        self.ours.good("set", "profile", "default", limit=20)
        self.assertEqual(self.said_to_be_installed(), {f"{name}-{HOST}" for name in
                                                       ("rustc", "cargo", "rust-std")})
        self.ours.good("component", "add", "clippy", limit=20)
        self.assertEqual(faults(self.ours, STABLE, stable_dist()), [])
        self.ours.good("toolchain", "uninstall", "stable", limit=20)
        self.assertIn("no installed", self.ours.good("toolchain", "list").out)
        holder.stdin.close()
        holder.wait()
        self.ours.good("toolchain", "list")
        self.assertEqual(leftovers(self.ours), [])

    def said_to_be_installed(self):
        return set(self.ours.good("component", "list", "--installed").out.split())

    def test_a_limit_ends_the_wait_and_locks_shows_who_it_is(self):
        """Somebody who may change the home holds all of it."""
        file = open(self.ours.latchkey / "locks", "rb")
        self.addCleanup(file.close)
        fcntl.fcntl(file, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
        done = self.ours.run("component", "add", "clippy", LATCHKEY_LOCK_TIMEOUT=1)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("error: ", done.err)
        self.assertLess(done.seconds, 15)
        self.ours.binary = self.root / "latchkey"
        table = self.ours.good("locks").out
        self.assertRegex(table, rf"HOLDS +- +every key +shared .* {os.getpid()} ")

    def test_to_those_who_may_not_look_into_his_processes_he_is_one_that_cannot_be_seen(self):
        """Another user without privileges asks; the holder is root's."""
        with open(self.ours.latchkey / "locks", "rb") as file:
            fcntl.fcntl(file, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
            self.ours.binary = self.root / "latchkey"
            done = self.ours.good("locks", prefix=AS_NOBODY)
            self.assertIn("every key", done.out)
            self.assertIn("?    a process that cannot be seen from here", done.out)

    def test_he_can_hold_nothing_exclusively(self):
        for mode in ("O_RDONLY", "O_RDWR"):
            said = self.lock_as_nobody("F_WRLCK", mode=mode).stdout.readline()
            self.assertIn(said, ("Bad file descriptor\n", "Permission denied\n"))

    def test_what_he_shares_is_not_deleted_and_goes_when_he_goes(self):
        self.ours.good("component", "add", "rust-src")
        source = self.ours.toolchain() / "lib/rustlib/src"
        # The bytes of `use` alone: what a reader holds. A change needs none of them.
        holder = self.python_as_nobody(f"""
import fcntl, os, struct, sys
fd = os.open({str(self.locks)!r}, os.O_RDONLY)
for byte in {self.use_bytes()!r}:
    fcntl.fcntl(fd, {F_OFD_SETLK}, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, byte, 1, 0))
print("held", flush=True)
sys.stdin.read()
""")
        self.assertEqual(holder.stdout.readline(), "held\n")
        self.ours.good("component", "remove", "rust-src", limit=20)
        self.assertNotIn("rust-src", self.said_to_be_installed())
        self.assertTrue(source.exists())
        holder.stdin.close()
        holder.wait()
        self.ours.good("toolchain", "list")
        self.assertFalse(source.exists())

    def use_bytes(self):
        """As a process that runs cargo would have them, asked of one."""
        keys = [f"use:home/{STABLE}/{each.name}" for each in self.ours.state().components]
        with subprocess.Popen([HOLDER, self.locks, "shared", "try", *keys], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as child:
            child.stdout.readline()
            found = []
            for number in os.listdir(f"/proc/{child.pid}/fdinfo"):
                for line in pathlib.Path(f"/proc/{child.pid}/fdinfo/{number}").read_text().splitlines():
                    if line.startswith("lock:") and "OFDLCK" in line:
                        found.append(int(line.split()[-1]))
            child.communicate("quit\n")
        return sorted(set(found))

    def test_under_a_umask_that_shuts_him_out_he_cannot_hold_anything(self):
        home = self.home(f"file://{stable_dist()}", "private")
        prefix = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
        home.install(prefix=prefix)
        home.good("toolchain", "uninstall", "stable", prefix=prefix)
        self.locks = home.latchkey / "readers"
        self.assertEqual(self.lock_as_nobody("F_RDLCK").stdout.readline(), "Permission denied\n")

    def test_he_can_change_nothing_in_the_home(self):
        before = {path: about.st_mtime_ns for path, about in entries_of(self.ours.rustup)}
        for words in (["component", "add", "clippy"], ["default", "stable"],
                      ["toolchain", "uninstall", "stable"]):
            done = self.ours.run(*words, prefix=AS_NOBODY)
            self.assertNotEqual(done.code, 0, str(done))
        self.assertEqual({path: about.st_mtime_ns for path, about in entries_of(self.ours.rustup)}, before)


if __name__ == "__main__":
    main()
