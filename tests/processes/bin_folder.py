#!/usr/bin/env python3
"""$CARGO_HOME/bin, copied, emptied by caches, restored from them, shared with another rustup."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tarfile
import unittest

from harness.cases import main
from harness.environment import SANITIZED, STABLE, rounds
from harness.installed import NAMES, InstalledTest
from harness.processes import Holder, Running
from harness.proxied import TOOLS
from harness.rustup import QUIET, RUSTUP

ALICE = 20001
PROXY_FILE, PROGRAM_FILE = ".latchkey/proxy/rustup", ".latchkey/rustup"


def clean_bin(folder):
    """As Swatinem/rust-cache does at the end of a job: deletes what its list of directory entries
    calls a file and `cargo install` did not put there. Links are no files to it.

    Source: rust-cache, src/cleanup.ts, `cleanBin`.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)


def pack(folder, archive):
    """As caches save a folder: links stay links."""
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, "bin")


def restore(archive, cargo_home):
    """Over what is there: each entry takes the place of what has its name."""
    subprocess.run(["tar", "-xf", archive, "-C", cargo_home], check=True)


class BinFolderTest(InstalledTest):
    def setUp(self):
        super().setUp()
        self.good_init("--profile", "minimal", "-c", "clippy")
        self.assert_whole()

    def build(self, folder=None, **variables):
        """A cargo that starts a rustc, both by PATH."""
        folder = folder or self.bin
        environment = self.temp.environment | variables
        environment["PATH"] = f"{folder}:{environment['PATH']}:/usr/bin:/bin"
        words = ["/bin/sh", "-c", "cargo exec rustc --version"]
        return Running(words, environment, self.temp.root / "work").finish()

    def assert_builds(self, folder=None, **variables):
        done = self.build(folder, **variables)
        self.assertEqual((done.code, done.out.split()[:1]), (0, ["rustc"]), str(done))

    def other_version(self):
        """The folder of an installation by another program of ours, one byte longer."""
        program = self.root / "other" / "rustup-init"
        program.parent.mkdir()
        program.write_bytes(self.next_version())
        program.chmod(0o755)
        cargo = self.root / "other" / "cargo"
        environment = self.temp.environment | QUIET | {"CARGO_HOME": str(cargo)}
        self.assert_good(Running(
            [program, "-y", "--no-modify-path", "--default-toolchain", "none"], environment,
            self.root).finish())
        return cargo / "bin"

    def lay_out_as_before(self, folder=None):
        """A regular file and hard links: what earlier versions made."""
        folder = folder or self.bin
        program, proxy = (folder / PROGRAM_FILE).read_bytes(), (folder / PROXY_FILE).read_bytes()
        shutil.rmtree(folder)
        folder.mkdir()
        for name, content in (("rustup", program), (TOOLS[0], proxy)):
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o755)
        for tool in TOOLS[1:]:
            os.link(folder / TOOLS[0], folder / tool)

    # --- where it comes to lie

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

    # --- what caches of CI services do to it

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

    # --- what is deleted

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
        alice = ["setpriv", f"--reuid={ALICE}", f"--regid={ALICE}", "--clear-groups"]
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

    # --- programs of a package

    def package(self):
        folder = self.root / "package" / "bin"
        folder.mkdir(parents=True)
        shutil.copy(self.temp.binary, folder / "rustup")
        for tool in ("cargo", "rustc", "rustfmt"):
            (folder / tool).symlink_to("rustup")
        return folder

    def look(self, folder):
        return {path.name: (os.lstat(path).st_ino, os.lstat(path).st_mode,
                            os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes())
                for path in folder.iterdir()}

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

    # --- what was there before

    @contextlib.contextmanager
    def running(self):
        """Whoever starts a tool meanwhile finds it."""
        stop = self.root / "stop"
        loop = f"until test -e {stop}; do ./rustc --version && ./cargo --version || exit 1; done"
        environment = self.temp.environment | {"PATH": "/usr/bin:/bin"}
        loops = [Running(["/bin/sh", "-c", loop], environment, self.bin) for _ in range(8)]
        yield
        stop.touch()
        self.assert_good(*self.finish_all(loops))
        stop.unlink()

    def test_an_installation_of_before_is_converted_while_its_tools_are_started(self):
        """By an installation or by a start."""
        for convert in (lambda: self.good_init("--default-toolchain", "none"),
                        lambda: self.assert_good(self.call("rustup", "--version"))):
            self.lay_out_as_before()
            with self.running():
                convert()
            self.assert_whole()
            self.assert_builds()

    def test_an_update_is_met_by_nobody_half_done(self):
        root = self.serve_release("9.9.9", self.next_version())
        with self.running():
            self.assert_good(self.call("rustup", "self", "update", RUSTUP_UPDATE_ROOT=root))
        self.assert_laid_out()
        self.assertEqual((self.bin / "rustup").read_bytes(), self.next_version())

    def rustup_init(self):
        words = [RUSTUP, "-y", "--no-modify-path", "--no-update-default-toolchain"]
        environment = self.temp.environment | QUIET | {"RUSTUP_FORCE_ARG0": "rustup-init"}
        self.assert_good(Running(words, environment, self.root).finish())

    @unittest.skipIf(RUSTUP is None, "there is no rustup 1.29")
    def test_another_rustup_takes_over_and_we_take_over_again(self):
        def nothing():
            pass

        def lose_program():  # Its link leads nowhere: rustup writes through it.
            (self.bin / PROGRAM_FILE).unlink()

        def lose_folder():
            shutil.rmtree(self.bin / ".latchkey")
            for name in NAMES:
                (self.bin / name).unlink()

        for lose in (nothing, lose_program, lose_folder):
            with self.subTest(lose.__name__):
                lose()
                self.rustup_init()
                self.assertNotIn("latchkey", self.call("rustup", "--version").out)
                self.assertEqual((self.bin / "rustup").read_bytes(), pathlib.Path(RUSTUP).read_bytes())
                self.assert_builds()
                for tool in TOOLS:
                    self.assertTrue((self.bin / tool).samefile(self.bin / "rustup"), tool)
                # Nothing of ours takes it back by itself.
                if (self.bin / PROXY_FILE).exists():
                    Running([self.bin / PROXY_FILE, "--version"], self.temp.environment,
                            self.root).finish()
                    self.assertNotIn("latchkey", self.call("rustup", "--version").out)
                self.good_init("--default-toolchain", "none")
                self.assert_whole()
                self.assert_builds()
                self.assert_good(self.call("rustup", "show"))

    @unittest.skipIf(RUSTUP is None, "there is no rustup 1.29")
    def test_another_rustup_uninstalls_what_we_installed(self):
        self.rustup_init()
        self.assert_good(self.call("rustup", "self", "uninstall", "-y", "--no-modify-path"))
        self.assertFalse(self.bin.exists())

    def test_an_uninstallation_that_is_killed_can_be_repeated(self):
        strace = shutil.which("strace")
        if strace is None or SANITIZED:
            self.skipTest("there is no strace, or a sanitizer is in its way")
        self.assert_good(self.call("rustup", "toolchain", "uninstall", "stable"))
        kept = self.root / "kept"
        subprocess.run(["cp", "-a", self.temp.root, kept], check=True)
        words = ["rustup", "self", "uninstall", "-y"]
        for calls in ("rename,renameat,renameat2", "rmdir", "unlink,unlinkat"):
            number = 0
            while True:
                number += 1
                shutil.rmtree(self.temp.root)
                subprocess.run(["cp", "-a", kept, self.temp.root], check=True)
                done = Running(
                    [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e",
                     f"inject={calls}:signal=KILL:when={number}", self.bin / words[0], *words[1:]],
                    self.temp.environment, self.root).finish()
                if done.code == 0:
                    break
                self.assertLess(number, 200)
                if not os.path.lexists(self.bin / "rustup"):
                    self.assertFalse((self.bin / PROGRAM_FILE).exists(), number)
                    continue
                self.assert_good(self.call(*words))
                self.assertFalse(self.cargo.exists())
            self.assertGreater(number, 1)


if __name__ == "__main__":
    main()
