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
from harness.checks import entries, every_file, faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, make_dist
from harness.environment import HOST, STABLE
from harness.homes import full_name
from harness.openpgp import Signer
from harness.processes import wait_until
from harness.rustup import RUSTUP
from harness.servers import ScriptedServer, stall_after, status
from harness.small_disk import SmallDisk
from harness.users import AS_NOBODY, IS_ROOT

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

    def installed(self):
        return entries(self.far.rustup / "toolchains")

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


class Signed(BundleTest):
    """Manifests of a server that signs, by a key that both machines trust."""

    def setUp(self):
        super().setUp()
        self.signer = Signer(self.root)
        for home in (self.temp, self.far):
            home.environment["RUSTUP_PGP_KEY"] = str(self.signer.file)
        self.manifest = self.dist / "dist/channel-rust-stable.toml"
        self.mirror = self.root / "mirror"

    def require(self, *homes):
        for home in homes:
            home.environment["RUSTUP_SIGNATURE"] = "require"

    def offered(self):
        return [path for path in every_file(self.mirror) if path.startswith("dist/channel")]

    def test_a_signed_bundle_installs_where_signatures_are_required(self):
        signature = self.signer.sign(self.manifest)
        self.require(self.temp, self.far)
        self.assertNotIn("signature", self.bundle("stable", "--profile", "minimal").err)
        with tarfile.open(self.file, "r:") as tar:
            found = tar.extractfile("dist/channel-rust-stable.toml.asc").read()
        self.assertEqual(found, signature.read_bytes())
        self.install()
        self.assertEqual(faults(self.far, STABLE, self.dist), [])

    def test_a_release_by_its_date_is_checked_as_well(self):
        dated = self.dist / f"dist/{NEW_DATE}/channel-rust-stable.toml"
        self.signer.sign(dated)
        self.require(self.temp, self.far)
        self.bundle(f"stable-{NEW_DATE}", "--profile", "minimal")
        self.install()
        self.assertEqual(self.installed(), [f"stable-{NEW_DATE}-{HOST}"])

    def test_without_a_signature_nothing_comes_where_one_is_required(self):
        self.bundle("stable", "--profile", "minimal")
        self.require(self.temp, self.far)
        done = self.install(code=1)
        self.assertIn("one is required", done.err)
        self.assertEqual(self.installed(), [])
        self.assertEqual(leftovers(self.far, downloads=True), [])

        before = self.file.read_bytes()
        done = self.bundle("stable", "--profile", "minimal", code=1)
        self.assertIn("channel-rust-stable.toml.asc', and one is required", done.err)
        self.assertEqual(self.file.read_bytes(), before)

    def test_a_mirror_does_not_offer_what_is_signed_wrongly_if_that_is_required(self):
        signature = self.signer.sign(self.manifest)
        signature.write_text(Signer(self.root, "stranger").detached(self.manifest.read_bytes()))
        words = ("mirror", str(self.mirror), "stable", "--profile", "minimal")
        done = self.temp.run(*words, RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("signature verification failed for", done.err)
        self.assertEqual(self.offered(), [])

        done = self.temp.good(*words)
        self.assertEqual(done.err.count("signature verification failed for"), 1, done.err)
        self.assertIn("dist/channel-rust-stable.toml.asc", self.offered())
        self.assertNotIn("signature", self.temp.good(*words, RUSTUP_SIGNATURE="off").err)

    def test_a_signature_of_another_channel_is_none(self):
        """The server gives beta's manifest, with its good signature, to those who ask for stable."""
        make_dist(self.dist, "--channel", "beta", "--formats", "gz,xz", "--synthetic-size", 8)
        beta = self.dist / "dist/channel-rust-beta.toml"
        self.manifest.write_bytes(beta.read_bytes())
        digest = hashlib.sha256(beta.read_bytes()).hexdigest()
        self.manifest.with_name(f"{self.manifest.name}.sha256").write_text(f"{digest}  {self.manifest.name}\n")
        self.signer.sign(self.manifest)
        done = self.temp.run("mirror", str(self.mirror), "stable", "--profile", "minimal",
                             RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("signature verification failed for", done.err)
        self.assertEqual(self.offered(), [])


class Locked(BundleTest):
    """A project with a lock file, on a machine without network."""

    def setUp(self):
        super().setUp()
        for home in (self.temp, self.far):
            (home.root / "work" / "rust-toolchain.toml").write_text(
                '[toolchain]\nchannel = "stable"\nprofile = "minimal"\ncomponents = ["clippy"]\n')
        self.temp.good("lock")
        shutil.copy(self.temp.root / "work/rust-toolchain.lock", self.far.root / "work")

    def install_locked(self, *words):
        return self.far.run("toolchain", "install", "--locked", *words, "--from", str(self.file))

    def test_a_bundle_has_what_the_lock_says(self):
        self.bundle("stable", "--profile", "minimal", "-c", "clippy")
        done = self.install_locked()
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(self.installed(), [STABLE])
        self.assertIn(full_name("clippy"), self.far.components())
        self.assertEqual(faults(self.far, STABLE, self.dist), [])

    def test_a_bundle_that_lacks_what_the_lock_says_installs_nothing(self):
        self.bundle("stable", "--profile", "minimal")
        self.assertEqual(self.install_locked().code, 1)
        self.assertEqual(self.installed(), [])

    def test_with_a_lock_no_toolchain_is_named(self):
        self.bundle("stable", "--profile", "minimal")
        done = self.install_locked("stable")
        self.assertEqual(done.code, 1)
        self.assertIn("takes no toolchain; leave out 'stable'", done.err)
        self.assertEqual(self.installed(), [])


class FullDisk(SmallDisk, BundleTest):
    def test_a_bundle_that_does_not_fit_is_told_and_the_old_one_stays(self):
        self.file = self.disk / "rust.tar"
        self.file.write_bytes(b"the old one")
        self.leave(40 << 10)
        done = self.bundle("stable", code=1)
        self.assertRegex(done.err, "is full|No space left")
        self.assertEqual(self.file.read_bytes(), b"the old one")
        self.ballast.unlink()
        self.bundle("stable", "--profile", "minimal")
        self.install()

    def test_a_home_that_is_full_installs_nothing_from_a_bundle(self):
        self.bundle("stable", "--profile", "minimal")
        self.far = self.home(NOWHERE, "disk/far")
        self.leave(16 << 10)
        done = self.install(code=1)
        self.assertIn("No space left", done.err)
        self.assertEqual(self.installed(), [])
        self.ballast.unlink()
        self.install()
        self.assertEqual(faults(self.far, STABLE, self.dist), [])
        self.assertEqual(leftovers(self.far), [])


@unittest.skipUnless(IS_ROOT, "only root can be somebody else")
class OtherUsers(BundleTest):
    def test_who_may_only_read_a_bundle_installs_from_it(self):
        self.bundle("stable", "--profile", "minimal")
        self.file.chmod(0o444)
        for path in (self.far.root, *self.far.root.iterdir()):
            os.chown(path, 65534, 65534)
        before = self.file.stat().st_mtime_ns
        done = self.far.run("toolchain", "install", "--profile", "minimal", "--from", str(self.file),
                            prefix=AS_NOBODY)
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(faults(self.far, STABLE, self.dist), [])
        self.assertEqual(self.file.stat().st_mtime_ns, before)

    def test_a_folder_that_is_not_ones_own_gets_nothing(self):
        locked = self.root / "locked"
        locked.mkdir(mode=0o755)
        for path in (self.temp.root, *self.temp.root.iterdir()):
            os.chown(path, 65534, 65534)
        for words in (("mirror", locked / "rust", "stable"), ("bundle", "stable", "-o", locked / "rust.tar")):
            done = self.temp.run(*map(str, words), prefix=AS_NOBODY)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("Permission denied", done.err)
            self.assertIn(str(locked), done.err)
            self.assertEqual(entries(locked), [])

    def test_a_mirror_of_somebody_else_is_read_and_not_changed(self):
        mirror = self.root / "mirror"
        self.temp.good("mirror", str(mirror), "stable", "--profile", "minimal")
        before = {path: (mirror / path).read_bytes() for path in every_file(mirror)}
        for path in (self.far.root, *self.far.root.iterdir()):
            os.chown(path, 65534, 65534)
        done = self.far.run("mirror", str(mirror), "stable", "--profile", "minimal", prefix=AS_NOBODY,
                            RUSTUP_DIST_SERVER=self.server.url)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("Permission denied", done.err)
        done = self.far.run("toolchain", "install", "--profile", "minimal", "--from", str(mirror),
                            prefix=AS_NOBODY)
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual({path: (mirror / path).read_bytes() for path in every_file(mirror)}, before)


if __name__ == "__main__":
    main()
