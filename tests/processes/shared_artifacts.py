#!/usr/bin/env python3
"""A second toolchain of the same artifacts costs no download and hardly any time."""

import os
import statistics
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import stable_dist
from harness.environment import HOST, SANITIZED, STABLE, rounds
from harness.servers import NGINX, Nginx

LIMIT = 0.2  # Seconds.


@unittest.skipUnless(NGINX, "nginx is not installed")
class SharedArtifacts(ProcessTest):
    def test_the_second_name_of_a_release_downloads_no_component(self):
        server = Nginx(self, stable_dist())
        home = self.home(server.url)
        home.install("stable", profile="default")
        before = len(server.archives())
        self.assertEqual(before, 6)
        seconds = []
        for _ in range(rounds(5, 50)):
            seconds.append(home.install("1.95.0", profile="default").seconds)
            self.assertEqual(faults(home, f"1.95.0-{HOST}", stable_dist()), [])
            home.good("toolchain", "uninstall", "1.95.0")
            self.assertEqual(leftovers(home), [])
        self.assertEqual(len(server.archives()), before, "something was downloaded again")
        median = statistics.median(seconds)
        print(f"the second install: median {median * 1000:.0f} ms of {len(seconds)}")
        if not SANITIZED:
            self.assertLess(median, LIMIT)

    def test_both_names_have_the_same_files(self):
        server = Nginx(self, stable_dist())
        home = self.home(server.url)
        home.install("stable", "1.95.0")
        paths = [home.toolchain(name) / "bin/rustc" for name in (STABLE, f"1.95.0-{HOST}")]
        self.assertTrue(os.path.samefile(*paths))
        home.good("toolchain", "uninstall", "stable")
        self.assertTrue(paths[1].exists(), "the other toolchain's file went, too")
        self.assertEqual(faults(home, f"1.95.0-{HOST}", stable_dist()), [])
        self.assertEqual(leftovers(home), [])
        home.good("toolchain", "uninstall", "1.95.0")
        self.assertEqual(list((home.latchkey / "trees").iterdir()), [], "nobody needs these trees")


if __name__ == "__main__":
    main()
