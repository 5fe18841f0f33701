#!/usr/bin/env python3
"""What the program that is shipped needs of a system: as the README says, and no more."""

import re
import subprocess
import unittest

from support import BINARY, ROOT, main

LIBRARIES = {"linux-vdso.so.1", "libm.so.6", "libc.so.6", "/lib64/ld-linux-x86-64.so.2"}


def output(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


class Needs(unittest.TestCase):
    def test_the_c_library_is_as_old_as_the_readme_says(self):
        symbols = output("objdump", "-T", BINARY)
        versions = {tuple(map(int, found.split(".")))
                    for found in re.findall(r"\(?GLIBC_([0-9.]+)\)?", symbols)}
        said = re.search(r"glibc (\d+)\.(\d+) or later", (ROOT / "README.md").read_text())
        self.assertEqual(max(versions), tuple(map(int, said.groups())))
        others = set(re.findall(r"\b(GLIBCXX|CXXABI|GCC|OPENSSL)_[0-9]", symbols))
        self.assertEqual(others, set())

    def test_no_library_but_the_c_librarys_own_is_loaded(self):
        loaded = {line.split()[0] for line in output("ldd", BINARY).splitlines()}
        self.assertLessEqual(loaded, LIBRARIES)


if __name__ == "__main__":
    main()
