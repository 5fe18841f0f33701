#!/usr/bin/env python3
"""`toolchain verify` beside other commands, in toolchains that lag, wait, or are of before 2016, and what it tells
programs."""

import json
import os
import shutil
import signal
import unittest

from harness import schemas
from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, OLD_YEAR, add_two_betas, switch_beta, switch_stable, two_stables
from harness.environment import BETA, LAGGING, STABLE
from harness.homes import full_name
from harness.processes import Holder, wait_until, waits_for_range
from harness.verified import NOWHERE, RUSTLIB, TAG, VERSION, VerifyTest, flip, flip_in_place


def has_jsonschema():
    try:
        import jsonschema  # pylint: disable=unused-import
    except ImportError:
        return False
    return True


class Meets(VerifyTest):
    def test_two_repairs_at_once_both_end_well(self):
        self.install_twin()
        for path in ("bin/rustc", "bin/cargo", "bin/cargo-clippy"):
            flip(self.path(path))
        repairs = [self.a_home.spawn("toolchain", "verify", "stable", "--repair") for _ in range(4)]
        self.assert_good(*self.finish_all(repairs))
        self.assert_sound(STABLE, VERSION)
        self.assertEqual(leftovers(self.a_home), [])

    def test_repairs_of_two_toolchains_that_need_each_other_end_well(self):
        self.install_twin()
        flip(self.path("bin/rustc"))
        flip(self.path("bin/cargo", VERSION))
        repairs = [self.a_home.spawn("toolchain", "verify", name, "--repair")
                   for name in ("stable", "1.95.0")]
        self.assert_good(*self.finish_all(repairs))
        self.assert_sound(STABLE, VERSION)

    def test_what_a_change_takes_away_meanwhile_is_not_missing(self):
        for verb in ("remove", "add", "remove", "add"):
            checks = [self.a_home.spawn("toolchain", "verify", "stable") for _ in range(3)]
            change = self.a_home.spawn("component", verb, "clippy")
            self.assert_good(*self.finish_all([*checks, change]))
        self.a_home.settle()
        self.assert_sound()

    def test_a_reader_for_ever_keeps_nobody_from_repairing(self):
        flip(self.path("bin/rustc"))
        place = "home" if self.a_home.state().place == "home" else f"away/{self.a_home.state().number}"
        reader = Holder(self.a_home.latchkey / "locks", f"directory:{place}/{STABLE}",
                        f"use:{place}/{STABLE}/*", f"use:{place}/{STABLE}/{full_name('rustc')}")
        self.addCleanup(reader.let_go)
        self.verify("--repair")
        self.assert_sound()

    def test_a_repair_waits_for_a_change_and_says_so(self):
        flip(self.path("bin/rustc"))
        holder = Holder(self.a_home.latchkey / "locks", f"toolchain:{STABLE}")
        self.addCleanup(holder.let_go)
        self.verify(code=1)  # Who only looks waits for nobody.
        done = self.verify("--repair", code=2, LATCHKEY_LOCK_TIMEOUT=2)
        self.assertIn(f"waiting for {STABLE}", done.err)
        holder.let_go()
        self.verify("--repair")
        self.assert_sound()

    def test_all_means_every_toolchain(self):
        self.install_twin()
        flip_in_place(self.path("bin/rustc"))
        done = self.verify("--all", code=1)
        self.assertEqual(done.out.count("modified bin/rustc"), 2)
        done = self.verify("--all", "--repair")
        self.assertEqual(done.out.count("repaired bin/rustc"), 2)
        self.assert_sound(STABLE, VERSION)


class Sources(VerifyTest):
    """From where a good file comes."""

    def test_a_copy_that_is_bad_itself_is_passed_over(self):
        self.install_twin()
        for toolchain in (STABLE, VERSION):
            flip(self.path("bin/rustc", toolchain))
        done = self.verify("--repair", code=1, **NOWHERE)
        self.assertIn("could not be repaired", done.out)
        self.verify("--repair")  # The server has it.
        self.assert_sound(STABLE)
        self.verify("1.95.0", code=1)

    def test_only_what_is_bad_is_taken_from_what_was_fetched(self):
        inodes = {path: self.path(path).stat().st_ino for path in ("bin/rustc", "bin/rustdoc")
                  if self.path(path).exists()}
        others = [path for path in self.owners() if path.startswith(("bin/", "lib/")) and path != "bin/rustc"]
        kept = {path: self.path(path).stat().st_ino for path in others}
        flip(self.path("bin/rustc"))
        self.verify("--repair")
        self.assertNotEqual(self.path("bin/rustc").stat().st_ino, inodes["bin/rustc"])
        self.assertEqual({path: self.path(path).stat().st_ino for path in others}, kept)
        self.assertEqual(leftovers(self.a_home), [], "what was fetched besides is gone")

    def test_times_alone_are_set_right_without_a_server(self):
        path = self.path("bin/rustc")
        before = path.stat()
        os.utime(path)
        self.verify()  # Its content is right.
        self.verify("--quick", code=1)
        self.verify("--quick", "--repair", **NOWHERE)
        self.assertEqual((path.stat().st_ino, path.stat().st_mtime_ns), (before.st_ino, before.st_mtime_ns))

    def test_a_quick_repair_replaces_what_has_another_time_and_content(self):
        path = self.path("bin/rustc")
        good = path.read_bytes()
        flip(path)
        os.utime(path)
        self.verify("--quick", "--repair")
        self.assertEqual(path.read_bytes(), good)
        self.assert_sound()

    def test_a_link_in_a_folders_place_is_followed_to_where_the_user_moved_it(self):
        moved = self.root / "moved"
        shutil.move(self.path("share"), moved)
        self.path("share").symlink_to(moved)
        self.assertNotIn("missing", self.verify().out)

    def test_a_file_in_a_folders_place_is_told_and_stays(self):
        shutil.rmtree(self.path("share"))
        self.path("share").write_text("mine")
        done = self.verify("--repair", code=1)
        self.assertIn("could not be repaired: ", done.out)
        self.assertEqual(self.path("share").read_text(), "mine")
        self.path("share").unlink()
        self.verify("--repair")
        self.assert_sound()


class Interrupted(VerifyTest):
    def test_a_repair_that_waits_ends_at_once_and_leaves_nothing(self):
        flip(self.path("bin/rustc"))
        bad = self.path("bin/rustc").read_bytes()
        holder = Holder(self.a_home.latchkey / "locks", f"toolchain:{STABLE}")
        self.addCleanup(holder.let_go)
        repair = self.a_home.spawn("toolchain", "verify", "--repair")
        self.assertTrue(wait_until(lambda: waits_for_range(repair.pid)))
        os.kill(repair.pid, signal.SIGINT)
        self.assertEqual(repair.finish().code, -signal.SIGINT)
        self.assertEqual(self.path("bin/rustc").read_bytes(), bad)
        holder.let_go()
        self.verify("--repair")
        self.assertEqual(leftovers(self.a_home), [])

    def test_detaching_waits_for_a_change(self):
        self.install_twin()
        holder = Holder(self.a_home.latchkey / "locks", f"toolchain:{STABLE}")
        self.addCleanup(holder.let_go)
        detach = self.a_home.spawn("toolchain", "verify", "--detach", self.path("bin/rustc"))
        self.assertTrue(wait_until(lambda: waits_for_range(detach.pid)))
        self.assertTrue(self.path("bin/rustc").samefile(self.path("bin/rustc", VERSION)))
        holder.let_go()
        self.assert_good(detach.finish())
        self.assertFalse(self.path("bin/rustc").samefile(self.path("bin/rustc", VERSION)))


class Manifest(VerifyTest):
    def test_a_lost_manifest_comes_from_the_channel_and_then_what_it_lists(self):
        manifest = self.path(f"{RUSTLIB}multirust-channel-manifest.toml")
        before, about = manifest.read_bytes(), manifest.stat()
        manifest.unlink()
        self.path("bin/rustc").unlink()
        done = self.verify("--repair")
        self.assertIn(f"repaired {RUSTLIB}multirust-channel-manifest.toml", done.out)
        self.assertIn("repaired bin/rustc", done.out)
        self.assertEqual((manifest.read_bytes(), manifest.stat().st_mtime_ns), (before, about.st_mtime_ns))
        self.assert_sound()

    def test_a_lost_manifest_that_nobody_has_any_more_is_told(self):
        self.path(f"{RUSTLIB}multirust-channel-manifest.toml").unlink()
        done = self.verify("--repair", code=1, **NOWHERE)
        self.assertIn("could not be repaired: ", done.out)
        self.verify("--repair")

    def test_a_damaged_tag_keeps_the_toolchain_what_it_is(self):
        serial = self.a_home.serial()
        self.path(TAG).unlink()
        self.verify("--repair")
        self.a_home.settle()  # A change, which adopts nothing.
        self.assertEqual([each["what"] for each in self.a_home.commits(after=serial)], ["change"])
        self.assert_sound()


class ChannelWentOn(ProcessTest):
    def test_the_manifest_of_a_day_is_found_by_what_is_left_of_it(self):
        dist = two_stables(self.root / "dist")
        home = self.home(f"file://{dist}")
        switch_stable(dist, OLD_DATE)
        home.install("stable")
        switch_stable(dist, NEW_DATE)
        note = home.current() / RUSTLIB / "multirust-channel-manifest.toml"
        whole = note.read_bytes()
        note.write_bytes(whole[:len(whole) // 2])
        home.good("toolchain", "verify", "stable", "--repair")
        self.assertEqual(note.read_bytes(), whole)
        self.assertEqual(faults(home, STABLE, dist), [])
        # Without a day to ask for, the channel's newest is another one.
        note.unlink()
        done = home.run("toolchain", "verify", "stable", "--repair")
        self.assertEqual(done.code, 1, str(done))
        self.assertFalse(note.exists(), "the manifest of another release is not this one's")

    def test_a_toolchain_of_before_2016_is_verified(self):
        dist = add_two_betas(two_stables(self.root / "dist"))
        switch_beta(dist, OLD_YEAR)
        home = self.home(f"file://{dist}")
        home.install("beta", may_lag=False)
        home.good("toolchain", "verify", "beta")
        flip(home.current(BETA) / "bin/rustc")
        done = home.run("toolchain", "verify", "beta")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("modified bin/rustc (rust): has another content", done.out)


class Pending(VerifyTest):
    @unittest.skipIf(LAGGING, "it lags already")
    def test_documentation_that_waits_is_verified_where_it_waits(self):
        """It comes into the directory when home is free."""
        home = self.a_home
        reader = Holder(home.latchkey / "locks", f"directory:home/{STABLE}")
        self.addCleanup(reader.let_go)
        home.good("component", "remove", "rust-docs")
        home.good("toolchain", "uninstall", "stable")
        home.good("toolchain", "install", "stable", "--no-self-update", "--profile", "minimal", "-c", "rust-docs")
        self.assertEqual(home.state().place, "away")
        done = self.verify("stable")
        self.assertIn("all as installed", done.out)
        waiting = list((home.latchkey / "toolchains" / STABLE / "pending").rglob("*.html"))
        docs = waiting or list((home.current() / "share").rglob("*.html"))
        flip(docs[0])
        self.assertIn("1 modified", self.verify("stable", code=1).out)
        self.verify("stable", "--repair")
        self.assert_sound()


@unittest.skipUnless(has_jsonschema(), "jsonschema is not installed")
class Documents(VerifyTest):
    def tell(self, *words, code=0, **options):
        return schemas.check(self.verify(*words, "--format", "json", code=code, **options).out)

    def test_findings_are_told_with_all_that_is_known_of_them(self):
        self.install_twin()
        flip_in_place(self.path("bin/rustc"))
        self.path("bin/cargo").unlink()
        odd = os.fsencode(self.path("bin")) + b"/odd-\xff"
        with open(odd, "wb"):
            pass
        document = self.tell("stable", code=1)
        self.assertEqual(document["verdict"], "damaged")
        found = {(each["kind"], each.get("path", "")[:9]): each
                 for each in document["toolchains"][0]["findings"]}
        self.assertEqual(found["modified", "bin/rustc"]["also_in"], [VERSION])
        self.assertEqual(found["missing", "bin/cargo"]["component"], full_name("cargo"))
        self.assertEqual(bytes(found["extra", "bin/odd-\ufffd"]["path_bytes"]), b"bin/odd-\xff")
        document = self.tell("stable", "--repair")
        self.assertEqual(document["verdict"], "good")
        self.assertTrue(all(each["repaired"] for each in document["toolchains"][0]["findings"]
                            if each["kind"] != "extra"))

    def test_one_toolchain_that_cannot_be_looked_at_has_its_error_in_its_place(self):
        document = self.tell("stable", "beta", code=2)
        self.assertEqual(document["verdict"], "unchecked")
        self.assertEqual([each["name"] for each in document["toolchains"]], [STABLE, BETA])
        self.assertEqual(document["toolchains"][1]["error"]["code"], "not-found")

    def test_detached_files_are_told(self):
        self.install_twin()
        path = self.path("bin/rustc")
        for changed in (True, False):
            document = self.tell("--detach", path)
            self.assertEqual(document["kind"], "detach")
            self.assertEqual(document["files"], [
                {"toolchain": STABLE, "path": "bin/rustc", "changed": changed,
                 "also_in": [VERSION] if changed else []}])

    def test_an_error_is_a_document_of_its_own(self):
        done = self.verify("a/b", "--format", "json", code=2)
        self.assertEqual(json.loads(done.out)["kind"], "error")

    def test_the_same_words_are_understood_under_rustups_name(self):
        shutil.rmtree(self.path("etc"), ignore_errors=True)
        self.path("bin/cargo").unlink()
        done = self.verify("--repair", RUSTUP_FORCE_ARG0="rustup")
        self.assertIn("repaired bin/cargo", done.out)
        self.assertNotIn("verify", self.a_home.run("toolchain", "--help", RUSTUP_FORCE_ARG0="rustup").out)


if __name__ == "__main__":
    main()
