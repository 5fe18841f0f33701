#!/usr/bin/env python3
"""One toolchain installed by several processes at once: each artifact crosses the line once."""

import collections
import threading
import unittest

from checks import faults, leftovers
from servers import NGINX, Nginx, ScriptedServer, plain
from support import HOST, STABLE, ProcessTest, main, rounds, stable_dist


@unittest.skipUnless(NGINX, "nginx is not installed")
class ConcurrentInstalls(ProcessTest):
    def install_at_once(self, name, words):
        """Each of `words` is what one process installs. Gives the home and the server's log."""
        server = Nginx(self, stable_dist())
        home = self.home(server.url, name)
        programs = [home.spawn("toolchain", "install", *each, "--no-self-update") for each in words]
        self.assert_good(*self.finish_all(programs))
        server.stop()
        return home, server.archives()

    def assert_each_once(self, log):
        counts = collections.Counter(entry.path for entry in log)
        self.assertEqual({path: count for path, count in counts.items() if count != 1}, {})
        self.assertEqual({entry.status for entry in log}, {200})
        self.assertEqual({entry.range for entry in log}, {""})

    def test_eight_installs_of_one_toolchain_fetch_each_artifact_once(self):
        for number in range(rounds(4, 30)):
            home, log = self.install_at_once(f"same-{number}",
                                             [["stable", "--profile", "default"]] * 8)
            self.assertEqual(len(log), 6, log)  # rustc cargo rust-std rust-docs rustfmt clippy
            self.assert_each_once(log)
            self.assertEqual(faults(home, STABLE, stable_dist()), [])
            self.assertEqual(leftovers(home), [])
            self.assertEqual(home.current(), 1, "seven of eight found it installed")
            self.assertIn("clippy-preview", " ".join(home.components()))

    def test_installs_under_three_names_fetch_each_artifact_once(self):
        """One release, which the server calls stable, 1.95.0 and 1.95."""
        for number in range(rounds(3, 30)):
            names = ["stable", "1.95.0", "1.95"] * 2
            home, log = self.install_at_once(
                f"names-{number}", [[name, "--profile", "minimal"] for name in names])
            self.assertEqual(len(log), 3, log)
            self.assert_each_once(log)
            for name in set(names):
                self.assertEqual(faults(home, f"{name}-{HOST}", stable_dist()), [])
            trees = list((home.latchkey / "store").glob("*.json"))
            self.assertEqual(len(trees), 3, trees)
            self.assertEqual(leftovers(home), [])

    def test_installs_with_other_components_end_with_all_of_them(self):
        words = [["stable", "--profile", "minimal", "--component", name]
                 for name in ("clippy", "rustfmt", "rust-src", "miri")]
        for number in range(rounds(3, 30)):
            home, log = self.install_at_once(f"union-{number}", words)
            self.assert_each_once(log)
            self.assertEqual(len(home.components()), 7, home.components())
            self.assertEqual(faults(home, STABLE, stable_dist()), [])
            self.assertEqual(home.partials(), [])
            self.again(home)
            self.assertEqual(leftovers(home), [])

    @staticmethod
    def again(home):
        """Who asks rustc for its version uses a generation meanwhile, so one may have been left."""
        home.environment["RUSTUP_DIST_SERVER"] = f"file://{stable_dist()}"
        home.settle()


class UninstalledMeanwhile(ProcessTest):
    def test_an_update_that_had_nothing_to_do_does_not_fail_for_an_uninstall_after_it(self):
        """It once looked whether the toolchain was there at its end, and said: not installable."""
        server = ScriptedServer(self, stable_dist())
        home = self.home(server.url)
        home.install()
        asked, answer = threading.Event(), threading.Event()

        def when_told(exchange):
            asked.set()
            answer.wait(60)
            plain(exchange)

        server.on("channel-rust-stable.toml.sha256", when_told)
        update = home.spawn("update", "stable", "--no-self-update")
        self.assertTrue(asked.wait(60))
        home.good("toolchain", "uninstall", "stable")
        answer.set()
        done = update.finish()
        self.assert_good(done)
        self.assertNotIn("error", done.err)
        self.assertIsNone(home.current())


if __name__ == "__main__":
    main()
