#!/usr/bin/env python3
"""SIGKILL at any moment: the toolchain is the old one or the new one; the next change tidies up."""

import shutil
import time
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import LAGGING, STABLE, rounds, seeded

# What a kill may be triggered by, apart from the clock: the moment when this is first so.
EVENTS = {
    "a download": lambda home, before: home.partials(),
    "a component in staging": lambda home, before: home.staging("unpack."),
    "a composition": lambda home, before: home.staging("toolchain."),
    "a composed folder": lambda home, before: any(
        (folder / "generation").exists() for folder in home.staging("toolchain.")),
    "a clone": lambda home, before: any(
        (folder / "clone").exists() for folder in home.staging("toolchain.")),
    "a new tree": lambda home, before: trees(home) - before["trees"],
    "an arrival": lambda home, before: names_in(home.latchkey / "arrived"),
    "a new number": lambda home, before: away(home) - before["away"],
    "a new state": lambda home, before: text_of_state(home) != before["state"],
    "a new home": lambda home, before: inode_of_home(home) != before["inode"],
    "a deletion": lambda home, before: home.staging("directory."),
    "a tree less": lambda home, before: before["trees"] - trees(home),
}


def names_in(folder):
    try:
        return {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return set()


def trees(home):
    return names_in(home.latchkey / "trees")


def away(home):
    return names_in(home.latchkey / "away")


def text_of_state(home):
    try:
        return (home.latchkey / "toolchains" / STABLE / "state").read_text()
    except FileNotFoundError:
        return None


def inode_of_home(home):
    try:
        return home.toolchain().lstat().st_ino
    except FileNotFoundError:
        return None


class Killed(ProcessTest):
    def setUp(self):
        super().setUp()
        self.chance = seeded()
        self.dist = two_stables(self.root / "dist")
        self.a_home = self.home(f"file://{self.dist}")
        self.lengths = {}
        self.killed = self.survived = 0

    def state(self):
        """(release, components), or None without a toolchain."""
        if self.a_home.current() is None:
            return None
        folder = self.a_home.current() / "lib/rustlib"
        manifest = (folder / "multirust-channel-manifest.toml").read_text()
        date = OLD_DATE if f'"{OLD_DATE}"' in manifest else NEW_DATE
        return date, frozenset(self.a_home.components())

    def length_of(self, kind, words):
        """How long such an operation takes, done once in a copy of the home."""
        if kind not in self.lengths:
            copy = self.home(f"file://{self.dist}", f"copy-{kind}")
            shutil.rmtree(copy.root)
            shutil.copytree(self.a_home.root, copy.root, symlinks=True)
            self.lengths[kind] = copy.good(*words).seconds
        return self.lengths[kind]

    def kill_at_some_moment(self, kind, words):
        """Runs `words` and kills it somewhere. Gives what it was waited for."""
        length = self.length_of(kind, words)
        home = self.a_home
        event = self.chance.choice(["the clock", "the clock", *EVENTS])
        delay = self.chance.uniform(0, length * 1.1)
        before = {"trees": trees(home), "away": away(home), "state": text_of_state(home),
                  "inode": inode_of_home(home)}
        # A little after an event, or at once: what follows it is hit, too.
        after = self.chance.choice([0, 0, self.chance.uniform(0, 0.01)])
        program = home.spawn(*words)
        try:
            if event == "the clock":
                time.sleep(delay)
            else:
                while not program.ended() and not EVENTS[event](home, before):
                    pass
                time.sleep(after)
        finally:
            program.process.kill()
        done = program.finish()
        self.killed += done.code == -9
        self.survived += done.code != -9
        if done.code != -9:
            self.assert_good(done)
        moment = f"{event} ({delay:.3f} s of {length:.3f} s, +{after:.4f})"
        return f"{' '.join(words)}, killed at {moment}"

    def finish_the_tidying(self, story):
        """One more change, after which nothing may be left of the killed one."""
        home = self.a_home
        if home.current() is None:
            home.install("stable")
        verb = "remove" if any("miri" in name for name in home.components()) else "add"
        self.assert_good(home.run("component", verb, "miri", "--toolchain", "stable"))
        self.assertEqual(leftovers(home), [], story)
        self.assertEqual(faults(home, STABLE, self.dist), [], story)

    def assert_old_or_new(self, before, wanted, story):
        now = self.state()
        self.assertIn(now, (before, wanted), story)
        if now is not None:
            self.assertEqual(faults(self.a_home, STABLE, self.dist), [], story)

    def play(self, kind, words, wanted):
        """Kills `words`, checks, does it again to the end, checks, and tidies up."""
        before = self.state()
        story = self.kill_at_some_moment(kind, words)
        self.assert_old_or_new(before, wanted, story)
        again = self.a_home.run(*words)
        if again.code != 0 and self.state() == wanted:
            # To remove what an earlier, killed run has removed is an error, as it is in rustup.
            self.assertIn("remove", words, f"{story}\n{again}")
        else:
            self.assertEqual(again.code, 0, f"{story}\n{again}")
        self.assertEqual(self.state(), wanted, f"{story}\n{again}")
        self.finish_the_tidying(story)

    def test_kills_at_random_moments(self):
        home = self.a_home
        for number in range(rounds(60, 400)):
            # A fresh start now and then: the first install makes what is made only once.
            if number % 12 == 0:
                shutil.rmtree(home.rustup, ignore_errors=True)
            now = self.state()
            kind = "install"
            if now is not None:
                kind = self.chance.choice(["add", "add", "update", "update", "remove", "uninstall"])
            if kind == "install":
                switch_stable(self.dist, NEW_DATE)
                probe = self.home(f"file://{self.dist}", "probe")
                if probe.current() is None:
                    probe.install("stable")
                fresh = (NEW_DATE, frozenset(probe.components()))
                self.play(kind, ["toolchain", "install", "stable", "--profile", "minimal",
                                 "--no-self-update"], fresh)
            elif kind == "uninstall":
                self.play_uninstall()
            elif kind == "update":
                date, parts = now
                date = OLD_DATE if date == NEW_DATE else NEW_DATE
                switch_stable(self.dist, date)
                self.play(kind, ["update", "stable", "--no-self-update"], (date, parts))
            else:
                self.play_component(kind, now)
        print(f"{self.killed} killed, {self.survived} were faster")
        self.assertGreater(self.killed, self.survived / 2)

    @unittest.skipIf(LAGGING, "update-hashes/ is of what is at home")
    def test_the_update_hash_that_a_killed_update_left_is_not_believed(self):
        """Killed between the new name and the new hash; then the channel goes back."""
        home = self.a_home
        home.install("stable")
        path = home.rustup / "update-hashes" / STABLE
        of_the_new = path.read_text()
        switch_stable(self.dist, OLD_DATE)
        home.good("update", "stable", "--no-self-update")
        path.write_text(of_the_new)
        switch_stable(self.dist, NEW_DATE)
        self.assertIn("1.95.0", home.run("check").out)
        home.good("update", "stable", "--no-self-update")
        self.assertEqual(self.state()[0], NEW_DATE)
        self.assertEqual(path.read_text(), of_the_new)

    def play_uninstall(self):
        before = self.state()
        story = self.kill_at_some_moment("uninstall", ["toolchain", "uninstall", "stable"])
        self.assert_old_or_new(before, None, story)
        self.a_home.good("toolchain", "uninstall", "stable")
        self.assertIsNone(self.state(), story)
        # A change of another toolchain tidies up behind the one that is gone.
        self.a_home.install("1.94.0")
        self.assertEqual(leftovers(self.a_home), [], story)
        self.a_home.good("toolchain", "uninstall", "1.94.0")
        self.assertEqual(leftovers(self.a_home), [], story)

    def play_component(self, kind, now):
        """Adds or removes rust-docs, of which there are many files, or clippy."""
        date, parts = now
        name = self.chance.choice(["rust-docs", "clippy"])
        there = {part for part in parts if name in part}
        if (kind == "add") == bool(there):  # First the other way, unharmed.
            self.a_home.good("component", "remove" if kind == "add" else "add", name,
                             "--toolchain", "stable")
            date, parts = self.state()
            there = {part for part in parts if name in part}
        full = f"{name}{'-preview' if name == 'clippy' else ''}-{STABLE.removeprefix('stable-')}"
        wanted = parts | {full} if kind == "add" else parts - there
        words = ["component", kind, name, "--toolchain", "stable"]
        self.play(f"{kind}-{name}", words, (date, frozenset(wanted)))


if __name__ == "__main__":
    main()
