#!/usr/bin/env python3
"""Sixteen proxies in loops while everything that they run on is added, removed, updated, collected.

LATCHKEY_SECONDS is how long; LATCHKEY_ROUNDS=full means a minute.
"""

import os
import pathlib
import re
import threading
import time
import unittest

from harness import proxied
from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.environment import BINARY, HOST, LAGGING, SANITIZED, STABLE
from harness.processes import Running
from harness.proxied import GREEDY, STRACE

SECONDS = float(os.environ.get("LATCHKEY_SECONDS") or
                (60 if os.environ.get("LATCHKEY_ROUNDS") == "full" else 10))
COMPONENTS = ["rustc", "rust-std", "cargo", "clippy-preview", "rust-analyzer-preview", "rust-src"]
MOST_PASSES = 3
VIOLATION = re.compile(r"VIOLATION: (missing|changed|mixed): .*")


def slower(seconds):
    """What a program with sanitizers may take."""
    return seconds * (5 if SANITIZED else 1)


class Loop(Running):
    """A proxied tool, again and again until the file `stop` is there."""

    def __init__(self, storm, words, prefix=()):
        super().__init__([*prefix, storm.tool, "again", storm.stop, *words],
                         storm.home.environment, storm.home.root / "work")


class Changer(threading.Thread):
    """Commands in a circle, until told to stop. All of them must succeed."""

    def __init__(self, storm, *commands):
        super().__init__(daemon=True)
        self.storm, self.commands = storm, commands
        self.failed = None
        self.count = 0

    def run(self):
        while not self.storm.stop.exists() and not self.failed:
            release, words = self.commands[self.count % len(self.commands)]
            done = self.storm.home.run(*words.split(), RUSTUP_DIST_SERVER=self.storm.urls[release],
                                       limit=120)
            if done.code != 0:
                self.failed = done
            self.count += 1


class Storm:
    """A home with two releases to choose from, proxies in loops, and changes without end."""

    def __init__(self, test, binary):
        self.test = test
        self.dists = proxied.two_releases(test.root / "dists")
        self.one, self.other = self.dists
        self.urls = {release: f"file://{folder}" for release, folder in self.dists.items()}
        self.home = test.home(self.urls[self.one], binary=binary)
        self.bin = proxied.place_proxies(self.home.root / "cargo", binary)
        self.home.binary = str(self.bin / "rustup")
        self.home.environment["PATH"] = f"{self.bin}:/usr/bin:/bin"
        self.tool = self.home.root / "tool"
        self.tool.write_bytes(proxied.stand_in() + b"RELEASE-")
        self.tool.chmod(0o755)
        self.stop = self.home.root / "stop"
        self.trace = self.home.root / "trace"
        words = [word for name in COMPONENTS[1:] for word in ("--component", name)]
        self.home.good("toolchain", "install", "stable", *words, "--no-self-update")
        if LAGGING and binary == BINARY:
            self.home.lag()

    def start_loops(self, traced):
        calls = [("rustc", "--for", pause) for pause in (0, 0, 0, 0, 2, 5, 10, 20, 40)]
        calls += [("cargo", "build", count) for count in (1, 3, 8)]
        calls += [(tool, "--for", 5) for tool in ("clippy-driver", "rustdoc", "rust-analyzer")]
        # What is traced is slow enough without standing back for all the others.
        self.loops = [Loop(self, [self.bin / tool, *words], ["nice"]) for tool, *words in calls]
        prefix = [*proxied.STRACE_WORDS, "-o", self.trace] if traced else []
        self.loops.append(Loop(self, [self.bin / "rustc", "--for", 0], prefix))
        self.test.assertEqual(len(self.loops), 16)
        # One that does not come back; and the full program, called as a tool.
        self.analyzer = Running([self.bin / "rust-analyzer", "--until", self.stop],
                                self.home.environment, self.home.root / "work")
        full = self.home.root / "full"
        full.mkdir()
        os.symlink(self.bin / "rustup", full / "rustc")
        self.full_loop = Loop(self, [full / "rustc", "--for", 10], ["nice"])

    def everything(self):
        return [*self.loops, self.analyzer, self.full_loop]

    def start_changers(self):
        one, other = self.one, self.other
        self.changers = [
            Changer(self, (other, "update stable --no-self-update"),
                    (one, "update stable --no-self-update")),
            Changer(self, (one, "component add rustfmt-preview"),
                    (one, "component remove rustfmt-preview")),
            Changer(self, (one, "component add rust-docs"), (one, "component remove rust-docs")),
            Changer(self, (one, "component remove rust-src"), (one, "component add rust-src")),
            Changer(self, (one, "toolchain install 1.95.0 --profile minimal --no-self-update"),
                    (other, "toolchain uninstall 1.95.0")),
        ]
        for changer in self.changers:
            changer.start()

    def rage(self, seconds):
        """Until the time is over and each changer has done its two changes, or something has failed."""
        self.started = self.home.state().serial
        end = time.monotonic() + seconds
        self.start_changers()
        # The storm leaves a slow machine little for updates.
        while time.monotonic() < end or (min(changer.count for changer in self.changers) < 2 and
                                         time.monotonic() < end + slower(60)):
            time.sleep(0.05)
            if any(changer.failed for changer in self.changers):
                break
            if any(loop.ended() for loop in self.everything()):
                break
        self.stop.touch()
        for changer in self.changers:
            changer.join(120)
        self.commits = self.home.state().serial - self.started
        self.ended = self.test.finish_all(self.everything(), slower(60))

    def describe(self):
        counts = [done.out.strip() for done in self.ended]
        changes = [changer.count for changer in self.changers]
        return f"starts of tools: {counts}; changes: {changes}; commits: {self.commits}"


class ProxyStorm(ProcessTest):
    def assert_calm(self, storm):
        """What is there is what one installation of it would have made."""
        home = storm.home
        home.let_go()
        # The last change passed over what was in use.
        home.good("component", "add", "rustfmt-preview", "rust-docs", "rust-src",
                  RUSTUP_DIST_SERVER=storm.urls[storm.one])
        home.good("component", "remove", "rustfmt-preview")
        if f"1.95.0-{HOST}" in os.listdir(home.rustup / "toolchains"):
            home.good("toolchain", "uninstall", "1.95.0")
        self.assertEqual(leftovers(home), [])
        part = (home.toolchain() / "lib/rustc/part000").read_bytes()
        release, = (release for release in storm.dists if part.startswith(release))
        self.assertEqual(faults(home, STABLE, storm.dists[release]), [])
        fresh = self.home(storm.urls[release], "fresh")
        words = [word for name in sorted(home.components())
                 for word in ("--component", name.removesuffix(f"-{HOST}"))]
        fresh.good("toolchain", "install", "stable", *words, "--no-self-update")
        there, wanted = everything_of(home), everything_of(fresh)
        self.assertEqual(sorted(there), sorted(wanted))
        self.assertEqual([name for name in wanted if there[name] != wanted[name]], [])

    def test_no_start_of_a_tool_fails_or_waits_or_sees_a_change(self):
        storm = Storm(self, BINARY)
        storm.start_loops(bool(STRACE) and not SANITIZED)
        storm.rage(SECONDS)
        print(storm.describe(), flush=True)
        for changer in storm.changers:
            self.assertIsNone(changer.failed, str(changer.failed))
            self.assertGreater(changer.count, 1)
        self.assert_good(*storm.ended)
        # It began while rust-src was listed, whose 30 files it holds, too.
        self.assertRegex(storm.ended[-2].out, r"^\d+ times 42 files$")
        self.assertGreater(storm.commits, SECONDS / slower(1))
        if storm.trace.exists():
            trace = proxied.ProxyTrace(storm.trace.read_text(), storm.bin, storm.home.rustup)
            print(f"traced: {trace.starts} starts, at most {trace.most_passes} passes", flush=True)
            self.assertEqual(trace.blocking, [])
            self.assertGreater(trace.starts, 10)
            self.assertLessEqual(trace.most_passes, MOST_PASSES)
            self.assertGreaterEqual(trace.most_passes, 1)
            self.assertEqual(trace.programs, {str(storm.tool)}, "the full program was needed")
        self.assert_calm(storm)

    @unittest.skipUnless(pathlib.Path(GREEDY).exists(), "there is no program to compare with")
    def test_a_collector_that_takes_what_is_in_use_is_noticed(self):
        """So the test above can fail."""
        storm = Storm(self, GREEDY)
        storm.start_loops(False)
        storm.rage(max(SECONDS, slower(30)))
        seen = [VIOLATION.search(done.err)[0] for done in storm.ended
                if VIOLATION.search(done.err)]
        print("\n".join(seen), flush=True)
        self.assertTrue(seen, storm.describe() + "\n".join(map(str, storm.ended)))


def everything_of(home):
    """{path: (mode, content)} of the toolchain, but its tag; and the names of the trees."""
    found = {}
    for path in home.toolchain().rglob("*"):
        name = str(path.relative_to(home.toolchain()))
        if path.name == ".latchkey":
            continue
        if path.is_dir():
            found[name] = path.lstat().st_mode
            continue
        # The order of the components is that in which they came, and what was added by hand
        # is called an extension, as rustup calls it.
        lines = path.read_bytes()
        if path.name == "multirust-config.toml":
            lines = lines.replace(b"is_extension = true", b"is_extension = false")
        if "lib/rustlib" in name and "host" not in name:
            lines = b"\n".join(sorted(lines.splitlines()))
        found[name] = (path.lstat().st_mode, lines)
    return found | {path.name: None for path in (home.latchkey / "trees").iterdir()}


if __name__ == "__main__":
    main()
