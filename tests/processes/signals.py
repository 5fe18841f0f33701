#!/usr/bin/env python3
"""^C and its relatives: a quick death by that signal, and nothing in the next command's way."""

import signal
import time

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.environment import SANITIZED, STABLE
from harness.processes import signal_name, wait_until, waits_for_range
from harness.servers import ScriptedServer, never_answer, stall_after, trickle

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIMIT = 30 if SANITIZED else 1  # Seconds from the signal to the end.


class Signals(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = CraftedDist(self.root / "dist")
        self.dist.add("clippy", package("clippy", noise(2_000_000, 500)))
        # Many files and few bytes: it is the unpacking that takes its time.
        many = {f"lib/many/{i % 50:02}/{i:05}": b"%d" % i for i in range(3_000)}
        self.dist.add("many", package("many", many), level=1)
        self.server = ScriptedServer(self, self.dist.out)
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def assert_dies(self, program, number):
        started = time.monotonic()
        program.send(number)
        done = program.finish()
        took = time.monotonic() - started
        self.assertEqual(signal_name(done.code), number.name, str(done))
        self.assertLess(took, LIMIT)
        return done

    def assert_next_works(self, name="clippy"):
        self.server.be_good()
        self.a_home.good("component", "add", name)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.a_home.good("component", "remove", name)
        self.assertEqual(leftovers(self.a_home), [])

    def test_during_a_download_that_stalls(self):
        for number in SIGNALS:
            with self.subTest(number.name):
                self.server.on("clippy", stall_after(1_000_000))
                program = self.a_home.spawn("component", "add", "clippy")
                self.assertTrue(self.server.stalled.wait(10), program.err)
                self.assert_dies(program, number)
                self.assert_next_works()

    def test_during_a_download_that_goes_on(self):
        for number in SIGNALS:
            with self.subTest(number.name):
                self.server.on("clippy", trickle(500_000))
                before = len(self.server.archives())
                program = self.a_home.spawn("component", "add", "clippy")
                self.assertTrue(wait_until(lambda: any(entry.sent > 150_000 for entry in
                                                       self.server.archives()[before:])), program.err)
                self.assert_dies(program, number)
                self.assert_next_works()

    def test_while_the_server_does_not_answer(self):
        for number in SIGNALS:
            with self.subTest(number.name):
                self.server.on("channel-rust-1.95.0.toml", never_answer)
                program = self.a_home.spawn("toolchain", "install", "1.95.0", "--no-self-update")
                self.assertTrue(self.server.stalled.wait(10), program.err)
                self.assert_dies(program, number)
                self.assert_next_works()

    def test_during_unpacking(self):
        for number in SIGNALS:
            with self.subTest(number.name):
                program = self.a_home.spawn("component", "add", "many")
                self.assertTrue(wait_until(self.some_files, pause=0), program.err)
                self.assert_dies(program, number)
                self.assertFalse(any("many" in name for name in self.a_home.components()))
                self.assert_next_works("many")

    def some_files(self):
        return any(len(list(folder.glob("*/lib/many/*"))) > 5
                   for folder in self.a_home.staging("unpack."))

    def test_while_it_waits_for_another_process(self):
        for number in SIGNALS:
            with self.subTest(number.name):
                self.server.on("clippy", stall_after(1_000_000), times=1)
                first = self.a_home.spawn("component", "add", "clippy")
                self.assertTrue(self.server.stalled.wait(10), first.err)
                waiting = self.a_home.spawn("component", "add", "clippy")
                self.assertTrue(wait_until(lambda: "waiting for" in waiting.err, 10), waiting.err)
                third = self.a_home.spawn("component", "add", "clippy")
                self.assertTrue(wait_until(lambda: waits_for_range(third.pid)), third.err)
                self.assert_dies(waiting, number)
                self.assertFalse(first.ended(), "the one that works was hit")
                self.server.free.set()  # The download goes on, in a new request.
                self.assert_good(first.finish(), third.finish())
                self.a_home.good("component", "remove", "clippy")
                self.assert_next_works()

    def test_a_signal_that_whoever_started_it_ignores_is_ignored(self):
        self.server.on("clippy", stall_after(1_000_000), times=1)
        program = self.a_home.spawn("component", "add", "clippy",
                                    prefix=["sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"])
        self.assertTrue(self.server.stalled.wait(10), program.err)
        program.send(signal.SIGINT)
        program.send(signal.SIGHUP)
        self.server.free.set()  # The download goes on, in a new request, to its end.
        self.assert_good(program.finish())
        self.a_home.good("component", "remove", "clippy")
        self.assert_next_works()


if __name__ == "__main__":
    main()
