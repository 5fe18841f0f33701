#!/usr/bin/env python3
"""Components of one toolchain added by several processes: at the same time, not in turn."""

import re
import shutil
import subprocess
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.environment import SANITIZED, STABLE
from harness.servers import NGINX, Nginx

RATE = 1_000_000  # Bytes a second, of each connection.
# The largest first: so real components begin, whose names tell which are large.
SIZES = {"four": 3_000_000, "three": 2_000_000, "two": 1_500_000, "one": 1_000_000}


@unittest.skipUnless(NGINX, "nginx is not installed")
class ParallelComponents(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = CraftedDist(self.root / "dist")
        for pkg, size in SIZES.items():
            self.dist.add(pkg, package(pkg, noise(size, 10, f"lib/{pkg}/part")))
        self.server = Nginx(self, self.dist.out, rate=str(RATE))
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def assert_all_there(self):
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])
        self.assertEqual(len(self.a_home.components()), 5)

    def assert_parallel(self, seconds):
        largest, total = max(SIZES.values()) / RATE, sum(SIZES.values()) / RATE
        print(f"{seconds:.2f} s; the largest alone: {largest:.1f} s, all in turn: {total:.1f} s")
        if not SANITIZED:
            self.assertLess(seconds, 1.4 * largest)
            self.assertLess(seconds, 0.7 * total)

    def test_four_processes_take_as_long_as_the_largest_of_their_components(self):
        programs = [self.a_home.spawn("component", "add", pkg) for pkg in SIZES]
        ended = self.finish_all(programs)
        self.assert_good(*ended)
        self.assert_parallel(max(done.seconds for done in ended))
        self.assert_all_there()

    def test_one_process_takes_as_long_as_the_largest_of_its_components(self):
        self.assert_parallel(self.a_home.good("component", "add", *SIZES).seconds)
        self.assert_all_there()

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_two_processes_unpack_at_the_same_time(self):
        logs = {pkg: self.root / f"strace-{pkg}" for pkg in ("three", "four")}
        can = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False,
                             capture_output=True)
        if can.returncode != 0:
            self.skipTest("strace may not trace here")
        # LeakSanitizer cannot work in a process that is traced.
        programs = [self.a_home.spawn(
            "component", "add", pkg,
            prefix=["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-ttt", "-y", "-e", "trace=openat,openat2", "-o", log])
            for pkg, log in logs.items()]
        self.assert_good(*self.finish_all(programs))
        times = {pkg: self.creations(log) for pkg, log in logs.items()}
        for pkg, each in times.items():
            self.assertGreaterEqual(len(each), 10, f"{pkg}: files made in staging")
        begin = max(min(each) for each in times.values())
        end = min(max(each) for each in times.values())
        self.assertLess(begin, end, times)
        for pkg, each in times.items():
            inside = sum(begin <= at <= end for at in each)
            self.assertGreaterEqual(inside, 5, f"{pkg}: files made while the other unpacked")

    @staticmethod
    def creations(log):
        """When a file was made below a folder of staging."""
        found = re.findall(r"^\d+ +([\d.]+) openat2?\(.*latchkey/staging/unpack\..*O_CREAT",
                           log.read_text(), re.MULTILINE)
        return [float(at) for at in found]


if __name__ == "__main__":
    main()
