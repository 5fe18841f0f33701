#!/usr/bin/env python3
"""`set minimum-age`: nightlies that are too young are passed over."""

import datetime
import re
import shutil

from harness.cases import ProcessTest, main
from harness.dists import make_dist
from harness.environment import HOST
from harness.servers import ScriptedServer

NIGHTLY = f"nightly-{HOST}"


def day(ago):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=ago)).date().isoformat()


class MinimumAge(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = self.root / "dist"
        for ago in (9, 5, 0):  # The last one is the channel's.
            make_dist(self.dist, "--channel", "nightly", "--formats", "gz", "--synthetic-size", 8,
                      "--date", day(ago))
        self.server = ScriptedServer(self, self.dist)
        self.temp = self.home(self.server.url)

    def installed_date(self):
        path = self.temp.current(NIGHTLY) / "lib/rustlib/multirust-channel-manifest.toml"
        return re.search(r'^date = "(.*)"', path.read_text(), re.M)[1]

    def test_the_newest_that_is_old_enough_is_taken(self):
        self.temp.good("set", "minimum-age", "3d")
        done = self.temp.good("toolchain", "install", "nightly", "--profile", "minimal", "--no-self-update")
        self.assertIn(f"skipping the nightly of {day(0)}, which is younger than 3d", done.err)
        self.assertEqual(self.installed_date(), day(5))
        self.temp.good("update", "--no-self-update")
        self.assertEqual(self.installed_date(), day(5))

    def test_without_an_age_and_by_its_date_the_newest_is_taken(self):
        self.temp.install("nightly")
        self.assertEqual(self.installed_date(), day(0))
        self.temp.good("set", "minimum-age", "1w")
        done = self.temp.good("update", "nightly", "--no-self-update")
        self.assertEqual(self.installed_date(), day(0), str(done))
        self.temp.install(f"nightly-{day(0)}")
        self.temp.good("set", "minimum-age", "none")
        self.assertNotIn("minimum_age", (self.temp.rustup / "settings.toml").read_text())

    def test_if_none_is_old_enough_that_is_an_error(self):
        self.temp.good("set", "minimum-age", "3d")
        for ago in (9, 5):
            shutil.rmtree(self.dist / "dist" / day(ago))
        done = self.temp.run("toolchain", "install", "nightly", "--profile", "minimal", RUSTUP_BACKTRACK_LIMIT=3)
        self.assertEqual(done.code, 1, str(done))
        self.assertIsNone(self.temp.current(NIGHTLY))

    def test_an_older_one_is_updated_to_the_newest_that_is_old_enough(self):
        self.temp.good("set", "minimum-age", "6d")
        self.temp.install("nightly")
        self.assertEqual(self.installed_date(), day(9))
        self.temp.good("set", "minimum-age", "3d")
        done = self.temp.good("update", "--no-self-update")
        self.assertEqual(self.installed_date(), day(5), str(done))
        before = self.temp.serial(NIGHTLY)
        self.temp.good("update", "--no-self-update")
        self.assertEqual(self.temp.serial(NIGHTLY), before)

    def test_other_channels_have_no_age(self):
        make_dist(self.dist, "--channel", "stable", "--formats", "gz", "--synthetic-size", 8, "--date", day(0))
        self.temp.good("set", "minimum-age", "3d")
        done = self.temp.install("stable")
        self.assertNotIn("skipping", done.err)

    def test_a_nightly_that_lacks_a_component_is_passed_over_as_ever(self):
        make_dist(self.dist, "--channel", "nightly", "--formats", "gz", "--synthetic-size", 8,
                  "--date", day(5), "--unavailable", "rustfmt")
        for suffix in ("", ".sha256"):  # What is newest stays so.
            name = f"channel-rust-nightly.toml{suffix}"
            shutil.copy(self.dist / "dist" / day(0) / name, self.dist / "dist" / name)
        self.temp.good("set", "minimum-age", "3d")
        done = self.temp.good("toolchain", "install", "nightly", "--profile", "minimal", "-c", "rustfmt",
                              "--no-self-update")
        self.assertIn("skipping nightly with missing component", done.err)
        self.assertEqual(self.installed_date(), day(9))

    def test_what_is_no_age_is_refused(self):
        done = self.temp.run("set", "minimum-age", "soon")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("'soon' is not an age; give days or weeks", done.err)


if __name__ == "__main__":
    main()
