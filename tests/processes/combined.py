#!/usr/bin/env python3
"""Releases of before 2016, which are one archive: installed at once, under tools, damaged."""

import collections
import re
import shutil
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.damage import cut, restart
from harness.dists import NEW_DATE, NEW_YEAR, OLD_YEAR, add_two_betas, make_dist, switch_beta
from harness.environment import BETA, HOST, rounds
from harness.processes import wait_until
from harness.proxied import WAITS, call, give_proxies
from harness.servers import NGINX, Nginx, ScriptedServer, status

INSTALL = ("toolchain", "install", "beta", "--no-self-update")
UPDATE = ("update", "beta", "--no-self-update")


@unittest.skipUnless(NGINX, "nginx is not installed")
class Combined(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = add_two_betas(self.root / "dist")
        switch_beta(self.dist, OLD_YEAR)
        make_dist(self.dist, "--channel", "beta", "--formats", "gz", "--synthetic-size", 8,
                  "--date", NEW_DATE, "--rename-version", "1.96.0-beta.2", "--dated-only")

    def a_home(self, name="home"):
        server = Nginx(self, self.dist)
        home = self.home(server.url, name)
        give_proxies(home)
        return server, home

    def assert_whole(self, home, name=BETA, own=()):
        self.assertEqual(faults(home, name, self.dist, own), [])

    def test_many_installs_at_once_fetch_the_archive_once(self):
        for number in range(rounds(3, 30)):
            server, home = self.a_home(f"many-{number}")
            # One archive under two names; whoever starts a tool wants it, too.
            words = [INSTALL] * 4 + [("toolchain", "install", f"beta-{OLD_YEAR}",
                                      "--no-self-update")] * 3
            programs = [home.spawn(*each) for each in words]
            programs += [call(home, "rustc", "--version", RUSTUP_TOOLCHAIN="beta")
                         for _ in range(2)]
            self.assert_good(*self.finish_all(programs))
            server.stop()
            hashes = collections.Counter(entry.path.split("/")[-1] for entry in server.archives())
            self.assertEqual(list(hashes.values()), [1], hashes)
            for name in (BETA, f"beta-{OLD_YEAR}-{HOST}"):
                self.assert_whole(home, name)
                self.assertEqual(len(home.commits(name)), 1)
            self.assertEqual(leftovers(home), [])

    def test_a_running_tool_keeps_its_release(self):
        _, home = self.a_home()
        home.good(*INSTALL)
        home.good("default", "beta")
        tool = home.current(BETA) / "bin" / "rustc"
        tool.write_text(WAITS)
        runs = home.root / "tmp" / "runs"
        running = call(home, "rustc")
        self.assertTrue(wait_until(lambda: runs.exists() and runs.read_text().strip()))
        switch_beta(self.dist, NEW_YEAR)
        home.good(*UPDATE)
        self.assertEqual(home.state(BETA).place, "away")
        self.assertEqual(tool.read_text(), WAITS, "somebody runs on it")
        self.assertIn("1.6.0", call(home, "cargo", "--version").finish().out)
        self.assert_whole(home)
        (home.root / "tmp" / "end").touch()
        self.assert_good(running.finish())
        home.good("toolchain", "list")
        self.assertEqual(home.state(BETA).place, "home")
        self.assert_whole(home)
        self.assertEqual(leftovers(home), [])

    def test_files_of_the_users_survive_each_release_and_the_way_to_a_manifest(self):
        _, home = self.a_home()
        home.good(*INSTALL)
        mine = {"bin/mine", "lib/rustlib/mine", "my/deep/file"}
        for path in mine:
            (home.toolchain(BETA) / path).parent.mkdir(parents=True, exist_ok=True)
            (home.toolchain(BETA) / path).write_text(path)
        switch_beta(self.dist, NEW_YEAR)
        home.good(*UPDATE)
        self.assert_whole(home, own=mine)
        for suffix in (".toml", ".toml.sha256"):
            name = f"channel-rust-beta{suffix}"
            shutil.copy(self.dist / "dist" / NEW_DATE / name, self.dist / "dist" / name)
        done = home.good(*UPDATE)
        self.assertIn("recovering from a partially installed toolchain", done.err)
        self.assert_whole(home, own=mine)
        self.assertFalse((home.toolchain(BETA) / "lib/rustlib/manifest-cargo").exists())

    def test_an_update_that_fails_leaves_the_old_release(self):
        _, home = self.a_home()
        home.good(*INSTALL)
        switch_beta(self.dist, NEW_YEAR)
        archive = self.dist / "dist" / f"rust-beta-{HOST}.tar.gz"
        whole = archive.read_bytes()
        archive.unlink()  # It is a link to the one that is kept.
        archive.write_bytes(whole[:len(whole) // 2])
        done = home.run(*UPDATE)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("error: checksum failed for ", done.err)
        self.assert_whole(home)
        self.assertIn("1.5.0", call(home, "rustc", "+beta", "--version").finish().out)
        archive.write_bytes(whole)
        home.good(*UPDATE)
        self.assert_whole(home)
        self.assertEqual(leftovers(home), [])

    def test_a_server_that_fails_is_told_and_is_no_release_that_does_not_exist(self):
        server = ScriptedServer(self, self.dist)
        home = self.home(server.url)
        for name, words in (("channel-rust-beta.sha256", "failed to download manifest for 'beta': "),
                            ("channel-rust-beta", "failed to download manifest for 'beta': "),
                            (f"rust-beta-{HOST}.tar.gz.sha256", ""), (f"rust-beta-{HOST}.tar.gz", "")):
            with self.subTest(name):
                server.be_good()
                server.on(f"/{name}", status(500))
                done = home.run(*INSTALL, RUSTUP_MAX_RETRIES=0)
                self.assertEqual(done.code, 1, str(done))
                self.assertIn(f"error: {words}could not download file from '{server.url}", done.err)
                self.assertIn("500", done.err)
                self.assertFalse(home.toolchain(BETA).exists())
        server.be_good()
        home.good(*INSTALL)
        self.assert_whole(home)

    def test_what_a_power_failure_damaged_is_mended_from_the_same_release(self):
        _, home = self.a_home()
        home.good(*INSTALL)
        home.good("default", "beta")
        restart(home)
        cut(home.current(BETA) / "bin" / "rustc", 3)
        done = call(home, "rustc", "--version").finish()
        self.assert_good(done)
        self.assertIn(f"warn: component rust of toolchain '{BETA}' is damaged", done.err)
        self.assertIn("1.5.0", done.out)
        self.assert_whole(home)

    def test_what_the_server_does_not_have_any_more_is_used_as_it_is(self):
        _, home = self.a_home()
        home.good(*INSTALL)
        home.good("default", "beta")
        restart(home)
        cut(home.current(BETA) / "share/doc/cargo/README.md", 3)
        switch_beta(self.dist, NEW_YEAR)
        done = call(home, "rustc", "--version").finish()
        self.assert_good(done)
        self.assertIn("the server now has another release", done.err)
        self.assertIn("1.5.0", done.out)
        self.assertEqual(call(home, "rustc", "--version").finish().err, "", "it is said once")

    def test_it_is_rustups_again_when_handed_back(self):
        _, home = self.a_home()
        home.good(*INSTALL)
        home.good("hand-back")
        self.assertFalse(home.latchkey.exists())
        self.assertFalse((home.toolchain(BETA) / "lib/rustlib/.latchkey").exists())
        done = home.good(*UPDATE)
        self.assertRegex(done.out, rf"{re.escape(BETA)} unchanged - rustc 1\.5\.0")
        switch_beta(self.dist, NEW_YEAR)
        home.good(*UPDATE)
        self.assert_whole(home)


if __name__ == "__main__":
    main()
