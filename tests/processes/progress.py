#!/usr/bin/env python3
"""`--progress json`: events a line, the last of which is always `done`; and whoever does not read holds nothing up."""

import json
import os
import signal
import time
import tomllib

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import STABLE
from harness.processes import Holder
from harness.servers import ScriptedServer

def parse(text):
    """The events, each held against its schema."""
    events = []
    for line in text.splitlines():
        event = json.loads(line)
        schemas.validate(event, "event")
        events.append(event)
    return events


def names(events):
    return [event["event"] for event in events]


class Progress(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, stable_dist())
        self.temp = self.home(self.server.url)
        self.install_words = ["toolchain", "install", "stable", "--profile", "minimal", "--no-self-update"]

    def spawn_watched(self, *words):
        """Starts a command whose events come through a pipe. Gives it and the pipe's reading end."""
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        self.addCleanup(os.close, reader)
        program = self.temp.spawn(*words, "--progress-fd", str(writer), pass_fds=(writer,))
        os.close(writer)
        return program, reader

    def test_an_install_tells_all_that_it_does_and_ends_with_done(self):
        done = self.temp.good(*self.install_words, "--progress", "json")
        events = parse(done.err)
        plan = next(event for event in events if event["event"] == "plan")
        self.assertEqual(plan["toolchain"], STABLE)
        self.assertLessEqual({"cargo", "rustc", "rust-std"}, set(plan["components"]))
        for component in plan["components"]:
            downloads = [event for event in events
                         if event["event"] == "download" and event["component"] == component]
            self.assertEqual(downloads[-1]["bytes"], downloads[-1]["total_bytes"])
        order = [name for name in names(events) if name in ("plan", "commit", "settle", "done")]
        self.assertEqual(order, ["plan", "commit", "settle", "done"])
        self.assertEqual(events[-1], {"format": 1, "event": "done", "exit_code": 0})
        # The texts for people come as events, too: the stream is nothing but JSON.
        self.assertTrue(any("syncing channel updates" in event.get("text", "") for event in events))

    def test_a_descriptor_of_its_own_leaves_stderr_to_people(self):
        program, reader = self.spawn_watched(*self.install_words)
        done = program.finish()
        self.assertEqual(done.code, 0, str(done))
        events = parse(os.read(reader, 1 << 20).decode())
        self.assertEqual(names(events)[-1], "done")
        self.assertNotIn("log", names(events))
        self.assertIn("info: syncing channel updates", done.err)

    def test_what_is_refused_ends_with_done_as_well(self):
        for words, code in ((["component", "add", "bogus"], 1), (["update", "nightly-1999-01-01"], 1)):
            done = self.temp.run(*words, "--progress", "json")
            self.assertEqual(done.code, code, str(done))
            events = parse(done.err)
            self.assertEqual(events[-1], {"format": 1, "event": "done", "exit_code": code})
            self.assertTrue(any(event.get("text", "").startswith("error:") for event in events), str(done))

    def test_an_interrupt_ends_with_done_and_the_status_of_a_shell(self):
        self.temp.install()
        (self.temp.latchkey / "locks").touch()
        tree = self.tree_of("clippy")
        holder = Holder(self.temp.latchkey / "locks", f"unpack:{tree}")
        self.addCleanup(holder.let_go)
        program, reader = self.spawn_watched("component", "add", "clippy")
        text = b""
        while b'"wait"' not in text:
            text += os.read(reader, 65536)
        program.process.send_signal(signal.SIGINT)
        done = program.finish()
        self.assertEqual(done.code, -signal.SIGINT, str(done))
        while more := os.read(reader, 65536):
            text += more
        events = parse(text.decode())
        wait = next(event for event in events if event["event"] == "wait")
        self.assertEqual(wait["pid"], holder.pid)
        self.assertIn("latchkey_lock_holder", wait["command"])
        self.assertEqual(events[-1], {"format": 1, "event": "done", "exit_code": 128 + signal.SIGINT})

    def tree_of(self, component):
        """The name of a component's tree: the hash of its first archive in the manifest."""
        text = (self.temp.rustup / "toolchains" / STABLE / "lib/rustlib/multirust-channel-manifest.toml").read_text()
        target = next(iter(tomllib.loads(text)["pkg"][f"{component}-preview"]["target"].values()))
        return target.get("xz_hash", target["hash"])

    def test_a_full_pipe_holds_no_commit_up_and_what_is_missing_is_counted(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        junk = b"x" * 65536
        filled = os.write(writer, junk)  # As a watcher that has hung.
        os.set_blocking(writer, True)
        os.set_inheritable(writer, True)
        program = self.temp.spawn(*self.install_words, "--progress-fd", str(writer), pass_fds=(writer,))
        os.close(writer)
        home = self.temp.rustup / "toolchains" / STABLE / "bin/rustc"
        end = time.monotonic() + 60
        while not home.exists():
            self.assertLess(time.monotonic(), end, "nothing was committed")
            time.sleep(0.05)
        # Now it is read: `done` comes, with the number of those that did not.
        left = filled
        while left:
            left -= len(os.read(reader, left))
        done = program.finish()
        self.assertEqual(done.code, 0, str(done))
        events = parse(os.read(reader, 65536).decode())
        self.assertEqual(events[-1]["event"], "done")
        self.assertGreater(sum(event.get("dropped", 0) for event in events), 0)

    def test_a_watcher_who_goes_away_is_no_failure(self):
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        program = self.temp.spawn(*self.install_words, "--progress-fd", str(writer), pass_fds=(writer,))
        os.close(writer)
        os.close(reader)
        done = program.finish()
        self.assertEqual(done.code, 0, str(done))

    def test_a_descriptor_that_nobody_passed_is_refused_and_nothing_done(self):
        for value in ("99", "0", "-1", "two", "99999999999999999999"):
            done = self.temp.run(*self.install_words, f"--progress-fd={value}")
            self.assertEqual(done.code, 1, str(done))
            self.assertIn(f"invalid value '{value}' for '--progress-fd", done.err)
        self.assertEqual(self.server.archives(), [])


if __name__ == "__main__":
    main()
