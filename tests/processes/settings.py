#!/usr/bin/env python3
"""settings.toml, which other programs of rustup's kind read and write, too.

rustup up to 1.29.0 calls the default host `default_host_triple`, 1.29.1 `default_host_tuple`. rustup from
1.30 on locks the file by flock(2), empties it and writes it anew: a process of the tests' own plays that.
LATCHKEY_RUSTUP names a rustup 1.29; ~/.cargo/bin/rustup is found by itself.
"""

import fcntl
import os
import pathlib
import platform
import subprocess
import sys
import unittest

from harness.cases import ProcessTest, main
from harness.environment import HOST, ROOT
from harness.homes import TempHome
from harness.processes import wait_until
from harness.rustup import RUSTUP
from harness.users import AS_NOBODY

OTHER = "i686-unknown-linux-gnu"
FEWER_CALLS = ROOT / "tests" / "harness" / "fewer_calls.py"

# Locks the file, and leaves in it what the first line says; at the second line it writes the rest and goes.
# A first line of "-" leaves the file as it is.
WRITER = """
import fcntl, os, sys
file = open(sys.argv[1], "r+")
fcntl.flock(file, fcntl.LOCK_EX)
begin = sys.stdin.readline()
if begin != "-\\n":
    file.truncate(0)
    file.write(eval(begin))
    file.flush()
print("locked", flush=True)
file.write(eval(sys.stdin.readline()))
file.flush()
os.fsync(file.fileno())
"""


class Writer:
    """rustup 1.30, in the middle of writing the settings."""

    def __init__(self, test, path, begin):
        self.process = subprocess.Popen([sys.executable, "-c", WRITER, path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        test.addCleanup(self.end)
        self.say("-" if begin is None else repr(begin))
        assert self.process.stdout.readline() == "locked\n"

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def finish(self, rest):
        self.say(repr(rest))
        assert self.process.wait() == 0

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class SettingsTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.ours = self.home("file:///nonexistent")
        self.path = self.ours.rustup / "settings.toml"
        self.ours.rustup.mkdir()

    def write(self, *lines, overrides=()):
        self.path.write_text("\n".join(['version = "12"', *lines, "", "[overrides]", *overrides, ""]))

    def host(self, home):
        return home.good("show").out.splitlines()[0].removeprefix("Default host: ")


class TwoNames(SettingsTest):
    def test_the_host_keeps_the_name_that_the_file_gives_it(self):
        for key in ("default_host_tuple", "default_host_triple"):
            self.write(f'{key} = "{OTHER}"')
            self.assertEqual(self.host(self.ours), OTHER)
            self.ours.good("set", "profile", "minimal")
            self.assertIn(f'{key} = "{OTHER}"\n', self.path.read_text())
            self.ours.good("set", "default-host", HOST)
            self.assertEqual(self.path.read_text(), f'version = "12"\n{key} = "{HOST}"\n'
                             'profile = "minimal"\n\n[overrides]\n')

    def test_a_new_file_has_the_newer_name(self):
        self.ours.good("set", "default-host", OTHER)
        self.assertIn(f'default_host_tuple = "{OTHER}"\n', self.path.read_text())

    def test_a_file_with_both_names_is_refused_and_left_alone(self):
        for same in (HOST, OTHER):
            self.write(f'default_host_triple = "{HOST}"', f'default_host_tuple = "{same}"')
            before = self.path.read_bytes()
            for words in (["show"], ["set", "profile", "minimal"], ["set", "default-host", HOST]):
                done = self.ours.run(*words)
                self.assertEqual((done.code, done.err), (1, (
                    f"error: could not parse settings file: '{self.path}': error parsing settings: "
                    "TOML parse error at line 1, column 1\n"
                    "  |\n1 | version = \"12\"\n  | ^^^^^^^^^^^^^^\n"
                    "duplicate field `default_host_tuple`\n\n")))
            self.assertEqual(self.path.read_bytes(), before)

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
    def test_a_home_that_goes_to_and_fro_is_read_by_both(self):
        rustups = TempHome(self.ours.root, "file:///nonexistent", RUSTUP)
        rustups.good("set", "default-host", OTHER)
        for change in (["set", "profile", "complete"], ["set", "auto-install", "disable"],
                       ["set", "default-host", HOST], ["set", "profile", "minimal"]):
            self.ours.good(*change)
            self.assertEqual(self.host(rustups), self.host(self.ours), change)
            self.assertEqual(rustups.good("show", "profile").out, self.ours.good("show", "profile").out)
            rustups.good("set", "auto-self-update", "disable")
            self.assertEqual(self.host(self.ours), HOST if change[1] == "default-host" else
                             self.host(rustups))
        text = self.path.read_text()
        self.assertIn(f'default_host_triple = "{HOST}"\n', text)
        self.assertNotIn("default_host_tuple", text)

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
    def test_what_an_older_rustup_forgets_is_as_if_it_was_never_set(self):
        rustups = TempHome(self.ours.root, "file:///nonexistent", RUSTUP)
        self.ours.good("set", "default-host", OTHER)
        self.assertEqual(self.host(rustups), HOST)  # It does not know the newer name ...
        self.assertEqual(self.host(self.ours), OTHER)
        rustups.good("set", "profile", "minimal")  # ... and does not write it.
        self.assertEqual(self.host(self.ours), HOST)
        self.ours.good("set", "auto-install", "disable")
        self.assertEqual(rustups.good("show", "profile").out, "minimal\n")


class LaterVersions(SettingsTest):
    def test_keys_and_files_of_later_versions_are_kept(self):
        self.write('release_hint = "disable"', "later = 1")
        state = self.ours.rustup / "state.toml"
        state.write_text("last_release_notified_secs = 1\n")
        self.ours.good("set", "profile", "minimal")
        self.assertEqual(self.path.read_text(), 'version = "12"\nprofile = "minimal"\n'
                         'release_hint = "disable"\nlater = 1\n\n[overrides]\n')
        self.assertEqual(state.read_text(), "last_release_notified_secs = 1\n")


def is_waited_for(pid):
    """Is somebody waiting for a lock that this process has?"""
    lines = [line.split() for line in pathlib.Path("/proc/locks").read_text().splitlines()]
    held = {line[0] for line in lines if line[1] == "FLOCK" and line[4] == str(pid)}
    return any(line[1] == "->" and line[0] in held for line in lines)


def holds_a_lock(pid):
    return any(line.split()[1] == "FLOCK" and line.split()[4] == str(pid)
               for line in pathlib.Path("/proc/locks").read_text().splitlines())


class Locked(SettingsTest):
    MINIMAL = 'version = "12"\nprofile = "minimal"\n\n[overrides]\n'

    def assert_waits(self, writer, program, rest):
        self.assertTrue(wait_until(lambda: is_waited_for(writer.process.pid)))
        self.assertFalse(program.ended())
        writer.finish(rest)
        done = program.finish()
        self.assert_good(done)
        return done

    def test_a_reader_waits_for_a_file_that_is_being_written(self):
        cut = self.MINIMAL + "".join(f'"/{n:05}" = "stable"\n' for n in range(300))
        page = cut.encode()[:4096].decode()
        for begin, rest in (("", self.MINIMAL), (self.MINIMAL[:20], self.MINIMAL[20:]),
                            (page, cut[4096:])):
            self.write()
            writer = Writer(self, self.path, begin)
            done = self.assert_waits(writer, self.ours.spawn("show", "profile"), rest)
            self.assertEqual(done.out, "minimal\n")

    def test_a_part_that_makes_sense_is_not_taken_for_the_whole(self):
        head = 'version = "12"\n\n[overrides]\n'
        rows = [f'"/{n:08}" = "stable"\n' for n in range(200)]
        first = '"/{}" = "stable"\n'  # With which the page ends where a line does.
        room = 4096 - len(head) - 150 * len(rows[0]) - len(first.format(""))
        text = head + first.format((("x" * 99 + "/") * 50)[:room]) + "".join(rows)
        page = text[:4096]
        self.assertTrue(page.endswith(' = "stable"\n'), page[-50:])
        self.write()
        writer = Writer(self, self.path, page)
        done = self.assert_waits(writer, self.ours.spawn("override", "list"), text[4096:])
        self.assertEqual(done.out.count("stable"), 201)

    def test_a_reader_of_a_whole_file_waits_for_nobody(self):
        self.write('profile = "complete"')
        Writer(self, self.path, None)
        self.assertEqual(self.ours.good("show", "profile", limit=5).out, "complete\n")

    def test_a_change_waits_for_a_writer_and_keeps_what_it_wrote(self):
        self.write()
        writer = Writer(self, self.path, "")
        self.assert_waits(writer, self.ours.spawn("set", "auto-install", "disable"), self.MINIMAL)
        self.assertEqual(self.path.read_text(), 'version = "12"\nprofile = "minimal"\n'
                         'auto_install = "disable"\n\n[overrides]\n')

    def test_a_change_waits_even_where_the_writer_has_not_begun(self):
        self.write()
        writer = Writer(self, self.path, None)
        self.assert_waits(writer, self.ours.spawn("set", "auto-install", "disable"),
                          self.MINIMAL)
        self.assertEqual(self.path.read_text(), 'version = "12"\nprofile = "minimal"\n'
                         'auto_install = "disable"\n\n[overrides]\n')

    def test_nobody_waits_for_ever(self):
        self.write()
        writer = Writer(self, self.path, "")
        reader, change = self.ours.spawn("show"), self.ours.spawn("set", "profile", "minimal")
        for done in self.finish_all([reader, change], 40):
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("missing field `version`", done.err)
            self.assertGreater(done.seconds, 5)
        self.write()
        done = self.ours.good("set", "profile", "minimal", limit=40)
        self.assertGreater(done.seconds, 5)
        self.assertEqual(self.path.read_text(), self.MINIMAL)
        writer.end()

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_who_may_not_write_the_file_keeps_nobody_waiting(self):
        self.write()
        self.path.chmod(0o644)
        for folder in (self.root, self.ours.root, self.ours.rustup):
            folder.chmod(0o755)
        lock = ["flock", "--exclusive", "--no-fork", self.path, "sleep", "60"]
        other = subprocess.Popen([*AS_NOBODY, *lock])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        self.assertTrue(wait_until(lambda: holds_a_lock(other.pid)))
        self.path.write_text("")
        self.assertIn("missing field `version`", self.ours.run("show", limit=5).err)
        self.write()
        self.ours.good("set", "profile", "minimal", limit=5)
        self.assertIsNone(other.poll())

    @unittest.skipUnless(platform.machine() == "x86_64", "the numbers of x86-64's system calls")
    def test_a_file_system_without_such_locks_has_none(self):
        home = TempHome(self.ours.root, "file:///nonexistent")
        without = [FEWER_CALLS, "no-flock"]
        home.good("set", "profile", "minimal", prefix=without)
        self.assertEqual(home.good("show", "profile", prefix=without).out, "minimal\n")
        self.path.write_text("")
        self.assertIn("missing field `version`", home.run("show", prefix=without, limit=5).err)

    def test_what_may_only_be_read_is_read(self):
        self.write('profile = "minimal"')
        self.path.write_text(self.path.read_text().ljust(4095, "#") + "\n")
        self.path.chmod(0o444)
        with open(self.path) as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            self.assertEqual(self.ours.good("show", "profile", limit=5).out, "minimal\n")


if __name__ == "__main__":
    main()
