#!/usr/bin/env python3
"""$CARGO_HOME/bin, emptied by caches and restored from them, or with something deleted: the next start mends it."""

import os
import shutil
import subprocess
import unittest

from harness.bin_folder import PROGRAM_FILE, PROXY_FILE, BinFolderTest, pack, restore
from harness.cases import main
from harness.environment import rounds
from harness.installed import NAMES
from harness.processes import Holder, Running
from harness.proxied import TOOLS
from harness.users import as_user

ALICE = 20001


def clean_bin(folder):
    """As Swatinem/rust-cache does at the end of a job: deletes what its list of directory entries
    calls a file and `cargo install` did not put there. Links are no files to it.

    Source: rust-cache, src/cleanup.ts, `cleanBin`.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)


class Caches(BinFolderTest):
    def test_what_deletes_the_files_in_it_deletes_none_of_ours(self):
        (self.bin / "cargo-nextest").write_text("somebody's own")
        clean_bin(self.bin)
        self.assert_whole()
        self.assert_builds()
        clean_bin(self.bin)
        self.assert_whole()

    def test_a_restored_folder_of_another_version_works(self):
        archive = self.root / "bin.tar"
        other = self.other_version()
        clean_bin(other)
        pack(other, archive)
        shutil.rmtree(other.parent)
        restore(archive, self.cargo)
        self.assert_builds()
        self.assert_good(self.call("rustup", "show"))
        self.assert_laid_out()
        self.assertEqual((self.bin / "rustup").read_bytes(), self.next_version())

    def test_a_restored_folder_without_some_of_it_works(self):
        def hidden_left_out(folder):
            shutil.rmtree(folder / ".latchkey")

        def cleaned_as_before(folder):
            self.lay_out_as_before(folder)
            clean_bin(folder)

        def by_rustup(folder):
            shutil.rmtree(folder)
            folder.mkdir()
            for tool in TOOLS:
                (folder / tool).symlink_to("rustup")

        def leading_nowhere(folder):
            shutil.rmtree(folder)
            folder.mkdir()
            for name in NAMES:
                (folder / name).symlink_to(".latchkey/of-another-layout/rustup")

        for change in (hidden_left_out, cleaned_as_before, by_rustup, leading_nowhere):
            with self.subTest(change.__name__):
                saved = self.root / "saved"
                subprocess.run(["cp", "-a", self.bin, saved], check=True)
                change(saved)
                pack(saved, self.root / "bin.tar")
                shutil.rmtree(saved)
                restore(self.root / "bin.tar", self.cargo)
                if change is leading_nowhere:  # The next start is by another way.
                    done = Running([self.bin / PROGRAM_FILE, "show"], self.temp.environment,
                                   self.root).finish()
                    self.assert_good(done)
                self.assert_builds()
                self.assert_good(self.call("rustup", "show"))
                self.assert_whole()

    def test_a_restored_folder_of_the_layout_of_before_works(self):
        saved = self.root / "saved"
        subprocess.run(["cp", "-a", self.bin, saved], check=True)
        self.lay_out_as_before(saved)
        pack(saved, self.root / "bin.tar")
        for fresh in (False, True):
            if fresh:
                shutil.rmtree(self.bin)
            restore(self.root / "bin.tar", self.cargo)
            self.assert_builds()
            self.assert_good(self.call("rustup", "show"))
            self.assert_whole()


class Deleted(BinFolderTest):
    def test_each_name_comes_back_with_the_next_start(self):
        for name in NAMES:
            for caller in (("cargo", "exec", "true"), ("rustc", "--version"), ("rustup", "show")):
                if name == caller[0] or caller[0] == "rustc" and name not in ("rustup", "cargo"):
                    continue  # What a build starts by the hundred looks only at those two.
                with self.subTest(name=name, caller=caller[0]):
                    (self.bin / name).unlink()
                    self.assert_good(self.call(*caller))
                    self.assert_whole()
        for name in ("rustc", "rustup", "rustfmt"):
            (self.bin / name).unlink()
            self.assert_builds()
            self.assert_whole()

    def test_the_proxy_comes_back_with_the_next_rustup(self):
        for lose in (os.unlink, lambda path: path.write_bytes(b"cut off")):
            lose(self.bin / PROXY_FILE)
            self.assert_good(self.call("rustup", "--version"))
            self.assert_whole()
            self.assert_builds()
        shutil.rmtree(self.bin / ".latchkey" / "proxy")
        self.assert_good(self.call("rustup", "--version"))
        self.assert_whole()

    def test_without_the_program_tools_run_and_say_what_to_do(self):
        (self.bin / PROGRAM_FILE).unlink()
        self.assert_builds()
        done = self.call("cargo", "+nightly", "build")
        self.assertEqual(done.code, 1)
        self.assertIn("run Latchkey's rustup-init once more", done.err)
        self.good_init("--default-toolchain", "none")
        self.assert_whole()

    def test_what_is_somebody_elses_stays(self):
        own = {"rustfmt": "a formatter", "cargo": "#!/bin/sh\necho a wrapper\n"}
        for name, text in own.items():
            (self.bin / name).unlink()
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        (self.bin / "rust-analyzer").unlink()
        (self.bin / "rust-analyzer").symlink_to("/bin/true")
        (self.bin / "rls").unlink()
        self.assert_good(self.call("rustup", "show"), self.call("rustc", "--version"))
        self.assertTrue((self.bin / "rls").is_symlink())
        self.assertEqual({name: (self.bin / name).read_text() for name in own}, own)
        self.assertEqual(os.readlink(self.bin / "rust-analyzer"), "/bin/true")

    def test_a_start_waits_for_nobody_to_mend(self):
        holder = Holder(self.cargo / "latchkey" / "locks", "cargo-home:")
        (self.bin / "rls").unlink()
        self.assert_builds(LATCHKEY_LOCK_TIMEOUT="1")
        self.assert_good(self.call("rustup", "show", LATCHKEY_LOCK_TIMEOUT="1"))
        self.assertFalse((self.bin / "rls").is_symlink())
        holder.let_go()
        self.assert_builds()
        self.assert_whole()

    def test_eight_starts_mend_at_once(self):
        for _ in range(rounds(5, 50)):
            for name in ("rls", "rustfmt", "rustdoc", "rustup"):
                (self.bin / name).unlink()
            (self.bin / "rustup").symlink_to(PROGRAM_FILE)
            starts = [Running([self.bin / name, "--version"], self.temp.environment, self.root)
                      for name in ("rustup", "rustc", "cargo", "rustc") * 2]
            self.assert_good(*self.finish_all(starts))
            self.assert_good(self.call("rustup", "--version"))
            self.assert_whole()

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_nobody_mends_what_is_not_theirs(self):
        (self.bin / "rls").unlink()
        alice = as_user(ALICE)
        for owner, prefix in ((0, alice), (ALICE, [])):
            os.chown(self.bin, owner, owner)
            for words in (["rustc", "--version"], ["rustup", "--version"]):
                done = Running([*prefix, self.bin / words[0], *words[1:]],
                               self.temp.environment, self.temp.root / "work").finish()
                self.assertEqual((done.code, "error" in done.err), (0, False), str(done))
            self.assertFalse((self.bin / "rls").is_symlink())
        os.chown(self.bin, 0, 0)
        self.assert_builds()
        self.assert_whole()

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_what_root_installs_is_whose_the_folder_is(self):
        shutil.rmtree(self.bin)
        self.bin.mkdir()
        os.chown(self.bin, ALICE, ALICE)
        self.good_init("--default-toolchain", "none")
        self.assert_whole()
        self.assertEqual({(path.lstat().st_uid, path.lstat().st_gid) for path in self.bin.rglob("*")},
                         {(ALICE, ALICE)})

    def test_a_strict_umask_takes_the_programs_from_nobody(self):
        for again in (lambda: self.good_init("--default-toolchain", "none"),
                      lambda: self.assert_good(self.call("rustup", "--version"))):
            self.lay_out_as_before()
            self.bin.chmod(0o755)
            before = os.umask(0o077)
            try:
                again()
            finally:
                os.umask(before)
            self.assert_whole()
            for folder in (".latchkey", ".latchkey/proxy"):
                self.assertEqual((self.bin / folder).stat().st_mode & 0o7777, 0o755, folder)


if __name__ == "__main__":
    main()
