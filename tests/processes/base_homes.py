#!/usr/bin/env python3
"""Base homes (LATCHKEY_BASE): toolchains of homes that are never changed, and the first change of one."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import proxied
from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, STABLE
from harness.homes import TempHome, full_name
from harness.processes import Holder, Running
from harness.rustup import make_by_hand
from harness.servers import Nginx
from harness.users import IS_ROOT, as_user

OLD, NEW = "1.94.0", "1.95.0"
USER = 61003


def seen(folder):
    """All that is in a home: path → mode, size, time, inode. But for the lock files, which its owner's tools make."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.name in ("locks", "readers") or (path.name == "latchkey" and not path.joinpath("toolchains").exists()):
            continue
        status = path.lstat()
        found[str(path)] = (status.st_mode, status.st_size if path.is_file() else 0, status.st_mtime_ns,
                            status.st_ino)
    return found


class BaseTest(ProcessTest):
    """A base home with 1.94.0, and a home of the user's in which nothing is installed."""

    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.server = Nginx(self, self.dist)
        self.base = self.home(self.server.url, "base")
        self.temp = self.home(self.server.url)
        proxied.give_proxies(self.temp)
        self.prepare_base()
        self.temp.environment["LATCHKEY_BASE"] = str(self.base.rustup)
        self.before = seen(self.base.rustup)

    def prepare_base(self):
        self.base.install()
        self.base.good("component", "add", "clippy")

    def tool(self, tool, *words, **variables):
        done = proxied.call(self.temp, tool, *words, **variables).finish()
        self.assertEqual((done.code, done.err), (0, ""), str(done))
        return done.out

    def assert_base_untouched(self):
        self.assertEqual(seen(self.base.rustup), self.before)

    def assert_own(self, version, *components):
        """The toolchain is the user's own now, and whole."""
        self.assertEqual(faults(self.temp, STABLE, self.dist), [])
        self.assertEqual(leftovers(self.temp), [])
        self.assertEqual(self.temp.state().place, "home")
        for each in components:
            self.assertIn(full_name(each), self.temp.components())
        self.assertIn(f"rustc {version} ", self.tool("rustc", "--version"))
        self.assertEqual(self.temp.good("which", "rustc").out.strip(), str(self.temp.toolchain() / "bin/rustc"))
        self.assert_base_untouched()


class AsIfLocal(BaseTest):
    def test_it_is_there_as_if_it_was_local(self):
        self.assertIn(f"rustc {OLD} ", self.tool("rustc", "--version"))
        self.assertEqual(self.temp.good("toolchain", "list").out, f"{STABLE} (active, default)\n")
        self.assertEqual(self.temp.good("which", "cargo").out.strip(), str(self.base.toolchain() / "bin/cargo"))
        self.assertIn(str(self.base.toolchain()), self.temp.good("toolchain", "list", "-v").out)
        self.assertIn("clippy", self.temp.good("component", "list", "--installed").out)
        self.assertIn(f"{STABLE} (active, default)", self.temp.good("show").out)
        self.assertIn(f"rustc {OLD} ", self.temp.good("run", "stable", "rustc", "--version").out)
        self.assert_base_untouched()
        self.assertFalse(self.temp.toolchain().exists())

    def test_the_users_own_default_comes_first(self):
        self.temp.good("toolchain", "install", "1.94.0", "--profile", "minimal", "--no-self-update")
        self.temp.good("default", "1.94.0")
        self.assertIn(f"1.94.0-{HOST} (active, default)", self.temp.good("toolchain", "list").out)
        self.temp.good("default", "none")
        self.assertIn(f"{STABLE} (active, default)", self.temp.good("toolchain", "list").out)

    def test_nothing_is_installed_that_is_there(self):
        done, fetched = self.fetched_by(self.temp, self.server, "toolchain", "install", "stable",
                                        "--profile", "minimal", "--no-self-update", "--no-update")
        self.assertEqual(fetched, [])
        self.assertIn("unchanged", done.out)
        self.temp.good("update", "--no-self-update")
        self.temp.good("component", "add", "clippy")
        self.assertFalse(self.temp.toolchain().exists())
        self.assert_base_untouched()

    def test_of_several_the_first_that_has_it_counts(self):
        other = self.home(self.server.url, "other")
        switch_stable(self.dist, NEW_DATE)
        other.install("stable", "1.95.0")
        bases = f"/nonexistent:{other.rustup}::{self.base.rustup}"
        self.assertIn(f"rustc {NEW} ", self.tool("rustc", "--version", LATCHKEY_BASE=bases))
        self.assertEqual(self.temp.good("toolchain", "list", LATCHKEY_BASE=bases).out,
                         f"{STABLE} (active, default)\n1.95.0-{HOST}\n")
        bases = f"{self.base.rustup}:{other.rustup}"
        self.assertIn(f"rustc {OLD} ", self.tool("rustc", "--version", LATCHKEY_BASE=bases))

    def test_a_relative_path_is_refused_by_name(self):
        done = self.temp.run("toolchain", "list", LATCHKEY_BASE="opt/rust")
        self.assertEqual(done.code, 1)
        self.assertIn("error: invalid path 'opt/rust' in LATCHKEY_BASE: a base home is an absolute path", done.err)

    def test_the_home_itself_is_no_base(self):
        self.assertIn("no installed toolchains",
                      self.temp.good("toolchain", "list", LATCHKEY_BASE=f"{self.temp.rustup}/").out)

    def test_what_only_its_own_home_can_do_says_so(self):
        for words in (["toolchain", "verify"], ["toolchain", "rollback", "stable"], ["toolchain", "uninstall", "stable"]):
            done = self.temp.run(*words)
            self.assertNotEqual(done.code, 0)
            self.assertIn(f"is of the base home '{self.base.rustup}', which is never changed from here", done.err)
        self.assertIn("has no history yet", self.temp.good("toolchain", "history").err)
        self.assertIn("nothing to remove", self.temp.good("toolchain", "prune", "--pattern", "*").out)
        self.assert_base_untouched()

    def test_doctor_looks_at_them(self):
        (self.root / "empty").mkdir()
        done = self.temp.run("doctor", LATCHKEY_BASE=f"{self.base.rustup}:{self.root}/none:{self.root}/empty")
        self.assertIn(f"ok: LATCHKEY_BASE: '{self.base.rustup}' with 1 toolchains", done.out)
        self.assertIn(f"warning: LATCHKEY_BASE: '{self.root}/none' is not there, or not a directory", done.out)
        self.assertIn(f"warning: LATCHKEY_BASE: '{self.root}/empty' is not a home", done.out)

    def test_a_build_stays_in_the_base_where_it_began(self):
        """While the user gets a toolchain of his own."""
        script = self.temp.root / "work" / "script"
        script.write_text("#!/bin/sh\nrustc --version\nread line\nrustc --version\n")
        script.chmod(0o755)
        running = subprocess.Popen([self.temp.root / "cargo/bin/rustup", "run", "stable", script],
                                   env=self.temp.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   text=True)
        self.addCleanup(running.stdout.close)
        self.assertIn(OLD, running.stdout.readline())
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "--no-self-update")
        self.assertIn(NEW, self.tool("rustc", "--version"))
        running.stdin.write("\n")
        running.stdin.close()
        self.assertIn(OLD, running.stdout.readline())
        self.assertEqual(running.wait(20), 0)

    def test_who_runs_from_it_holds_it_there(self):
        """So its owner does not take it away under the tool."""
        running = subprocess.Popen([self.temp.root / "cargo/bin/rustup", "run", "stable", "sh", "-c",
                                    "echo runs; read line; rustc --version"], env=self.temp.environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(running.stdout.close)
        self.assertEqual(running.stdout.readline(), "runs\n")
        switch_stable(self.dist, NEW_DATE)
        self.base.good("update", "--no-self-update")
        self.assertEqual(self.base.state().place, "away")
        running.stdin.write("\n")
        running.stdin.close()
        self.assertIn(OLD, running.stdout.readline())
        self.assertEqual(running.wait(20), 0)


class FirstChange(BaseTest):
    def test_an_addition_makes_a_generation_of_the_users_own(self):
        done, fetched = self.fetched_by(self.temp, self.server, "component", "add", "rust-src")
        self.assertEqual(fetched, ["rust-src"])
        self.assertNotIn("warn", done.err)
        self.assert_own(OLD, "clippy")
        ours, theirs = (home.toolchain() / "bin/rustc" for home in (self.temp, self.base))
        self.assertTrue(ours.samefile(theirs))  # By link.
        self.assert_verified()

    def assert_verified(self):
        self.temp.good("toolchain", "verify")

    def test_a_removal(self):
        self.temp.good("component", "remove", "clippy")
        self.assert_own(OLD)
        self.assertNotIn(full_name("clippy"), self.temp.components())

    def test_an_update_fetches_what_is_new(self):
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "--no-self-update")
        self.assert_own(NEW, "clippy")

    def test_a_target(self):
        self.temp.good("target", "add", "wasm32-unknown-unknown")
        self.assert_own(OLD, "clippy")

    def test_files_of_a_hand_come_along(self):
        mine = self.base.toolchain() / "lib" / "mine"
        mine.write_text("mine")
        self.before = seen(self.base.rustup)
        self.temp.good("component", "add", "rust-src")
        self.assertEqual((self.temp.toolchain() / "lib/mine").read_text(), "mine")

    def test_another_file_system(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-processes-", dir="/dev/shm"))
        self.addCleanup(shutil.rmtree, folder, True)
        os.symlink(folder, self.temp.rustup)
        self.temp.good("component", "add", "rust-src")
        self.assert_own(OLD, "clippy")

    def test_uninstalled_it_is_the_bases_again(self):
        self.temp.good("component", "add", "rust-src")
        done = self.temp.good("toolchain", "uninstall", "stable")
        self.assertIn(f"info: that of the base home '{self.base.rustup}' has its name again", done.err)
        self.assertEqual(self.temp.good("which", "rustc").out.strip(), str(self.base.toolchain() / "bin/rustc"))
        self.assertEqual(leftovers(self.temp), [])
        done = self.temp.run("toolchain", "uninstall", "stable")
        self.assertEqual(done.code, 1)
        self.assertIn(f"toolchain '{STABLE}' is of the base home '{self.base.rustup}', which is never changed",
                      done.err)
        self.assertIn("help: ", done.err)
        self.assert_base_untouched()

    def test_a_link_of_the_users_comes_first(self):
        self.temp.good("toolchain", "link", "mine", str(self.base.toolchain()))
        self.assertIn("mine", self.temp.good("toolchain", "list").out)
        self.assertIn(f"rustc {OLD} ", self.tool("rustc", "+mine", "--version"))

    def test_several_first_changes_at_once(self):
        changes = [self.temp.spawn("component", "add", name) for name in ("rust-src", "rustfmt", "rust-docs")]
        changes.append(self.temp.spawn("component", "remove", "clippy"))
        self.finish_all(changes)
        self.assertEqual(faults(self.temp, STABLE, self.dist), [])
        names = self.temp.components()
        for each in ("rustfmt", "rust-docs"):
            self.assertIn(full_name(each), names)
        self.assertNotIn(full_name("clippy"), names)
        self.assert_base_untouched()

    def test_a_base_that_is_replaced_meanwhile(self):
        """By a rename, as an image's next version takes the place of the last one."""
        other = self.home(self.server.url, "other")
        switch_stable(self.dist, NEW_DATE)
        other.install()
        os.rename(self.base.rustup, self.base.root / "gone")
        os.rename(other.rustup, self.base.rustup)
        self.assertIn(f"rustc {NEW} ", self.tool("rustc", "--version"))
        self.temp.good("component", "add", "rust-src")
        self.assertIn("rust-src", self.temp.components())
        self.assertIn(f"rustc {NEW} ", self.tool("rustc", "--version"))

    def test_what_its_owner_changes_at_this_moment(self):
        holder = Holder(self.base.latchkey / "locks", f"directory:home/{STABLE}", mode="exclusive")
        done = self.temp.run("component", "add", "rust-src")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(f"is being changed in the base home '{self.base.rustup}'; try again when that is done", done.err)
        holder.let_go()
        self.assertFalse(self.temp.toolchain().exists())
        self.temp.good("component", "add", "rust-src")
        self.assert_own(OLD, "clippy")


class OfRustup(FirstChange):
    """A base home that rustup made, of which no state tells."""

    def prepare_base(self):
        make_by_hand(self.base, self.dist)
        self.base.good("component", "add", "clippy")
        # What Latchkey keeps is not there where rustup is.
        self.base.good("hand-back")

    def test_what_its_owner_changes_at_this_moment(self):
        """Nobody holds anything where there is no lock file."""
        self.assertFalse(self.base.latchkey.exists())

    def assert_verified(self):
        """What was fetched is; nobody wrote down what rustup had unpacked."""
        done = self.temp.run("toolchain", "verify")
        self.assertEqual(done.code, 2, str(done))
        self.assertNotIn("rust-src", done.out)


class UsersHome(TempHome):
    """Of a user who is not root."""

    def spawn(self, *words, prefix=(), **options):
        return super().spawn(*words, prefix=[*as_user(USER), *prefix], **options)


@unittest.skipUnless(IS_ROOT, "needs root, to become somebody else")
class OfRoot(BaseTest):
    """Root's, which this user may only read; from a folder, and from a mount that nobody can write."""

    def setUp(self):
        super().setUp()
        self.root.chmod(0o755)
        environment = self.temp.environment
        self.temp = UsersHome(self.temp.root, self.server.url, self.temp.binary)
        self.temp.environment = environment
        for path in [self.temp.root, *self.temp.root.rglob("*")]:
            os.chown(path, USER, USER, follow_symlinks=False)

    def tool(self, tool, *words, **variables):
        done = Running([*as_user(USER), self.temp.root / "cargo/bin" / tool, *words],
                       self.temp.environment | variables, self.temp.root / "work").finish()
        self.assertEqual((done.code, done.err), (0, ""), str(done))
        return done.out

    def mount(self, *words):
        done = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"mount: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(words[-1])], check=False)

    def live(self):
        self.assertIn(f"rustc {OLD} ", self.tool("rustc", "--version"))
        self.assertIn("clippy", self.tool("cargo-clippy", "--version"))
        self.temp.good("toolchain", "list")
        _, fetched = self.fetched_by(self.temp, self.server, "component", "add", "rust-src")
        self.assertEqual(fetched, ["rust-src"])
        self.assert_own(OLD, "clippy")
        self.temp.good("toolchain", "verify")
        self.temp.good("component", "remove", "clippy")
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "--no-self-update")
        self.assert_own(NEW)
        self.temp.good("toolchain", "uninstall", "stable")
        self.assertIn(f"rustc {OLD} ", self.tool("rustc", "--version"))
        self.assert_base_untouched()

    def test_a_folder(self):
        self.live()
        files = [path for path in self.base.toolchain().rglob("*") if path.is_file()]
        self.assertTrue(files)
        self.assertEqual({path.stat().st_uid for path in files}, {0})

    def test_a_mount_that_is_read_only(self):
        self.mount("--bind", self.base.rustup, self.base.rustup)
        subprocess.run(["mount", "-o", "remount,ro,bind", self.base.rustup], check=True)
        self.before = seen(self.base.rustup)
        self.live()

    def test_an_image_of_squashfs(self):
        if not shutil.which("mksquashfs"):
            self.skipTest("there is no mksquashfs")
        image = self.root / "rust.squashfs"
        subprocess.run(["mksquashfs", self.base.rustup, image, "-quiet", "-no-progress"], check=True,
                       capture_output=True)
        self.mount("-o", "loop,ro", image, self.base.rustup)
        self.before = seen(self.base.rustup)
        self.live()

    def test_an_image_that_was_packed_elsewhere(self):
        """With other owners, and without what Latchkey keeps."""
        self.base.good("hand-back")
        for path in self.base.rustup.rglob("*"):
            os.chown(path, 12345, 12345, follow_symlinks=False)
        self.before = seen(self.base.rustup)
        self.temp.good("component", "add", "rust-src")
        self.assert_own(OLD, "clippy")


if __name__ == "__main__":
    main()
