#!/usr/bin/env python3
"""The life of a toolchain on whatever this machine can mount, and in homes of several users.

All is mounted in a mount namespace of this program's own, so nothing outlives it. What cannot be
mounted here is skipped, and the reason told.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import namespaces, proxied
from harness.cases import ProcessTest, main
from harness.checks import entries, faults, leftovers, size_of
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, STABLE
from harness.homes import full_name
from harness.processes import Running
from harness.rustup import RUSTUP
from harness.users import as_user

ALICE, BOB, GROUP = 61001, 61002, 61000
MEMBER = {user: [*as_user(user, GROUP), "sh", "-c", 'umask 002; exec "$@"', "sh"] for user in (ALICE, BOB)}
COMPONENT_KB = 400
SLACK_BYTES = 300_000  # Lists, the manifest, an index: whatever the component's size.


class FileSystemTest(ProcessTest):
    @classmethod
    def setUpClass(cls):
        """Two releases of components that are large enough to be measured."""
        cls.dist = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-processes-dist-"))
        cls.dist.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.dist, True)
        two_stables(cls.dist, size_kb=COMPONENT_KB)

    def setUp(self):
        super().setUp()
        switch_stable(self.dist, OLD_DATE)
        self.home_here = self.home(f"file://{self.dist}")
        self.bin = proxied.place_proxies(self.home_here.root / "cargo")
        self.home_here.rustup.mkdir()

    def must(self, *words):
        """Runs what prepares a test. Where it cannot be done, the test is skipped."""
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            self.skipTest(f"{' '.join(map(str, words))}: {done.stderr.strip()}")

    def mount(self, *words):
        self.must("mount", *words)
        self.addCleanup(subprocess.run, ["umount", "-l", str(words[-1])], check=False)

    def mount_image(self, kind, place, *options, megabytes=300):
        """A file system of its own, in a file."""
        if not shutil.which(f"mkfs.{kind}"):
            self.skipTest(f"there is no mkfs.{kind}")
        image = self.root / f"{kind}.image"
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        self.must(f"mkfs.{kind}", "-q", *options, image)
        self.mount("-o", "loop", image, place)

    def tool(self, *words, prefix=(), **variables):
        """A tool by its proxy, which must run quietly."""
        done = Running([*prefix, self.bin / words[0], *words[1:]],
                       self.home_here.environment | variables, self.root).finish()
        self.assertEqual((done.code, done.err), (0, ""), str(done))
        return done.out

    def good(self, *words, **options):
        """A change, which complains of nothing."""
        done = self.home_here.good(*words, **options)
        said = re.sub("warn: removing the (active|default) toolchain.*", "", done.err)
        for word in ("warn", "error", "could not"):
            self.assertNotIn(word, said, str(done))
        return done

    def assert_whole(self, version):
        self.assertEqual(faults(self.home_here, STABLE, self.dist), [])
        self.assertEqual(self.home_here.state().place in ("home", "away"), True)
        self.assertIn(version, self.tool("rustc", "--version"))

    def live(self, prefix=()):
        """The rest of a toolchain's life, from whenever it is installed."""
        def do(*words):
            self.good(*words, prefix=prefix)
        home = self.home_here
        do("component", "add", "clippy", "rust-docs")
        self.assert_whole("1.94.0")
        self.assertIn("clippy", self.tool("cargo-clippy", "--version", prefix=prefix))
        do("component", "remove", "clippy")
        self.assertNotIn(full_name("clippy"), home.components())
        self.assert_whole("1.94.0")
        switch_stable(self.dist, NEW_DATE)
        do("update", "--no-self-update")
        self.assert_whole("1.95.0")
        do("component", "add", "clippy")
        do("component", "remove", "rust-docs")
        self.assert_whole("1.95.0")
        do("toolchain", "uninstall", "stable")
        self.assert_gone()

    def assert_gone(self):
        home = self.home_here
        self.assertIn("no installed toolchains", home.good("toolchain", "list").out)
        self.assertFalse(os.path.lexists(home.toolchain()))
        self.assertEqual(leftovers(home), [])
        self.assertLess(size_of(home.rustup), SLACK_BYTES)

    def whole_life(self, prefix=()):
        self.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                  prefix=prefix)
        self.assert_whole("1.94.0")
        self.live(prefix)


class Volumes(FileSystemTest):
    def test_tmpfs(self):
        self.mount("-t", "tmpfs", "tmpfs", self.home_here.rustup)
        self.whole_life()

    def test_ext4(self):
        self.mount_image("ext4", self.home_here.rustup)
        shutil.rmtree(self.home_here.rustup / "lost+found")
        self.whole_life()

    def test_xfs(self):
        self.mount_image("xfs", self.home_here.rustup)
        self.whole_life()

    def test_btrfs(self):
        self.mount_image("btrfs", self.home_here.rustup)
        self.whole_life()

    def test_a_folder_that_knows_no_case(self):
        self.mount_image("ext4", self.home_here.rustup, "-O", "casefold")
        shutil.rmtree(self.home_here.rustup / "lost+found")
        self.must("chattr", "+F", self.home_here.rustup)
        self.whole_life()

    def test_toolchains_behind_a_link(self):
        (self.root / "elsewhere").mkdir()
        (self.home_here.rustup / "toolchains").symlink_to(self.root / "elsewhere")
        self.whole_life()
        self.assertEqual(entries(self.root / "elsewhere"), [])

    def volume(self, **variables):
        self.home_here.environment |= variables
        folder = self.home_here.rustup / "toolchains"
        folder.mkdir()
        self.mount("-t", "tmpfs", "tmpfs", folder)
        self.whole_life()
        self.assertEqual(entries(folder), [])

    def test_toolchains_is_a_volume(self):
        self.volume()

    def test_toolchains_is_a_volume_and_copies_are_permitted(self):
        self.volume(RUSTUP_PERMIT_COPY_RENAME="1")

    def test_toolchains_is_a_bind_mount(self):
        folder = self.home_here.rustup / "toolchains"
        folder.mkdir()
        (self.root / "elsewhere").mkdir()
        self.mount("--bind", self.root / "elsewhere", folder)
        self.whole_life()

    def test_the_toolchain_is_a_mount_point(self):
        """Its directory cannot be renamed: it is filled, and emptied."""
        self.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        self.mount("--bind", self.home_here.toolchain(), self.home_here.toolchain())
        self.good("component", "add", "clippy")
        switch_stable(self.dist, NEW_DATE)
        self.good("update", "--no-self-update")
        self.assert_whole("1.95.0")


class ReadOnly(FileSystemTest):
    def read_only(self, folder):
        self.mount("--bind", folder, folder)
        self.must("mount", "-o", "remount,ro,bind", folder)

    def test_tools_and_questions_work_in_a_home_that_cannot_be_written(self):
        home = self.home_here
        home.install()
        home.good("default", "stable")
        before = sorted(home.rustup.rglob("*"))
        self.read_only(home.rustup)
        self.assertIn("1.94.0", self.tool("rustc", "--version"))
        self.assertIn("1.94.0", self.tool("cargo", "--version", RUSTUP_TOOLCHAIN="stable"))
        for words in (["show"], ["toolchain", "list"], ["component", "list"], ["which", "rustc"],
                      ["run", "stable", "rustc", "--version"]):
            self.good(*words)
        switch_stable(self.dist, NEW_DATE)
        for words in (["component", "add", "clippy"], ["update", "--no-self-update"],
                      ["toolchain", "uninstall", "stable"], ["default", "none"]):
            done = home.run(*words)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn(str(home.rustup), done.err)
        self.assertEqual(sorted(home.rustup.rglob("*")), before)

    def test_a_cargo_home_that_cannot_be_written_is_in_nobodys_way(self):
        """What is lost in it stays so."""
        (self.bin / "rls").unlink()
        self.read_only(self.home_here.root / "cargo")
        self.whole_life()


class Full(FileSystemTest):
    def test_no_room(self):
        home = self.home_here
        home.install(RUSTUP_HOME=self.root / "measured")
        needed = size_of(self.root / "measured/toolchains")
        self.mount("-t", "tmpfs", "-o", f"size={int(needed * 1.6)}", "tmpfs", home.rustup)
        home.install()
        taken = size_of(home.rustup)
        done = home.run("toolchain", "install", "1.95.0", "--profile", "default",
                        "--no-self-update")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("No space left", done.err)
        self.assertLess(size_of(home.rustup), taken + SLACK_BYTES)
        self.assert_whole("1.94.0")
        self.good("component", "add", "rustfmt")
        subprocess.run(["cp", "/dev/zero", home.rustup / "filler"], capture_output=True,
                       check=False)
        self.good("toolchain", "uninstall", "stable")
        (home.rustup / "filler").unlink()
        self.assert_gone()

    def test_no_inodes(self):
        home = self.home_here
        self.mount("-t", "tmpfs", "-o", "nr_inodes=400", "tmpfs", home.rustup)
        home.install()
        done = home.run("component", "add", "rust-docs", "rust-src", "rustc-dev", "rust-analyzer",
                        "miri")
        free = os.statvfs(home.rustup).f_ffree
        if done.code != 0:
            self.assertIn("No space left", done.err)
            self.assertGreater(free, 100)
        self.good("toolchain", "uninstall", "stable")
        self.assert_gone()


class Overlays(FileSystemTest):
    """An image's layer, and a container's over it."""

    def layers(self, installer=None):
        """A home whose toolchain lies in the lower layer, made by `installer`."""
        home = self.home_here
        lower, self.upper, work = [self.root / name for name in ("lower", "upper", "work")]
        for folder in (lower, self.upper, work):
            folder.mkdir()
        honest = home.binary
        home.binary = installer or honest
        home.install(RUSTUP_HOME=lower)
        home.good("default", "stable", RUSTUP_HOME=lower)
        home.binary = honest
        self.options = f"lowerdir={lower},upperdir={self.upper},workdir={work}"

    def check_container(self):
        self.mount("-t", "overlay", "overlay", "-o", self.options, self.home_here.rustup)
        self.assertIn("1.94.0", self.tool("rustc", "--version"))
        before = size_of(self.upper)
        self.good("component", "add", "clippy")
        index = sum(path.stat().st_size for path in self.home_here.toolchain().rglob("*clippy*")
                    if path.is_file())
        written = size_of(self.upper) - before
        self.assertLess(written, 1.2 * max(index, COMPONENT_KB * 1024) + SLACK_BYTES)
        self.good("component", "remove", "clippy")
        self.live()

    def test_what_we_installed(self):
        self.layers()
        self.check_container()

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
    def test_what_rustup_installed(self):
        self.layers(RUSTUP)
        self.check_container()

    def in_user_namespace(self, installer=None):
        """Each command mounts the layers anew, as a user who is root only there."""
        self.layers(installer)
        home = self.home_here
        # As engines without root mount it: without `userxattr` no directory can be renamed.
        mounted = f"mount -t overlay overlay -o userxattr,{self.options} {home.rustup}"
        prefix = ["unshare", "-Urm", "sh", "-c", f'{mounted} && exec "$@"', "sh"]
        self.must(*prefix, "true")

        def do(*words):
            return self.good(*words, prefix=prefix)
        do("component", "add", "clippy")
        self.assertIn("clippy", self.tool("cargo-clippy", "--version", prefix=prefix))
        do("component", "remove", "clippy")
        switch_stable(self.dist, NEW_DATE)
        do("update", "--no-self-update")
        self.assertIn("1.95.0", self.tool("rustc", "--version", prefix=prefix))
        do("toolchain", "uninstall", "stable")
        self.assertIn("no installed toolchains", do("toolchain", "list").out)
        self.assertLess(size_of(self.upper), SLACK_BYTES)

    def test_what_we_installed_in_a_user_namespace(self):
        self.in_user_namespace()

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
    def test_what_rustup_installed_in_a_user_namespace(self):
        self.in_user_namespace(RUSTUP)


class Users(FileSystemTest):
    def own(self, folder, user, group, mode=None):
        for path in [folder, *pathlib.Path(folder).rglob("*")]:
            os.chown(path, user, group, follow_symlinks=False)
            if mode and path.is_dir():
                path.chmod(mode)

    def test_files_of_another_user_cannot_be_linked_and_are_copied(self):
        if pathlib.Path("/proc/sys/fs/protected_hardlinks").read_text().strip() != "1":
            self.skipTest("hard links to anybody's files are allowed here")
        home = self.home_here
        self.own(home.root, ALICE, GROUP)
        self.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                  prefix=MEMBER[ALICE])
        for path in home.toolchain().rglob("*"):
            if path.is_file():
                os.chown(path, 0, 0)
                path.chmod(path.stat().st_mode & 0o755)
        self.good("toolchain", "install", "1.94.0", "--profile", "minimal", "--no-self-update",
                  prefix=MEMBER[ALICE])
        self.assertEqual(faults(home, f"1.94.0-{HOST}", self.dist), [])
        self.good("toolchain", "uninstall", "1.94.0", prefix=MEMBER[ALICE])
        self.live(MEMBER[ALICE])

    def test_a_home_of_a_group(self):
        home = self.home_here
        self.own(home.root, ALICE, GROUP, 0o2775)
        for user in (ALICE, BOB):
            (home.root / "work").chmod(0o777)
            (home.root / "tmp").chmod(0o777)
        self.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                  prefix=MEMBER[ALICE])
        before = size_of(home.rustup)
        self.good("component", "add", "clippy", prefix=MEMBER[BOB])
        self.assertLess(size_of(home.rustup) - before, 1.2 * COMPONENT_KB * 1024 + SLACK_BYTES)
        self.good("component", "remove", "clippy", prefix=MEMBER[ALICE])
        self.live(MEMBER[BOB])


if __name__ == "__main__":
    namespaces.enter()
    main()
