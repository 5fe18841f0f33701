#!/usr/bin/env python3
"""Whose is what is linked in: a package's that dpkg installed, or one that third_party/fetch brought."""

import subprocess
import sys
import unittest

from support import SCRIPTS, TempTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(SCRIPTS))
import release_bom
from release_files import Failure


class ReleaseBom(TempTree):
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

    def test_what_is_nobodys_is_a_failure(self):
        path = self.write("elsewhere/libmine.a", "")
        with self.assertRaisesRegex(Failure, "no package has what is linked in: .*libmine.a"):
            release_bom.sources([str(path)])

    def test_a_package_whose_licence_nobody_wrote_down_is_a_failure(self):
        self.assertEqual(release_bom.component("openssl", "1~2+b3")["purl"],
                         "pkg:deb/debian/openssl@1~2%2Bb3?arch=source")
        with self.assertRaisesRegex(Failure, "does not know the licence of unheard-of"):
            release_bom.component("unheard-of", "1")


if __name__ == "__main__":
    unittest.main()
