#!/usr/bin/env python3
"""`latchkey bundle`, and `toolchain install --from`: releases in one file, and machines without network."""

import hashlib
import os
import shutil
import signal
import subprocess
import tarfile
import unittest

from harness import schemas
from harness.cases import ProcessTest, main
from harness.checks import every_file, faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, make_dist
from harness.environment import HOST, STABLE
from harness.processes import wait_until
from harness.rustup import RUSTUP
from harness.servers import ScriptedServer, stall_after, status

NOWHERE = "http://127.0.0.1:9"


class BundleTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = make_dist(self.root / "dist", "--formats", "gz,xz", "--synthetic-size", 8)
        self.server = ScriptedServer(self, self.dist)
        self.temp = self.home(self.server.url)
        self.far = self.home(NOWHERE, "far")
        self.file = self.root / "rust.tar"

    def bundle(self, *words, code=0, **options):
        done = self.temp.run("bundle", *words, "-o", str(self.file), **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def install(self, *words, path=None, code=0):
        done = self.far.run("toolchain", "install", *words, "--profile", "minimal", "--from",
                            str(path or self.file))
        self.assertEqual(done.code, code, str(done))
        return done

    def assert_nothing_left(self):
        self.assertEqual([path.name for path in self.root.iterdir() if "rust.tar." in path.name], [])


class Bundles(BundleTest):
    def test_a_bundle_is_the_tree_of_a_mirror_and_nothing_else(self):
        words = ("stable", "--profile", "minimal", "-c", "clippy", "--compression", "xz")
        self.bundle(*words)
        mirror = self.root / "mirror"
        self.temp.good("mirror", str(mirror), *words)
        with tarfile.open(self.file, "r:") as tar:
            members = tar.getmembers()
            found = {each.name: tar.extractfile(each).read() for each in members}
        wanted = {path: (mirror / path).read_bytes() for path in every_file(mirror)
                  if path.startswith("dist/")}
        self.assertEqual(found, wanted)
        self.assertEqual([each.name for each in members], sorted(found))
        self.assertEqual({(each.mode, each.uid, each.gid, each.uname, each.mtime) for each in members},
                         {(0o644, 0, 0, "", 0)})
        self.assert_nothing_left()

    def test_the_same_releases_give_the_same_bytes(self):
        self.bundle("stable", "beta", "--profile", "minimal")
        first = self.file.read_bytes()
        umask = os.umask(0o077)
        self.addCleanup(os.umask, umask)
        self.bundle("beta", "stable", "--profile", "minimal")
        self.assertEqual(self.file.read_bytes(), first)
        piped = subprocess.run([self.temp.binary, "bundle", "stable", "beta", "--profile", "minimal",
                                "-o", "-"], env=self.temp.environment, capture_output=True,
                               cwd=self.root, timeout=60, check=True)
        self.assertEqual(piped.stdout, first)
        self.assertEqual(list((self.temp.root / "tmp").iterdir()), [])

    def test_what_it_says_is_so(self):
        document = schemas.check(self.bundle("stable", "--format", "json").out)
        self.assertEqual(document["sha256"], hashlib.sha256(self.file.read_bytes()).hexdigest())
        self.assertEqual(document["bytes"], self.file.stat().st_size)
        self.assertEqual([each["date"] for each in document["releases"]], [NEW_DATE])
        self.assertIn(document["sha256"], self.bundle("stable").out)

    def test_a_failure_leaves_the_file_as_it_was(self):
        self.bundle("stable", "--profile", "minimal")
        before = self.file.read_bytes()
        self.server.on("/cargo-", status(404))
        self.assertIn("could not download file", self.bundle("beta", code=1).err)
        self.assertEqual(self.file.read_bytes(), before)
        for words in (("--format", "json", "-o", "-"), ("-o", "")):
            done = self.temp.run("bundle", "stable", *words)
            self.assertNotEqual(done.code, 0, str(done))
        self.assertIn("say where the archive goes", self.temp.run("bundle", "stable").err)

    def test_an_interrupted_one_goes_on(self):
        self.server.on("/rustc-", stall_after(10))
        running = self.temp.spawn("bundle", "stable", "--profile", "minimal", "-o", str(self.file))
        self.assertTrue(self.server.stalled.wait(20))
        self.assertTrue(wait_until(lambda: list(self.root.glob("rust.tar.latchkey/dist/*/cargo*.gz"))))
        running.send(signal.SIGKILL)
        running.finish()
        self.assertFalse(self.file.exists())
        self.server.be_good()
        before = len(self.server.requests)
        self.bundle("stable", "--profile", "minimal")
        self.assertEqual([each.path for each in self.server.requests[before:]
                          if "/cargo-" in each.path and each.path.endswith(".gz")], [])
        self.install()
        self.assert_nothing_left()


class Installs(BundleTest):
    def test_a_machine_without_network_installs_from_one_file(self):
        """In a network of its own, in which there is not even this machine."""
        self.bundle("stable", "--profile", "minimal", "-c", "clippy")
        prefix = ()
        if os.geteuid() == 0 and shutil.which("unshare"):
            prefix = ("unshare", "-n")
        done = self.far.run("toolchain", "install", "--profile", "minimal", "-c", "clippy", "--from",
                            "../../rust.tar", prefix=prefix)
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(self.far.components() & {f"clippy-preview-{HOST}"}, {f"clippy-preview-{HOST}"})
        self.assertEqual(faults(self.far, STABLE, self.dist), [])
        self.assertEqual(leftovers(self.far), [])
        self.assertIn("1.95.0", self.far.good("run", "stable", "rustc", "--version").out)

    def test_it_installs_from_a_mirror_of_one_encoding(self):
        for form in ("xz", "gz"):
            mirror = self.root / f"a mirror of {form} %20"
            self.temp.good("mirror", str(mirror), "stable", "--profile", "minimal", "--compression", form)
            self.install(path=mirror)
            self.assertEqual(faults(self.far, STABLE, self.dist), [])
            self.far.good("toolchain", "uninstall", "stable")

    def test_of_several_releases_one_is_named(self):
        self.bundle("stable", f"stable-{OLD_DATE}", "beta", "--profile", "minimal")
        self.assertIn("name the one to install: beta, stable", self.install(code=1).err)
        self.assertIn("has no release 'nightly', only: beta, stable",
                      self.install("nightly", code=1).err)
        self.assertFalse((self.far.rustup / "toolchains").exists())
        self.install(f"stable-{OLD_DATE}", "beta")
        self.assertEqual(sorted(path.name for path in (self.far.rustup / "toolchains").iterdir()),
                         sorted([f"beta-{HOST}", f"stable-{OLD_DATE}-{HOST}"]))

    def test_an_installed_toolchain_is_updated(self):
        self.bundle(f"stable-{OLD_DATE}", "--profile", "minimal")
        self.far.good("toolchain", "install", "stable", "--profile", "minimal",
                      RUSTUP_DIST_SERVER=f"file://{self.dist}")
        self.bundle("stable", "--profile", "minimal")
        self.assertIn("unchanged", self.install("stable").out)

    def test_what_the_bundle_lacks_is_told_and_nothing_changes(self):
        self.bundle("stable", "--profile", "minimal")
        done = self.install("-c", "clippy", code=1)
        self.assertIn("file not found", done.err)
        self.assertEqual(self.far.components(), set())

    def test_a_damaged_bundle_changes_nothing(self):
        self.bundle("stable", "--profile", "minimal", "--compression", "gz")
        whole = self.file.read_bytes()
        with tarfile.open(self.file, "r:") as tar:
            archive = next(each for each in tar.getmembers() if "/rustc-" in each.name)
        changed = bytearray(whole)
        changed[archive.offset_data + archive.size // 2] ^= 1
        header = bytearray(whole)
        header[archive.offset] ^= 1
        for bytes_, text in ((whole[:len(whole) // 2], "is damaged: it is cut off"),
                             (whole[:-1024], "is damaged: it is cut off"),
                             (header, "is damaged: there is no header at byte"),
                             (changed, "checksum failed for"), (b"what", "neither a mirror nor a bundle"),
                             (b"", "neither a mirror nor a bundle")):
            self.file.write_bytes(bytes_)
            self.assertIn(text, self.install(code=1).err)
            self.assertEqual(self.far.components(), set())
        self.file.unlink()
        self.assertIn("does not exist", self.install(code=1).err)
        self.file.write_bytes(whole)
        self.install()
        self.assertEqual(faults(self.far, STABLE, self.dist), [])

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 to install with")
    def test_rustup_installs_from_an_unpacked_bundle(self):
        self.bundle("stable", "--profile", "minimal")
        with tarfile.open(self.file, "r:") as tar:
            tar.extractall(self.root / "unpacked")
        self.home(f"file://{self.root}/unpacked", "other", RUSTUP).install("stable")


if __name__ == "__main__":
    main()
