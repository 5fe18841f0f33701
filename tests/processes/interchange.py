#!/usr/bin/env python3
"""rustup and Latchkey in one home, by turns; and the way back from Latchkey to rustup.

LATCHKEY_RUSTUP names a rustup 1.29; ~/.cargo/bin/rustup is found by itself. Without one, only the way back
is tested, and only by what lies in the home.
"""

import hashlib
import os
import pathlib
import subprocess
import unittest

from harness.cases import ProcessTest, main
from harness.checks import every_file
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import BINARY, HOST, STABLE
from harness.homes import TempHome
from harness.processes import wait_until
from harness.rustup import RUSTUP


def content(folder):
    """Path → (mode, SHA-256) of what rustup would have, too."""
    found = {}
    for path in set(every_file(folder)) - {"lib/rustlib/.latchkey"}:
        file = folder / path
        lines = file.read_bytes()
        if path == "lib/rustlib/components":
            lines = b"".join(sorted(lines.splitlines(True)))  # In the order of downloads.
        found[path] = (oct(file.stat().st_mode), hashlib.sha256(lines).hexdigest())
    return found


def links(folder):
    """What a toolchain of rustup's has none of."""
    return [path for path in pathlib.Path(folder).rglob("*") if path.is_symlink()]


class InterchangeTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        self.ours = self.home(f"file://{self.dist}")
        self.rustups = TempHome(self.ours.root, f"file://{self.dist}", RUSTUP or BINARY)
        os.symlink(os.path.realpath(BINARY), self.root / "latchkey")
        self.latchkey = TempHome(self.ours.root, f"file://{self.dist}", self.root / "latchkey")


@unittest.skipUnless(RUSTUP, "no rustup 1.29 to compare with")
class ByTurns(InterchangeTest):
    def installed(self, home, *option):
        return set(home.good("component", "list", "--installed", *option).out.split())

    def test_rustup_reads_what_latchkey_makes_of_a_home_of_rustups(self):
        self.rustups.install("stable")
        self.ours.good("component", "add", "clippy", "rust-src")
        self.ours.good("target", "add", "wasm32-unknown-unknown")
        self.assertEqual(self.installed(self.rustups), self.installed(self.ours))
        self.assertIn(f"clippy-{HOST}", self.installed(self.rustups))
        self.assertIn(f"{STABLE} (active, default)", self.rustups.good("toolchain", "list").out)
        self.assertEqual(self.rustups.good("target", "list", "--installed").out,
                         self.ours.good("target", "list", "--installed").out)

    def test_rustup_works_with_what_latchkey_installed(self):
        switch_stable(self.dist, OLD_DATE)
        self.ours.install("stable", profile="default")
        self.ours.good("override", "set", "stable")
        self.ours.good("set", "profile", "minimal")
        for words in (["show"], ["show", "-v"], ["toolchain", "list"], ["override", "list"],
                      ["show", "profile"], ["component", "list"], ["which", "rustc"], ["check"],
                      ["run", "stable", "rustc", "--version"], ["default"]):
            theirs, ours = self.rustups.run(*words), self.ours.run(*words)
            self.assertEqual((theirs.code, theirs.out), (ours.code, ours.out), f"{theirs}\n{ours}")
        switch_stable(self.dist, NEW_DATE)
        self.assertIn("update available", self.rustups.run("check").out)
        self.rustups.good("update", "--no-self-update")
        self.assertIn("1.95.0", self.rustups.good("run", "stable", "rustc", "--version").out)
        self.assertIn("up to date", self.ours.good("check").out)
        self.ours.good("component", "add", "miri")
        self.assertEqual(self.installed(self.rustups), self.installed(self.ours))

    def test_what_one_removes_is_gone_for_the_other(self):
        self.ours.install("stable", "1.94.0")
        self.rustups.good("component", "add", "clippy")
        self.ours.good("component", "remove", "clippy")
        self.assertNotIn(f"clippy-{HOST}", self.installed(self.rustups))
        self.rustups.good("toolchain", "uninstall", "1.94.0")
        self.assertEqual(self.ours.good("toolchain", "list").out.split()[0], STABLE)
        self.ours.good("toolchain", "uninstall", "stable")
        self.assertEqual(self.rustups.good("toolchain", "list").out, "no installed toolchains\n")

    def test_what_rustup_adds_is_kept_and_can_go_and_come_again(self):
        self.ours.install("stable")
        self.rustups.good("component", "add", "clippy", "rustc-dev", "llvm-tools")
        before = content(self.ours.toolchain())
        self.ours.good("component", "add", "rust-src")
        after = content(self.ours.toolchain())
        for path, what in before.items():
            if not path.startswith("lib/rustlib/") or path.count("/") > 2:
                self.assertEqual(after.get(path), what, path)
        for name in ("clippy", "rustc-dev", "llvm-tools"):
            self.ours.good("component", "remove", name)
            self.ours.good("component", "add", name)
        self.assertEqual({path for path in content(self.ours.toolchain())}, set(after))
        self.assertEqual(self.installed(self.rustups), self.installed(self.ours))

    def test_a_home_that_was_handed_back_is_as_if_rustup_had_made_it(self):
        alone = self.home(f"file://{self.dist}", "alone", RUSTUP)
        alone.install("stable", profile="default")
        alone.good("component", "add", "rust-src")
        self.ours.install("stable", profile="default")
        self.ours.good("component", "add", "rust-src")
        self.latchkey.good("hand-back")
        self.assertEqual(content(self.ours.toolchain()), content(alone.toolchain()))
        self.assertFalse((self.ours.toolchain() / "lib/rustlib/.latchkey").exists())
        self.assertEqual((self.ours.rustup / "settings.toml").read_text(),
                         (alone.rustup / "settings.toml").read_text())
        self.assertEqual(sorted(os.listdir(self.ours.rustup)), sorted(os.listdir(alone.rustup)))
        switch_stable(self.dist, OLD_DATE)
        self.rustups.good("update", "--no-self-update")
        self.rustups.good("component", "remove", "rust-docs")
        self.rustups.good("component", "add", "miri")
        self.assertEqual(links(self.ours.toolchain()), [])


class WayBack(InterchangeTest):
    def test_it_leaves_the_directories_as_they_are(self):
        self.ours.install("stable", "1.94.0", profile="default")
        self.ours.good("component", "add", "clippy")
        mine = self.root / "mine"
        for folder in ("bin", "lib"):
            (mine / folder).mkdir(parents=True)
        (mine / "bin" / "rustc").write_text("")
        self.ours.good("toolchain", "link", "mine", mine)
        names = [STABLE, f"1.94.0-{HOST}"]
        before = [content(self.ours.toolchain(name)) for name in names]
        self.latchkey.good("hand-back")
        self.assertEqual([content(self.ours.toolchain(name)) for name in names], before)
        for name in names:
            self.assertFalse((self.ours.toolchain(name) / "lib/rustlib/.latchkey").exists())
            self.assertEqual(links(self.ours.toolchain(name)), [])
        self.assertEqual(os.readlink(self.ours.toolchain("mine")), str(mine))
        self.assertFalse(self.ours.latchkey.exists())
        self.assertEqual(list((self.ours.rustup / "tmp").iterdir()), [])

    def test_under_rustups_name_it_works_and_is_not_shown(self):
        self.ours.install("stable")
        os.symlink(os.path.realpath(BINARY), self.root / "rustup")
        named_rustup = TempHome(self.ours.root, f"file://{self.dist}", self.root / "rustup")
        self.assertNotIn("hand-back", named_rustup.good("--help").out)
        self.assertNotIn("hand-back", named_rustup.good("completions", "bash").out)
        self.assertIn("hand-back", self.latchkey.good("--help").out)
        named_rustup.good("hand-back")
        self.assertFalse(self.ours.latchkey.exists())

    def test_latchkey_takes_the_home_over_again(self):
        self.ours.install("stable")
        self.latchkey.good("hand-back")
        self.ours.good("component", "add", "clippy")
        self.assertIsNotNone(self.ours.state())
        self.latchkey.good("hand-back")
        self.latchkey.good("hand-back")
        self.assertIsNone(self.ours.state())
        self.assertFalse(self.ours.latchkey.exists())

    def test_whoever_runs_on_a_toolchain_goes_on_and_it_is_refused(self):
        self.ours.install("stable")
        wait = 'echo ready; read line; exec "${LD_LIBRARY_PATH%%:*}/../bin/rustc" --version'
        words = [self.ours.binary, "run", "stable", "sh", "-c", wait]
        with subprocess.Popen(words, env=self.ours.environment, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as running:
            self.assertEqual(running.stdout.readline(), "ready\n")
            refused = self.latchkey.run("hand-back")
            self.assertEqual(refused.code, 1, str(refused))
            self.assertIn(f"\n  pid {running.pid}: ", refused.err)
            self.assertTrue(self.ours.latchkey.exists())
            told, _ = running.communicate("go\n")
            self.assertIn("rustc 1.95.0", told)
        self.latchkey.good("hand-back")
        self.assertFalse(self.ours.latchkey.exists())

    def test_killed_at_any_moment_it_can_be_run_again(self):
        for pause in (0.002, 0.005, 0.01, 0.02, 0.04):
            self.ours.install("stable", "1.94.0", profile="default")
            self.ours.good("component", "add", "clippy")
            before = content(self.ours.toolchain())
            running = self.latchkey.spawn("hand-back")
            wait_until(running.ended, pause)
            running.process.kill()
            running.finish()
            self.assertEqual(content(self.ours.toolchain()), before)
            self.latchkey.good("hand-back")
            self.assertEqual(content(self.ours.toolchain()), before)
            self.assertFalse(self.ours.latchkey.exists())
            self.ours.good("component", "remove", "clippy")


if __name__ == "__main__":
    main()
