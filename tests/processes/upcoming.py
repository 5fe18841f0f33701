#!/usr/bin/env python3
"""What rustup has from 1.30 on and only adds: it is understood here already, and announced nowhere."""

import datetime
import re
import time

from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import HOST, STABLE

HINT = "hint: a new stable Rust release is available, run `rustup update stable` to install it\n"
WARNING = "warn: could not check if there is a new Rust release: "


class UpcomingTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.ours = self.home(f"file://{stable_dist()}")
        self.settings = self.ours.rustup / "settings.toml"
        self.state = self.ours.rustup / "state.toml"


class InstallAsDefault(UpcomingTest):
    def default(self):
        return re.search(r'^default_toolchain = "(.*)"$', self.settings.read_text(), re.M)[1]

    def test_each_toolchain_that_is_installed_as_the_default_becomes_it(self):
        self.ours.install("stable")
        for words in (["install"], ["toolchain", "install"], ["toolchain", "add"]):
            self.ours.good("default", "stable")
            done = self.ours.good(*words, "--default", "--profile", "minimal", "1.95.0", "1.95")
            told = [f"info: default toolchain set to {name}-{HOST}" for name in ("1.95.0", "1.95")]
            self.assertEqual([line for line in done.err.splitlines() if "default" in line], told)
            self.assertEqual(self.default(), f"1.95-{HOST}")

    def test_what_is_not_updated_becomes_the_default_all_the_same(self):
        self.ours.install("stable", "1.95.0")
        self.ours.good("install", "--default", "--no-update", "1.95.0")
        self.assertEqual(self.default(), f"1.95.0-{HOST}")

    def test_the_first_toolchain_is_told_of_once(self):
        done = self.ours.good("install", "--default", "--profile", "minimal", "stable")
        self.assertEqual(done.err.count(f"info: default toolchain set to {STABLE}\n"), 1)

    def test_what_fails_becomes_no_default(self):
        self.ours.install("stable")
        self.assertEqual(self.ours.run("install", "--default", "nightly").code, 1)
        self.assertEqual(self.default(), STABLE)


class ReleaseHint(UpcomingTest):
    def hinted(self, *words):
        done = self.ours.good(*words)
        self.assertNotIn(WARNING, done.err)
        return HINT in done.err

    def install(self):
        self.ours.install("stable")
        self.ours.good("set", "release-hint", "enable")
        self.state.unlink()

    def test_its_mode_is_the_last_key_of_the_settings(self):
        for words, mode in (([], "enable"), (["disable"], "disable"), (["enable"], "enable")):
            done = self.ours.good("set", "release-hint", *words)
            self.assertTrue(done.err.startswith(f"info: setting release hint mode to {mode}\n"), done.err)
            self.assertEqual(self.settings.read_text(),
                             f'version = "12"\nrelease_hint = "{mode}"\n\n[overrides]\n')

    def test_it_is_given_where_the_settings_ask_for_it(self):
        self.ours.install("stable")
        self.assertFalse(self.hinted("show"))
        self.ours.good("set", "release-hint", "disable")
        self.assertFalse(self.hinted("show"))
        self.assertFalse(self.state.exists())
        self.assertTrue(self.hinted("set", "release-hint"))

    def test_it_is_given_once_a_day(self):
        self.install()
        self.assertTrue(self.hinted("show", "home"))
        noted = int(re.fullmatch(r"last_release_notified_secs = (\d+)\n", self.state.read_text())[1])
        self.assertAlmostEqual(noted, time.time(), delta=60)
        self.assertFalse(self.hinted("show", "home"))
        self.state.write_text(f"last_release_notified_secs = {int(time.time()) - 86300}\nlater = 'x'\n")
        self.assertFalse(self.hinted("show", "home"))
        self.state.write_text(f"last_release_notified_secs = {int(time.time()) - 86500}\nlater = 'x'\n")
        self.assertTrue(self.hinted("show", "home"))
        self.assertRegex(self.state.read_text(), r'\Alast_release_notified_secs = \d+\nlater = "x"\n\Z')

    def test_it_follows_what_succeeded_and_is_no_part_of_it(self):
        self.install()
        for words in (["-q", "show"], ["update", "--no-self-update"], ["install", "stable"]):
            self.assertFalse(self.hinted(*words), words)
        self.assertNotIn("hint:", self.ours.run("which", "nothing").err)
        self.assertFalse(self.state.exists())
        done = self.ours.good("toolchain", "install", "stable")
        self.assertTrue(done.err.endswith(HINT), str(done))

    def test_a_young_toolchain_needs_none(self):
        self.install()
        manifest = self.ours.toolchain() / "lib/rustlib/multirust-channel-manifest.toml"
        text = manifest.read_text()
        for age, expected in ((41, False), (43, True)):
            day = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(age)
            manifest.write_text(re.sub(r'(?m)^date = ".*"', f'date = "{day}"', text, count=1))
            self.assertEqual(self.hinted("show", "home"), expected, age)

    def test_what_keeps_it_from_being_known_is_told(self):
        self.ours.good("set", "release-hint")
        done = self.ours.good("show", "home")
        self.assertIn(f"{WARNING}stable toolchain unavailable: toolchain '{STABLE}' is not installed\n"
                      f"help: run `rustup toolchain install {STABLE}` to install it\n", done.err)
        self.ours.install("stable")
        self.state.write_text("last_release_notified_secs = 'today'\n")
        self.assertIn(f"{WARNING}state file '{self.state}': ", self.ours.good("show", "home").err)


if __name__ == "__main__":
    main()
