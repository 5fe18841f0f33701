#!/usr/bin/env python3
"""One toolchain installed by several processes at once: each artifact crosses the line once."""

import collections
import re
import threading
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, stable_dist, switch_stable, two_stables
from harness.environment import HOST, STABLE, rounds
from harness.homes import full_name
from harness.servers import NGINX, Nginx, ScriptedServer, plain


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
            self.assertEqual(len(home.commits()), 1, "seven of eight found it installed")
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
            trees = list((home.latchkey / "trees").glob("*.json.gz"))
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


class Held:
    """What a server does with a request whose answer waits until the test has done something."""

    def __init__(self):
        self.asked, self.answer = threading.Event(), threading.Event()

    def __call__(self, exchange):
        self.asked.set()
        self.answer.wait(60)
        plain(exchange)


class Meanwhile(ProcessTest):
    """One command waits for its server while another changes the same toolchain."""

    def begin(self, dist, held_path, name="home"):
        self.server, self.held = ScriptedServer(self, dist), Held()
        self.server.on(held_path, self.held)
        self.others_url = f"file://{dist}"
        return self.home(self.server.url, name)

    def finish_after(self, program, act):
        """`program` waits for its server; others `act`; it goes on, and succeeds."""
        self.assertTrue(self.held.asked.wait(60), "it did not ask")
        act()
        self.held.answer.set()
        done = program.finish()
        self.assert_good(done)
        self.assertNotIn("error", done.err)

    def test_what_another_uninstalls_meanwhile_is_no_success(self):
        """It is neither installed nor the channel's fault, and does not become anybody's default."""
        commands = [("update", "stable", "--no-self-update"), ("update", "--no-self-update"),
                    ("toolchain", "install", "stable", "--no-self-update"),
                    ("toolchain", "install", "stable", "--no-self-update", "--override")]
        for number, words in enumerate(commands):
            with self.subTest(words):
                home = self.begin(stable_dist(), "channel-rust-stable.toml.sha256", f"home-{number}")
                home.install(RUSTUP_DIST_SERVER=self.others_url)
                home.good("default", "none")
                program = home.spawn(*words)
                self.assertTrue(self.held.asked.wait(60), "it did not ask")
                home.good("toolchain", "uninstall", "stable")
                self.held.answer.set()
                done = program.finish()
                self.assertEqual(done.code, 1, str(done))
                self.assertIn(f"error: toolchain '{STABLE}' was uninstalled by another process "
                              "meanwhile", done.err)
                self.assertNotIn("unchanged", done.out)
                self.assertIsNone(home.current())
                settings = home.rustup / "settings.toml"
                self.assertNotIn(STABLE, settings.read_text() if settings.exists() else "")

    def test_an_install_on_demand_does_not_update_what_another_has_installed_by_then(self):
        for number, words in enumerate([("run", "--install", "stable", "rustc", "--version"),
                                        ("component", "add", "clippy", "--toolchain", "stable"),
                                        ("show", "active-toolchain")]):
            dist = two_stables(self.root / f"dist-{number}")
            home = self.begin(dist, "channel-rust-stable.toml.sha256", f"home-{number}")

            def install_the_old(dist=dist, home=home):
                switch_stable(dist, OLD_DATE)
                home.install(RUSTUP_DIST_SERVER=self.others_url)
                switch_stable(dist, NEW_DATE)

            call = home.spawn(*words, RUSTUP_AUTO_INSTALL=1, RUSTUP_TOOLCHAIN="stable")
            self.finish_after(call, install_the_old)
            manifest = home.toolchain() / "lib/rustlib/multirust-channel-manifest.toml"
            date, = re.findall('^date = "(.*)"$', manifest.read_text(), re.MULTILINE)
            self.assertEqual(date, OLD_DATE, words)
            self.assertEqual(full_name("clippy") in home.components(), "add" in words, words)


if __name__ == "__main__":
    main()
