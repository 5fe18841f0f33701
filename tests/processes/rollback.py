#!/usr/bin/env python3
"""`toolchain rollback`: back to what an entry of the history says, and what holds it there."""

import json
import os
import re
import shutil
import signal
import threading
import time

from harness import checks, proxied, schemas
from harness.cases import ProcessTest, main
from harness.dists import NEW_DATE, OLD_DATE, make_dist, switch_stable, two_stables
from harness.environment import HOST, STABLE, rounds, seeded
from harness.homes import full_name
from harness.processes import Holder, Running, wait_until
from harness.servers import Nginx, ScriptedServer

OLD, NEW, NEXT = "1.94.0", "1.95.0", "1.96.0"
NEXT_DATE = "2026-05-28"


class RollbackTest(ProcessTest):
    """A toolchain that was updated from 1.94.0 to 1.95.0."""

    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.server = Nginx(self, self.dist)
        self.temp = self.home(self.server.url)

    def update(self, keep=0):
        self.temp.install(may_lag=False)
        if keep:
            self.temp.good("set", "keep-generations", str(keep))
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "--no-self-update")
        self.assert_release(NEW)

    def version(self, **options):
        return self.temp.good("run", "stable", "rustc", "--version", **options).out

    def assert_release(self, version):
        self.assertIn(f"rustc {version} ", self.version())

    def rollback(self, *words, code=0):
        done, fetched = self.fetched_by(self.temp, self.server, "toolchain", "rollback", "stable",
                                        *words, code=code)
        return done, fetched

    def away(self):
        return sorted(int(path.parent.name) for path in self.temp.latchkey.glob(f"away/*/{STABLE}")
                      if not path.is_symlink())

    def add_release(self):
        make_dist(self.dist, "--channel", "stable", "--formats", "gz", "--synthetic-size", 8, "--date",
                  NEXT_DATE, "--rename-version", NEXT)

    def entries(self):
        return {each["serial"]: each for each in self.temp.commits()}


class Kept(RollbackTest):
    """The release is on the disk."""

    def test_it_is_back_without_network(self):
        self.update(keep=1)
        self.server.stop()
        done = self.temp.good("toolchain", "rollback", "stable")
        self.assertIn(f"info: {STABLE} is at {OLD} ", done.err)
        self.assert_release(OLD)
        state = self.temp.state()
        self.assertEqual((state.place, state.commit[1]), ("home", "rollback"))
        self.assertEqual(len(self.away()), 1)  # What was current is kept now.

    def test_a_collector_that_looks_meanwhile_is_waited_for(self):
        """It reads the state, then the records: a tree that came from these to that would be nowhere."""
        self.update(keep=1)
        record, = self.temp.former().values()
        tree = min(record.trees() - self.temp.state().trees())
        collector = Holder(self.temp.latchkey / "locks", f"pin:{tree}", mode="exclusive")
        self.addCleanup(collector.let_go)
        running = self.temp.spawn("toolchain", "rollback", "stable")
        self.assertTrue(wait_until(lambda: any(
            (row["pid"], row["kind"], row["state"]) == (running.pid, "pin", "waits")
            for row in json.loads(self.temp.good("locks", "--json").out))))
        self.assert_release(NEW)
        collector.let_go()
        self.assert_good(running.finish())
        self.assert_release(OLD)

    def test_there_and_back_again(self):
        self.update(keep=1)
        self.temp.good("component", "add", "clippy")
        self.rollback()
        self.assertNotIn(full_name("clippy"), self.temp.components())
        newest = max(serial for serial, each in self.entries().items()
                     if any(row["pkg"] == "clippy-preview" for row in each["components"]))
        _, fetched = self.rollback("--to", str(newest))
        self.assertEqual(fetched, [])
        self.assert_release(NEW)
        self.assertIn(full_name("clippy"), self.temp.components())

    def test_who_runs_goes_on_and_home_follows_later(self):
        self.update(keep=1)
        self.temp.good("tidy")
        holder = Holder(self.temp.latchkey / "locks", f"directory:home/{STABLE}", f"use:home/{STABLE}/*")
        self.rollback()
        self.assertEqual(self.temp.state().place, "away")
        self.assert_release(OLD)
        self.assertIn(NEW, (self.temp.toolchain() / "bin/rustc").read_text())
        holder.let_go()
        self.temp.good("tidy")
        self.assertEqual(self.temp.state().place, "home")
        self.assertIn(OLD, (self.temp.toolchain() / "bin/rustc").read_text())
        self.assertEqual(len(self.away()), 1)

    def test_while_home_lags_it_is_home_that_is_current_again(self):
        self.temp.install(may_lag=False)
        self.temp.good("set", "keep-generations", "1")
        holder = Holder(self.temp.latchkey / "locks", f"directory:home/{STABLE}", f"use:home/{STABLE}/*")
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "--no-self-update")
        self.assertEqual(self.temp.state().place, "away")
        mine = self.temp.current() / "lib" / "mine"
        mine.write_text("mine")
        before = os.stat(self.temp.toolchain()).st_ino
        self.server.stop()
        self.temp.good("toolchain", "rollback", "stable")
        self.assertEqual(self.temp.state().place, "home")
        self.assertEqual(os.stat(self.temp.toolchain()).st_ino, before)
        self.assert_release(OLD)
        self.assertEqual((self.temp.toolchain() / "lib" / "mine").read_text(), "mine")
        holder.let_go()

    def test_files_of_the_users_come_along(self):
        self.update(keep=1)
        (self.temp.toolchain() / "lib" / "mine").write_text("mine")
        self.rollback()
        self.assertEqual((self.temp.toolchain() / "lib" / "mine").read_text(), "mine")

    def test_each_goes_one_release_further_back(self):
        self.update(keep=2)
        self.add_release()
        self.temp.good("update", "--no-self-update")
        self.assertEqual(len(self.away()), 2)
        for version in (NEW, OLD):
            _, fetched = self.rollback()
            self.assertEqual(fetched, [])
            self.assert_release(version)
        self.rollback(code=1)
        self.assert_release(OLD)

    def test_only_the_newest_stay(self):
        self.update(keep=2)
        self.add_release()
        self.temp.good("update", "--no-self-update")
        self.assertEqual(len(self.away()), 2)
        self.temp.good("set", "keep-generations", "1")
        (number,) = self.away()
        self.assertIn(NEW, (self.temp.away(number) / "bin/rustc").read_text())
        self.temp.good("set", "keep-generations", "0")
        self.assertEqual(self.away(), [])
        self.assertFalse((self.temp.latchkey / "toolchains" / STABLE / "former").exists())

    def test_it_goes_with_its_toolchain(self):
        self.update(keep=1)
        self.assertEqual(len(self.away()), 1)
        self.temp.good("toolchain", "uninstall", "stable")
        self.assertEqual(self.away(), [])
        self.assertEqual(list(self.temp.latchkey.glob("trees/*")), [])

    def test_hand_back_gives_it_up(self):
        self.update(keep=1)
        self.temp.good("hand-back")
        self.assertFalse(self.temp.latchkey.exists())
        self.assertIn(NEW, (self.temp.toolchain() / "bin/rustc").read_text())

    def test_what_hands_changed_in_it_is_fetched_instead(self):
        self.update(keep=1)
        (number,) = self.away()
        (self.temp.away(number) / "lib/rustlib/components").write_text("")
        self.rollback()
        self.assert_release(OLD)


class Fetched(RollbackTest):
    """The release is not on the disk."""

    def test_it_comes_by_its_dated_manifest(self):
        self.update()
        done, fetched = self.rollback()
        self.assertIn(f"fetching its manifest from '{self.server.url}/dist/{OLD_DATE}/channel-rust-stable.toml'",
                      done.err)
        self.assertEqual(fetched, ["cargo", "rust-std", "rustc"])
        self.assert_release(OLD)

    def test_what_another_toolchain_has_is_not_fetched(self):
        self.update()
        self.temp.good("toolchain", "install", f"stable-{OLD_DATE}", "--profile", "minimal", "--no-self-update")
        _, fetched = self.rollback()
        self.assertEqual(fetched, [])
        self.assert_release(OLD)

    def test_components_of_the_same_release_come_back(self):
        self.temp.install(may_lag=False)
        first = self.temp.serial()
        self.temp.good("component", "add", "clippy")
        self.rollback("--to", str(first))
        self.assertNotIn(full_name("clippy"), self.temp.components())
        self.assertEqual(self.temp.commits()[-1]["what"], "rollback")

    def assert_refused(self, *words, says):
        before = self.temp.state()
        done, _ = self.rollback(*words, code=1)
        for each in says:
            self.assertIn(each, done.err)
        self.assertEqual(self.temp.state(), before)
        self.assertEqual(self.temp.staging(), [])

    def test_a_manifest_that_the_server_does_not_have(self):
        self.update()
        shutil.rmtree(self.dist / "dist" / OLD_DATE)
        self.assert_refused(says=["could not roll back to entry 1", "the server has no", OLD_DATE])

    def test_a_manifest_that_is_another_by_now(self):
        self.update()
        path = self.dist / "dist" / OLD_DATE / "channel-rust-stable.toml"
        path.write_text(path.read_text() + "\n")
        self.assert_refused(says=["checksum failed", OLD_DATE])

    def test_an_entry_that_is_not_there(self):
        self.update()
        self.assert_refused("--to", "77", says=[f"the history of '{STABLE}' has no entry 77"])
        self.assert_refused("--to", "x", says=["'x' is not the number of an entry"])

    def test_there_is_no_earlier_release(self):
        self.temp.install(may_lag=False)
        self.assert_refused(says=["has no earlier release to go back to"])

    def test_an_entry_of_an_earlier_version_does_not_say_its_date(self):
        self.update()
        path = self.temp.latchkey / "toolchains" / STABLE / "history" / "1.json"
        text = path.read_text()
        path.write_text(text.replace('"date"', '"was"'))
        self.assert_refused(says=["does not say the date of its release"])

    def test_other_kinds_of_toolchains(self):
        self.update()
        self.temp.good("toolchain", "link", "mine", self.temp.toolchain())
        done = self.temp.run("toolchain", "rollback", "mine")
        self.assertEqual(done.code, 1)
        self.assertIn("'mine' is a custom toolchain", done.err)
        done = self.temp.run("toolchain", "rollback", "beta")
        self.assertEqual(done.code, 1)
        self.assertIn(f"toolchain 'beta-{HOST}' is not installed", done.err)


class Storm(RollbackTest):
    """Back and forth, while tools are started all the time and rollbacks are killed."""

    def use(self, program, stop):
        while not stop.is_set():
            done = Running([program, "--version"], self.temp.environment, self.temp.root / "work").finish()
            found = re.match(r"rustc (\S+) ", done.out)
            if done.code != 0 or not found:
                self.wrong.append(str(done))
                return
            self.seen.add(found[1])

    def test_tools_see_one_release_or_the_other(self):
        chance, self.seen, self.wrong = seeded(), set(), []
        self.update(keep=1)
        serials = dict(zip((OLD, NEW), sorted(self.entries())))
        program = proxied.place_proxies(self.temp.root / "cargo") / "rustc"
        stop = threading.Event()
        users = [threading.Thread(target=self.use, args=(program, stop)) for _ in range(3)]
        for each in users:
            each.start()
        try:
            for number in range(rounds(20, 300)):
                version = (OLD, NEW)[number % 2]
                words = ("toolchain", "rollback", "stable", "--to", str(serials[version]))
                victim = self.temp.spawn(*words)
                time.sleep(chance.random() * 0.1)
                victim.send(signal.SIGKILL)
                self.assertIn(victim.finish().code, (0, -9))
                self.temp.good(*words)
                self.assert_release(version)
        finally:
            stop.set()
            for each in users:
                each.join()
        self.assertEqual(self.wrong, [])
        self.assertEqual(self.seen, {OLD, NEW})
        self.temp.good("tidy")
        self.assertEqual(checks.leftovers(self.temp), [])


class Held(RollbackTest):
    """Updates leave a toolchain that was rolled back."""

    def setUp(self):
        super().setUp()
        self.update(keep=1)
        self.rollback()
        self.line = f"info: {STABLE} is held at {OLD} "

    def test_updates_say_so(self):
        for words in (["update"], ["update", "stable"], ["toolchain", "install", "stable"], ["update", "--force"]):
            done = self.temp.good(*words, "--no-self-update")
            self.assertEqual(done.err.count(self.line), 1, str(done))
            self.assertIn(f"{STABLE} unchanged - rustc {OLD} ", done.out)
            self.assert_release(OLD)

    def test_check_says_so(self):
        done = self.temp.good("check", "--no-self-update")
        self.assertIn(f"{STABLE} - held: {OLD} ", done.out)
        self.assertIn(f" -> {NEW} ", done.out)

    def test_programs_are_told_so(self):
        self.temp.good("update", "--unhold", "--no-self-update")
        done = self.temp.good("toolchain", "rollback", "stable", "--progress", "json")
        events = [json.loads(line)["event"] for line in done.err.splitlines()]
        self.assertEqual([each for each in events if each != "log"], ["commit", "settle", "done"])
        entries = schemas.check(self.temp.good("toolchain", "history", "--format", "json").out)["entries"]
        self.assertEqual([(each["what"], each["current"]) for each in entries[:2]],
                         [("rollback", True), ("update", False)])
        self.assertEqual([each["serial"] for each in entries if each["held"]], [entries[0]["rolled_back_to"]])
        self.assertTrue(entries[0]["version"].startswith(OLD))
        held, = [each for each in entries if each["held"]]
        self.assertTrue(held["version"].startswith(OLD))
        self.assertIn("kept_bytes", entries[1])
        check = schemas.check(self.temp.good("check", "--format", "json").out)
        self.assertEqual(check["toolchains"][0]["status"], "held")

    def test_components_come_from_its_own_release(self):
        self.temp.good("toolchain", "install", "stable", "-c", "clippy", "--no-self-update")
        self.temp.good("component", "add", "rust-src")
        self.assertLessEqual({full_name("clippy"), "rust-src"}, self.temp.components())
        self.assert_release(OLD)
        self.assertIn(self.line, self.temp.good("update", "--no-self-update").err)

    def test_unhold_updates_it(self):
        for words in (["update", "--unhold"], ["update", "--unhold", "stable"]):
            done = self.temp.good(*words, "--no-self-update")
            self.assertNotIn("held", done.err)
            self.assert_release(NEW)
            self.rollback()
            self.assert_release(OLD)

    def test_uninstalled_and_installed_again_nothing_holds_it(self):
        self.temp.good("toolchain", "uninstall", "stable")
        self.temp.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        self.assert_release(NEW)


class Meanwhile(RollbackTest):
    """Two commands that began with the same toolchain, of which each wants another release of it."""

    def begin(self, *words, word="rustc-"):
        """A command that has come to the download of a component, and goes on when asked to."""
        server = ScriptedServer(self, self.dist)
        server.on(word, lambda exchange: exchange.stall())
        running = self.temp.spawn(*words, RUSTUP_DIST_SERVER=server.url)
        self.assertTrue(server.stalled.wait(60))

        def go_on():
            server.be_good()
            return running.finish()

        return go_on

    def prepare(self):
        self.update(keep=1)
        self.add_release()

    def test_an_update_under_way_leaves_what_is_held_by_now(self):
        for words in (["update", "stable"], ["toolchain", "install", "stable"]):
            with self.subTest(words):
                self.prepare()
                go_on = self.begin(*words, "--no-self-update")
                self.rollback()
                done = go_on()
                self.assert_good(done)
                self.assertIn(f"info: {STABLE} is held at {OLD} ", done.err)
                self.assert_release(OLD)
                self.temp.good("update", "--unhold", "--no-self-update")
                self.assert_release(NEXT)
                self.temp.good("toolchain", "uninstall", "stable")
                switch_stable(self.dist, OLD_DATE)

    def test_what_an_install_names_is_added_to_what_is_held_by_now(self):
        self.prepare()
        go_on = self.begin("toolchain", "install", "stable", "-c", "clippy", "--no-self-update")
        self.rollback()
        self.assert_good(go_on())
        self.assert_release(OLD)
        self.assertIn(full_name("clippy"), self.temp.components())

    def test_an_addition_to_what_is_held_no_more_takes_nothing_back(self):
        self.update(keep=1)
        self.rollback()
        go_on = self.begin("toolchain", "install", "stable", "-c", "clippy", "--no-self-update", word="clippy-")
        self.temp.good("update", "--unhold", "--no-self-update")
        self.assert_release(NEW)
        self.assert_good(go_on())
        self.assert_release(NEW)
        self.assertIn(full_name("clippy"), self.temp.components())
        self.assertIsNone(self.temp.state().held)

    def test_a_rollback_under_way_brings_nothing_back_that_was_uninstalled(self):
        self.update()
        go_on = self.begin("toolchain", "rollback", "stable")
        self.temp.good("toolchain", "uninstall", "stable")
        done = go_on()
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("is not installed", done.err)
        self.assertFalse(self.temp.toolchain().exists())
        self.assertEqual(checks.leftovers(self.temp), [])

    def test_of_two_rollbacks_to_one_release_the_later_has_nothing_to_do(self):
        self.update()
        go_on = self.begin("toolchain", "rollback", "stable", word=f"{OLD_DATE}/channel-rust-stable")
        self.rollback()
        done = go_on()
        self.assert_good(done)
        self.assertIn("of its history says already", done.err)
        self.assertEqual([each["what"] for each in self.temp.commits()], ["install", "update", "rollback"])
        self.assert_release(OLD)


if __name__ == "__main__":
    main()
