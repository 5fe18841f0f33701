#!/usr/bin/env python3
"""`toolchain history` and `set keep-generations`: what they say."""

import re

from harness.cases import ProcessTest, main
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import STABLE
from harness.homes import full_name

HEAD = re.compile(r"(\d+)  (\d{4}-\d\d-\d\d \d\d:\d\d)  (\w+)(?: to (\d+))?(?:  (.*))?")


class History(ProcessTest):
    """A toolchain with a past."""

    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.temp = self.home(f"file://{self.dist}")
        self.temp.install(may_lag=False)

    def update(self):
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "--no-self-update")

    def entries(self, *words):
        """(head, {key: value}) of each."""
        found = []
        for line in self.temp.good("toolchain", "history", *words).out.splitlines():
            if line.startswith("    "):
                key, _, value = line.strip().partition(": ")
                found[-1][1][key] = value
            else:
                found.append((HEAD.fullmatch(line).groups(), {}))
        return found

    def test_the_newest_change_comes_first(self):
        self.temp.good("component", "add", "clippy")
        self.update()
        update, change, install = self.entries("stable")
        self.assertEqual([each[0][2] for each in (update, change, install)], ["update", "change", "install"])
        self.assertRegex(update[0][4], rf"^1\.95\.0 \(.*\) of {NEW_DATE} \(current\)$")
        self.assertRegex(install[0][4], rf"^1\.94\.0 \(.*\) of {OLD_DATE}$")
        self.assertEqual(install[1]["added"], "cargo, rust-std, rustc")
        self.assertEqual(change[1]["added"], "clippy")
        self.assertNotIn("changed", change[1])
        self.assertEqual(set(update[1]["changed"].split(", ")), {"cargo", "clippy", "rust-std", "rustc"})
        self.assertIn("component add clippy", change[1]["command"])

    def test_times_are_local(self):
        words = ["toolchain", "history", "stable"]
        here = self.temp.good(*words, TZ="UTC0").out.split("  ")[1]
        there = self.temp.good(*words, TZ="XXX-5").out.split("  ")[1]
        hours = int(there[11:13]) - int(here[11:13])
        self.assertEqual(hours % 24, 5)

    def test_the_active_toolchain_is_meant(self):
        self.assertEqual(self.entries(), self.entries("stable"))

    def test_kept_ones_and_their_room_are_told(self):
        self.temp.good("set", "keep-generations", "1")
        self.update()
        (_, now), (_, before) = self.entries()
        self.assertNotIn("kept", now)
        self.assertRegex(before["kept"], r"^\d+\.\d MiB of its own$")
        self.temp.good("toolchain", "rollback", "stable")
        rollback, update, install = self.entries()
        self.assertEqual(rollback[0][3], install[0][0])  # `rollback to 1`
        self.assertIn("(current)", rollback[0][4])
        self.assertIn("(held)", install[0][4])
        self.assertIn("kept", update[1])

    def test_without_the_setting_nothing_is_kept(self):
        self.update()
        self.assertTrue(all("kept" not in each for _, each in self.entries()))
        self.assertEqual([path for path in self.temp.latchkey.glob("away/*/*") if not path.is_symlink()], [])

    def test_files_that_two_releases_share_are_one(self):
        self.temp.good("set", "keep-generations", "1")
        shared = self.temp.toolchain() / "lib" / "mine"
        shared.write_text("mine")
        self.update()
        kept = next(path for path in self.temp.latchkey.glob(f"away/*/{STABLE}") if not path.is_symlink())
        self.assertTrue((kept / "lib" / "mine").samefile(shared))

    def test_a_state_of_an_earlier_version_is_read(self):
        path = self.temp.latchkey / "toolchains" / STABLE / "state"
        lines = path.read_text().splitlines(keepends=True)
        self.assertTrue(any(line.startswith("release ") for line in lines))
        path.write_text("".join(line for line in lines if not line.startswith("release ")))
        self.temp.good("component", "add", "clippy")
        self.assertIn(full_name("clippy"), self.temp.components())
        self.assertIn(f"release {OLD_DATE} 1.94.0 ", path.read_text())

    def test_a_bad_number_of_generations_is_refused(self):
        for text in ("x", "-1", "65", "1.5", ""):
            done = self.temp.run("set", "keep-generations", text)
            self.assertNotEqual(done.code, 0, text)
        self.assertFalse((self.temp.latchkey / "keep-generations").exists())

    def test_toolchains_without_a_history(self):
        self.temp.good("toolchain", "link", "mine", self.temp.toolchain())
        done = self.temp.run("toolchain", "history", "mine")
        self.assertEqual((done.code, "custom toolchain" in done.err), (1, True), str(done))
        done = self.temp.run("toolchain", "history", "beta")
        self.assertEqual((done.code, "is not installed" in done.err), (1, True), str(done))


if __name__ == "__main__":
    main()
