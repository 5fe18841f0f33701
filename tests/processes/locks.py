#!/usr/bin/env python3
"""`latchkey locks`: who holds what and who waits for it, of real processes, once and watched."""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from harness.cases import ProcessTest, main
from harness.crafted import CraftedDist, noise, package
from harness.environment import BINARY, CLEAN, HOLDER, HOST, LAGGING, LIMIT_SECONDS, STABLE
from harness.processes import wait_until
from harness.servers import ScriptedServer, stall_after
from harness.users import AS_NOBODY, NOBODY, as_user


class Screen:
    """What a terminal shows that was sent so much: enough for lines, and up, and erase."""

    def __init__(self):
        self.lines, self.row, self.column = [""], 0, 0

    def send(self, text):
        for part in re.findall(r"\x1b\[\d*[A-Za-z]|[^\x1b]|\x1b", text):
            if part == "\r":
                self.column = 0
            elif part == "\n":
                self.row, self.column = self.row + 1, 0
                if self.row == len(self.lines):
                    self.lines.append("")
            elif part.endswith("A") and part.startswith("\x1b["):
                self.row -= int(part[2:-1] or 1)
                assert self.row >= 0, "above the first line"
            elif part == "\x1b[K":
                self.lines[self.row] = self.lines[self.row][:self.column]
            elif part == "\x1b[J":
                self.lines[self.row] = self.lines[self.row][:self.column]
                del self.lines[self.row + 1:]
            else:
                assert not part.startswith("\x1b"), f"{part!r} is not for every terminal"
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[:self.column] + part + line[self.column + 1:]
                self.column += 1


class Watched:
    """`latchkey locks --watch` on a terminal."""

    def __init__(self, home, *words, size=(24, 200), **variables):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(slave)
        environment = home.environment | {"TERM": "xterm-256color"} | variables
        self.process = subprocess.Popen([home.binary, "locks", "--watch", *words], env=environment,
                                        stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True, preexec_fn=self.take_terminal)
        self.slave = slave
        self.sent = ""
        self.screen = Screen()

    @staticmethod
    def take_terminal():
        fcntl.ioctl(1, termios.TIOCSCTTY, 0)

    def read(self, seconds=0.0):
        while select.select([self.master], [], [], seconds)[0]:
            text = os.read(self.master, 65536).decode(errors="replace")
            self.sent += text
            self.screen.send(text)
            seconds = 0

    def shows(self, text, seconds=20):
        """Does the screen show it, soon?"""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            if text in "\n".join(self.screen.lines):
                return True
        return False

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class LocksTest(ProcessTest):
    def setUp(self):
        super().setUp()
        os.symlink(os.path.realpath(BINARY), self.root / "latchkey")
        self.ours = self.home("http://127.0.0.1:9", binary=self.root / "latchkey")
        self.locks = self.ours.latchkey / "locks"

    def hold(self, how, *keys, word="held", prefix=(), uid=None):
        """A process that holds keys, or waits for one."""
        user = ["--uid", str(uid)] if uid else []
        held = subprocess.Popen([*prefix, HOLDER, *user, str(self.locks), *how.split(), *keys],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=CLEAN)
        self.addCleanup(self.let_go, held)
        self.assertTrue(held.stdout.readline().startswith(word))
        return held

    @staticmethod
    def let_go(held):
        if held.poll() is None:
            held.kill()
        held.wait()
        held.stdin.close()
        held.stdout.close()

    def seen(self, **options):
        """Rows; without those of who makes the home lag."""
        rows = json.loads(self.ours.good("locks", "--json", **options).out)
        lagging = {reader.pid for reader in self.ours.readers.values()}
        return [row for row in rows if row["pid"] not in lagging]

    def watch(self, *words, **options):
        watched = Watched(self.ours, *words, **options)
        self.addCleanup(watched.end)
        return watched


class Listed(LocksTest):
    def test_a_home_that_is_not_there_is_said_to_be_free_and_is_not_made(self):
        done = self.ours.good("locks")
        self.assertEqual(done.out, f"No process holds or awaits a range in '{self.ours.rustup}'.\n")
        self.assertEqual(self.seen(), [])
        self.assertFalse(self.ours.rustup.exists())

    def test_holders_and_waiters_are_told_with_pid_and_command(self):
        (self.ours.rustup / "toolchains" / "mine").mkdir(parents=True)
        holder = self.hold("exclusive try", "toolchain:mine", "settings:")
        waiter = self.hold("exclusive wait", "toolchain:mine", word="waiting")
        self.assertTrue(wait_until(lambda: len(self.seen()) == 3))
        rows = {(row["pid"], row["kind"]): row for row in self.seen()}
        held, waits = rows[holder.pid, "toolchain"], rows[waiter.pid, "toolchain"]
        self.assertEqual((held["state"], held["mode"], held["name"], held["description"]),
                         ("holds", "exclusive", "mine", "toolchain mine"))
        self.assertEqual((waits["state"], waits["byte"]), ("waits", held["byte"]))
        self.assertEqual(held["command"].split()[0], "latchkey_lock_holder")
        self.assertRegex(held["process_started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertNotIn("first_seen", held)
        self.assertIn((holder.pid, "settings"), rows)
        lines = self.ours.good("locks").out.splitlines()
        self.assertEqual(len(lines), 4)
        self.assertRegex(lines[0], r"^       RANGE +OF +MODE +PROCESS STARTED +PID +COMMAND$")
        self.assertRegex(lines[1], rf"^HOLDS  toolchain  toolchain mine +exclusive +\S+ +"
                                   rf"{holder.pid} +latchkey_lock_holder ")
        self.assertRegex(lines[2], rf"^WAITS  toolchain  toolchain mine +exclusive +\S+ +{waiter.pid} ")

    def test_looking_takes_no_range_and_changes_nothing(self):
        held = self.hold("exclusive try", "toolchain:mine")
        trace = self.root / "trace"
        before = sorted(self.ours.rustup.rglob("*"))
        # A leak sanitizer cannot look into what is traced.
        strace = ["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-e", "trace=fcntl,flock,rename,renameat,renameat2,mkdir,mkdirat,"
                  "unlink,unlinkat,openat", "-o", str(trace)]
        if subprocess.run(["which", "strace"], capture_output=True, check=False).returncode == 0:
            self.ours.good("locks", prefix=strace)
            text = trace.read_text()
            self.assertNotRegex(text, r"F_(OFD_)?SETLKW?|flock\(|O_CREAT")
            # "rustup-init" is what a self-update leaves behind; every command looks for it.
            self.assertNotRegex(re.sub(r".*rustup-init.*", "", text), r"rename|mkdir|unlink")
        else:
            self.ours.good("locks")
        self.assertEqual(sorted(self.ours.rustup.rglob("*")), before)
        self.assertEqual([row["pid"] for row in self.seen()], [held.pid])

    def test_settings_that_cannot_be_read_are_nobodys_trouble_here(self):
        self.ours.rustup.mkdir()
        (self.ours.rustup / "settings.toml").write_text("version = \"nonsense")
        self.assertEqual(self.seen(), [])

    def test_a_command_line_cannot_move_the_cursor(self):
        held = self.hold("exclusive try", "unpack:\x1b[2Jx\ny")
        text = self.ours.good("locks").out
        self.assertNotIn("\x1b", text)
        self.assertEqual(len(text.splitlines()), 2)
        self.assertIn(f" {held.pid} ", text)

    def test_a_range_over_everything_is_one_line(self):
        self.locks.parent.mkdir(parents=True)
        self.locks.touch()
        with open(self.locks, "rb") as file:
            whole = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
            fcntl.fcntl(file, 37, whole)  # F_OFD_SETLK
            row, = self.seen()
        self.assertEqual((row["description"], row["kind"], row["pid"]),
                         ("every key", None, os.getpid()))

    def test_it_is_in_latchkeys_help_and_in_none_of_rustups(self):
        self.assertIn("\n  locks ", self.ours.good("--help").out)
        os.symlink(os.path.realpath(BINARY), self.root / "rustup")
        self.ours.binary = self.root / "rustup"
        self.assertNotIn("locks ", self.ours.good("--help").out)
        for shell in ("bash", "elvish", "fish", "powershell", "zsh"):
            self.assertNotRegex(self.ours.good("completions", shell).out, r"\blocks\b")
        self.assertEqual(self.seen(), [])  # It works under that name, too.

    def test_who_reads_no_further_is_no_error(self):
        self.hold("exclusive try", "toolchain:mine")
        done = subprocess.run(["bash", "-c", 'set -o pipefail; "$0" locks | true', self.ours.binary],
                              env=self.ours.environment, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class OfAChange(LocksTest):
    def test_a_component_has_its_name_while_it_comes_and_afterwards(self):
        dist = CraftedDist(self.root / "dist")
        dist.add("clippy", package("clippy", noise(2_000_000, 50)))
        server = ScriptedServer(self, dist.out)
        self.ours.environment["RUSTUP_DIST_SERVER"] = server.url
        self.ours.install()
        server.on("clippy", stall_after(1_000_000), times=1)
        first = self.ours.spawn("component", "add", "clippy")
        self.assertTrue(server.stalled.wait(20), first.err)
        second = self.ours.spawn("component", "add", "clippy")
        for program in (first, second):
            self.addCleanup(program.process.kill)
        self.assertTrue(wait_until(lambda: "waiting for" in second.err), second.err)
        table = self.ours.good("locks").out
        clippy = f"component clippy for {HOST}"
        command = "latchkey component add clippy"
        self.assertRegex(table, rf"HOLDS  unpack +{clippy} +exclusive .* {first.pid} +{command}\n")
        self.assertRegex(table, rf"WAITS  unpack +{clippy} +exclusive .* {second.pid} +{command}\n")
        self.assertRegex(table, rf"HOLDS  pin +{clippy} +shared .* {first.pid} +{command}\n")
        self.assertNotIn("unknown key", table)
        server.free.set()
        self.assert_good(first.finish(), second.finish())
        with subprocess.Popen([self.ours.binary, "run", "stable", "sh", "-c", "echo; read line"],
                              env=self.ours.environment, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as running:
            running.stdout.readline()
            rows = self.seen()
            place = f"away/{self.ours.state().number}/{STABLE}" if LAGGING else f"home/{STABLE}"
            directory, = [row for row in rows if row["kind"] == "directory"]
            self.assertEqual(directory["name"], place)
            self.assertEqual(directory["pid"], running.pid)
            used = {row["name"] for row in rows if row["kind"] == "use"}
            self.assertIn(f"{place}/rustc-{HOST}", used)
            self.assertEqual({row["mode"] for row in rows}, {"shared"})
            running.communicate("\n")
        self.assertEqual(self.seen(), [])


@unittest.skipUnless(os.geteuid() == 0, "needs root, to become somebody else")
class OtherUsers(LocksTest):
    def test_their_ranges_are_told_and_they_are_not(self):
        mine = self.hold("exclusive try", "settings:")
        self.hold("shared try", "use:home/x/y")
        self.hold("shared try", "use:home/x/y")
        rows = self.seen(prefix=AS_NOBODY)
        self.assertEqual([(row["kind"], row["pid"], row["command"]) for row in rows],
                         [("settings", None, None), ("use", None, None), ("use", None, None)])
        text = self.ours.good("locks", prefix=as_user(NOBODY, 0)).out
        self.assertIn("a process that cannot be seen from here\n", text)
        self.assertIn(mine.pid, [row["pid"] for row in self.seen()])

    def test_a_home_that_may_only_be_looked_at_is_told_of(self):
        held = self.hold("exclusive try", "settings:")
        self.locks.chmod(0)
        self.assertEqual(len(self.seen(prefix=as_user(NOBODY, 0))), 1)
        self.assertEqual([row["pid"] for row in self.seen()], [held.pid])


class Watching(LocksTest):
    def test_a_terminal_is_drawn_in_place_and_left_as_it_was(self):
        watched = self.watch()
        self.assertTrue(watched.shows("No process holds or awaits a range"))
        (self.ours.rustup / "toolchains" / "mine").mkdir(parents=True)
        held = self.hold("exclusive try", "toolchain:mine")
        self.assertTrue(watched.shows(f" {held.pid} "), watched.sent)
        self.assertIn("FIRST SEEN", "\n".join(watched.screen.lines))
        self.assertNotIn("before", "\n".join(watched.screen.lines))
        self.let_go(held)
        self.assertTrue(watched.shows("No process holds or awaits a range"), watched.sent)
        self.assertEqual(len(watched.screen.lines), 3, watched.screen.lines)  # Time, text, cursor.
        os.write(watched.master, b"\x03")
        self.assertEqual(watched.process.wait(LIMIT_SECONDS), -signal.SIGINT)
        watched.read(0.1)
        self.assertEqual(termios.tcgetattr(watched.slave), watched.before)
        self.assertEqual(watched.screen.lines[-1].replace("^C", ""), "")

    def test_what_was_there_before_is_said_to_be(self):
        self.hold("exclusive try", "settings:")
        watched = self.watch()
        self.assertTrue(watched.shows("before "), watched.sent)

    def test_lines_are_cut_at_the_width_of_the_terminal_and_at_its_height(self):
        self.hold("exclusive try", *[f"unpack:{'x' * 40}{i}" for i in range(20)])
        watched = self.watch(size=(12, 70))
        self.assertTrue(watched.shows("lines more"), watched.sent)
        self.assertLess(max(map(len, watched.screen.lines)), 70)
        self.assertEqual(len(watched.screen.lines), 12)

    def test_it_ends_by_the_signal_that_ends_it(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(number.name):
                watched = self.watch()
                self.assertTrue(watched.shows("No process"))
                watched.process.send_signal(number)
                self.assertEqual(watched.process.wait(LIMIT_SECONDS), -number)

    def watch_file(self, *words, **variables):
        program = self.ours.spawn("locks", "--watch", *words, **variables)
        self.addCleanup(program.finish)
        self.addCleanup(program.process.kill)
        return program

    @staticmethod
    def sleeps_of(program):
        """How often it has waited for something."""
        text = pathlib.Path(f"/proc/{program.pid}/status").read_text()
        return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.MULTILINE)[1])

    def test_without_a_terminal_a_block_is_printed_at_each_change(self):
        program = self.watch_file()
        self.assertTrue(wait_until(lambda: "No process" in program.text(0)))
        held = self.hold("exclusive try", "settings:")
        self.assertTrue(wait_until(lambda: f" {held.pid} " in program.text(0)))
        sleeps = self.sleeps_of(program)  # One after each look.
        self.assertTrue(wait_until(lambda: self.sleeps_of(program) >= sleeps + 2))
        other = self.hold("exclusive try", "unpack:x")
        self.assertTrue(wait_until(lambda: f" {other.pid} " in program.text(0)))
        text = program.text(0)
        self.assertNotIn("\x1b", text)
        blocks = text.split("\n\n")
        self.assertEqual(len(blocks), 3, text)
        self.assertRegex(blocks[1], r"^\d\d:\d\d:\d\d\n       RANGE .*FIRST SEEN.*\nHOLDS  settings ")

    def test_as_json_each_change_is_one_line(self):
        program = self.watch_file("--json")
        self.assertTrue(wait_until(lambda: program.text(0) == "[]\n"))
        held = self.hold("exclusive try", "settings:")
        self.assertTrue(wait_until(lambda: program.text(0).count("\n") == 2))
        row, = json.loads(program.text(0).splitlines()[1])
        self.assertEqual((row["pid"], row["state"], row["name"]), (held.pid, "holds", ""))
        self.assertIsNotNone(row["first_seen"])


if __name__ == "__main__":
    main()
