#!/usr/bin/env python3
"""The power went before everything was on the disk: found at the first use, and fetched again."""

import json
import os
import shutil
import subprocess
import unittest

from checks import faults, leftovers, load_index, load_record
from servers import NGINX, Nginx
from support import HOST, STABLE, ProcessTest, full_name, main, stable_dist

VERSION = f"1.95.0-{HOST}"
OTHER_BOOT = "00000000-1111-2222-3333-444444444444"


def restart(home):
    """As if the machine had lost its power since the last change, and nothing were synced."""
    for path in (home.latchkey / "generations").glob("*/*.proxies"):
        lines = path.read_text().splitlines()
        lines[1:3] = [f"boot {OTHER_BOOT}", "synced 0"]
        path.write_text("\n".join(lines) + "\n")
    for path in (home.latchkey / "store").glob("*.json"):
        header, rest = path.read_text().split("\n", 1)
        # The first line opens the object that the rest closes.
        opening = json.loads(header.rstrip().rstrip(",") + "}")
        opening["header"] |= {"boot_id": OTHER_BOOT, "synced": False}
        path.write_text(json.dumps(opening)[:-1] + ",\n" + rest)


def is_synced(home, toolchain=STABLE):
    path = home.latchkey / "generations" / toolchain / f"{home.current(toolchain)}.proxies"
    return "\nsynced 1\n" in path.read_text()


@unittest.skipUnless(NGINX, "nginx is not installed")
class Damaged(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = Nginx(self, stable_dist())
        self.a_home = self.home(self.server.url)
        self.a_home.install("stable", VERSION)
        restart(self.a_home)

    def tree(self, name, toolchain=STABLE):
        """Of the current generation."""
        record = load_record(self.a_home, toolchain, self.a_home.current(toolchain))
        return next(each["tree"] for each in record["components"] if each["pkg"] == name)

    def path(self, tree, file=""):
        return self.a_home.latchkey / "store" / tree / file

    def assert_sound(self):
        for toolchain in (STABLE, VERSION):
            self.assertEqual(faults(self.a_home, toolchain, stable_dist()), [])
        self.assertEqual(leftovers(self.a_home), [])

    def check_repair(self, old, fetched=("clippy", "rustc")):
        done, names = self.fetched_by(self.a_home, self.server, "component", "add", "clippy")
        self.assertEqual(names, list(fetched))
        for toolchain in (STABLE, VERSION):
            self.assertIn(f"component {full_name('rustc')} of toolchain '{toolchain}' is damaged",
                          done.err)
            self.assertEqual(self.tree("rustc", toolchain), f"{old}-2")
        self.assertFalse(self.path(old).exists(), "nobody names it any more")
        self.assert_sound()

    def test_what_is_whole_is_read_once_and_kept(self):
        number = self.a_home.current()
        done, names = self.fetched_by(self.a_home, self.server, "component", "add", "cargo")
        self.assertIn(f"info: verifying toolchain '{STABLE}'", done.err)
        self.assertTrue(is_synced(self.a_home))
        done, more = self.fetched_by(self.a_home, self.server, "component", "add", "cargo")
        self.assertNotIn("verifying", done.err)
        self.assertEqual(names + more, [])
        self.assertEqual(self.a_home.current(), number, "there was nothing to change")
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
        self.assertTrue(is_synced(self.a_home))
        self.assertIn("syncfs(", log.read_text())

    def test_a_file_of_another_length_is_replaced_in_every_toolchain(self):
        tree = self.tree("rustc")
        os.truncate(self.path(tree, "bin/rustc"), 3)
        self.check_repair(tree)

    def test_a_file_of_zeros_is_replaced_in_every_toolchain(self):
        tree = self.tree("rustc")
        path = self.path(tree, "bin/rustc")
        size = path.stat().st_size
        os.truncate(path, 0)
        os.truncate(path, size)
        self.check_repair(tree)

    def test_a_file_that_is_gone_is_replaced_in_every_toolchain(self):
        tree = self.tree("rustc")
        self.path(tree, "bin/rustc").unlink()
        self.check_repair(tree)

    def test_an_update_that_finds_nothing_new_repairs_too(self):
        os.truncate(self.path(self.tree("rustc"), "bin/rustc"), 3)
        _, names = self.fetched_by(self.a_home, self.server, "update", "stable", "--no-self-update")
        self.assertEqual(names, ["rustc"])
        self.assert_sound()

    def test_an_install_of_a_third_name_repairs_the_others(self):
        self.a_home.good("toolchain", "uninstall", VERSION)
        os.truncate(self.path(self.tree("rustc"), "bin/rustc"), 3)
        self.fetched_by(self.a_home, self.server, "toolchain", "install", VERSION,
                        "--profile", "minimal")
        self.assert_sound()

    def test_who_repairs_another_toolchain_reads_all_of_it(self):
        """Its new generation is one of this boot, which no proxy has verified."""
        self.a_home.good("component", "add", "clippy", "--toolchain", VERSION)
        restart(self.a_home)
        os.truncate(self.path(self.tree("rustc"), "bin/rustc"), 3)
        os.truncate(self.path(self.tree("clippy-preview", VERSION), "bin/cargo-clippy"), 3)
        _, names = self.fetched_by(self.a_home, self.server, "component", "add", "cargo")
        self.assertEqual(names, ["clippy", "rustc"])
        self.assert_sound()

    def test_an_index_that_is_cut_off_counts_as_damage(self):
        tree = self.tree("rustc")
        os.truncate(self.path(f"{tree}.json"), 0)
        self.check_repair(tree)

    def test_an_index_that_is_gone_is_made_anew(self):
        tree = self.tree("rustc")
        self.path(f"{tree}.json").unlink()
        _, names = self.fetched_by(self.a_home, self.server, "component", "add", "clippy")
        self.assertEqual(names, ["clippy", "rustc"])
        self.assertEqual(load_index(self.a_home, tree)["header"]["pkg"], "rustc")
        self.assert_sound()

    def test_a_record_that_is_cut_off_is_told_and_can_be_uninstalled(self):
        number = self.a_home.current()
        os.truncate(self.a_home.latchkey / "generations" / STABLE / f"{number}.json", 0)
        done = self.a_home.run("component", "add", "clippy")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("uninstall and install the toolchain again", done.err)
        done = self.a_home.good("toolchain", "uninstall", "stable")
        self.assertNotIn("could not clean up", done.err)
        self.a_home.install("stable")
        self.a_home.settle()
        self.assert_sound()

    def test_without_a_server_nothing_changes_and_the_user_is_told(self):
        os.truncate(self.path(self.tree("rustc"), "bin/rustc"), 3)
        number = self.a_home.current()
        self.server.stop()
        done = self.a_home.run("component", "remove", "cargo", RUSTUP_MAX_RETRIES=0)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(f"error: could not repair toolchain '{STABLE}'", done.err)
        self.assertIn(f"component download failed for {full_name('rustc')}", done.err)
        self.assertIn("help: try again when", done.err)
        self.assertEqual(self.a_home.current(), number)
        self.a_home.good("toolchain", "uninstall", "stable")
        self.a_home.good("toolchain", "uninstall", VERSION)
        self.assertEqual(leftovers(self.a_home, downloads=True), [])


if __name__ == "__main__":
    main()
