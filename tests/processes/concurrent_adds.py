#!/usr/bin/env python3
"""Changes of one toolchain by several processes at once: none may be lost.

They can fail: with LATCHKEY_BINARY=~/.cargo/bin/rustup (1.29.0) every round loses components,
though all commands say that they succeeded. Of 3 components added at once 2 are lost, of 8, 7.
"""

import threading
import time

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import stable_dist
from harness.environment import STABLE, rounds, seeded
from harness.homes import full_name

EIGHT = ["clippy", "rustfmt", "rust-src", "rust-analyzer", "miri", "llvm-tools", "rust-docs",
         "rustc-dev"]


class Watch(threading.Thread):
    """Looks at the serial of the state all the while; None: there is no toolchain."""

    def __init__(self, home):
        super().__init__(daemon=True)
        self.home = home
        self.seen = []
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.001):
            state = self.home.state()
            serial = state.serial if state and state.place in ("home", "away") else None
            if not self.seen or self.seen[-1] != serial:
                self.seen.append(serial)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


class Operation:
    """One add or remove by a process of its own, from before its start until after its end."""

    def __init__(self, home, verb, name, delay):
        self.verb, self.name = verb, name
        self.done = None
        self.thread = threading.Thread(target=self.run, args=(home, delay))
        self.thread.start()

    def run(self, home, delay):
        time.sleep(delay)
        self.began = time.monotonic()
        program = home.spawn("component", self.verb, self.name)
        try:
            self.done = program.finish()
        finally:
            self.ended = time.monotonic()

    def __str__(self):
        span = f"[{self.began:.3f}, {self.ended:.3f}]"
        return f"{self.verb} {self.name} {span}: exit {self.done.code}"


def possible_ends(operations, was_there):
    """Whether a component may be there afterwards: the effects of whatever could be last.

    An operation could be last if no other began after it had ended. To remove what is not there is
    an error, which changes nothing.
    """
    changing = [each for each in operations if each.done.code == 0]
    if not changing:
        return {was_there}
    return {each.verb == "add" for each in changing
            if not any(other.began > each.ended for other in changing)}


class ConcurrentAdds(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = stable_dist()
        self.chance = seeded()
        self.a_home = self.home(f"file://{self.dist}")
        self.a_home.install()
        self.base = self.a_home.components()

    def play(self, plan):
        """Starts each (verb, name) in a process of its own, a little apart."""
        spread = self.chance.choice([0, 0.005, 0.02, 0.05])
        operations = [Operation(self.a_home, verb, name, self.chance.uniform(0, spread))
                      for verb, name in plan]
        for each in operations:
            each.thread.join()
            self.assertIsNotNone(each.done, f"{each.verb} {each.name} did not end")
        return operations

    def assert_whole(self):
        if self.a_home.state() is None:
            return  # rustup, for comparison.
        self.assertEqual(faults(self.a_home, STABLE, self.dist), [])
        self.assertEqual(leftovers(self.a_home), [])

    def assert_growing(self, watch, start):
        serials = [serial for serial in watch.seen if serial is not None]
        self.assertEqual(serials, sorted(serials))
        if start:
            self.assertNotIn(None, watch.seen, "for a moment the toolchain was not there")

    def test_eight_adds_at_once_are_all_there_afterwards(self):
        for number in range(rounds(15, 200)):
            start = self.a_home.serial()
            with Watch(self.a_home) as watch:
                operations = self.play([("add", name) for name in EIGHT])
            self.assert_good(*(each.done for each in operations))
            wanted = self.base | {full_name(name) for name in EIGHT}
            missing = wanted - self.a_home.components()
            self.assertEqual(missing, set(), f"round {number}")
            self.assertEqual(self.a_home.components(), wanted)
            self.assert_growing(watch, start)
            if start:
                commits = self.a_home.commits(after=start)
                self.assertEqual(len(commits), 8, "one commit for each change")
            self.assert_whole()
            removals = self.play([("remove", name) for name in EIGHT])
            self.assert_good(*(each.done for each in removals))
            self.assertEqual(self.a_home.components(), self.base, f"round {number}")
            self.assert_whole()

    def test_adds_and_removes_at_once_end_as_some_order_of_them_would(self):
        for number in range(rounds(15, 200)):
            before = self.a_home.components()
            start = self.a_home.serial()
            names = self.chance.sample(EIGHT, 3)  # Few, so that some meet.
            plan = [(self.chance.choice(["add", "remove"]), self.chance.choice(names))
                    for _ in range(8)]
            with Watch(self.a_home) as watch:
                operations = self.play(plan)
            after = self.a_home.components()
            story = f"round {number}:\n" + "\n".join(map(str, operations))
            for each in operations:
                # Only a removal of what is not there may fail.
                missing = f"does not contain component '{each.name}"
                if each.done.code != 0:
                    self.assertEqual(each.verb, "remove", story + str(each.done))
                    self.assertIn(missing, each.done.err, story)
            for name in EIGHT:
                own = [each for each in operations if each.name == name]
                there = full_name(name) in after
                ends = possible_ends(own, full_name(name) in before)
                self.assertIn(there, ends, f"{name}: {story}")
            self.assertEqual(self.base - after, set(), story)
            self.assert_growing(watch, start)
            self.a_home.settle()  # Who came to nothing may have used a generation to the last.
            self.assert_whole()

    def test_two_toolchains_that_share_their_trees_do_not_lose_them(self):
        """A removal here collects trees while an add there wants them."""
        self.a_home.install("1.95.0")
        other = f"1.95.0-{STABLE.removeprefix('stable-')}"
        for number in range(rounds(12, 100)):
            name = self.chance.choice(EIGHT)
            self.a_home.good("component", "add", name)
            adds = self.chance.sample(EIGHT, 3)
            programs = [self.a_home.spawn("component", "remove", name)]
            programs += [self.a_home.spawn("component", "add", each, "--toolchain", "1.95.0")
                         for each in {*adds, name}]
            self.assert_good(*self.finish_all(programs))
            wanted = self.base | {full_name(each) for each in {*adds, name}}
            self.assertEqual(self.a_home.components(other), wanted, f"round {number}")
            self.assertEqual(self.a_home.components(), self.base, f"round {number}")
            self.assertEqual(faults(self.a_home, other, self.dist), [])
            self.assertEqual(faults(self.a_home, STABLE, self.dist), [])
            self.a_home.good("component", "remove", *{*adds, name}, "--toolchain", "1.95.0")
            self.assert_whole()


if __name__ == "__main__":
    main()
