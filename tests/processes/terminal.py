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
import threading
import time
import unittest

from harness.cases import ProcessTest, main
from harness.crafted import CraftedDist, noise, package
from harness.dists import stable_dist, synthetic_dist
from harness.environment import BINARY, HOST, LIMIT_SECONDS, STABLE
from harness.rustup import RUSTUP
from harness.servers import ScriptedServer, plain, trickle

COLOURS = re.compile(rb"\x1b\[[0-9;]*m")
BUILD = re.compile(rb"rustup 1\.29\.[01] \([^)]*\)")
COMMANDS = (["show"], ["show", "-v"], ["toolchain", "list"], ["component", "list"], ["target", "list"],
            ["default", "nothing"], ["override", "list"], ["check"], ["set", "profile", "fake"],
            ["toolchain", "nothing"], ["help", "toolchain", "link"], ["-q", "default"],
            ["-q", "set", "profile", "minimal"], ["component", "add", "nothing"],
            ["doc", "nothing"], ["uninstall", "nothing"])


FRAME_END = b"\x1b[J"
AFTER_FRAME = re.compile(rb"(?<=\x1b\[J)")


class Screen:
    """What a terminal shows of what it is sent: rows of text, without colours."""

    ESCAPE = re.compile(rb"\x1b\[(\d*)([A-Za-z])")
    CUT_ESCAPE = re.compile(rb"\x1b(\[\d*)?$")

    def __init__(self):
        self.rows, self.row, self.column = [""], 0, 0
        self.held = b""  # The beginning of an escape that is still to come.

    def send(self, data):
        data = self.held + data
        cut = self.CUT_ESCAPE.search(data)
        self.held = cut[0] if cut else b""
        data = data[:len(data) - len(self.held)]
        at = 0
        while at < len(data):
            escape = self.ESCAPE.match(data, at)
            if escape:
                self.obey(int(escape[1] or 0), escape[2])
                at = escape.end()
                continue
            self.put(chr(data[at]))
            at += 1

    def obey(self, number, letter):
        if letter in (b"A", b"B"):
            self.row += max(1, number) * (1 if letter == b"B" else -1)
        elif letter in (b"K", b"J"):
            self.rows[self.row] = "" if number == 2 else self.rows[self.row][:self.column]
            if letter == b"J":
                del self.rows[self.row + 1:]

    def put(self, letter):
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.row += 1
            self.rows += [""] * (self.row + 1 - len(self.rows))
        else:
            row = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = row[:self.column] + letter + row[self.column + 1:]
            self.column += 1

    def shown(self):
        """The rows, whatever the spinners' state."""
        rows = [re.sub(r"\.\.\. [|/\\-]$", "...", row.rstrip()) for row in self.rows]
        return [row for row in rows if row]


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

    def watch(self, program, words, steps=(), look=None, size=(24, 100), **variables):
        """Runs it; whenever the screen is as the next step says, does what the step says. `look`
        gets what is shown after each write. Returns (exit status, what is shown at the end, all
        that was sent)."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        environment = self.ours.environment | {"TERM": "xterm-256color"} | variables
        process = subprocess.Popen([program, *words], env=environment, stdin=subprocess.DEVNULL,
                                   stdout=slave, stderr=slave, cwd=self.ours.root / "work")
        os.close(slave)
        screen, sent, end = Screen(), b"", time.monotonic() + LIMIT_SECONDS
        steps = list(steps)
        try:
            while select.select([master], [], [], max(0, end - time.monotonic()))[0]:
                try:
                    block = os.read(master, 65536)
                except OSError:  # Nobody has it open any more.
                    break
                # Several frames may have come since the last read, and a part of the next one.
                for part in AFTER_FRAME.split(block):
                    sent += part
                    screen.send(part)
                    if look and sent.endswith(FRAME_END):
                        look(screen.shown())
                if steps and screen.shown() == steps[0][0]:
                    steps.pop(0)[1]()
        finally:
            os.close(master)
            for _, go_on in steps:
                go_on()
            status = process.wait(LIMIT_SECONDS)
        self.assertEqual([rows for rows, _ in steps], [], screen.shown())
        return status, screen.shown(), sent

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
            for words in (["help", "install"], ["update", "-h"], ["help", "override"]):
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


class Installing(Terminal):
    """Each component has its line, and all of them one."""

    MOVES = re.compile(rb"\x1b\[[^m]*[A-Za-ln-z]|\r(?!\n)|\x08")

    def test_a_component_has_one_line_though_another_encoding_is_fetched(self):
        dist = CraftedDist(self.root / "dist")
        dist.add_forms("big", package("big", noise(8 << 20, 20)), ("xz", "gz"))
        server = ScriptedServer(self, dist.out)
        self.ours = self.home(server.url, "switching")
        self.ours.install()
        server.on(".tar.gz", trickle(4_000_000))  # And xz as fast as can be: faster than its decoder.
        seen = []
        status, shown, _ = self.watch(self.root / "rustup", ["component", "add", "big"],
                                      look=seen.append)
        self.assertEqual(status, 0, shown)
        forms = [entry.path.rsplit(".", 1)[1] for entry in server.archives() if "big" in entry.path]
        self.assertEqual(forms, ["xz", "gz"])
        lines = [[row for row in rows if row.startswith("          big ")] for rows in seen]
        self.assertEqual({len(rows) for rows in lines if rows}, {1}, seen)
        self.assertGreater(len(lines), 5)
        self.assertEqual([row for row in shown if "downloading" in row][1:], [], shown)

    def test_where_rows_are_few_those_show_that_come_and_the_total(self):
        dist = synthetic_dist("--channel", "stable", "--formats", "gz", "--synthetic-size", 200)
        server = ScriptedServer(self, dist)
        server.on(".tar.", trickle(200_000))
        self.ours = self.home(server.url, "slow")
        seen = []
        status, shown, sent = self.watch(
            self.root / "rustup", ["install", "stable", "--profile", "complete"],
            look=seen.append, size=(6, 40))
        self.assertEqual(status, 0, shown)
        comes = re.compile(r" *[\w-]+ downloading [\[\d]")
        busy = [rows for rows in seen if sum(bool(comes.match(row)) for row in rows) > 1]
        self.assertGreater(len(busy), 3)
        for rows in busy:
            self.assertRegex(rows[-1], r"^total \d+/12 done .* [KM]?i?B/s$")
            self.assertEqual(sum(row.startswith("total") for row in rows), 1, rows)
        self.assertLessEqual(max(map(int, re.findall(rb"\x1b\[(\d+)A", sent))), 5)

    def test_a_tool_that_installs_its_toolchain_shows_how_far_it_is(self):
        tool = self.root / "rustc"
        os.symlink(os.path.realpath(BINARY), tool)
        for words, shows in ((["+stable", "--version"], True), (["--version"], False)):
            program = tool if shows else self.root / "rustup"
            status, sent, _ = self.shown(program, words, RUSTUP_TOOLCHAIN="stable")
            self.assertEqual(status, 0, sent)
            self.assertIn(b"has been auto-installed", sent)
            self.assertEqual(bool(re.search(rb"rustc installed", COLOURS.sub(b"", sent))), shows,
                             sent)
            self.ours.run("uninstall", "stable")

    def test_a_target_of_ones_own_is_not_named_another_one_is(self):
        self.ours.install()
        status, sent, _ = self.shown(self.root / "rustup",
                                     ["target", "add", "wasm32-unknown-unknown"])
        self.assertEqual(status, 0, sent)
        self.assertIn(b"rust-std-wasm32-unknown-unknown", sent)
        status, sent, _ = self.shown(self.root / "rustup", ["component", "add", "clippy"])
        self.assertNotIn(b"clippy-x86_64", sent)

    def test_nothing_moves_a_cursor_that_cannot_be_moved(self):
        for variables in ({"TERM": "dumb"}, {"TERM": ""}, {"TERM": "dumb", "CLICOLOR_FORCE": "1"},
                          {"TERM": "dumb", "RUSTUP_TERM_PROGRESS_WHEN": "always"}):
            status, sent, _ = self.shown(self.root / "rustup", ["install", "stable"], **variables)
            self.assertEqual(status, 0, sent)
            self.assertIsNone(self.MOVES.search(sent), sent)
            self.ours.run("uninstall", "stable")

    def test_what_is_piped_has_no_cursor(self):
        for variables in ({}, {"RUSTUP_TERM_PROGRESS_WHEN": "always"},
                          {"RUSTUP_TERM_PROGRESS_WHEN": "always", "RUSTUP_TERM_COLOR": "always"}):
            status, _, past = self.shown(self.root / "rustup", ["install", "stable"], out=False,
                                         err=False, **variables)
            self.assertEqual(status, 0, past)
            self.assertIsNone(self.MOVES.search(past), past)
            shown = COLOURS.sub(b"", past)
            self.assertEqual(bool(re.search(rb"rustc installed +\d", shown)), bool(variables), past)
            self.ours.run("uninstall", "stable")


class Checking(Terminal):
    """Each toolchain has its line, in which its answer appears, in whatever order they come."""

    def setUp(self):
        super().setUp()
        dist = synthetic_dist("--channel", "stable", "--channel", "nightly", "--formats", "gz",
                              "--synthetic-size", 8)
        self.server = ScriptedServer(self, dist)
        self.ours = self.home(self.server.url, "checking")
        self.ours.install("stable", "nightly")
        self.programs = [self.root / "rustup"] + ([RUSTUP] if RUSTUP else [])

    def hold(self):
        """The gates of the two answers."""
        gates = {"stable": threading.Event(), "nightly": threading.Event()}

        def behave(exchange):
            for name, gate in gates.items():
                if f"rust-{name}" in exchange.path:
                    gate.wait(LIMIT_SECONDS)
            plain(exchange)
        self.server.rule_for = lambda path: behave
        return gates

    def lines(self, *answers):
        names = (STABLE, f"nightly-{HOST}")
        return [f"{name} - {answer}" for name, answer in zip(names, answers)]

    def test_answers_take_the_place_of_spinners(self):
        new = self.ours.run("check").out.splitlines()
        for program in self.programs:
            for words in (["check"], ["-q", "check"]):
                gates = self.hold()
                waiting = self.lines("Checking...", "Checking...")
                status, shown, sent = self.watch(program, words, (
                    (waiting, gates["nightly"].set), ([waiting[0], new[1]], gates["stable"].set)))
                self.assertEqual((status, shown), (0, new), program)
                line = (rb"\x1b\[1m%s - \x1b\[0m\x1b\[1m\x1b\[96mChecking...\x1b\[0m "
                        rb"\x1b\[1m\x1b\[96m[|/\\-]\x1b\[0m" % STABLE.encode())
                self.assertRegex(sent, line)

    def test_one_at_a_time_the_first_comes_first(self):
        new = self.ours.run("check").out.splitlines()
        for program in self.programs:
            gates = self.hold()
            gates["nightly"].set()
            waiting = self.lines("Checking...", "Checking...")
            status, shown, _ = self.watch(program, ["check"], ((waiting, gates["stable"].set),),
                                          RUSTUP_CONCURRENT_DOWNLOADS="1")
            self.assertEqual((status, shown), (0, new), program)
            asked = [entry.path for entry in self.server.requests[-2:]]
            self.assertIn("stable", asked[0], program)

    def test_a_failure_takes_its_line_away(self):
        new = self.ours.run("check").out.splitlines()
        (self.ours.rustup / "update-hashes" / f"nightly-{HOST}").unlink()
        for program in self.programs:
            gates = self.hold()
            waiting = self.lines("Checking...", "Checking...")
            self.server.rule_for = lambda path, gate=gates["stable"]: (
                lambda exchange: (gate.wait(LIMIT_SECONDS), plain(exchange))[1]
                if "stable" in path else (exchange.head(401, 0)))
            status, shown, _ = self.watch(program, ["check"], (
                (waiting[:1], gates["stable"].set),))
            self.assertEqual(status, 1, shown)
            self.assertTrue(shown[0].startswith(new[0]), shown)
            self.assertIn("error: could not download file from", " ".join(shown))


if __name__ == "__main__":
    main()
