#!/usr/bin/env python3
"""A user who may have few threads, or little memory: every command ends, in success or in words."""

import os
import shutil
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults
from harness.dists import stable_dist
from harness.environment import SANITIZED, STABLE
from harness.users import as_user

CRASHES = ("internal error", "Fatal", "std::", "terminate called", "core dumped")
NOBODY = 31337  # A user without any process.


class LimitsTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = stable_dist()
        self.a_home = self.home(f"file://{self.dist}")

    def install(self, *prefix):
        """Installs within a minute. Gives whether it could."""
        done = self.a_home.run("toolchain", "install", "stable", "--profile", "default",
                               "--no-self-update", prefix=prefix, limit=60)
        for crash in CRASHES:
            self.assertNotIn(crash, done.err, str(done))
        if done.code != 0:
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("error: ", done.err, str(done))
        return done.code == 0

    def assert_whole(self):
        self.assertEqual(faults(self.a_home, STABLE, self.dist), [])

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    @unittest.skipUnless(shutil.which("prlimit") and shutil.which("setpriv"), "needs util-linux")
    def test_few_threads_are_enough_or_an_error(self):
        for path in (self.root, *self.root.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        user = as_user(NOBODY)
        done = {limit: self.install("prlimit", f"--nproc={limit}", *user)
                for limit in (1, 2, 3, 4, 5, 6, 8, 12, 24)}
        self.assertFalse(done[1], "without any thread")
        self.assertTrue(done[24], done)
        self.a_home.good("toolchain", "install", "stable", prefix=user)
        self.assert_whole()

    @unittest.skipIf(SANITIZED, "a sanitizer wants terabytes")
    @unittest.skipUnless(shutil.which("prlimit"), "needs util-linux")
    def test_little_memory_is_enough_or_an_error(self):
        kibibytes = (50_000, 60_000, 70_000, 80_000, 90_000, 100_000, 120_000, 150_000, 200_000)
        for limit in kibibytes:
            with self.subTest(kibibytes=limit):
                shutil.rmtree(self.a_home.rustup, ignore_errors=True)
                self.install("prlimit", f"--as={limit * 1024}")
                self.a_home.good("toolchain", "install", "stable")
        self.assert_whole()


if __name__ == "__main__":
    main()
