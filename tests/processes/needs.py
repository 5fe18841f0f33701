#!/usr/bin/env python3
"""What the programs that are shipped need of a system: a kernel, and nothing else."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness.cases import main
from harness.dists import stable_dist
from harness.environment import BINARY, ROOT
from harness.homes import TempHome, full_name

OLD_KERNEL = (ROOT / "tests" / "harness" / "fewer_calls.py", "linux-3.15")
PROGRAMS = (Path(BINARY), Path(BINARY).with_name("latchkey-proxy"))


def output(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


class Needs(unittest.TestCase):
    def test_no_loader_no_library_and_no_version_of_a_symbol_is_asked_for(self):
        for program in PROGRAMS:
            with self.subTest(program.name):
                self.assertNotIn("INTERP", output("readelf", "--wide", "--program-headers", program))
                self.assertNotIn("(NEEDED)", output("readelf", "--wide", "--dynamic", program))
                self.assertNotRegex(output("readelf", "--wide", "--version-info", program),
                                    "Version needs section")
                self.assertRegex(output("readelf", "--file-header", program), r"Type:\s+DYN")

    def test_the_kernel_may_be_as_old_as_open_file_description_locks(self):
        for program in PROGRAMS:
            notes = output("readelf", "--notes", program)
            version = re.search(r"OS: Linux, ABI: (\d+)\.(\d+)", notes)
            self.assertLessEqual(tuple(map(int, version.groups())), (3, 15))

    @unittest.skipIf(os.geteuid() != 0, "chroot(2) is root's")
    def test_they_run_in_a_root_that_has_nothing_else(self):
        with tempfile.TemporaryDirectory() as root:
            shutil.copy(BINARY, f"{root}/rustup")
            done = subprocess.run(["/rustup", "--version"], capture_output=True, text=True, timeout=60,
                                  preexec_fn=lambda: os.chroot(root) or os.chdir("/"), check=False)
            self.assertEqual((done.returncode, done.stderr[:6]), (0, "info: "), done.stderr)
            self.assertRegex(done.stdout, r"^rustup \S+ \(latchkey ")

    @unittest.skipIf(platform.machine() != "x86_64", "the numbers of its system calls are x86-64's")
    def test_no_newer_system_call_is_needed(self):
        with tempfile.TemporaryDirectory() as root:
            home = TempHome(root, f"file://{stable_dist()}")
            old = {"prefix": OLD_KERNEL}
            home.good("-y", "--profile", "minimal", RUSTUP_FORCE_ARG0="rustup-init",
                      RUSTUP_INIT_SKIP_PATH_CHECK="yes", **old)
            home.good("component", "add", "clippy", **old)
            home.good("component", "remove", "cargo", **old)
            self.assertEqual(set(home.components()),
                             {full_name(each) for each in ("clippy-preview", "rust-std", "rustc")})
            rustc = subprocess.run([*OLD_KERNEL, f"{root}/cargo/bin/rustc", "--version"], check=True,
                                   env=home.environment, capture_output=True, text=True, timeout=60)
            self.assertRegex(rustc.stdout, "^rustc ")
            home.good("toolchain", "uninstall", "stable", **old)
            self.assertFalse(home.toolchain().exists())


if __name__ == "__main__":
    main()
