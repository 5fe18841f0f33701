#!/usr/bin/env python3
"""A home that rustup made, used as it is, and given back by the command that the README shows.

Exit status 77: there is no rustup 1.29 here.
"""

import os
import re
import sys

from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import ROOT
from harness.processes import Running
from harness.rustup import QUIET, RUSTUP


def way_back():
    """The README's command."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    found = [block for block in blocks if "hand-back" in block]
    assert len(found) == 1, found
    return found[0]


class TakeoverTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.temp = self.home(f"file://{stable_dist()}")
        self.bin = self.temp.root / "cargo" / "bin"

    def install(self, program, *words):
        environment = self.temp.environment | QUIET | {"RUSTUP_FORCE_ARG0": "rustup-init"}
        words = [program, "-y", "--profile", "minimal", *words]
        self.assert_good(Running(words, environment, self.root).finish())

    def call(self, tool, *words):
        done = Running([self.bin / tool, *words], self.temp.environment, self.root).finish()
        self.assert_good(done)
        return done.out

    def test_there_and_back(self):
        self.install(RUSTUP)
        toolchain = self.temp.toolchain()
        inode = os.lstat(toolchain).st_ino
        self.call("rustup", "set", "auto-install", "disable")
        settings = (self.temp.rustup / "settings.toml").read_text()

        self.install(self.temp.binary, "--no-update-default-toolchain")
        self.assertIn("latchkey", self.call("rustup", "--version"))
        self.assertEqual((self.temp.rustup / "settings.toml").read_text(), settings)
        self.assertEqual(os.readlink(self.bin / "rustc"), ".latchkey/proxy/rustup")
        self.assertEqual(self.call("rustc", "--version").split()[0], "rustc")
        self.call("rustup", "component", "add", "clippy", "rust-docs")
        self.assertEqual(os.lstat(toolchain).st_ino, inode)
        self.assertEqual(self.call("cargo", "--version").split()[0], "cargo")
        components = self.call("rustup", "component", "list", "--installed")

        environment = self.temp.environment
        environment = environment | {"PATH": f"{self.bin}:{environment['PATH']}"}
        back = Running(["/bin/sh", "-ec", way_back()], environment, self.root).finish()
        self.assert_good(back)
        self.install(RUSTUP, "--no-update-default-toolchain")
        self.assertNotIn("latchkey", self.call("rustup", "--version"))
        self.assertEqual(os.readlink(self.bin / "rustc"), "rustup")
        self.assertEqual(os.lstat(toolchain).st_ino, inode)
        links = [path for path in toolchain.rglob("*") if path.is_symlink()]
        self.assertEqual(links, [])
        self.assertFalse(self.temp.latchkey.exists())
        self.assertEqual(self.call("rustup", "component", "list", "--installed"), components)
        self.assertEqual(self.call("rustc", "--version").split()[0], "rustc")
        self.call("rustup", "component", "remove", "rust-docs")
        self.call("rustup", "update", "--no-self-update")


if __name__ == "__main__":
    if RUSTUP is None:
        print("skipped: no rustup 1.29 here")
        sys.exit(77)
    main()
