#!/usr/bin/env python3
"""What scripts/release finds out: whose is what is linked in, and which key is built in."""

import subprocess
import sys
import unittest

from harness.environment import SCRIPTS
from harness.scripts import TempTree

sys.dont_write_bytecode = True
import release_bom
import release_files
from release_files import Failure

KEYS = SCRIPTS.parent / "tests" / "data" / "release-key"


class Materials(TempTree):
    def setUp(self):
        super().setUp()
        self.write("arm64/versions", "libssl-dev openssl 3.0.1-1 arm64\ncatch2 catch2 2.13 arm64\n")
        self.library = self.write("arm64/root/usr/lib/libcrypto.a", "")
        self.header = self.write("arm64/root/usr/include/openssl/evp.h", "")

    def test_what_was_fetched_is_in_but_what_only_tests_need(self):
        self.assertEqual(release_bom.sources([str(self.library), str(self.header)]),
                         {("openssl", "3.0.1-1")})

    def test_what_is_installed_is_dpkgs(self):
        told = subprocess.run(["dpkg-query", "-W", "-f", "${source:Package} ${source:Version}", "libc6"],
                              capture_output=True, text=True, check=True).stdout
        path = subprocess.run(["dpkg-query", "-L", "libc6"], capture_output=True, text=True,
                              check=True).stdout.split("\n")
        file = next(each for each in path if each.endswith("/copyright"))
        self.assertEqual(release_bom.sources([file, str(self.library)]),
                         {tuple(told.split()), ("openssl", "3.0.1-1")})

    def test_what_is_packed_anew_for_another_processor_is_of_its_first_source(self):
        used = "binutils (= 2.40-2), gcc-12 (= 12.2.0-14), glibc (= 2.36-8)"
        self.assertEqual(release_bom.real_source("cross-toolchain-base", "66", used), ("glibc", "2.36-8"))
        self.assertEqual(release_bom.real_source("gcc-12-cross", "15", used), ("gcc-12", "12.2.0-14"))
        self.assertEqual(release_bom.real_source("openssl", "3.0", ""), ("openssl", "3.0"))

    def test_what_is_nobodys_is_a_failure(self):
        path = self.write("elsewhere/libmine.a", "")
        with self.assertRaisesRegex(Failure, "no package has what is linked in: .*libmine.a"):
            release_bom.sources([str(path)])

    def test_a_package_whose_licence_nobody_wrote_down_is_a_failure(self):
        self.assertEqual(release_bom.component("openssl", "1~2+b3")["purl"],
                         "pkg:deb/debian/openssl@1~2%2Bb3?arch=source")
        with self.assertRaisesRegex(Failure, "does not know the licence of unheard-of"):
            release_bom.component("unheard-of", "1")


class Keys(unittest.TestCase):
    OWN = (KEYS / "public.pem").read_text()
    OTHER = OWN.replace("Z", "Y")

    def test_a_program_without_a_key_may_be_signed_or_not(self):
        for key in (None, self.OWN):
            self.assertIsNone(release_files.key_note(b"program BEGIN PUBLIC KEY", key))

    def test_a_program_with_a_key_is_signed_with_that_key(self):
        program = b"\0program\0" + self.OWN.encode() + b"\0"
        self.assertIsNone(release_files.key_note(program, self.OWN))
        self.assertIn("without --key", release_files.key_note(program, None))
        self.assertIn("another key", release_files.key_note(program, self.OTHER))


if __name__ == "__main__":
    unittest.main()
