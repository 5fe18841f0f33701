#!/usr/bin/env python3
"""Archives with the right hash that are none, or lead elsewhere; and disks that do not take what is in them."""

import os
import shutil
import subprocess
import tarfile
import unittest

from harness.bad_add import TOP, BadTest
from harness.cases import main
from harness.checks import faults, leftovers
from harness.crafted import compress, entry, noise, package, tar
from harness.environment import HOST, STABLE
from harness.users import AS_NOBODY, IS_ROOT


class BadArchive(BadTest):
    def assert_archive_refused(self, entries, *expected):
        """These entries, with the right hash of theirs, are refused; a good archive then is not."""
        data = entries if isinstance(entries, bytes) else compress(tar(entries), level=1)
        outside = self.root / "outside"
        self.offer(data)
        done = self.assert_refused(*expected)
        self.assertFalse(outside.exists(), "something was written outside of staging")
        self.assertEqual(list(self.a_home.rustup.rglob("outside")), [])
        self.offer(compress(tar(package("clippy", self.clippy)), level=1))
        self.a_home.good("component", "add", "clippy")
        # A download of the right hash stays, as with rustup, until `update` empties the folder.
        self.assertEqual(leftovers(self.a_home, downloads=True), [])
        self.a_home.good("component", "remove", "clippy")
        return done

    def offer(self, data):
        """What the server has as clippy from now on. The toolchain has to hear of it."""
        self.dist.add_archive("clippy", data)
        self.a_home.good("toolchain", "uninstall", "stable")
        self.a_home.install()

    def evil(self, name, data=b"evil", kind=tarfile.REGTYPE, link="", line=""):
        lines = [line] if line else []
        return package("clippy", self.clippy, [entry(name, data, kind, link=link)], lines)

    def test_garbage_with_the_right_hash(self):
        self.assert_archive_refused(b"this is no gzip at all" * 100, "clippy")

    def test_a_gzip_of_garbage(self):
        self.assert_archive_refused(compress(os.urandom(5000)), "clippy")

    def test_a_cut_off_gzip(self):
        whole = compress(tar(package("clippy", self.clippy)), level=1)
        self.assert_archive_refused(whole[:-5000], "clippy")

    def test_a_cut_off_tar(self):
        whole = tar(package("clippy", self.clippy))
        self.assert_archive_refused(compress(whole[:-30_000]), "clippy")

    def test_an_empty_archive(self):
        self.assert_archive_refused(compress(b""), "clippy")

    def test_an_absolute_path(self):
        path = str(self.root / "outside")
        self.assert_archive_refused(self.evil(path), "failed to extract package")

    def test_a_path_that_climbs(self):
        for path in (f"{TOP}/clippy/../../../../outside", "../../outside",
                     f"{TOP}/clippy/lib/../../../../../outside"):
            with self.subTest(path):
                self.assert_archive_refused(self.evil(path), "failed to extract package")

    def test_a_symlink(self):
        link = self.evil(f"{TOP}/clippy/lib/link", kind=tarfile.SYMTYPE, link=str(self.root),
                         line="file:lib/link")
        self.assert_archive_refused(link, "failed to extract package")

    def test_a_symlink_that_a_file_goes_through(self):
        entries = package("clippy", self.clippy,
                          [entry(f"{TOP}/clippy/out", kind=tarfile.SYMTYPE, link=str(self.root)),
                           entry(f"{TOP}/clippy/out/outside", b"evil")], ["file:out/outside"])
        self.assert_archive_refused(entries, "failed to extract package")

    def test_a_hard_link(self):
        (self.root / "secret").write_text("secret")
        link = self.evil(f"{TOP}/clippy/lib/link", kind=tarfile.LNKTYPE,
                         link=str(self.root / "secret"), line="file:lib/link")
        self.assert_archive_refused(link, "failed to extract package")

    def test_a_device_and_a_pipe(self):
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            with self.subTest(kind):
                node = self.evil(f"{TOP}/clippy/lib/node", kind=kind, line="file:lib/node")
                self.assert_archive_refused(node, "failed to extract package")

    def test_one_file_twice(self):
        twice = self.evil(f"{TOP}/clippy/bin/cargo-clippy")
        self.assert_archive_refused(twice, "failed to extract package")

    def test_a_line_of_the_manifest_without_a_file(self):
        self.assert_archive_refused(package("clippy", self.clippy, lines=["file:lib/nothing"]),
                                    "lib/nothing", "clippy")

    def test_lines_of_the_manifest_that_lead_out(self):
        for line in ("file:../outside", "file:/etc/passwd", "dir:..", "dir:", "bad", "link:lib"):
            with self.subTest(line):
                entries = package("clippy", self.clippy, lines=[line])
                self.assert_archive_refused(entries, "clippy")

    def test_paths_of_rustups_notes_and_of_ours(self):
        for name in ("components", "components/x", "multirust-channel-manifest.toml",
                     "multirust-config.toml", "multirust-of-tomorrow", "rust-installer-version",
                     "manifest-of-mine", ".latchkey"):
            with self.subTest(name):
                path = f"lib/rustlib/{name}"
                self.assert_archive_refused(package("clippy", {path: b"not a note"}),
                                            "detected conflict", path.removesuffix("/x"))

    def test_a_component_with_a_slash(self):
        for name in ("../clippy", "clippy/../../outside", ".."):
            with self.subTest(name):
                entries = package("clippy", self.clippy, components=f"{name}\nclippy")
                self.assert_archive_refused(entries, "package component")

    def test_no_component_of_that_name(self):
        self.assert_archive_refused(package("clippy", self.clippy, components="rustfmt"), "clippy")


class BadDisk(BadTest):
    @unittest.skipUnless(IS_ROOT and shutil.which("mount"), "only root may mount")
    def test_a_full_disk(self):
        place = self.root / "small"
        place.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place],
                                 check=False, capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mounting is not possible here")
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)
        self.dist.add("clippy", package("clippy", noise(1_200_000, 40)))
        self.a_home.rustup = place
        self.a_home.latchkey = place / "latchkey"
        self.a_home.environment["RUSTUP_HOME"] = str(place)
        self.a_home.install()
        ballast = place / "tmp" / "ballast"
        ballast.parent.mkdir(exist_ok=True)
        ballast.write_bytes(bytes(1_000_000))
        self.assert_refused("No space left on device")
        # Nor does a disk without a single byte break what is there.
        with open(ballast, "ab", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        self.assert_refused("No space left on device")
        self.assertEqual(self.a_home.good("component", "list", "--installed").out.strip(),
                         f"rustc-{HOST}")
        ballast.unlink()
        for path in self.a_home.partials():
            path.unlink()  # 1.2 MB of download and as much unpacked are too much for 2 MB.
        self.dist.add("miri", package("miri", noise(100_000, 10, "lib/miri/part")))
        self.a_home.good("update", "stable", "--no-self-update")
        self.a_home.good("component", "add", "miri")
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_home_that_may_only_be_read(self):
        prefix = []
        if IS_ROOT:
            prefix = AS_NOBODY
            if not shutil.which("setpriv"):
                self.skipTest("setpriv is not installed")
            if self.a_home.run("--version", prefix=prefix).code != 0:
                self.skipTest("the program cannot be run by somebody else")
        else:
            for folder in [self.a_home.rustup, *self.a_home.rustup.rglob("*")]:
                if folder.is_dir() and not folder.is_symlink():
                    folder.chmod(0o555)
                    self.addCleanup(folder.chmod, 0o755)
        before = sorted(map(str, self.a_home.rustup.rglob("*")))
        listed = self.a_home.good("component", "list", "--installed", prefix=prefix)
        self.assertEqual(listed.out.strip(), f"rustc-{HOST}")
        self.a_home.good("toolchain", "list", prefix=prefix)
        self.a_home.good("show", prefix=prefix)
        for words in (["component", "add", "clippy"], ["component", "remove", "rustc"],
                      ["toolchain", "uninstall", "stable"],
                      ["toolchain", "install", "1.95.0", "--no-self-update"]):
            with self.subTest(words):
                done = self.a_home.run(*words, prefix=prefix)
                self.assertEqual(done.code, 1, str(done))
                self.assertIn(str(self.a_home.rustup), done.err)
                self.assertRegex(done.err, "Permission denied|Read-only file system")
        self.assertEqual(sorted(map(str, self.a_home.rustup.rglob("*"))), before)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])


if __name__ == "__main__":
    main()
