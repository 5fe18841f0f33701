#!/usr/bin/env python3
"""Who fetches a component first: of one process the heaviest, of two either, also when one dies."""

import signal
import statistics
import time

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.dists import stable_dist
from harness.environment import SANITIZED, STABLE, rounds, seeded
from harness.processes import wait_until, waits_for_range
from harness.servers import ScriptedServer, stall_after

HANDOVER_SECONDS = 0.05  # What is measured is a tenth of it.


class OppositeOrder(ProcessTest):
    def test_the_same_components_in_opposite_order_never_deadlock(self):
        chance = seeded()
        home = self.home(f"file://{stable_dist()}")
        home.install()
        pairs = [("clippy", "rustfmt"), ("rust-src", "miri"), ("rust-docs", "clippy")]
        for number in range(rounds(40, 1000)):
            pair = chance.choice(pairs)
            programs = [home.spawn("component", "add", *pair)]
            time.sleep(chance.choice([0, 0, chance.uniform(0, 0.02)]))
            # One download at a time: the permits, too, must not close a circle.
            narrow = {"RUSTUP_CONCURRENT_DOWNLOADS": 1} if chance.random() < 0.5 else {}
            programs.append(home.spawn("component", "add", *reversed(pair), **narrow))
            self.assert_good(*self.finish_all(programs, 30))
            self.assertEqual(len(home.components()), 5, f"round {number}: {pair}")
            self.assertEqual(faults(home, STABLE, stable_dist()), [], f"round {number}")
            programs = [home.spawn("component", "remove", name) for name in pair]
            self.assert_good(*self.finish_all(programs, 30))
            self.assertEqual(leftovers(home), [], f"round {number}")


class HeaviestFirst(ProcessTest):
    def test_downloads_begin_in_the_order_of_their_weight(self):
        dist = CraftedDist(self.root / "dist")
        by_weight = ["rust-docs", "rust-std", "cargo", "rust-src", "unknown"]
        for pkg in by_weight:
            dist.add(pkg, package(pkg, {f"lib/{pkg}": pkg.encode()}))
        server = ScriptedServer(self, dist.out)
        home = self.home(server.url)
        home.install()
        for number in range(rounds(10, 200)):
            asked = len(server.archives())
            home.good("component", "add", *reversed(by_weight), RUSTUP_CONCURRENT_DOWNLOADS=1)
            paths = [entry.path for entry in server.archives()[asked:]]
            begun = [next(pkg for pkg in by_weight if f"/{pkg}-" in path) for path in paths]
            self.assertEqual(begun, by_weight, f"round {number}")
            home.good("component", "remove", *by_weight)
        self.assertEqual(leftovers(home), [])


class Handover(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = CraftedDist(self.root / "dist")
        self.dist.add("clippy", package("clippy", noise(400_000, 20)))
        self.server = ScriptedServer(self, self.dist.out)
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def hold_and_wait(self, ending):
        """One stalls in its download, a second one waits; `ending` ends the first.

        Gives the second, how it ended, and how long it took until it asked the server.
        """
        self.server.on("clippy", stall_after(200_000), times=1)
        asked = len(self.server.archives())
        first = self.a_home.spawn("component", "add", "clippy")
        self.assertTrue(self.server.stalled.wait(10), first.err)
        self.assertTrue(wait_until(lambda: self.a_home.staging("unpack.")))
        second = self.a_home.spawn("component", "add", "clippy")
        said = wait_until(lambda: "waiting for" in second.err, 10)
        self.assertTrue(said, second.err)
        self.assertEqual(len(self.server.archives()), asked + 1, "the second did not wait")
        killed_at = time.monotonic()
        first.send(ending)
        self.assertEqual(first.finish().code, -ending)
        done = second.finish()
        self.assert_good(done)
        requests = self.server.archives()[asked + 1:]
        self.assertEqual(len(requests), 1, requests)
        self.server.be_good()
        return first, done, requests[0].at - killed_at

    def test_a_waiter_takes_over_at_once_and_goes_on_where_the_other_was(self):
        seconds = []
        for _ in range(rounds(5, 20)):
            first, done, took = self.hold_and_wait(signal.SIGKILL)
            seconds.append(took)
            last = self.server.archives()[-1]
            self.assertRegex(last.range, r"^bytes=[1-9]\d*-$", "what was there is fetched again")
            self.assertEqual(last.status, 206)
            waits = [line for line in done.err.splitlines() if "waiting for" in line]
            self.assertEqual(len(waits), 1, done.err)
            self.assertRegex(waits[0], rf"^info: waiting for 'clippy' of {STABLE} "
                             rf"\(pid {first.pid}: .* component add clippy\)$")
            self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
            self.a_home.good("component", "remove", "clippy")
            self.assertEqual(leftovers(self.a_home), [])
        median = statistics.median(seconds)
        print(f"from the kill to the waiter's request: median {median * 1000:.2f} ms, "
              f"most {max(seconds) * 1000:.2f} ms, of {len(seconds)}")
        if not SANITIZED:
            self.assertLess(median, HANDOVER_SECONDS)

    def test_a_waiter_takes_over_from_one_that_is_interrupted(self):
        self.hold_and_wait(signal.SIGINT)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.a_home.good("component", "remove", "clippy")
        self.assertEqual(leftovers(self.a_home), [])

    def test_who_waits_says_nothing_within_the_first_second(self):
        self.server.on("clippy", stall_after(200_000), times=1)
        first = self.a_home.spawn("component", "add", "clippy")
        self.assertTrue(self.server.stalled.wait(10), first.err)
        second = self.a_home.spawn("component", "add", "clippy")
        self.assertTrue(wait_until(lambda: waits_for_range(second.pid)), second.err)
        first.send(signal.SIGKILL)
        first.finish()
        done = second.finish()
        self.assert_good(done)
        self.assertNotIn("waiting", done.err)

    def test_who_waits_for_a_component_fetches_lighter_ones_meanwhile(self):
        for pkg, size in {"cargo": 400_000, "rust-src": 1000}.items():
            self.dist.add(pkg, package(pkg, noise(size, 1, f"lib/{pkg}/part")))
        self.a_home.good("update", "--no-self-update")
        self.server.on("/cargo-", stall_after(200_000), times=1)
        first = self.a_home.spawn("component", "add", "cargo")
        self.assertTrue(self.server.stalled.wait(10), first.err)
        second = self.a_home.spawn("component", "add", "cargo", "rust-src",
                                   RUSTUP_CONCURRENT_DOWNLOADS=1)
        asked = wait_until(
            lambda: [entry for entry in self.server.archives() if "/rust-src-" in entry.path], 10)
        self.assertTrue(asked, second.err)
        first.send(signal.SIGKILL)
        first.finish()
        self.assert_good(second.finish())
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])

    def test_patience_is_bounded_by_the_environment(self):
        self.server.on("clippy", stall_after(200_000), times=1)
        first = self.a_home.spawn("component", "add", "clippy")
        self.assertTrue(self.server.stalled.wait(10), first.err)
        done = self.a_home.run("component", "add", "clippy", LATCHKEY_LOCK_TIMEOUT=2)
        self.assertEqual(done.code, 1, str(done))
        self.assertRegex(done.err, rf"error: .*LATCHKEY_LOCK_TIMEOUT.*pid {first.pid}")
        self.assertTrue(2 <= done.seconds < 4, str(done))
        first.send(signal.SIGKILL)
        first.finish()
        self.assertFalse(any("clippy" in name for name in self.a_home.components()))
        self.a_home.good("component", "add", "clippy")
        self.assertEqual(leftovers(self.a_home), [])


if __name__ == "__main__":
    main()
