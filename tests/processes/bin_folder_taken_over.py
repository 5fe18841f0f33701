#!/usr/bin/env python3
"""$CARGO_HOME/bin of an earlier version and of another rustup, while its tools are started."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import unittest

from harness.bin_folder import PROGRAM_FILE, PROXY_FILE, BinFolderTest
from harness.cases import main
from harness.environment import SANITIZED
from harness.installed import NAMES
from harness.processes import Running
from harness.proxied import TOOLS
from harness.rustup import QUIET, RUSTUP


class TakenOver(BinFolderTest):
    @contextlib.contextmanager
    def running(self):
        """Whoever starts a tool meanwhile finds it."""
        stop = self.root / "stop"
        loop = f"until test -e {stop}; do ./rustc --version && ./cargo --version || exit 1; done"
        environment = self.temp.environment | {"PATH": "/usr/bin:/bin"}
        loops = [Running(["/bin/sh", "-c", loop], environment, self.bin) for _ in range(8)]
        yield
        stop.touch()
        self.assert_good(*self.finish_all(loops))
        stop.unlink()

    def test_an_installation_of_before_is_converted_while_its_tools_are_started(self):
        """By an installation or by a start."""
        for convert in (lambda: self.good_init("--default-toolchain", "none"),
                        lambda: self.assert_good(self.call("rustup", "--version"))):
            self.lay_out_as_before()
            with self.running():
                convert()
            self.assert_whole()
            self.assert_builds()

    def test_an_update_is_met_by_nobody_half_done(self):
        root = self.serve_release("9.9.9", self.next_version())
        with self.running():
            self.assert_good(self.call("rustup", "self", "update", RUSTUP_UPDATE_ROOT=root))
        self.assert_laid_out()
        self.assertEqual((self.bin / "rustup").read_bytes(), self.next_version())

    def rustup_init(self):
        words = [RUSTUP, "-y", "--no-modify-path", "--no-update-default-toolchain"]
        environment = self.temp.environment | QUIET | {"RUSTUP_FORCE_ARG0": "rustup-init"}
        self.assert_good(Running(words, environment, self.root).finish())

    @unittest.skipIf(RUSTUP is None, "there is no rustup 1.29")
    def test_another_rustup_takes_over_and_we_take_over_again(self):
        def nothing():
            pass

        def lose_program():  # Its link leads nowhere: rustup writes through it.
            (self.bin / PROGRAM_FILE).unlink()

        def lose_folder():
            shutil.rmtree(self.bin / ".latchkey")
            for name in NAMES:
                (self.bin / name).unlink()

        for lose in (nothing, lose_program, lose_folder):
            with self.subTest(lose.__name__):
                lose()
                self.rustup_init()
                self.assertNotIn("latchkey", self.call("rustup", "--version").out)
                self.assertEqual((self.bin / "rustup").read_bytes(), pathlib.Path(RUSTUP).read_bytes())
                self.assert_builds()
                for tool in TOOLS:
                    self.assertTrue((self.bin / tool).samefile(self.bin / "rustup"), tool)
                # Nothing of ours takes it back by itself.
                if (self.bin / PROXY_FILE).exists():
                    Running([self.bin / PROXY_FILE, "--version"], self.temp.environment,
                            self.root).finish()
                    self.assertNotIn("latchkey", self.call("rustup", "--version").out)
                self.good_init("--default-toolchain", "none")
                self.assert_whole()
                self.assert_builds()
                self.assert_good(self.call("rustup", "show"))

    @unittest.skipIf(RUSTUP is None, "there is no rustup 1.29")
    def test_another_rustup_uninstalls_what_we_installed(self):
        self.rustup_init()
        self.assert_good(self.call("rustup", "self", "uninstall", "-y", "--no-modify-path"))
        self.assertFalse(self.bin.exists())

    def test_an_uninstallation_that_is_killed_can_be_repeated(self):
        strace = shutil.which("strace")
        if strace is None or SANITIZED:
            self.skipTest("there is no strace, or a sanitizer is in its way")
        self.assert_good(self.call("rustup", "toolchain", "uninstall", "stable"))
        kept = self.root / "kept"
        subprocess.run(["cp", "-a", self.temp.root, kept], check=True)
        words = ["rustup", "self", "uninstall", "-y"]
        for calls in ("rename,renameat,renameat2", "rmdir", "unlink,unlinkat"):
            number = 0
            while True:
                number += 1
                shutil.rmtree(self.temp.root)
                subprocess.run(["cp", "-a", kept, self.temp.root], check=True)
                done = Running(
                    [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e",
                     f"inject={calls}:signal=KILL:when={number}", self.bin / words[0], *words[1:]],
                    self.temp.environment, self.root).finish()
                if done.code == 0:
                    break
                self.assertLess(number, 200)
                if not os.path.lexists(self.bin / "rustup"):
                    self.assertFalse((self.bin / PROGRAM_FILE).exists(), number)
                    continue
                self.assert_good(self.call(*words))
                self.assertFalse(self.cargo.exists())
            self.assertGreater(number, 1)


if __name__ == "__main__":
    main()
