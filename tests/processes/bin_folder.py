#!/usr/bin/env python3
"""$CARGO_HOME/bin wherever it comes to lie: copied, linked, mounted, shared, and beside the programs of a package."""

import os
import shutil
import subprocess
import unittest

from harness.bin_folder import BinFolderTest, pack, restore
from harness.cases import main
from harness.environment import SANITIZED, STABLE
from harness.installed import NAMES
from harness.processes import Running
from harness.proxied import TOOLS


class Places(BinFolderTest):
    def test_a_proxy_ends_in_rustup(self):
        for tool in TOOLS:
            self.assertEqual(os.path.basename(os.path.realpath(self.bin / tool)), "rustup")

    def test_a_copy_is_as_large_and_works_by_itself(self):
        for how in (["cp", "-r"], ["cp", "-a"]):
            copy = self.root / "elsewhere" / how[1]
            copy.parent.mkdir(exist_ok=True)
            subprocess.run([*how, self.bin, copy], check=True)
            self.assert_laid_out(copy)
            self.assertEqual(self.files(copy), self.files())
        copy = self.root / "packed"
        copy.mkdir()
        pack(self.bin, self.root / "bin.tar")
        restore(self.root / "bin.tar", copy)
        self.assert_laid_out(copy / "bin")
        moved = self.root / "moved"
        self.bin.rename(moved)
        for folder in (copy / "bin", moved):
            self.assert_builds(folder)
            # In another's folder nothing is mended.
            (folder / "rustfmt").unlink()
            self.assert_builds(folder)
            done = Running([folder / "rustup", "toolchain", "list"], self.temp.environment,
                           self.root).finish()
            self.assertEqual((done.code, done.out.split()[:1]), (0, [STABLE]), str(done))
            self.assertFalse((folder / "rustfmt").is_symlink())
        self.assertFalse(self.bin.exists())

    def test_a_copy_that_follows_links_works_and_becomes_links_in_its_cargo_home(self):
        flat = self.root / "flat"
        subprocess.run(["cp", "-rL", self.bin, flat], check=True)
        shutil.rmtree(flat / ".latchkey")  # As where hidden files are left out.
        before = self.files(flat)
        self.assertEqual(sorted(before), sorted(NAMES))
        shutil.rmtree(self.bin)
        self.assert_builds(flat)
        self.assertEqual(self.files(flat), before)
        flat.rename(self.bin)
        self.assert_builds()
        self.assert_good(self.call("rustup", "show"))
        self.assert_whole()

    def test_two_cargo_homes_of_one_rustup_home_mend_themselves_only(self):
        other = self.root / "second"
        self.good_init("--no-modify-path", "--default-toolchain", "none", CARGO_HOME=str(other))
        self.assert_laid_out(other / "bin")
        for folder in (self.bin, other / "bin"):
            (folder / "rls").unlink()
        for words in (["rustc", "--version"], ["rustup", "show"]):
            self.assert_good(self.call(*words, CARGO_HOME=str(other)))
        self.assertFalse((self.bin / "rls").is_symlink())
        self.assertFalse((other / "bin" / "rls").is_symlink())
        self.assert_builds(other / "bin", CARGO_HOME=str(other))
        self.assert_laid_out(other / "bin")
        self.assert_builds()
        self.assert_whole()

    def test_a_linked_folder_is_mended_behind_its_link(self):
        self.bin.rename(self.root / "programs")
        self.bin.symlink_to(self.root / "programs")
        (self.bin / "cargo-clippy").unlink()
        self.assert_builds()
        self.assert_whole()
        self.assertTrue(self.bin.is_symlink())

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount")
    def test_a_mounted_folder_is_installed_into_and_mended_where_it_is(self):
        programs = self.root / "programs"
        programs.mkdir()
        if subprocess.run(["mount", "--bind", programs, self.bin], check=False).returncode != 0:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.bin)], check=False)
        self.good_init("--default-toolchain", "none")
        self.assert_whole()
        self.assert_laid_out(programs)
        (self.bin / "rustc").unlink()
        self.assert_builds()
        self.assert_whole()
        self.assert_good(self.call("rustup", "self", "uninstall", "-y"))
        self.assertEqual(os.listdir(self.bin), [])

    def test_without_symlinks_the_tools_are_copies_that_nobody_makes_again(self):
        strace = shutil.which("strace")
        if strace is None or SANITIZED:
            self.skipTest("there is no strace, or a sanitizer is in its way")
        calls = "symlink,symlinkat"
        no_links = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e",
                    f"inject={calls}:error=EPERM"]
        shutil.rmtree(self.bin)
        self.good_init("--default-toolchain", "none", prefix=no_links)
        made = self.look(self.bin)
        self.assertEqual(sorted(made), sorted((".latchkey", *NAMES)))
        self.assertEqual(len(self.files()), len(NAMES) + 2)
        for words in (["rustup", "show"], ["rustc", "--version"], ["cargo", "exec", "true"]):
            self.assert_good(Running([*no_links, self.bin / words[0], *words[1:]],
                                     self.temp.environment, self.root).finish())
        self.assertEqual(self.look(self.bin), made)
        self.assert_builds()
        self.assert_good(self.call("rustup", "show"))
        self.assert_whole()


class Packages(BinFolderTest):
    def package(self):
        folder = self.root / "package" / "bin"
        folder.mkdir(parents=True)
        shutil.copy(self.temp.binary, folder / "rustup")
        for tool in ("cargo", "rustc", "rustfmt"):
            (folder / tool).symlink_to("rustup")
        return folder

    def test_programs_outside_stay_as_they_are(self):
        package = self.package()
        before = self.look(package)
        for cargo_home in (self.cargo, self.root / "none-yet"):
            self.assert_builds(package, CARGO_HOME=str(cargo_home))
            done = Running([package / "rustup", "component", "add", "rustfmt"],
                           self.temp.environment | {"CARGO_HOME": str(cargo_home)},
                           self.root).finish()
            self.assert_good(done)
        self.assertEqual(self.look(package), before)
        self.assert_whole()
        self.assertFalse((self.root / "none-yet" / "bin").exists())

    def test_links_to_a_package_stay_as_they_are(self):
        package = self.package()
        shutil.rmtree(self.bin)
        self.bin.mkdir()
        for name in ("rustup", "cargo", "rustc"):
            (self.bin / name).symlink_to(package / "rustup")
        before = self.look(self.bin)
        self.assert_builds()
        self.assert_good(self.call("rustup", "show"))
        self.assertEqual(self.look(self.bin), before)


if __name__ == "__main__":
    main()
