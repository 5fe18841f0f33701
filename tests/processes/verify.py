#!/usr/bin/env python3
"""`toolchain verify`: every damage of every file is found, told with its component, and repaired beside builds."""

import contextlib
import os
import shutil
import subprocess
import sys
import unittest

from harness.cases import main
from harness.checks import every_file, leftovers
from harness.dists import stable_dist
from harness.environment import HOST, LAGGING, STABLE
from harness.homes import full_name
from harness.rustup import make_by_hand
from harness.user_files import UMASK
from harness.users import AS_NOBODY, IS_ROOT
from harness.verified import (DAMAGES, NOWHERE, RUSTLIB, TAG, VERSION, VerifyTest, flip, flip_in_place, grow,
                              is_note)

# Runs a tool of the toolchain and reads a file of it, over and over, until its standard input ends.
WATCHER = r"""
import pathlib, select, subprocess, sys
tool, path, *known = sys.argv[1:]
rounds = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    done = subprocess.run([tool, "--version"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{tool}: {done.returncode}: {done.stdout}{done.stderr}")
    try:
        if pathlib.Path(path).read_bytes().hex() not in known:
            sys.exit(f"{path} is half written")
    except FileNotFoundError:
        if "missing" not in known:
            sys.exit(f"{path} went")
    rounds += 1
    if rounds == 2:
        print("ready", flush=True)
"""


class Found(VerifyTest):
    def test_a_sound_toolchain_is_as_it_was_installed(self):
        for words in ((), ("stable",), ("--quick",), ("--all",), ("--repair",)):
            done = self.verify(*words)
            self.assertRegex(done.out, rf"^{STABLE}: \d+ files of 5 components: all as installed\n$")
            self.assertEqual(done.err, "")
        self.assertEqual(leftovers(self.a_home), [])

    def check_damage(self, paths, damage, kind, reason):
        """Damages these files; each is found under its component, and repaired from the other toolchain."""
        owners = self.owners()
        before = {path: self.path(path).read_bytes() for path in paths}
        for path in paths:
            damage(self.path(path))
        done = self.verify(code=1)
        found = sorted(line for line in done.out.splitlines() if line.startswith("  "))
        self.assertEqual(len(found), len(paths), str(done))
        for line, wanted in zip(found, sorted(self.line(kind, path, owners[path], reason)
                                              for path in paths)):
            self.assertTrue(line.startswith(wanted), f"{line}, not {wanted}")
        done = self.verify("--repair", **NOWHERE)
        for path in paths:
            self.assertIn(f"  repaired {path}", done.out)
            if path != TAG:  # What it was made from is not known any more.
                self.assertEqual(self.path(path).read_bytes(), before[path])
        self.verify()

    def test_every_damage_of_every_file_is_found_and_repaired(self):
        self.install_twin()
        files = [path for path in self.owners() if not is_note(path)]
        self.assertGreater(len(files), 20)
        for name, (damage, kind, reason) in DAMAGES.items():
            with self.subTest(damage=name):
                self.check_damage(files, damage, kind, reason)
        self.assert_sound(STABLE, VERSION)
        self.assertEqual(leftovers(self.a_home), [])

    def test_every_damage_of_every_note_is_found_and_repaired(self):
        self.install_twin()
        notes = [path for path in self.owners() if is_note(path)]
        self.assertGreaterEqual(len(notes), 10)
        for path in notes:
            for name, (damage, kind, reason) in DAMAGES.items():
                if name == "its mode":
                    continue  # They have whatever mode the umask gave them.
                if name == "its size":
                    reason = ""  # Their content is compared.
                with self.subTest(path=path, damage=name):
                    self.check_damage([path], damage, kind, reason)
        self.assert_sound(STABLE, VERSION)
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_quick_look_sees_sizes_modes_and_times_and_no_bit(self):
        path = self.path("bin/rustc")
        flip(path)
        self.verify("--quick")
        os.utime(path)
        done = self.verify("--quick", code=1)
        self.assertIn("has another time of modification", done.out)
        grow(path)
        self.assertIn("has another size", self.verify("--quick", code=1).out)

    def test_extra_files_are_told_and_stay(self):
        mine = [f"{RUSTLIB}mine", "bin/mine", f"{RUSTLIB}manifest-mine"]
        for path in mine:
            self.path(path).write_text("mine")
        done = self.verify("--repair")
        for path in mine:
            self.assertIn(self.line("extra", path, "", "belongs to no component"), done.out)
            self.assertEqual(self.path(path).read_text(), "mine")
        self.assertIn("3 extra", done.out)

    def test_what_was_never_hashed_is_said_once_for_each_component(self):
        tree = self.a_home.state().find("clippy-preview").tree
        (self.a_home.latchkey / "trees" / f"{tree}.json.gz").unlink()
        done = self.verify(code=2)
        self.assertEqual([line for line in done.out.splitlines() if line.startswith("  ")],
                         [f"  unverifiable {full_name('clippy')}: Latchkey has no list of its files"])

    def test_a_toolchain_of_rustups_is_unverifiable(self):
        home = self.home(f"file://{stable_dist()}", "by-hand")
        make_by_hand(home, stable_dist())
        done = home.run("toolchain", "verify", "stable")
        self.assertEqual(done.code, 2, str(done))
        self.assertIn(f"  unverifiable {full_name('rustc')}: Latchkey did not install it", done.out)
        self.assertFalse((home.latchkey / "toolchains").exists(), "it was only looked at")

    def test_what_cannot_be_checked_is_exit_status_2(self):
        for name, text in (("beta", f"toolchain 'beta-{HOST}' is not installed"),
                           ("a/b", "invalid toolchain name")):
            self.assertIn(text, self.verify(name, code=2).err)
        linked = self.root / "linked"
        for folder in ("bin", "lib"):
            (linked / folder).mkdir(parents=True)
        shutil.copy("/bin/true", linked / "bin" / "rustc")
        self.a_home.good("toolchain", "link", "mine", linked)
        done = self.verify("--all", code=2)
        self.assertIn("toolchain 'mine' is a link to", done.err)
        self.assertIn("all as installed", done.out, "the others are looked at")

    def test_what_excludes_each_other_is_refused(self):
        for words in (("--all", "stable"), ("--detach",), ("--detach", "--repair", "x")):
            self.assertIn("error: ", self.verify(*words, code=1).err)


class Repaired(VerifyTest):
    def test_missing_folders_come_back_from_the_server_and_only_what_is_bad_is_replaced(self):
        inode = self.path("bin/rustc").stat().st_ino
        shutil.rmtree(self.path("share"))
        self.path("bin/cargo-clippy").unlink()
        done = self.verify("--repair")
        self.assertIn("repaired bin/cargo-clippy", done.out)
        self.assertEqual(self.path("bin/rustc").stat().st_ino, inode)
        self.assert_sound()
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_repair_under_another_umask_leaves_every_mode_as_it_was(self):
        path = self.path("bin/rustc")
        mode = path.stat().st_mode
        flip(path)
        self.verify("--repair", prefix=UMASK[0o077])
        self.assertEqual(path.stat().st_mode, mode)
        self.verify()

    def test_without_a_server_the_damage_stays_and_is_explained(self):
        flip(self.path("bin/rustc"))
        bad = self.path("bin/rustc").read_bytes()
        done = self.verify("--repair", code=1, **NOWHERE)
        self.assertIn("could not be repaired: ", done.out)
        self.assertIn("/nonexistent/", done.out)
        self.assertEqual(self.path("bin/rustc").read_bytes(), bad)
        self.verify("--repair")
        self.assert_sound()

    def test_a_damaged_file_of_two_toolchains_is_told_and_each_repaired_when_asked_for(self):
        self.install_twin()
        flip_in_place(self.path("bin/rustc"))
        done = self.verify(code=1)
        self.assertIn(f"; the same file is in {VERSION}", done.out)
        done = self.verify("--repair")
        self.assertIn(f"; the same file is in {VERSION}", done.out)
        self.assert_sound(STABLE)
        self.verify("1.95.0", code=1)
        self.verify("1.95.0", "--repair", **NOWHERE)  # From the other one, by now.
        self.assert_sound(STABLE, VERSION)

    def test_beside_builds_each_file_is_the_old_one_or_the_right_one(self):
        self.install_twin()
        for path in ("bin/rustc", "bin/cargo-clippy"):
            for damage, _, _ in DAMAGES.values():
                target = self.path(path)
                good = target.read_bytes()
                damage(target)
                known = [good.hex()]
                known.append(target.read_bytes().hex() if target.exists() else "missing")
                words = [self.a_home.binary, "run", "stable", sys.executable, "-c", WATCHER,
                         self.path("bin/cargo"), target, *known]
                watcher = subprocess.Popen(list(map(str, words)), env=self.a_home.environment,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True)
                self.assertEqual(watcher.stdout.readline(), "ready\n")
                self.verify("--repair", **NOWHERE)
                self.assertEqual(target.read_bytes(), good)
                _, told = watcher.communicate("", timeout=60)
                self.assertEqual(watcher.returncode, 0, told)
        self.assert_sound()

    def test_the_users_folder_in_a_files_place_stays(self):
        self.path("bin/rustc").unlink()
        self.path("bin/rustc").mkdir()
        (self.path("bin/rustc") / "mine").write_text("mine")
        done = self.verify("--repair", code=1)
        self.assertIn("is a folder with files in it", done.out)
        self.assertEqual((self.path("bin/rustc") / "mine").read_text(), "mine")
        (self.path("bin/rustc") / "mine").unlink()
        self.verify("--repair")
        self.assert_sound()

    @unittest.skipIf(LAGGING, "rustup changes what is at home")
    def test_what_rustup_added_and_removed_is_no_damage(self):
        """Its two lists say the same, and so the toolchain is as somebody wanted it."""
        for note in ("components", "multirust-config.toml"):
            text = self.path(RUSTLIB + note).read_text()
            parts = text.replace("[[components]]", "\0[[components]]").split("\0") \
                if note.endswith("toml") else text.splitlines(keepends=True)
            kept = [part for part in parts if "clippy" not in part]
            self.assertLess(len(kept), len(parts))
            self.path(RUSTLIB + note).write_text("".join(kept))
        done = self.verify(code=2)
        self.assertNotIn("modified", done.out)
        self.assertIn("Latchkey did not install it", done.out)

    @unittest.skipUnless(IS_ROOT, "only root can be another user")
    def test_another_user_may_look_and_not_repair(self):
        flip(self.path("bin/rustc"))
        before = self.path("bin/rustc").read_bytes()
        self.assertIn("modified bin/rustc", self.verify("stable", code=1, prefix=AS_NOBODY).out)
        done = self.verify("stable", "--repair", code=2, prefix=AS_NOBODY)
        self.assertIn("latchkey/locks", done.err)
        self.path("bin/cargo").chmod(0o700)
        self.assertEqual(self.path("bin/rustc").read_bytes(), before)
        self.verify("--repair")
        self.path("bin/cargo").chmod(0o755)
        self.path("bin/cargo").chmod(0o000)
        done = self.verify("stable", code=1, prefix=AS_NOBODY)
        self.assertIn("modified bin/cargo", done.out)


@unittest.skipUnless(IS_ROOT, "only root can mount")
class OnOddDisks(VerifyTest):
    def mount(self, *words):
        done = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(done.stderr)
        self.addCleanup(subprocess.run, ["umount", "-l", str(words[-1])], check=False)

    def snapshot(self):
        home = self.a_home.current()
        return {path: ((home / path).read_bytes(), (home / path).stat().st_mode)
                for path in every_file(home)}

    def test_on_a_full_disk_all_stays_as_it_was_and_the_error_says_why(self):
        place = self.root / "small"
        place.mkdir()
        self.mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", place)
        self.a_home = self.home(f"file://{stable_dist()}", "small/home")
        self.a_home.install("stable")
        self.a_home.good("component", "add", "clippy")
        flip(self.path("bin/rustc"))
        self.path("bin/cargo").unlink()
        (self.path(RUSTLIB + "components")).unlink()
        before = self.snapshot()
        filler = place / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        done = self.verify("--repair", code=1)
        self.assertIn("No space left on device", done.out + done.err)
        self.assertEqual(self.snapshot(), before)
        filler.unlink()
        self.verify("--repair")
        self.assert_sound()
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_home_that_is_read_only_is_verified_and_not_repaired(self):
        flip(self.path("bin/rustc"))
        self.mount("--bind", self.a_home.rustup, self.a_home.rustup)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.a_home.rustup], check=True)
        self.assertIn("modified bin/rustc", self.verify(code=1).out)
        done = self.verify("--repair", code=2)
        self.assertIn("Read-only file system", done.err)


class Detached(VerifyTest):
    def test_an_edit_after_it_is_in_no_other_toolchain(self):
        self.install_twin()
        path = self.path("bin/rustc")
        about = path.stat()
        done = self.verify("--detach", path)
        self.assertIn(f"bin/rustc of {STABLE} has a copy of its own now; the file before is in "
                      f"{VERSION}", done.out)
        self.assertFalse(path.samefile(self.path("bin/rustc", VERSION)))
        now = path.stat()
        self.assertEqual((now.st_mode, now.st_uid, now.st_gid, now.st_mtime_ns),
                         (about.st_mode, about.st_uid, about.st_gid, about.st_mtime_ns))
        self.assertIn("has a copy of its own already", self.verify("--detach", path).out)
        flip_in_place(path)
        self.verify("1.95.0")
        self.verify("stable", code=1)
        self.assertEqual(leftovers(self.a_home), [])

    def test_paths_may_be_relative_and_lead_through_links(self):
        self.install_twin()
        link = self.a_home.root / "work" / "link"
        link.symlink_to(self.a_home.current())
        for file in ("bin/cargo", "bin/rustc"):
            self.assertIn(f"{file} of {STABLE} has", self.verify("--detach", f"link/{file}").out)
            self.assertFalse(self.path(file).samefile(self.path(file, VERSION)))

    def test_what_is_no_file_of_a_toolchain_is_refused(self):
        other = self.a_home.root / "work" / "other"
        other.write_text("other")
        for path, text in ((other, "is not a file of a toolchain"),
                           (self.path("bin/nothing"), "does not exist"),
                           (self.path("bin"), "is not a regular file"),
                           (self.a_home.rustup / "settings.toml", "is not a file of a toolchain")):
            self.assertIn(text, self.verify("--detach", path, code=1).err)


if __name__ == "__main__":
    main()
