#!/usr/bin/env python3
"""What nobody needs goes with the next command of any kind, also after failures; step for step."""

import os
import shutil
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers, size_of
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, STABLE
from harness.processes import Holder


class CleanUp(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.ours = self.home(f"file://{self.dist}")
        self.ours.install()

    def hold(self, *keys):
        holder = Holder(self.ours.latchkey / "locks", *keys)
        self.addCleanup(holder.let_go)
        return holder

    def assert_tidy(self):
        self.assertEqual(leftovers(self.ours), [])
        self.assertEqual(self.ours.state().place, "home")
        self.assertEqual(faults(self.ours, STABLE, self.dist), [])

    def test_four_updates_that_fail_leave_as_many_bytes_as_none(self):
        before = size_of(self.ours.rustup)
        switch_stable(self.dist, NEW_DATE)
        archive = next((self.dist / "dist" / NEW_DATE).glob("cargo-*.tar.gz"))
        archive.rename(self.root / "kept")
        for _ in range(4):
            done = self.ours.run("update", "--no-self-update", RUSTUP_MAX_RETRIES=0)
            self.assertEqual(done.code, 1, str(done))
            self.assertEqual(leftovers(self.ours), [])
            self.assertEqual(size_of(self.ours.rustup), before)
        (self.root / "kept").rename(archive)
        self.ours.good("update", "--no-self-update")
        self.assert_tidy()

    def test_what_a_daemon_held_goes_with_the_next_command_of_any_kind(self):
        for command in ("toolchain list", "toolchain list --quiet", "update --no-self-update",
                        "component add cargo", "component add miri"):
            with self.subTest(command):
                holder = self.hold(f"directory:home/{STABLE}", f"use:home/{STABLE}/*")
                date = NEW_DATE if self.ours.state().number % 2 else OLD_DATE
                self.ours.good("toolchain", "uninstall", "stable")
                switch_stable(self.dist, date)
                self.ours.install()
                self.assertEqual(self.ours.state().place, "away")
                self.ours.good(*command.split())
                self.assertEqual(self.ours.state().place, "away")
                holder.let_go()
                self.ours.good(*command.split())
                self.assert_tidy()

    def test_a_component_that_was_in_use_goes_when_nobody_uses_it(self):
        self.ours.good("component", "add", "clippy")
        clippy = self.ours.toolchain() / "bin/cargo-clippy"
        holder = self.hold(f"use:home/{STABLE}/clippy-preview-{HOST}")
        self.ours.good("component", "remove", "clippy")
        self.assertTrue(clippy.exists())
        holder.let_go()
        self.ours.good("toolchain", "list")
        self.assertFalse(clippy.exists())
        self.assert_tidy()

    def test_a_component_that_was_in_use_comes_back_as_it_is(self):
        self.ours.good("component", "add", "clippy")
        clippy = self.ours.toolchain() / "bin/cargo-clippy"
        inode = clippy.stat().st_ino
        holder = self.hold(f"use:home/{STABLE}/clippy-preview-{HOST}")
        self.ours.good("component", "remove", "clippy")
        self.ours.good("component", "add", "clippy")
        self.assertEqual(clippy.stat().st_ino, inode)
        holder.let_go()
        self.assert_tidy()

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("chattr"), "needs root and chattr")
    def test_one_obstacle_ends_one_step(self):
        """A toolchain that cannot be deleted keeps no other from settling."""
        home = self.ours
        home.install("1.94.0")
        old = f"1.94.0-{HOST}"
        stuck = home.toolchain(old) / "lib/rustlib/__pycache__"
        stuck.mkdir()
        if os.system(f"chattr +i {stuck}") != 0:
            self.skipTest("this file system knows no such attribute")
        self.addCleanup(os.system, f"chattr -R -i {home.rustup}")
        holder = self.hold(f"directory:home/{STABLE}")
        home.run("toolchain", "uninstall", old)
        switch_stable(self.dist, NEW_DATE)
        home.run("update", "--no-self-update")
        self.assertEqual(home.state().place, "away")
        holder.let_go()
        home.good("toolchain", "list")
        self.assertEqual(home.state().place, "home")
        self.assertEqual(faults(home, STABLE, self.dist), [])
        os.system(f"chattr -R -i {home.rustup}")
        home.good("tidy")
        self.assert_tidy()


if __name__ == "__main__":
    main()
