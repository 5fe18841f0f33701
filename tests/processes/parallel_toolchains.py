#!/usr/bin/env python3
"""Several toolchains in one command: fetched at the same time, told and committed in their order."""

import gzip
import re

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, STABLE
from harness.processes import wait_until
from harness.servers import ScriptedServer, never_answer, stall_after, status

OLD = f"1.94.0-{HOST}"


class ParallelToolchains(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        self.server = ScriptedServer(self, self.dist)
        self.a_home = self.home(self.server.url)

    def spawn(self, *names):
        return self.a_home.spawn("toolchain", "install", *names, "--profile", "minimal",
                                 "--no-self-update")

    def second_is_ready(self):
        """All three components of the release 1.94.0 are unpacked."""
        trees = self.a_home.latchkey / "trees"
        indexes = trees.glob("*.json.gz") if trees.exists() else []
        return sum(b'"1.94.0' in gzip.decompress(path.read_bytes()) for path in indexes) == 3

    def settings(self):
        path = self.a_home.rustup / "settings.toml"
        return path.read_text() if path.exists() else ""

    def test_the_second_is_fetched_while_the_first_stalls_and_comes_after_it(self):
        self.server.on("rustc-1.95", stall_after(1000), times=1)
        program = self.spawn("stable", "1.94.0")
        self.assertTrue(self.server.stalled.wait(20), program.err)
        self.assertTrue(wait_until(self.second_is_ready), "the second waits for the first")
        self.assertFalse(self.a_home.toolchain(OLD).exists(), "the second came first")
        self.assertNotIn("1.94.0", program.err)
        self.server.be_good()
        done = program.finish()
        self.assert_good(done)
        for toolchain in (STABLE, OLD):
            self.assertEqual(faults(self.a_home, toolchain, self.dist), [])
        self.assertEqual(leftovers(self.a_home), [])
        alone = self.home(self.server.url, "alone")
        parts = [alone.install("stable"), alone.install("1.94.0")]
        self.assertEqual(done.err, parts[0].err + parts[1].err)
        self.assertEqual(done.out, parts[0].out + parts[1].out)
        self.assertIn(f'default_toolchain = "{STABLE}"', self.settings())

    def test_behind_one_that_fails_nothing_is_installed(self):
        self.server.on("rustc-1.95", status(404))
        done = self.spawn("stable", "1.94.0").finish()
        self.assertEqual(done.code, 1, str(done))
        self.assertNotIn("1.94.0", done.err)
        self.assertFalse(self.a_home.toolchain().exists())
        self.assertFalse(self.a_home.toolchain(OLD).exists())
        self.assertNotIn("default_toolchain", self.settings())
        self.server.be_good()
        self.assert_good(self.spawn("1.94.0", "stable").finish())
        self.assertEqual(leftovers(self.a_home), [])
        self.assertIn(f'default_toolchain = "{OLD}"', self.settings())

    def test_a_release_that_is_not_there_stops_only_what_comes_after_it(self):
        done = self.spawn("stable", "1.93.0", "1.94.0").finish()
        self.assertEqual(done.code, 1, str(done))
        self.assertTrue(self.a_home.toolchain().exists())
        self.assertFalse(self.a_home.toolchain(OLD).exists())

    def test_one_name_twice_is_installed_and_then_unchanged(self):
        done = self.spawn("stable", STABLE, "stable").finish()
        self.assert_good(done)
        self.assertEqual(re.findall(r"(installed|unchanged) - ", done.out),
                         ["installed", "unchanged", "unchanged"])
        self.assertEqual(len(self.a_home.commits()), 1)

    def test_an_update_of_all_tells_them_in_order_and_goes_on_after_a_failure(self):
        switch_stable(self.dist, OLD_DATE)
        self.a_home.install("stable", f"1.94-{HOST}", "1.95")
        switch_stable(self.dist, NEW_DATE)
        checksum = self.dist / "dist/channel-rust-1.94.toml.sha256"
        checksum.write_text("0" * 64 + "  channel-rust-1.94.toml\n")
        self.server.on("channel-rust-1.94.toml", status(500))
        done = self.a_home.run("update", "--no-self-update", RUSTUP_MAX_RETRIES=0)
        self.assertEqual(done.code, 1, str(done))
        said = re.findall(r"syncing channel updates for (\S+?)-x86|(error): ", done.err)
        self.assertEqual(said, [("stable", ""), ("1.94", ""), ("", "error")])
        self.assertEqual(re.findall(r"(\S+?)-x86\S+ (updated|unchanged|update failed)", done.out),
                         [("stable", "updated"), ("1.94", "update failed"), ("1.95", "unchanged")])


class UpdateOfAll(ProcessTest):
    """All channels are asked at once, and each of them once."""

    NAMES = ("stable", f"1.94-{HOST}", "1.95")

    def setUp(self):
        super().setUp()
        dist = two_stables(self.root / "dist")
        switch_stable(dist, OLD_DATE)
        self.server = ScriptedServer(self, dist)
        self.a_home = self.home(self.server.url)
        self.a_home.install(*self.NAMES)
        switch_stable(dist, NEW_DATE)
        self.server.requests.clear()

    def asked(self):
        return sorted(entry.path.rsplit("/", 1)[1].removeprefix("channel-rust-")
                      for entry in list(self.server.requests) if "channel-rust-" in entry.path)

    def update(self, *options, **variables):
        return self.a_home.spawn("update", "--no-self-update", *options, RUSTUP_MAX_RETRIES=0,
                                 **variables)

    def test_while_one_channel_is_awaited_the_others_are_asked_and_nothing_is_said(self):
        self.server.on("channel-rust-1.95.toml.sha256", never_answer)
        program = self.update(RUSTUP_CONCURRENT_DOWNLOADS=1)
        expected = ["1.94.toml.sha256", "1.95.toml.sha256", "stable.toml", "stable.toml.asc",
                    "stable.toml.sha256"]
        self.assertTrue(wait_until(lambda: self.asked() == expected), self.asked())
        self.assertEqual(program.err, "")
        self.assertEqual(self.server.archives(), [])
        self.server.be_good()
        done = program.finish()
        self.assertEqual(re.findall(r"syncing channel updates for (\S+?)-x86", done.err)[:1], ["stable"])

    def test_a_channel_is_asked_once_and_of_those_that_stay_nothing_is_said(self):
        done = self.update().finish()
        self.assert_good(done)
        self.assertEqual(re.findall(r"syncing channel updates for (\S+?)-x86", done.err), ["stable"])
        self.assertEqual(self.asked(), ["1.94.toml.sha256", "1.95.toml.sha256", "stable.toml",
                                        "stable.toml.asc", "stable.toml.sha256"])
        self.server.requests.clear()
        done = self.update("--force").finish()
        self.assert_good(done)
        self.assertEqual(re.findall(r"syncing channel updates for (\S+?)-x86", done.err),
                         ["stable", "1.94", "1.95"])
        self.assertEqual(re.findall(r"unchanged", done.out), ["unchanged"] * 3)

    def test_a_channel_that_cannot_be_asked_fails_and_is_not_unchanged(self):
        self.server.on("channel-rust-1.95.toml.sha256", status(500))
        done = self.update().finish()
        self.assertEqual(done.code, 1, str(done))
        self.assertEqual(re.findall(r"(\S+?)-x86\S+ (updated|unchanged|update failed)", done.out),
                         [("stable", "updated"), ("1.94", "unchanged"), ("1.95", "update failed")])
        self.assertRegex(done.err, r"syncing channel updates for 1\.95-\S+\nerror: ")


class FirstDefault(ProcessTest):
    def test_a_first_toolchain_is_never_there_without_being_the_default(self):
        """Killed as soon as the name is there."""
        dist = two_stables(self.root / "dist")
        for number in range(10):
            home = self.home(f"file://{dist}", f"home-{number}")
            program = home.spawn("toolchain", "install", "stable", "--profile", "minimal")
            wait_until(lambda: home.toolchain().exists(), pause=0)
            program.process.kill()
            program.finish()
            self.assertTrue(home.toolchain().exists())
            self.assertIn(f'default_toolchain = "{STABLE}"',
                          (home.rustup / "settings.toml").read_text())


if __name__ == "__main__":
    main()
