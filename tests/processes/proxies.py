#!/usr/bin/env python3
"""Tools by way of latchkey-proxy: installed on demand once, held while they run, mended first."""

import collections
import pathlib
import re
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.damage import cut, restart
from harness.dists import NEW_DATE, OLD_DATE, stable_dist, switch_stable, two_stables
from harness.environment import STABLE, rounds
from harness.homes import full_name
from harness.processes import wait_until
from harness.proxied import WAITS, call, give_proxies
from harness.servers import NGINX, Nginx

NEW_VERSION = "1.95.0"


def ranges_of(pid):
    """Descriptor → how many shared ranges of the lock file it holds."""
    found = {}
    for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            text = path.read_text()
        except OSError:
            continue
        if count := len(re.findall(r"^lock:.*OFDLCK\s+ADVISORY\s+READ", text, re.MULTILINE)):
            found[int(path.name)] = count
    return found


@unittest.skipUnless(NGINX, "nginx is not installed")
class Proxies(ProcessTest):
    def home_of(self, server, name="home"):
        home = self.home(server.url, name)
        give_proxies(home)
        return home

    def test_a_tool_that_is_listed_too_late_is_not_installed(self):
        """An addition wrote its list while the error was worded; the state does not have it yet."""
        server = Nginx(self, stable_dist())
        home = self.home_of(server)
        home.install("stable")
        config = home.toolchain() / "lib/rustlib/multirust-config.toml"
        text = config.read_text()
        home.good("component", "add", "rustfmt")
        late = config.read_text()
        home.good("component", "remove", "rustfmt")
        self.assertEqual(config.read_text(), text)
        config.write_text(late)
        done = call(home, "rustfmt").finish()
        self.assertEqual(done.code, 1)
        self.assertIn("'rustfmt' is not installed for the toolchain", done.err)

    def test_ten_proxies_on_an_empty_home_install_it_once_and_all_run(self):
        for number in range(rounds(4, 30)):
            server = Nginx(self, stable_dist())
            home = self.home_of(server, f"empty-{number}")
            called = [call(home, "rustc", "--version", RUSTUP_TOOLCHAIN="stable") for _ in range(4)]
            called += [call(home, "cargo", "+stable", "--version") for _ in range(3)]
            called += [call(home, "rustup", "--version", RUSTUP_TOOLCHAIN="stable",
                            RUSTUP_FORCE_ARG0="rustc") for _ in range(3)]
            ended = self.finish_all(called)
            self.assert_good(*ended)
            for done in ended:
                self.assertRegex(done.out, rf"^(rustc|cargo) {re.escape(NEW_VERSION)}", str(done))
            server.stop()
            counts = collections.Counter(entry.path for entry in server.archives())
            self.assertEqual(set(counts.values()), {1}, counts)
            self.assertEqual(len(home.commits()), 1)
            self.assertEqual(faults(home, STABLE, stable_dist()), [])
            self.assertEqual(leftovers(home), [])

    def test_what_a_toolchain_file_lists_is_added_once(self):
        server = Nginx(self, stable_dist())
        home = self.home_of(server)
        home.install()
        before = len(server.archives())
        (home.root / "work" / "rust-toolchain.toml").write_text(
            '[toolchain]\nchannel = "stable"\ncomponents = ["rustfmt", "rust-src"]\n')
        ended = self.finish_all([call(home, tool, "--version") for tool in
                                 ("rustfmt", "rustc", "cargo", "rustfmt", "rustc")])
        self.assert_good(*ended)
        self.assertEqual(len(server.archives()) - before, 2)
        self.assertEqual(home.components() & {full_name("rustfmt"), "rust-src"},
                         {full_name("rustfmt"), "rust-src"})
        self.assertEqual(faults(home, STABLE, stable_dist()), [])

    def test_a_running_tool_keeps_its_generation_however_it_was_started(self):
        dist = two_stables(self.root / "dist")
        switch_stable(dist, OLD_DATE)
        for number, words in enumerate((["rustc"], ["rustup", "run", "stable", "rustc"])):
            server = Nginx(self, dist)
            home = self.home_of(server, f"running-{number}")
            home.install()
            home.good("default", "stable")
            tool = home.current() / "bin" / "rustc"
            tool.write_text(WAITS)
            runs = home.root / "tmp" / "runs"
            running = call(home, *words)
            self.assertTrue(wait_until(lambda: runs.exists() and runs.read_text().strip()))
            held = ranges_of(runs.read_text().strip())
            # The directory, rustc, rust-std and cargo; out of the way of low numbers.
            self.assertEqual(list(held.values()), [4], held)
            self.assertGreaterEqual(min(held), 100)

            switch_stable(dist, NEW_DATE)
            home.good("update", "--no-self-update")
            self.assertEqual(home.state().place, "away")
            self.assertNotEqual(home.current(), tool.parents[1])
            self.assertEqual(tool.read_text(), WAITS, "somebody runs on it")
            (home.root / "tmp" / "end").touch()
            self.assert_good(running.finish())
            home.settle()
            self.assertNotEqual(tool.read_text(), WAITS, "nobody runs on it any more")
            self.assertEqual(leftovers(home), [])
            switch_stable(dist, OLD_DATE)

    def test_a_build_goes_on_with_the_full_program_when_its_toolchain_is_uninstalled(self):
        server = Nginx(self, stable_dist())
        home = self.home_of(server)
        home.install()
        home.good("default", "stable")
        (home.current() / "bin" / "cargo").write_text(WAITS)
        runs = home.root / "tmp" / "runs"
        build = call(home, "cargo")
        self.assertTrue(wait_until(lambda: runs.exists() and runs.read_text().strip()))
        environment = pathlib.Path(f"/proc/{runs.read_text().strip()}/environ").read_text()
        session, = re.findall(r"\0LATCHKEY_SESSION=([^\0]*)", environment)
        fetched = len(server.archives())
        home.good("toolchain", "uninstall", "stable")
        member = call(home, "rustup", "--version", RUSTUP_FORCE_ARG0="rustc",
                      LATCHKEY_SESSION=session).finish()
        self.assert_good(member)
        self.assertRegex(member.out, rf"^rustc {re.escape(NEW_VERSION)}", str(member))
        self.assertIn("no installed toolchains", home.good("toolchain", "list").out)
        self.assertEqual(len(server.archives()), fetched, str(member))
        (home.root / "tmp" / "end").touch()
        self.assert_good(build.finish())
        home.let_go()
        home.good("toolchain", "list")
        self.assertFalse(home.toolchain().exists())
        self.assertEqual(leftovers(home), [])

    def test_a_tool_of_what_a_power_failure_damaged_runs_when_it_is_mended(self):
        server = Nginx(self, stable_dist())
        home = self.home_of(server)
        home.install()
        home.good("default", "stable")
        restart(home)
        cut(home.current() / "bin" / "rustc", 3)
        done = call(home, "rustc", "--version").finish()
        self.assert_good(done)
        self.assertIn(f"info: verifying toolchain '{STABLE}'", done.err)
        self.assertIn(NEW_VERSION, done.out)
        # The repair's generation is of this boot, on the disk or not yet.
        done = call(home, "rustc", "--version").finish()
        self.assertEqual((done.code, done.err), (0, ""), str(done))
        self.assertEqual(faults(home, STABLE, stable_dist()), [])


if __name__ == "__main__":
    main()
