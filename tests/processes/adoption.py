#!/usr/bin/env python3
"""Toolchains that rustup made or changes: used where they are, and still good for rustup.

LATCHKEY_RUSTUP names a rustup 1.29 to make such homes with; ~/.cargo/bin/rustup is found by itself.
Without one, a test makes rustup's folder by hand.
"""

import os
import shutil
import subprocess
import threading
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.damage import restart
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, STABLE
from harness.homes import full_name
from harness.processes import Holder, Running, wait_until
from harness.rustup import RUSTUP, make_by_hand
from harness.servers import NGINX, Nginx, ScriptedServer


@unittest.skipUnless(NGINX, "nginx is not installed")
class AdoptionTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        self.server = Nginx(self, self.dist)
        self.a_home = self.home(self.server.url)

    def put_a_file_of_ones_own(self):
        mine = self.a_home.toolchain() / "bin/mine"
        mine.write_text("#!/bin/sh\necho mine\n")
        mine.chmod(0o755)

    def assert_mine(self):
        said = subprocess.run([self.a_home.toolchain() / "bin/mine"], capture_output=True,
                              text=True, timeout=20, check=True)
        self.assertEqual(said.stdout, "mine\n")

    def inodes(self):
        """Of the toolchain's directory and of every file in it, by which a move or a copy shows."""
        return {path: os.lstat(path).st_ino
                for path in [self.a_home.toolchain(), *self.a_home.toolchain().rglob("*")]
                if path.parent.name != "rustlib"}

    def check_adoption(self):
        """Of a folder with rustc, cargo and rust-std."""
        home = self.a_home
        self.put_a_file_of_ones_own()
        base = home.components()
        before = self.inodes()
        listed = home.good("component", "list", "--installed").out.split()
        self.assertEqual(sorted(listed), sorted(base))
        self.assertIn("rustc", home.good("run", "stable", "rustc", "--version").out)
        self.assertIsNone(home.state(), "nobody changed anything")
        _, fetched = self.fetched_by(self.a_home, self.server, "component", "add", "clippy")
        self.assertEqual(fetched, ["clippy"])
        self.assertEqual(home.components(), base | {full_name("clippy")})
        self.assertEqual(home.state().place, "home")
        after = self.inodes()
        self.assertEqual({path: after.get(path) for path in before}, before)
        self.assert_mine()
        self.assertEqual(self.faults(), [])
        self.assertEqual(leftovers(home), [])
        _, fetched = self.fetched_by(self.a_home, self.server, "component", "remove", "clippy")
        self.assertEqual(fetched, [])
        self.assertEqual(home.components(), base)
        self.assert_mine()
        _, fetched = self.fetched_by(self.a_home, self.server, "update", "stable", "--no-self-update")
        self.assertEqual(fetched, [], "it is up to date")
        switch_stable(self.dist, OLD_DATE)
        _, fetched = self.fetched_by(self.a_home, self.server, "update", "stable", "--no-self-update")
        self.assertEqual(fetched, ["cargo", "rust-std", "rustc"])
        self.assert_mine()
        self.assertEqual(self.faults(), [])
        self.assertEqual(leftovers(home), [])

    def faults(self, *own):
        return faults(self.a_home, STABLE, self.dist, {"bin/mine", *own})


class Adoption(AdoptionTest):
    def test_a_folder_as_rustup_makes_it_is_taken_over(self):
        make_by_hand(self.a_home, self.dist)
        self.check_adoption()

    def test_another_file_of_ours_is_no_rustup_at_work(self):
        """It takes ranges, as the program that cleans up does."""
        self.a_home.install()
        copy = self.root / "another" / "rustup"
        copy.parent.mkdir()
        shutil.copy(self.a_home.binary, copy)
        name = f"1.94.0-{HOST}"
        holder = Holder(self.a_home.latchkey / "locks", f"toolchain:{name}")
        waiting = Running([copy, "toolchain", "install", name, "--profile", "minimal"],
                          self.a_home.environment, self.root)
        wait_until(lambda: "waiting for" in waiting.err)
        left = self.a_home.rustup / "downloads" / "left"
        left.parent.mkdir(exist_ok=True)
        left.write_text("by nobody")
        self.a_home.good("update", "--no-self-update")
        self.assertFalse(left.exists())
        holder.let_go()
        self.assert_good(waiting.finish())

    def test_eight_processes_take_it_over_once(self):
        make_by_hand(self.a_home, self.dist)
        self.put_a_file_of_ones_own()
        base = self.a_home.components()
        names = ["clippy", "rustfmt", "rust-src", "rust-analyzer", "miri", "llvm-tools",
                 "rust-docs", "rustc-dev"]
        programs = [self.a_home.spawn("component", "add", name) for name in names]
        self.assert_good(*self.finish_all(programs))
        self.assertEqual(self.a_home.components(), base | {full_name(name) for name in names})
        self.assert_mine()
        self.assertEqual([each["what"] for each in self.a_home.commits()],
                         ["adopt", *["change"] * 8])
        self.assertEqual(len(self.server.archives()), 8)
        self.assertEqual(self.faults(), [])
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_file_whose_name_is_no_text_is_carried_over_a_restart(self):
        make_by_hand(self.a_home, self.dist)
        mine = os.path.join(os.fsencode(self.a_home.toolchain()), b"share", b"\xe9")
        os.makedirs(os.path.dirname(mine), exist_ok=True)
        with open(mine, "wb") as file:
            file.write(b"mine")
        self.a_home.good("component", "add", "clippy")
        restart(self.a_home)
        self.a_home.good("component", "add", "rustfmt")
        switch_stable(self.dist, OLD_DATE)
        self.a_home.good("update", "--no-self-update")
        with open(mine, "rb") as file:
            self.assertEqual(file.read(), b"mine")
        self.assertEqual(self.faults(os.fsdecode(b"share/\xe9")), [])

    def test_uninstalling_it_needs_no_taking_over(self):
        make_by_hand(self.a_home, self.dist)
        _, fetched = self.fetched_by(self.a_home, self.server, "toolchain", "uninstall", "stable")
        self.assertEqual(fetched, [])
        self.assertFalse(self.a_home.toolchain().exists())
        self.assertEqual(leftovers(self.a_home), [])

    def test_what_somebody_else_changed_is_taken_over_and_said(self):
        """A program that writes rustup's files takes a component away."""
        home = self.a_home
        home.install("stable", profile="minimal")
        home.good("component", "add", "clippy")
        folder = home.toolchain()
        rustlib = folder / "lib/rustlib"
        name = full_name("clippy")
        for line in (rustlib / f"manifest-{name}").read_text().split():
            (folder / line.split(":", 1)[1]).unlink()
        (rustlib / f"manifest-{name}").unlink()
        kept = [each for each in (rustlib / "components").read_text().split() if each != name]
        (rustlib / "components").write_text("".join(f"{each}\n" for each in kept))
        config = (rustlib / "multirust-config.toml").read_text().split("[[components]]")
        (rustlib / "multirust-config.toml").write_text(
            "[[components]]".join(part for part in config if '"clippy-preview"' not in part))
        done, fetched = self.fetched_by(self.a_home, self.server, "component", "add", "rustfmt")
        self.assertIn(f"info: toolchain '{STABLE}' was changed by another program", done.err)
        self.assertEqual(fetched, ["rustfmt"])
        self.assertNotIn(name, home.components())
        self.assertIn(full_name("rustfmt"), home.components())
        self.assertEqual(faults(home, STABLE, self.dist), [])
        self.assertEqual(leftovers(home), [])


@unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
class WithRustup(AdoptionTest):
    def setUp(self):
        super().setUp()
        self.other = self.home(self.server.url, "home", RUSTUP)  # The same folders.

    def assert_rustup_agrees(self):
        """rustup lists the toolchain, and the same components as Latchkey."""
        theirs = self.other.good("component", "list", "--installed").out.split()
        ours = self.a_home.good("component", "list", "--installed").out.split()
        self.assertEqual(sorted(theirs), sorted(ours))
        self.assertIn(STABLE, self.other.good("toolchain", "list").out)
        said = self.other.good("run", "stable", "rustc", "--version").out
        self.assertRegex(said, r"^rustc 1\.9[45]\.0")

    def test_a_home_of_rustup_is_taken_over_and_still_good_for_rustup(self):
        self.other.install()
        self.check_adoption()
        self.assert_rustup_agrees()

    def test_what_rustup_removes_and_adds_is_taken_over_and_said(self):
        self.a_home.install()
        self.a_home.good("component", "add", "clippy")
        self.assert_rustup_agrees()
        self.other.good("component", "remove", "clippy")
        self.other.good("component", "add", "rustfmt")
        self.assert_rustup_agrees()
        done, fetched = self.fetched_by(self.a_home, self.server, "component", "add", "rust-src")
        self.assertEqual(fetched, ["rust-src"])
        self.assertIn("was changed by another program", done.err)
        wanted = {full_name(name) for name in ("rustc", "cargo", "rust-std", "rustfmt", "rust-src")}
        self.assertEqual(self.a_home.components(), wanted)
        self.assertEqual(faults(self.a_home, STABLE, self.dist), [])
        self.assertEqual(leftovers(self.a_home, downloads=True), [])
        self.assert_rustup_agrees()
        done, _ = self.fetched_by(self.a_home, self.server, "component", "remove", "rustfmt")
        self.assertNotIn("another program", done.err, "said once")
        self.assertEqual(faults(self.a_home, STABLE, self.dist), [])
        self.assert_rustup_agrees()

    def test_an_update_empties_no_folder_in_which_rustup_is_at_work(self):
        self.a_home.install()
        server = ScriptedServer(self, self.dist)
        gate = threading.Event()
        self.addCleanup(gate.set)

        def slowly(exchange):
            exchange.head()
            exchange.send(exchange.rest[:10])
            gate.wait()
            exchange.send(exchange.rest[10:])

        server.on("rustc-", slowly)
        theirs = self.other.spawn("toolchain", "install", "1.94.0", RUSTUP_DIST_SERVER=server.url)
        downloads = self.a_home.rustup / "downloads"
        wait_until(lambda: downloads.exists() and list(downloads.glob("*.partial")))
        link = self.root / "by another name"
        link.symlink_to(self.a_home.rustup)
        for spelt in (self.a_home.rustup, f"{self.a_home.rustup}/", link):
            self.a_home.good("update", "--no-self-update", RUSTUP_HOME=str(spelt))
        self.assertTrue(list(downloads.glob("*.partial")))
        # Half of it may be there.
        wait_until(self.a_home.toolchain(f"1.94.0-{HOST}").exists)
        done = self.a_home.run("toolchain", "install", "1.94.0")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("is being installed by rustup", done.err)
        gate.set()
        self.assert_good(theirs.finish())
        (downloads / "left").write_text("by nobody")
        self.a_home.good("update", "--no-self-update")
        self.assertEqual(os.listdir(downloads), [])

    def test_what_rustup_removes_can_be_added_again(self):
        self.a_home.install()
        self.a_home.good("component", "add", "clippy", "rust-docs")
        self.other.good("component", "remove", "clippy", "rust-docs")
        self.a_home.good("component", "add", "clippy", "rust-docs")
        self.assertEqual(faults(self.a_home, STABLE, self.dist), [])
        self.assert_rustup_agrees()

    def test_what_rustup_updates_is_taken_over(self):
        switch_stable(self.dist, OLD_DATE)
        self.a_home.install()
        switch_stable(self.dist, NEW_DATE)
        self.other.good("update", "stable", "--no-self-update")
        self.assert_rustup_agrees()
        done, fetched = self.fetched_by(self.a_home, self.server, "component", "add", "clippy")
        self.assertEqual(fetched, ["clippy"])
        self.assertIn("was changed by another program", done.err)
        self.assertEqual(faults(self.a_home, STABLE, self.dist), [])
        said = self.other.good("run", "stable", "rustc", "--version").out
        self.assertIn("1.95.0", said)


if __name__ == "__main__":
    main()
