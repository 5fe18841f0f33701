#!/usr/bin/env python3
"""What the programs that are shipped need of a system: a kernel, and nothing else."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import BINARY, main

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


if __name__ == "__main__":
    main()
