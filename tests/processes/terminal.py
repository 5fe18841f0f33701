#!/usr/bin/env python3
"""What terminals show: the same as of rustup 1.29, escape by escape, in the same home.

LATCHKEY_RUSTUP names a rustup 1.29; ~/.cargo/bin/rustup is found by itself. Without one nothing is tested
here; what is known of rustup's colours without a terminal is in tests/parity/scripts/styles.txt.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unittest

from adoption import RUSTUP
from support import BINARY, LIMIT_SECONDS, ProcessTest, main, stable_dist

BUILD = re.compile(rb"rustup 1\.29\.0 \([^)]*\)")
COMMANDS = (["show"], ["show", "-v"], ["toolchain", "list"], ["component", "list"], ["target", "list"],
            ["default", "nothing"], ["override", "list"], ["check"], ["set", "profile", "fake"],
            ["toolchain", "nothing"], ["help", "toolchain", "link"], ["-q", "default"],
            ["-q", "set", "profile", "minimal"], ["component", "add", "nothing"],
            ["doc", "nothing"], ["uninstall", "nothing"])


class Terminal(ProcessTest):
    def setUp(self):
        super().setUp()
        self.ours = self.home(f"file://{stable_dist()}")
        os.symlink(os.path.realpath(BINARY), self.root / "rustup")

    def shown(self, program, words, out=True, err=True, size=(24, 100), **variables):
        """(exit status, what the terminal was sent, what went past it)."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        environment = self.ours.environment | {"TERM": "xterm-256color"} | variables
        past = open(self.root / "past", "w+b")
        process = subprocess.Popen([program, *words], env=environment, cwd=self.ours.root / "work",
                                   stdin=subprocess.DEVNULL, stdout=slave if out else past,
                                   stderr=slave if err else past)
        os.close(slave)
        received, end = b"", time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end:
            if not select.select([master], [], [], 1)[0]:
                continue
            try:
                block = os.read(master, 65536)
            except OSError:  # Nobody has it open any more.
                break
            if not block:
                break
            received += block
        os.close(master)
        status = process.wait(LIMIT_SECONDS)
        with past:
            past.seek(0)
            return status, BUILD.sub(b"BUILD", received), BUILD.sub(b"BUILD", past.read())

    def assert_same(self, words, **options):
        theirs = self.shown(RUSTUP, words, **options)
        ours = self.shown(self.root / "rustup", words, **options)
        self.assertEqual(theirs, ours, f"{words} {options}")


@unittest.skipUnless(RUSTUP, "no rustup 1.29 to compare with")
class LikeRustup(Terminal):
    def setUp(self):
        super().setUp()
        self.ours.install("stable")

    def test_commands_are_coloured_alike(self):
        for words in COMMANDS:
            self.assert_same(words, RUSTUP_TERM_PROGRESS_WHEN="never")

    def test_variables_decide_alike(self):
        for variables in ({"NO_COLOR": "1"}, {"NO_COLOR": ""}, {"TERM": "dumb"}, {"TERM": ""},
                          {"CLICOLOR": "0"}, {"CLICOLOR_FORCE": "1"}, {"RUSTUP_TERM_COLOR": "never"},
                          {"RUSTUP_TERM_COLOR": "ALWAYS", "NO_COLOR": "1"},
                          {"RUSTUP_TERM_COLOR": "sometimes"}, {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}):
            for words in (["show"], ["default", "nothing"], ["set", "profile", "fake"]):
                self.assert_same(words, **variables)

    def test_each_stream_is_decided_alone(self):
        for out, err in ((True, False), (False, True)):
            for words in (["show"], ["default", "nothing"], ["toolchain", "nothing"],
                          ["set", "profile", "fake"], ["help"]):
                for variables in ({}, {"CLICOLOR_FORCE": "1"}):
                    self.assert_same(words, out=out, err=err, **variables)

    def test_help_is_as_wide_as_the_terminal(self):
        for columns in (20, 40, 79, 80, 100, 132, 300):
            for words in (["help", "install"], ["doc", "-h"], ["help", "toolchain"]):
                self.assert_same(words, size=(24, columns))
            if columns > 40:  # Enough for the line with the version.
                for words in (["--help"], []):
                    self.assert_same(words, size=(24, columns))
        self.assert_same(["--help"], size=(24, 80), COLUMNS="50")
        self.assert_same(["--help"], size=(0, 0), COLUMNS="50")
        self.assert_same(["--help"], size=(24, 80), RUSTUP_TERM_WIDTH="50")

    def test_without_progress_an_installation_reads_alike(self):
        for words in (["-q", "install", "stable"], ["-q", "component", "add", "clippy"]):
            theirs = self.shown(RUSTUP, words)
            self.ours.run("component", "remove", "clippy")
            self.assertEqual(theirs, self.shown(self.root / "rustup", words))
            self.ours.run("component", "remove", "clippy")

    def test_log_directives_change_the_form_of_lines(self):
        line = re.compile(rb"^(\x1b\[2m)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
        module = re.compile(rb"rustup(::\w+)+")  # Each program's own.
        for directive in ("rustup=INFO", "rustup=WARN", "info"):
            for words in (["set", "profile", "minimal"], ["-q", "set", "profile", "minimal"]):
                results = [self.shown(program, words, RUSTUP_LOG=directive)
                           for program in (RUSTUP, self.root / "rustup")]
                plain = [[module.sub(b"MODULE", line.sub(b"TIME", each)) for each in shown.split(b"\r\n")]
                         for _, shown, _ in results]
                self.assertEqual(*plain, f"{directive} {words}")


if __name__ == "__main__":
    main()
