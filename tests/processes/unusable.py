#!/usr/bin/env python3
"""What cannot be used is not said to be installed: it is an error, or it is mended."""

import hashlib
import re

from harness.cases import ProcessTest, main
from harness.dists import NEW_DATE, OLD_DATE, make_dist, switch_stable, two_stables
from harness.environment import HOST, STABLE


def take_away_host(dist):
    """The newest stable has nothing for this host any more."""
    path = dist / "dist" / "channel-rust-stable.toml"
    table = re.escape(f"[pkg.rust.target.{HOST}]")
    text, count = re.subn(rf"{table}.*?(?=\n\[pkg)",
                          f"[pkg.rust.target.{HOST}]\navailable = false\n", path.read_text(),
                          flags=re.S)
    assert count == 1
    path.unlink()
    path.write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    checksum = path.with_name(path.name + ".sha256")
    checksum.unlink()
    checksum.write_text(f"{digest}  {path.name}\n")


class UnusableTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.a_home = self.home(f"file://{self.dist}")

    def assert_not_installable(self, *words):
        done = self.a_home.run(*words)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(f"error: toolchain '{STABLE}' is not installable", done.err)

    def test_a_channel_that_has_nothing_for_this_host_is_not_installable(self):
        take_away_host(self.dist)
        for words in (("toolchain", "install", "stable"), ("default", "stable"),
                      ("toolchain", "install", "--force", "stable"),
                      ("override", "set", "stable"),
                      ("run", "--install", "stable", "rustc", "--version")):
            with self.subTest(words=words):
                self.assert_not_installable(*words)
                self.assertFalse(self.a_home.toolchain().exists())
        self.assertNotIn(STABLE, self.a_home.good("toolchain", "list").out)
        settings = self.a_home.rustup / "settings.toml"
        self.assertNotIn(STABLE, settings.read_text() if settings.exists() else "")

    def test_an_update_to_nothing_fails_and_keeps_what_is_there(self):
        self.a_home.install()
        before = self.a_home.state()
        take_away_host(self.dist)
        for words in (("update",), ("update", "stable"), ("update", "--force", "stable")):
            with self.subTest(words=words):
                self.assertEqual(self.a_home.run(*words, "--no-self-update").code, 1)
                self.assertEqual(self.a_home.state(), before)

    def test_a_manifest_that_is_not_as_its_checksum_says_is_an_error(self):
        path = self.dist / "dist" / "channel-rust-stable.toml"
        checksum = path.with_name(path.name + ".sha256")
        whole = checksum.read_text()
        checksum.unlink()  # It is a link to the one that is kept.
        checksum.write_text("0" * 64)
        error = "error: checksum failed for 'file://"
        for words in (("toolchain", "install", "stable"), ("default", "stable"),
                      ("toolchain", "install", "--force", "stable"), ("override", "set", "stable"),
                      ("run", "--install", "stable", "rustc", "--version")):
            with self.subTest(words=words):
                done = self.a_home.run(*words)
                self.assertEqual(done.code, 1, str(done))
                self.assertIn("warn: checksum failed for 'file://", done.err)
                self.assertIn(error, done.err)
                self.assertFalse(self.a_home.toolchain().exists())
        checksum.write_text(whole)
        self.a_home.install()
        before = self.a_home.state()
        checksum.write_text("0" * 64)
        for words in (("update", "stable"), ("update", "--force"), ("toolchain", "install", "stable")):
            with self.subTest(words=words):
                done = self.a_home.run(*words, "--no-self-update")
                self.assertEqual(done.code, 1, str(done))
                self.assertIn(error, done.err)
        # Who updates all that there are leaves it for the next time.
        done = self.a_home.good("update", "--no-self-update")
        self.assertIn("warn: checksum failed for 'file://", done.err)
        self.assertNotIn("error:", done.err)
        self.assertIn(f"{STABLE} unchanged", done.out)
        self.assertEqual(self.a_home.state(), before)

    def test_a_nightly_with_a_bad_checksum_does_not_lead_back_to_an_older_one(self):
        for date in ("2026-04-01", "2026-04-02"):
            make_dist(self.dist, "--channel", "nightly", "--formats", "gz", "--synthetic-size", 8,
                      "--date", date, "--rename-version", f"1.97.0-nightly-{date}")
        checksum = self.dist / "dist" / "channel-rust-nightly.toml.sha256"
        checksum.unlink()
        checksum.write_text("0" * 64)
        done = self.a_home.run("toolchain", "install", "nightly")
        self.assertEqual(done.code, 1, str(done))
        self.assertEqual(done.err.count("syncing channel updates"), 1, done.err)
        self.assertFalse(self.a_home.toolchain(f"nightly-{HOST}").exists())

    def test_an_empty_folder_is_no_toolchain(self):
        for words in (("toolchain", "install", "--no-update", "stable"), ("default", "stable"),
                      ("override", "set", "stable"), ("update", "stable")):
            with self.subTest(words=words):
                self.a_home.toolchain().mkdir(parents=True)
                self.a_home.good(*words)
                self.assertTrue((self.a_home.toolchain() / "bin" / "rustc").is_file())
                self.a_home.good("toolchain", "uninstall", "stable")

    def test_a_compiler_that_cannot_be_executed_is_mended(self):
        self.a_home.install(may_lag=False)
        rustc = self.a_home.toolchain() / "bin" / "rustc"
        good = rustc.read_bytes()
        for spoil in (rustc.unlink, lambda: rustc.write_bytes(b""), lambda: rustc.chmod(0o644)):
            self.a_home.good("toolchain", "install", "stable")
            spoil()
            self.a_home.good("toolchain", "install", "stable")
            self.assertEqual(rustc.read_bytes(), good)
            self.assertTrue(rustc.stat().st_mode & 0o100)

    def test_a_toolchain_that_lists_nothing_is_installed_anew(self):
        self.a_home.install(may_lag=False)
        components = [name.removesuffix(f"-{HOST}") for name in self.a_home.components()]
        self.a_home.good("component", "remove", *components)
        self.a_home.good("toolchain", "install", "stable")
        self.assertTrue((self.a_home.toolchain() / "bin" / "rustc").is_file())

    def test_what_fails_behind_the_commit_is_no_failure(self):
        self.a_home.install(may_lag=False)
        # A folder that is not empty, in the place of the file: it can be neither written nor read.
        hashes = self.a_home.rustup / "update-hashes"
        (hashes / STABLE).unlink()
        (hashes / STABLE / "x").mkdir(parents=True)
        switch_stable(self.dist, NEW_DATE)
        done = self.a_home.good("update", "stable", "--no-self-update")
        self.assertIn("warn: ", done.err)
        self.assertIn("1.95.0", done.out)
        done = self.a_home.good("toolchain", "uninstall", "stable")
        self.assertIn(f"info: toolchain {STABLE} uninstalled", done.err)
        self.assertFalse(self.a_home.toolchain().exists())


if __name__ == "__main__":
    main()
