#!/usr/bin/env python3
"""The same commands with rustup and with Latchkey leave the same toolchains/.

Path for path, mode for mode, byte for byte, but for the one tag file and the order of the lines in
`components` and `multirust-config.toml`, which is that in which downloads end.
"""

import hashlib
import os
import re
import shutil
import stat
import unittest

from harness.cases import ProcessTest, main
from harness.dists import (NEW_DATE, NEW_YEAR, OLD_DATE, OLD_YEAR, add_two_betas, make_dist,
                           switch_beta, switch_stable, two_stables)
from harness.environment import BETA, HOST
from harness.rustup import RUSTUP

TAG = "lib/rustlib/.latchkey"
WASM = "wasm32-unknown-unknown"
OLD = f"1.94.0-{HOST}"


def sorted_parts(path, data):
    """Of the two lists, what does not depend on the order of downloads."""
    if path.endswith("lib/rustlib/components"):
        return sorted(data.splitlines())
    if path.endswith("lib/rustlib/multirust-config.toml"):
        return sorted(re.split(rb"\n(?=\[\[components\]\])", data.rstrip(b"\n")))
    return hashlib.sha256(data).hexdigest()


def everything_in(folder):
    """Path → (kind, mode, what it is)."""
    found = {}
    for here, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(here, name)
            about = os.lstat(path)
            short = os.path.relpath(path, folder)
            if short.endswith(TAG):
                continue
            what = ""
            if stat.S_ISLNK(about.st_mode):
                what = os.readlink(path)
            elif stat.S_ISREG(about.st_mode):
                with open(path, "rb") as file:
                    what = sorted_parts(short, file.read())
            found[short] = (oct(about.st_mode), what)
    return found


@unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
class SameHomes(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        server = f"file://{self.dist}"
        self.homes = [self.home(server, "theirs", RUSTUP), self.home(server, "ours")]

    def do(self, *words, prefix=()):
        """With both. They end alike, and leave the same."""
        theirs, ours = [home.run(*words, prefix=prefix) for home in self.homes]
        self.assertEqual(ours.code, theirs.code, f"{theirs}\n{ours}")
        self.compare(" ".join(words))

    def compare(self, story):
        for part in ("toolchains", "update-hashes"):
            theirs, ours = [everything_in(home.rustup / part) for home in self.homes]
            self.assertEqual(sorted(theirs.keys() ^ ours.keys()), [], story)
            differ = {path: (theirs[path], ours[path]) for path in theirs
                      if theirs[path] != ours[path]}
            self.assertEqual(differ, {}, story)

    def story(self, prefix=()):
        def do(text):
            self.do(*text.split(), prefix=prefix)
        do("toolchain install stable --profile minimal --no-self-update")
        do("component add clippy rust-src")
        do("component add rust-docs")
        do(f"target add {WASM}")
        do("update --no-self-update")  # There is nothing new.
        switch_stable(self.dist, NEW_DATE)
        do("update --no-self-update")
        do("component remove clippy")
        do(f"target remove {WASM}")
        do("component add clippy")
        do("toolchain install stable --component miri --no-self-update")
        do("toolchain install 1.94.0 --profile default --no-self-update")
        do("component remove rustfmt --toolchain 1.94.0")
        do("component add miri")  # It is there.
        do("component remove llvm-tools")  # It is not.
        switch_stable(self.dist, OLD_DATE)
        do("update --no-self-update")
        do("toolchain uninstall stable")
        do("toolchain install stable --profile default --no-self-update")
        do("toolchain uninstall 1.94.0 stable")

    def test_the_whole_life_of_two_toolchains(self):
        self.story()

    def test_under_other_umasks(self):
        for umask in ("077", "002"):
            with self.subTest(umask):
                for home in self.homes:
                    shutil.rmtree(home.rustup, ignore_errors=True)
                switch_stable(self.dist, OLD_DATE)
                self.story(["sh", "-c", f'umask {umask}; exec "$@"', "sh"])

    def test_what_a_hand_put_there_stays(self):
        self.do("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        for home in self.homes:
            for path in ("bin/mine", "lib/mine.so", "share/mine/deep/file", "lib/rustlib/mine"):
                file = home.toolchain() / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(path)
            (home.toolchain() / "lib/link").symlink_to("mine.so")
        self.do("component", "add", "clippy", "rust-docs")
        self.do("component", "remove", "rust-docs")
        switch_stable(self.dist, NEW_DATE)
        self.do("update", "--no-self-update")
        self.do("component", "remove", "clippy")

    def test_toolchains_of_before_2016(self):
        add_two_betas(self.dist)
        switch_beta(self.dist, OLD_YEAR)
        install = ["toolchain", "install", "beta", "--no-self-update"]
        self.do(*install)
        self.do(*install)  # There is nothing new.
        self.do(*install, "--component", "clippy")
        self.do("component", "add", "clippy", "--toolchain", "beta")
        for home in self.homes:
            (home.toolchain(BETA) / "bin/mine").write_text("mine")
        switch_beta(self.dist, NEW_YEAR)
        self.do("update", "beta", "--no-self-update")
        self.do("toolchain", "install", f"beta-{OLD_YEAR}", "--no-self-update")
        (self.dist / "dist" / f"rust-beta-{HOST}.tar.gz.sha256").write_text("0" * 64)
        self.do("update", "beta", "--no-self-update")  # It fails.
        make_dist(self.dist, "--channel", "beta", "--formats", "gz", "--synthetic-size", 8)
        self.do("update", "beta", "--no-self-update")
        self.do("component", "remove", "clippy", "--toolchain", "beta")
        self.do("toolchain", "uninstall", f"beta-{OLD_YEAR}", "beta")

    def test_a_home_that_lagged_is_the_same_when_it_has_settled(self):
        theirs, ours = self.homes
        self.do("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        ours.lag()
        for words in (["component", "add", "rust-docs", "clippy"], ["component", "remove", "clippy"],
                      ["update", "--no-self-update"], ["component", "add", "miri"]):
            switch_stable(self.dist, NEW_DATE)
            for home in self.homes:
                home.good(*words)
        self.assertEqual(ours.state().place, "away")
        self.assertEqual(everything_in(ours.away(ours.state().number)),
                         everything_in(theirs.toolchain()))
        ours.let_go()
        self.do("toolchain", "list")
        self.assertEqual(ours.state().place, "home")


if __name__ == "__main__":
    main()
