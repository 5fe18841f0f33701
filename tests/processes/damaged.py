#!/usr/bin/env python3
"""The power went before everything was on the disk: found at the first use, and fetched again."""

import os
import shutil
import subprocess
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.damage import cut, restart
from harness.dists import stable_dist
from harness.environment import HOST, STABLE
from harness.homes import full_name
from harness.servers import NGINX, Nginx

VERSION = f"1.95.0-{HOST}"


@unittest.skipUnless(NGINX, "nginx is not installed")
class Damaged(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = Nginx(self, stable_dist())
        self.a_home = self.home(self.server.url)
        self.a_home.environment["RUSTUP_MAX_RETRIES"] = "0"
        self.a_home.install("stable", VERSION)
        restart(self.a_home)

    def tree(self, pkg, toolchain=STABLE):
        """Of the current generation."""
        return self.a_home.state(toolchain).find(pkg).tree

    def path(self, file, toolchain=STABLE):
        return self.a_home.current(toolchain) / file

    def index(self, pkg):
        return self.a_home.latchkey / "trees" / f"{self.tree(pkg)}.json.gz"

    def change(self, *words, toolchain=STABLE, **options):
        return self.fetched_by(self.a_home, self.server, "component", *words, "--toolchain",
                               toolchain, **options)

    def assert_sound(self, *toolchains):
        for toolchain in toolchains or (STABLE, VERSION):
            self.assertEqual(faults(self.a_home, toolchain, stable_dist()), [])
        self.assertEqual(leftovers(self.a_home), [])

    def check_repair(self):
        """Each toolchain when it is used first; both had one file between them."""
        for toolchain, fetched in ((STABLE, ["clippy", "rustc"]), (VERSION, ["clippy"])):
            done, names = self.change("add", "clippy", toolchain=toolchain)
            self.assertIn(f"component {full_name('rustc')} of toolchain '{toolchain}' is damaged",
                          done.err)
            self.assertEqual(names, fetched, str(done))
            done, _ = self.change("remove", "clippy", toolchain=toolchain)
            self.assertNotIn("verifying", done.err)
        self.assert_sound()

    def test_what_is_whole_is_read_once_and_kept(self):
        directory, serial = self.a_home.current(), self.a_home.serial()
        done, names = self.change("add", "cargo")
        self.assertIn(f"info: verifying toolchain '{STABLE}'", done.err)
        self.assertTrue(self.a_home.state().synced)
        done, more = self.change("add", "cargo")
        self.assertNotIn("verifying", done.err)
        self.assertEqual(names + more, [])
        self.assertEqual(self.a_home.current(), directory)
        self.assertEqual(self.a_home.serial(), serial, "there was nothing to change")
        self.assert_sound()

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_what_was_checked_is_synced_before_it_is_called_so(self):
        log = self.root / "strace"
        can = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False,
                             capture_output=True)
        if can.returncode != 0:
            self.skipTest("strace may not trace here")
        # A tree of this boot counts as whole unread, and may not be on the disk yet.
        self.a_home.run("component", "add", "cargo",
                        prefix=["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-e",
                                "trace=syncfs", "-o", log])
        self.assertTrue(self.a_home.state().synced)
        self.assertIn("syncfs(", log.read_text())

    def test_a_file_of_another_length_is_replaced_in_every_toolchain(self):
        cut(self.path("bin/rustc"), 3)
        self.check_repair()

    def test_a_file_of_zeros_is_replaced_in_every_toolchain(self):
        cut(self.path("bin/rustc"), None)
        self.check_repair()

    def test_what_a_hand_deleted_or_edited_is_no_damage(self):
        """An image's recipe strips the toolchain: nothing is fetched for that."""
        self.path("bin/rustc").unlink()
        self.path("bin/cargo").write_text("#!/bin/sh\necho mine\n")
        done, names = self.change("add", "clippy")
        self.assertNotIn("damaged", done.err)
        self.assertEqual(names, ["clippy"])
        self.assertFalse(self.path("bin/rustc").exists())
        self.assertIn("mine", self.path("bin/cargo").read_text())

    def test_a_copy_of_the_home_has_nothing_to_verify(self):
        """What this machine did not write, it cannot have lost: other inodes."""
        toolchain = self.a_home.current()
        toolchain.rename(self.root / "original")
        shutil.copytree(self.root / "original", toolchain, symlinks=True)
        done, names = self.change("add", "clippy")
        self.assertNotIn("verifying", done.err)
        self.assertEqual(names, ["clippy"])
        self.assert_sound(STABLE)

    def test_an_update_that_finds_nothing_new_repairs_too(self):
        cut(self.path("bin/rustc"), 3)
        _, names = self.fetched_by(self.a_home, self.server, "update", "stable", "--no-self-update")
        self.assertEqual(names, ["rustc"])
        self.assert_sound(STABLE)

    def test_an_install_of_a_third_name_takes_nothing_from_what_nobody_has_verified(self):
        self.a_home.good("toolchain", "uninstall", VERSION)
        cut(self.path("bin/rustc"), None)
        _, names = self.fetched_by(self.a_home, self.server, "toolchain", "install", VERSION,
                                   "--profile", "minimal")
        self.assertEqual(names, ["cargo", "rust-std", "rustc"])
        self.assert_sound(VERSION)

    def test_an_index_that_is_lost_keeps_nobody_from_anything(self):
        # What is empty was lost with the power, and with it perhaps the files that it told of.
        for lose, fetched in ((lambda path: path.unlink(), []),
                              (lambda path: os.truncate(path, 0), ["clippy", "rustc"])):
            self.change("add", "clippy")
            restart(self.a_home)
            lose(self.index("rustc"))
            lose(self.index("clippy-preview"))
            clippy = self.path("bin/cargo-clippy")
            self.assertTrue(clippy.exists())
            _, names = self.change("remove", "clippy")
            self.assertEqual(names, fetched)
            self.assertFalse(clippy.exists())
            _, names = self.change("add", "clippy")
            self.assertEqual(names, ["clippy"])
            self.assertEqual(faults(self.a_home, STABLE, stable_dist()), [])
            self.a_home.good("toolchain", "uninstall", "stable")
            self.a_home.good("toolchain", "uninstall", VERSION)
            # In a lagging home, what is behind names them still.
            junk = [each for each in leftovers(self.a_home) if not each.endswith("is missing")]
            self.assertEqual(junk, [])
            self.a_home.install("stable", VERSION)

    def test_a_state_that_is_cut_off_is_no_more_than_none(self):
        """The directory says what it is."""
        path = self.a_home.latchkey / "toolchains" / STABLE / "state"
        os.truncate(path, 0)
        self.assertIn("rustc", self.a_home.good("run", "stable", "rustc", "--version").out)
        _, names = self.change("add", "clippy")
        self.assertEqual(names, ["clippy"])
        self.assertEqual(faults(self.a_home, STABLE, stable_dist()), [])
        self.assertEqual(leftovers(self.a_home), [])

    def test_without_a_server_it_is_said_once_and_used_as_it_is(self):
        cut(self.path("bin/rustc"), 3)
        self.server.stop()
        done, _ = self.change("remove", "cargo")
        self.assertIn(f"warn: could not repair toolchain '{STABLE}', which is used as it is",
                      done.err)
        self.assertIn(f"component download failed for {full_name('rustc')}", done.err)
        self.assertEqual(self.path("bin/rustc").stat().st_size, 3)
        done = self.a_home.run("component", "add", "cargo", RUSTUP_MAX_RETRIES=0)
        self.assertNotIn("verifying", done.err)
        self.assertNotIn("could not repair", done.err)
        self.a_home.good("toolchain", "uninstall", "stable")
        self.a_home.good("toolchain", "uninstall", VERSION)
        self.assertEqual(leftovers(self.a_home, downloads=True), [])


if __name__ == "__main__":
    main()
