#!/usr/bin/env python3
"""The files that belong to a user, and what others keep beside ours: edited with all that they are, or left alone.

What is mounted is mounted in a mount namespace of this program's own.
"""

import os
import resource
import shutil
import subprocess
import unittest

from harness import namespaces
from harness.cases import ProcessTest, main
from harness.damage import restart
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, SANITIZED, STABLE
from harness.processes import Running
from harness.user_files import ALICE, BOB, GROUP, MEMBER, UMASK, UserFilesTest

LINE = '. "$HOME/.cargo/env"\n'
OLD_LINE = 'source "$HOME/.cargo/env"\n'
ROOT_ONLY = unittest.skipUnless(os.geteuid() == 0, "only root can mount, or give files away")


class Kept(UserFilesTest):
    """What is edited stays what it is."""

    @ROOT_ONLY
    def test_root_in_a_users_home_leaves_the_users_files_to_the_user(self):
        for mode in (0o600, 0o644, 0o664):
            self.profile.write_text(OLD_LINE + "mine\n")
            self.profile.chmod(mode)
            self.give(ALICE)
            self.good_init()
            (self.cargo / "env").write_text("of an older version\n")
            os.chown(self.cargo / "env", ALICE, GROUP)
            self.good_init()
            self.assertEqual(self.profile.read_text(), "mine\n" + LINE)
            for path in (self.profile, self.cargo / "env"):
                about = path.stat()
                self.assertEqual((about.st_uid, about.st_gid), (ALICE, GROUP), path)
            self.assertEqual(self.profile.stat().st_mode & 0o7777, mode)
            os.chown(self.temp.rustup / "settings.toml", ALICE, GROUP)
            self.temp.good("set", "profile", "minimal")
            self.assertEqual((self.temp.rustup / "settings.toml").stat().st_uid, ALICE)
            self.good_uninstall()
            self.assertEqual(self.profile.read_text(), "mine\n")
            self.assertEqual(self.profile.stat().st_uid, ALICE)
            self.assertEqual(self.profile.stat().st_mode & 0o7777, mode)
            self.assert_no_draft()

    @ROOT_ONLY
    def test_a_tool_that_root_starts_leaves_nothing_of_roots(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        self.give(ALICE)
        for umask in (0o022, 0o077):
            for spoil in (lambda: [path.unlink() for name in ("locks", "readers")
                                   for path in self.temp.latchkey.glob(name)],
                          lambda: restart(self.temp), lambda: None):
                spoil()
                self.give(ALICE)
                for words in (("cargo", "--version"), ("rustup", "show"), ("rustup", "check")):
                    self.call(*words, prefix=UMASK[umask])
                others = [path for path in self.temp.rustup.rglob("*") if path.lstat().st_uid != ALICE]
                self.assertEqual(others, [])
                self.call("rustc", "--version", prefix=MEMBER[BOB])
        self.call("rustup", "component", "add", "clippy", prefix=MEMBER[ALICE])

    @ROOT_ONLY
    def test_a_change_under_a_strict_umask_keeps_nobody_from_what_he_could_run(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        shutil.rmtree(self.temp.latchkey)  # As rustup makes it.
        self.give(ALICE)
        self.call("rustc", "--version", prefix=MEMBER[BOB])
        for words in (("component", "add", "clippy"), ("component", "remove", "clippy"),
                      ("set", "profile", "minimal")):
            self.call("rustup", *words, prefix=[*MEMBER[ALICE], *UMASK[0o077]])
            self.call("rustc", "--version", prefix=MEMBER[BOB])

    @ROOT_ONLY
    def test_a_file_of_another_users_stays_his(self):
        self.profile.write_text(OLD_LINE + "mine\n")
        self.give(ALICE)
        os.chown(self.profile, BOB, GROUP)
        self.profile.chmod(0o664)
        self.good_init(prefix=MEMBER[ALICE])
        self.assertEqual(self.profile.read_text(), "mine\n" + LINE)
        self.good_uninstall(prefix=MEMBER[ALICE])
        self.assertEqual(self.profile.read_text(), "mine\n")
        self.assertEqual(self.profile.stat().st_uid, BOB)
        self.assert_no_draft()

    @ROOT_ONLY
    def test_files_in_a_folder_that_takes_no_new_ones_are_written(self):
        elsewhere = self.root / "elsewhere"
        for mode in (0o755, 0o1777):
            self.profile.write_text(OLD_LINE + "mine\n")
            self.give(ALICE)
            os.chown(self.user, 0, 0)
            self.user.chmod(mode)
            self.temp.rustup.mkdir(exist_ok=True)
            settings = self.temp.rustup / "settings.toml"
            settings.write_text('version = "12"\n')
            os.chown(settings, ALICE, GROUP)
            os.chown(self.temp.rustup, 0, 0)
            elsewhere.mkdir(exist_ok=True)
            os.chown(elsewhere, ALICE, GROUP)
            (self.temp.latchkey).mkdir(exist_ok=True)
            os.chown(self.temp.latchkey, ALICE, GROUP)
            self.good_init(prefix=MEMBER[ALICE], CARGO_HOME=elsewhere)
            self.assertEqual(self.profile.read_text(), f'{OLD_LINE}mine\n. "{elsewhere}/env"\n')
            self.assertIn('profile = "default"', settings.read_text())
            self.assert_no_draft()

    @ROOT_ONLY
    def test_files_that_are_mounted_alone_are_written(self):
        self.profile.write_text("")
        outside = self.root / "outside"
        outside.write_text(OLD_LINE + "mine\n")
        self.mount(outside, self.profile)
        self.good_init()
        self.assertEqual(outside.read_text(), "mine\n" + LINE)
        settings = self.root / "settings"
        shutil.copy(self.temp.rustup / "settings.toml", settings)
        self.mount(settings, self.temp.rustup / "settings.toml")
        self.temp.good("set", "profile", "complete")
        self.assertIn('profile = "complete"', settings.read_text())
        subprocess.run(["umount", self.temp.rustup / "settings.toml"], check=True)
        (self.cargo / "env").write_text("old")
        env = self.root / "env"
        env.write_text("an older script, which is longer than today's" * 20)
        self.mount(env, self.cargo / "env")
        self.good_init()
        self.assertTrue(env.read_text().startswith("#!/bin/sh\n# rustup shell setup\n"))
        self.assertTrue(env.read_text().endswith("esac\n"))
        subprocess.run(["umount", self.cargo / "env"], check=True)
        self.good_uninstall()
        self.assertEqual(outside.read_text(), "mine\n")
        self.assert_no_draft()

    def test_files_with_several_names_keep_them(self):
        self.profile.write_text(OLD_LINE + "mine\n")
        os.link(self.profile, self.root / "profile")
        self.good_init()
        self.temp.good("set", "profile", "minimal")
        os.link(self.temp.rustup / "settings.toml", self.root / "settings")
        self.temp.good("set", "profile", "complete")
        self.assertIn('profile = "complete"', (self.root / "settings").read_text())
        self.assertEqual((self.root / "profile").read_text(), "mine\n" + LINE)
        self.good_uninstall()
        self.assertEqual((self.root / "profile").read_text(), "mine\n")


class Refused(UserFilesTest):
    """What cannot be written stops what must not be half done, and nothing else."""

    @ROOT_ONLY
    def test_a_start_up_file_that_cannot_be_written_stops_no_installation(self):
        self.profile.write_text("managed\n")
        self.profile.chmod(0o444)
        bashrc = self.user / ".bashrc"
        bashrc.write_text("mine\n")
        self.give(ALICE)
        os.chown(self.profile, 0, 0)
        done = self.good_init(prefix=MEMBER[ALICE])
        self.assertIn(f"warn: could not amend shell profile: '{self.profile}': could not write rcfile file: "
                      f"'{self.profile}': Permission denied (os error 13)\n", done.err)
        self.assertEqual(self.profile.read_text(), "managed\n")
        self.assertEqual(bashrc.read_text(), "mine\n" + LINE)
        self.assertTrue((self.bin / "rustc").exists())
        self.assertIn('profile = "default"', (self.temp.rustup / "settings.toml").read_text())

    @ROOT_ONLY
    def test_an_uninstallation_does_first_what_can_fail(self):
        def forbid_line():
            os.chown(self.profile, 0, 0)
            self.profile.chmod(0o644)

        def forbid_programs():
            os.chown(self.bin, 0, 0)

        for forbid in (forbid_line, forbid_programs):
            self.give(ALICE)
            self.good_init("--profile", "minimal", toolchain="stable", prefix=MEMBER[ALICE])
            before = sorted(self.temp.root.rglob("*"))
            forbid()
            done = self.uninstall(prefix=MEMBER[ALICE])
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("Permission denied (os error 13)", done.err)
            self.assertNotIn("removing", done.err)
            self.assertEqual(sorted(self.temp.root.rglob("*")), before)
            self.assertEqual(self.profile.read_text(), LINE)
        self.give(ALICE)
        self.good_uninstall(prefix=MEMBER[ALICE])
        self.assertEqual(self.profile.read_text(), "")


class Pipes(UserFilesTest):
    def test_nothing_waits_for_a_pipe_in_a_files_place(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        rustlib = self.temp.toolchain() / "lib/rustlib"
        work = self.temp.root / "work"
        pipes = [self.temp.rustup / "settings.toml", self.temp.rustup / "update-hashes" / STABLE,
                 rustlib / "components", rustlib / "multirust-config.toml",
                 rustlib / "multirust-channel-manifest.toml", rustlib / "rust-installer-version",
                 self.temp.root / "rust-toolchain", work / "rust-toolchain.toml", self.profile,
                 self.cargo / "env"]
        for path in pipes:
            kept = path.read_bytes() if path.exists() else None
            path.unlink(missing_ok=True)
            os.mkfifo(path)
            for program, *words in ((self.bin / "rustc", "--version"), (self.bin / "rustup", "show"),
                                    (self.bin / "rustup", "check"), (self.bin / "rustup", "update")):
                Running([program, *words], self.temp.environment, work).finish(20)
            self.init(limit=20)
            path.unlink()
            if kept is not None:
                path.write_bytes(kept)


class Deep(UserFilesTest):
    def test_tools_run_in_a_folder_deeper_than_a_path_may_be_long(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        words = f'for i in $(seq 25); do mkdir {"d" * 200} && cd {"d" * 200} || exit 9; done; exec "$@"'
        for program, *rest in ((self.bin / "rustc", "--version"), (self.bin / "rustup", "show"),
                               (self.bin / "rustup", "which", "rustc")):
            folder = self.root / f"{program.name}{rest[0]}"
            folder.mkdir()
            done = Running(["/bin/bash", "-c", words, "bash", program, *rest], self.temp.environment,
                           folder).finish()
            self.assertEqual((done.code, done.err), (0, ""), str(done)[-300:])


class Damaged(ProcessTest):
    """A question reads only what it asks."""

    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.temp = self.home(f"file://{self.dist}")
        self.temp.install("stable", "1.94.0")
        # A channel that moves, by a copy as hands make one.
        self.other = f"beta-{HOST}"
        shutil.copytree(self.temp.rustup / "toolchains" / f"1.94.0-{HOST}",
                        self.temp.toolchain(self.other), symlinks=True)
        for path in (self.dist / "dist").glob("channel-rust-stable.toml*"):
            shutil.copy(path, path.with_name(path.name.replace("stable", "beta")))
        self.rustlib = self.temp.toolchain(self.other) / "lib/rustlib"

    def damage_hash(self):
        folder = self.temp.rustup / "update-hashes" / self.other
        folder.mkdir()

    def damage_list(self):
        (self.rustlib / "multirust-config.toml").write_text("")

    def test_check_and_update_go_on_beside_a_damaged_toolchain(self):
        for damage in (self.damage_hash, self.damage_list):
            switch_stable(self.dist, OLD_DATE)
            self.temp.good("update", "stable", "--no-self-update")
            damage()
            switch_stable(self.dist, NEW_DATE)
            done = self.temp.run("check")
            self.assertEqual(done.code, 100, str(done))
            self.assertRegex(done.out, f"(?m)^{STABLE} - update available: 1.94.0.* -> 1.95.0")
            self.assertIn(f"{self.other} - ", done.out)
            self.temp.run("update", "--no-self-update")
            self.assertIn("1.95.0", self.temp.good("run", "stable", "rustc", "--version").out)

    def test_a_list_with_other_line_ends_is_read(self):
        path = self.temp.toolchain() / "lib/rustlib/components"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        before = self.temp.good("component", "list", "--installed").out
        (self.temp.root / "work" / "rust-toolchain.toml").write_text(
            '[toolchain]\nchannel = "stable"\ncomponents = ["rustc", "cargo"]\n')
        self.temp.good("show")
        self.temp.good("component", "add", "clippy")
        self.assertEqual(set(self.temp.good("component", "list", "--installed").out.split()) - set(before.split()),
                         {f"clippy-{HOST}"})
        self.assertEqual(path.read_bytes().count(b"cargo"), 1)

    def test_without_its_configuration_no_inner_words_are_said(self):
        for known in (True, False):
            (self.temp.toolchain() / "lib/rustlib/multirust-config.toml").unlink()
            if not known:
                shutil.rmtree(self.temp.latchkey)
            self.assert_plain_words()
            self.temp.run("toolchain", "uninstall", "stable")
            self.temp.install("stable")

    def assert_plain_words(self):
        for words in (["show"], ["check"], ["component", "list"], ["component", "add", "clippy"],
                      ["component", "remove", "clippy"], ["target", "list"], ["update"], ["show"],
                      ["run", "stable", "rustc", "--version"]):
            done = self.temp.run(*words)
            self.assertNotRegex(done.err + done.out, r"\btree\b|generation|supply|internal|std::", str(done))


class Overrides(UserFilesTest):
    def write_overrides(self, count):
        lines = "".join(f'"/nowhere/project{number:05}" = "{STABLE}"\n' for number in range(count))
        (self.temp.rustup / "settings.toml").write_text(
            f'version = "12"\ndefault_toolchain = "{STABLE}"\n\n[overrides]\n{lines}')

    def test_dead_overrides_go_by_one_change(self):
        self.temp.rustup.mkdir()
        self.write_overrides(5000)
        done = self.temp.good("override", "unset", "--nonexistent", limit=20)
        self.assertEqual(done.err.count("info: override toolchain for '/nowhere/project"), 5000)
        self.assertNotIn("project", (self.temp.rustup / "settings.toml").read_text())
        self.assertEqual(self.temp.good("override", "unset", "--nonexistent").err,
                         "info: no nonexistent paths detected\n")

    def cost(self):
        """Of a tool's start, in seconds of a processor; the least of some."""
        costs = []
        for _ in range(7):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            Running([self.bin / "rustc", "--version"], self.temp.environment, self.root).finish()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(costs)

    @unittest.skipIf(SANITIZED, "slower than what is shipped")
    def test_many_overrides_do_not_slow_tools(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        self.write_overrides(0)
        without = self.cost()
        self.write_overrides(20_000)
        self.assertLess(self.cost() - without, 0.03)


class Links(UserFilesTest):
    def test_a_linked_toolchain_is_its_users_whatever_its_name(self):
        self.good_init("--profile", "minimal", toolchain="stable")
        build = self.root / "build"
        shutil.copytree(self.temp.toolchain(), build, symlinks=True)
        before = sorted((path, path.lstat().st_mtime_ns) for path in build.rglob("*"))
        names = ["stable-mine", "nightly-dev", "1.95-patched", *("n" * size for size in (246, 250, 255))]
        for name in names:
            self.temp.good("toolchain", "link", name, build)
            said = Running([self.bin / "rustc", f"+{name}", "--version"], self.temp.environment,
                           self.root).finish()
            self.assertEqual((said.code, said.err), (0, ""), str(said))
        for words in (["update"], ["check"], ["toolchain", "list"], ["show"]):
            said = self.temp.run(*words)
            self.assertEqual((said.code, "error" in said.err), (0, False), str(said))
            self.assertNotIn("syncing channel updates for stable-mine", said.err)
        for name in names:
            self.assertEqual(self.temp.run("component", "add", "clippy", "--toolchain", name).code, 1)
            self.temp.good("toolchain", "uninstall", name)
        self.assertEqual(sorted((path, path.lstat().st_mtime_ns) for path in build.rglob("*")), before)


if __name__ == "__main__":
    namespaces.enter(optional=True)
    main()
