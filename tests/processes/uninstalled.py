#!/usr/bin/env python3
"""What `rustup self uninstall` takes away: what we placed, and nothing else."""

import os
import shutil

from harness.cases import main
from harness.environment import HOST, STABLE
from harness.processes import Holder
from harness.user_files import UserFilesTest


class Uninstalled(UserFilesTest):
    """What we placed goes, and nothing else."""

    def test_what_others_put_into_the_homes_stays(self):
        self.good_init()
        theirs = [self.cargo / name for name in ("config.toml", "credentials.toml", "registry/cache/x",
                                                 "env.mine", "bin/ripgrep", "bin/cargo-nextest")]
        theirs += [self.temp.rustup / "mine" / "notes"]
        for path in theirs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("theirs")
        (self.bin / "rustfmt").unlink()
        shutil.copy("/bin/true", self.bin / "rustfmt")
        done = self.good_uninstall()
        self.assertIn(f"warn: keeping non-empty cargo bin directory `{self.bin}`\n", done.err)
        self.assertIn(f"warn: keeping non-empty cargo home directory `{self.cargo}`\n", done.err)
        for path in theirs:
            self.assertEqual(path.read_text(), "theirs")
        self.assertEqual(sorted(os.listdir(self.bin)), ["cargo-nextest", "ripgrep", "rustfmt"])
        left = set(os.listdir(self.cargo))
        self.assertLessEqual({"bin", "config.toml", "credentials.toml", "env", "env.mine", "registry"}, left)
        self.assertFalse(left & {".latchkey", "latchkey"})
        # By which those programs are found.
        self.assertIn('. "$HOME/.cargo/env"\n', self.profile.read_text())
        self.assertEqual(os.listdir(self.temp.rustup), ["mine"])

    def test_what_later_versions_note_goes_with_the_home(self):
        self.good_init()
        (self.temp.rustup / "state.toml").write_text("last_release_notified_secs = 1\n")
        self.good_uninstall()
        self.assertFalse(self.temp.rustup.exists())
        self.assertFalse(self.cargo.exists())

    def test_a_linked_bin_folder_keeps_what_is_the_users(self):
        folder = self.user / "bin"
        folder.mkdir()
        (folder / "mine").write_text("mine")
        self.cargo.mkdir()
        self.bin.symlink_to("../bin")
        self.good_init()
        self.assertTrue((folder / "rustc").exists())
        self.good_uninstall()
        self.assertEqual(os.listdir(folder), ["mine"])

    def test_a_linked_folder_of_toolchains_is_emptied(self):
        folder = self.root / "large disk"
        folder.mkdir()
        self.temp.rustup.mkdir()
        (self.temp.rustup / "toolchains").symlink_to(folder)
        mine = self.root / "mine"
        (mine / "bin").mkdir(parents=True)
        (mine / "bin" / "rustc").write_text("mine")
        (mine / "lib").mkdir()
        self.good_init("--profile", "minimal", toolchain="stable")
        self.temp.good("toolchain", "link", "mine", mine)
        self.good_uninstall()
        self.assertEqual(os.listdir(folder), [])
        self.assertEqual((mine / "bin" / "rustc").read_text(), "mine")
        self.assertFalse(self.temp.rustup.exists())

    def test_a_home_that_somebody_runs_on_is_not_uninstalled(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        before = sorted(self.temp.root.rglob("*"))
        for key in (f"use:home/{STABLE}/rustc-{HOST}", "unpack:a-tree"):
            holder = Holder(self.temp.latchkey / "locks", key)
            done = self.uninstall()
            holder.let_go()
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("toolchains are in use", done.err)
            self.assertIn(f"pid {holder.pid}: ", done.err)
            self.assertEqual(sorted(self.temp.root.rglob("*")), before)
        self.good_uninstall()
        self.assertFalse(self.temp.rustup.exists())
        self.assertFalse(self.cargo.exists())

    def test_no_home_that_is_more_than_that_is_uninstalled(self):
        self.good_init()
        self.temp.good("set", "profile", "minimal", RUSTUP_HOME=str(self.user))
        (self.user / "toolchains").mkdir()
        (self.user / "bin").mkdir()
        shutil.copy(self.bin / "rustup", self.user / "bin" / "rustup")
        before = sorted(self.user.rglob("*"))
        for name in ("CARGO_HOME", "RUSTUP_HOME"):
            for spelt in (self.user, f"{self.user}/./"):
                done = self.uninstall(**{name: str(spelt)})
                self.assertEqual(done.code, 1, str(done))
                self.assertRegex(done.err, f"{name} is '.*', which is the home directory")
        self.assertEqual(sorted(self.user.rglob("*")), before)


if __name__ == "__main__":
    main()
