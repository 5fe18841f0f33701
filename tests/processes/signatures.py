#!/usr/bin/env python3
"""Signatures of manifests: asked for beside the manifest, told or required, and whose are good."""

import os
import shutil
import struct
import subprocess
import threading
import unittest

from harness.cases import ProcessTest, main
from harness.checks import leftovers
from harness.dists import NEW_DATE, OLD_DATE, add_two_betas, make_dist, switch_stable, two_stables
from harness.environment import BETA
from harness.openpgp import SHA1, Signer, field
from harness.servers import ScriptedServer, never_answer, plain, status

MANIFEST = "channel-rust-stable.toml"
FAILED = "signature verification failed for"


class SignedDist(ProcessTest):
    """A server with two releases of stable, a key that is trusted, and one that is not."""

    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        self.manifest = self.dist / "dist" / MANIFEST
        self.asc = self.manifest.with_name(f"{MANIFEST}.asc")
        self.server = ScriptedServer(self, self.dist)
        self.temp = self.home(self.server.url)
        self.signer = Signer(self.root)
        self.temp.environment["RUSTUP_PGP_KEY"] = str(self.signer.file)

    def asked(self, word=".asc"):
        return [each.path for each in self.server.requests if word in each.path]

    def install(self, **variables):
        return self.temp.run("toolchain", "install", "stable", "--profile", "minimal",
                             "--no-self-update", **variables)

    def assert_warned(self, reason, **variables):
        done = self.install(**variables)
        self.assertEqual(done.code, 0, str(done))
        warnings = [line for line in done.err.splitlines() if "warn" in line and "signature" in line]
        self.assertEqual(len(warnings), 1, done.err)
        self.assertIn(reason, warnings[0])
        self.temp.good("toolchain", "uninstall", "stable")

    def assert_refused(self, reason, **variables):
        done = self.install(RUSTUP_SIGNATURE="require", **variables)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(reason, done.err)
        self.assertIsNone(self.temp.current())
        self.assertEqual(leftovers(self.temp, downloads=True), [])

    def assert_bad(self, reason):
        self.assert_warned(reason)
        self.assert_refused(reason)


class Manifests(SignedDist):
    def test_a_good_signature_is_silent(self):
        self.signer.sign(self.manifest)
        done = self.install(RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 0, str(done))
        self.assertNotIn("signature", done.err)
        self.assertEqual(self.asked(), [f"/dist/{MANIFEST}.asc"])

    def test_a_missing_signature_is_silent_unless_it_is_required(self):
        done = self.install()
        self.assertEqual(done.code, 0, str(done))
        self.assertNotIn("signature", done.err)
        self.temp.good("toolchain", "uninstall", "stable")
        self.assert_refused(f"the server has no signature '{self.server.url}/dist/{MANIFEST}.asc'")
        self.assert_refused("`rustup set signature warn` does without")

    def test_a_signature_of_another_key_is_told_by_its_name(self):
        other = Signer(self.root, "other")
        other.sign(self.manifest)
        self.assert_bad(f"{FAILED} '{self.server.url}/dist/{MANIFEST}': it is made with the key "
                        f"{other.fingerprint[24:]}, which is not trusted")
        self.assert_refused("see `rustup trust list` and `rustup trust add KEYFILE`")

    def test_a_signature_of_another_file_is_bad(self):
        self.signer.sign(self.manifest)
        switch_stable(self.dist, OLD_DATE)
        self.assert_bad("it is damaged, or of another file")

    def test_an_expired_signature_and_one_with_sha_1_are_bad(self):
        self.signer.sign(self.manifest, created=self.signer.created,
                         fields=field(3, struct.pack(">I", 3600)))
        self.assert_bad("it expired on ")
        self.signer.sign(self.manifest, digest=SHA1)
        self.assert_bad("it is made with SHA-1, which is broken")

    def test_what_is_no_signature_is_bad(self):
        good = self.signer.sign(self.manifest).read_text()
        for text, reason in (("<html>Please sign in</html>\n", "it is not an OpenPGP signature"),
                             ("", "it is not an OpenPGP signature"),
                             (good[:len(good) // 2], "it is cut off"),
                             (good + good, "it has more than one armor")):
            self.asc.write_text(text)
            self.assert_bad(reason)

    def test_a_good_signature_of_another_channels_manifest_is_no_help(self):
        """Who controls a server could otherwise give beta to those who ask for stable."""
        make_dist(self.dist, "--channel", "beta", "--formats", "gz", "--synthetic-size", 8)
        beta = self.manifest.with_name("channel-rust-beta.toml")
        shutil.copy(beta, self.manifest)
        shutil.copy(f"{beta}.sha256", f"{self.manifest}.sha256")
        self.signer.sign(self.manifest)
        self.assert_bad("it is of the release 1.96.0-beta.2, not of stable")
        # An older release of the channel itself is what nobody can tell, but a dated one is.
        dated = self.dist / "dist" / NEW_DATE / MANIFEST
        shutil.copy(self.dist / "dist" / OLD_DATE / MANIFEST, dated)
        shutil.copy(self.dist / "dist" / OLD_DATE / f"{MANIFEST}.sha256", f"{dated}.sha256")
        self.signer.sign(dated)
        done = self.temp.run("toolchain", "install", f"stable-{NEW_DATE}", RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(f"it is of a release of {OLD_DATE}, not of {NEW_DATE}", done.err)

    def test_a_refusal_is_no_absence(self):
        self.signer.sign(self.manifest)
        for code in (403, 500):
            self.server.on(".asc", status(code))
            self.assert_warned("could not check the signature of", RUSTUP_MAX_RETRIES=0)
            self.assert_refused("could not check the signature of", RUSTUP_MAX_RETRIES=0)
            self.assert_refused(str(code), RUSTUP_MAX_RETRIES=0)

    def test_a_server_that_never_answers_for_the_signature_holds_nobody_up_for_long(self):
        self.server.on(".asc", never_answer)
        self.assert_warned("no answer for 10 seconds after the file itself")

    def test_a_release_without_good_signature_leaves_the_old_one(self):
        switch_stable(self.dist, OLD_DATE)
        self.signer.sign(self.manifest)
        self.temp.good("set", "signature", "require")
        self.temp.install()
        before = self.temp.serial()
        switch_stable(self.dist, NEW_DATE)  # Its signature is that of the old one.
        done = self.temp.run("update", "--no-self-update")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(FAILED, done.err)
        self.assertEqual(self.temp.serial(), before)
        self.assertEqual(leftovers(self.temp, downloads=True), [])
        self.signer.sign(self.manifest)
        self.temp.good("update", "--no-self-update")
        self.assertGreater(self.temp.serial(), before)

    def test_check_tells_it_too(self):
        switch_stable(self.dist, OLD_DATE)
        self.temp.install()
        switch_stable(self.dist, NEW_DATE)
        Signer(self.root, "other").sign(self.manifest)
        self.assertIn(FAILED, self.temp.run("check").err)
        self.assertIn(FAILED, self.temp.run("check", RUSTUP_SIGNATURE="require").err)

    def test_the_variable_beats_the_setting_and_makes_sense(self):
        self.temp.good("set", "signature", "require")
        self.assertIn('latchkey_signature = "require"', (self.temp.rustup / "settings.toml").read_text())
        self.assertEqual(self.install().code, 1)
        self.assertEqual(self.install(RUSTUP_SIGNATURE="off").code, 0)
        done = self.install(RUSTUP_SIGNATURE="maybe")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("invalid value 'maybe' in RUSTUP_SIGNATURE -- must be one of require, warn, off",
                      done.err)

    def test_lists_of_before_2016_are_signed_as_well(self):
        add_two_betas(self.dist)
        listed = self.dist / "dist" / "channel-rust-beta"
        self.signer.sign(listed)
        done = self.temp.good("toolchain", "install", "beta", "--no-self-update")
        self.assertNotIn("signature", done.err)
        self.temp.good("toolchain", "uninstall", "beta")
        Signer(self.root, "other").sign(listed)
        done = self.temp.good("toolchain", "install", "beta", "--no-self-update")
        self.assertEqual(done.err.count(FAILED), 1, done.err)
        self.assertTrue(self.temp.toolchain(BETA).is_dir())
        self.temp.good("toolchain", "uninstall", "beta")
        done = self.temp.run("toolchain", "install", "beta", "--no-self-update", RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(FAILED, done.err)
        self.signer.sign(listed)
        done = self.temp.run("toolchain", "install", "beta", "--no-self-update", RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("'beta' is a release of before 2016, of whose archive no signature is checked", done.err)


class OfMirrors(SignedDist):
    """Each mirror of the list may say for itself what a signature decides."""

    def configure(self, *policies):
        """As many mirrors; those of `good` have the signature."""
        self.mirrors = [ScriptedServer(self, self.dist) for _ in policies]
        del self.temp.environment["RUSTUP_DIST_SERVER"]
        self.temp.latchkey.mkdir(parents=True)
        (self.temp.latchkey / "config.toml").write_text("".join(
            f'[[mirror]]\nurl = "{mirror.url}"\n' + (f'signature = "{policy}"\n' if policy else "")
            for mirror, policy in zip(self.mirrors, policies, strict=True)))

    def test_a_mirror_without_the_signature_that_it_must_have_is_passed_over(self):
        self.signer.sign(self.manifest)
        self.configure("require", "require")
        self.mirrors[0].on(".asc", status(404))
        done = self.install()
        self.assertEqual(done.code, 0, str(done))
        self.assertIn(f"the mirror '{self.mirrors[0].url}", done.err)
        self.assertIn("no signature", done.err)

    def test_a_wrong_signature_has_the_next_mirror_asked(self):
        self.signer.sign(self.manifest)
        self.configure("require", None)
        self.mirrors[0].on(".asc", lambda exchange: plain(flipped(exchange)))
        done = self.install()
        self.assertEqual(done.code, 0, str(done))
        self.assertIn("signature verification failed", done.err)

    def test_where_every_mirror_must_have_one_and_none_has_nothing_is_installed(self):
        self.configure("require", "require")
        done = self.install()
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("has no signature", done.err)
        self.assertIsNone(self.temp.current())

    def test_a_mirror_may_be_trusted_without(self):
        self.configure("off")
        done = self.install(RUSTUP_SIGNATURE="require")
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual([each.path for each in self.mirrors[0].requests if ".asc" in each.path], [])


def flipped(exchange):
    exchange.whole = bytes([exchange.whole[0]]) + bytes(byte ^ 1 for byte in exchange.whole[1:])
    return exchange


class Requests(SignedDist):
    def test_the_signature_is_asked_for_while_the_manifest_is_on_its_way(self):
        self.signer.sign(self.manifest)
        signature_asked = threading.Event()

        def wait(exchange):
            if exchange.path.endswith(".asc"):
                signature_asked.set()
            elif not signature_asked.wait(20):
                return status(500)(exchange)
            return plain(exchange)
        self.server.on(MANIFEST, wait)
        done = self.install(RUSTUP_SIGNATURE="require", RUSTUP_MAX_RETRIES=0)
        self.assertEqual(done.code, 0, str(done))

    def test_one_request_for_each_manifest_that_is_fetched(self):
        self.temp.install()
        self.assertEqual(len(self.asked()), 1)
        self.temp.good("update", "--no-self-update")  # Nothing new.
        self.temp.good("check")
        self.temp.good("component", "add", "rust-src")
        self.assertEqual(len(self.asked()), 1)
        self.assertEqual(len(self.asked(f"{MANIFEST}.sha256")), 3)

    def test_nobody_asks_if_signatures_are_off(self):
        self.temp.good("set", "signature", "off")
        self.temp.install()
        self.temp.good("check")
        self.assertEqual(self.asked(), [])


class Keys(SignedDist):
    def setUp(self):
        super().setUp()
        del self.temp.environment["RUSTUP_PGP_KEY"]
        self.signer.sign(self.manifest)

    def listed(self):
        return self.temp.good("trust", "list").out

    def test_a_key_is_trusted_shown_and_removed(self):
        self.assert_refused("which is not trusted")
        done = self.temp.good("trust", "add", self.signer.file)
        grouped = " ".join(self.signer.fingerprint[at:at + 4] for at in range(0, 40, 4))
        self.assertIn(f"the key {grouped} ({self.signer.user_id}) is trusted in place 2", done.err)
        self.assertEqual(self.listed().splitlines(),
                         ["signatures: warn",
                          "1  108F 6620 5EAE B0AA A8DD 5E1C 85AB 96E6 FA1B E5FE  (built in)",
                          "   Rust Language (Tag and Release Signing Key) <rust-key@rust-lang.org>",
                          f"2  {grouped}", f"   {self.signer.user_id}"])
        path = self.temp.latchkey / "keys" / "2.asc"
        self.assertEqual(path.stat().st_mode & 0o777, 0o644)
        self.assertEqual(self.install(RUSTUP_SIGNATURE="require").code, 0)
        self.temp.good("trust", "remove", self.signer.fingerprint[-16:].lower())
        self.assertIn("2  no key", self.listed())
        self.temp.good("toolchain", "uninstall", "stable")
        self.assert_refused("which is not trusted")

    def test_there_are_two_places(self):
        second, third = Signer(self.root, "second"), Signer(self.root, "third")
        self.temp.good("trust", "add", second.file)
        done = self.temp.run("trust", "add", third.file)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("there is no room for the key", done.err)
        self.temp.good("trust", "remove", "1")
        self.assertIn("1  no key", self.listed())
        self.temp.good("trust", "add", self.signer.file)
        self.assertIn(self.signer.user_id, self.listed())
        self.assertEqual(self.install(RUSTUP_SIGNATURE="require").code, 0)
        done = self.temp.run("trust", "add")
        self.assertEqual(done.code, 1, str(done))
        self.temp.good("trust", "remove", self.signer.fingerprint)
        self.temp.good("trust", "add")
        self.assertIn("(built in)", self.listed())

    def test_a_newer_file_of_a_key_takes_the_place_of_the_older(self):
        self.temp.good("trust", "add", self.signer.file)
        newer = self.root / "newer.asc"
        newer.write_text(self.signer.public_key(fields=field(9, struct.pack(">I", 60))))
        self.temp.good("trust", "add", newer)
        self.assertEqual((self.temp.latchkey / "keys" / "2.asc").read_text(), newer.read_text())
        self.assertFalse((self.temp.latchkey / "keys" / "1.asc").exists())
        self.assert_refused("its key expired on ")

    def test_what_is_no_key_is_refused_by_its_file(self):
        for text, reason in (("nothing\n", "it is not an OpenPGP public key in ASCII armor"),
                             (self.asc.read_text(), "it is not an OpenPGP public key in ASCII armor"),
                             ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "it is a secret key"),
                             (self.signer.file.read_text()[:300], "it is cut off")):
            bad = self.root / "bad.asc"
            bad.write_text(text)
            done = self.temp.run("trust", "add", bad)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn(f"could not trust '{bad}': {reason}", done.err)
        self.assertEqual(self.temp.run("trust", "add", self.root / "none").code, 1)
        self.assertFalse((self.temp.latchkey / "keys").exists())
        done = self.temp.run("trust", "remove", "ABCD")
        self.assertIn("no trusted key is called 'ABCD'; `rustup trust list` shows them", done.err)

    def test_a_damaged_key_file_is_told_and_can_be_removed(self):
        self.temp.good("trust", "add", self.signer.file)
        path = self.temp.latchkey / "keys" / "2.asc"
        path.write_text("junk\n")
        reason = f"the key file '{path}' is damaged, remove it with `rustup trust remove 2`"
        self.assertIn(reason, self.listed())
        self.assert_bad(reason)
        self.temp.good("trust", "remove", "2")
        self.assertFalse(path.exists())

    def test_the_key_of_the_variable_must_be_one(self):
        bad = self.root / "bad.asc"
        bad.write_text("junk\n")
        self.assert_refused(f"the key file '{bad}' of RUSTUP_PGP_KEY is of no use: it is not an OpenPGP "
                            "public key", RUSTUP_PGP_KEY=bad)

    def test_no_key_is_added_while_nothing_is_trusted(self):
        done = self.temp.run("trust", "add", self.signer.file, RUSTUP_UNTRUSTED=1)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("RUSTUP_UNTRUSTED is set, so no key is added", done.err)
        self.assertIn("2  no key", self.listed())


@unittest.skipUnless(shutil.which("gpg"), "no gpg to compare with")
class Gpg(SignedDist):
    """The signatures of the tests are OpenPGP's, and those of GnuPG are understood."""

    def gpg(self, *words):
        home = self.root / "gnupg"
        home.mkdir(mode=0o700, exist_ok=True)
        done = subprocess.run(["gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "",
                               "--pinentry-mode", "loopback", *map(str, words)],
                              capture_output=True, text=True, check=False, timeout=60,
                              env={**os.environ, "LC_ALL": "C"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def tearDown(self):
        subprocess.run(["gpgconf", "--homedir", self.root / "gnupg", "--kill", "all"], check=False)
        super().tearDown()

    def test_gpg_believes_the_signatures_of_these_tests(self):
        self.signer.sign(self.manifest)
        self.gpg("--import", self.signer.file)
        self.gpg("--verify", self.asc, self.manifest)

    def test_a_key_and_a_signature_of_gpg_are_understood(self):
        self.gpg("--quick-generate-key", "Made by gpg <gpg@example.org>", "rsa3072", "cert", "2y")
        listed = self.gpg("--with-colons", "--list-keys")
        fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
        self.gpg("--quick-add-key", fingerprint, "rsa2048", "sign", "1y")
        self.gpg("--digest-algo", "SHA512", "--armor", "--detach-sign", "--output", self.asc, self.manifest)
        for armor in (["--armor"], []):
            key = self.root / f"gpg{len(armor)}.key"
            self.gpg(*armor, "--output", key, "--export", fingerprint)
            done = self.install(RUSTUP_SIGNATURE="require", RUSTUP_PGP_KEY=key)
            self.assertEqual(done.code, 0, str(done))
            self.assertNotIn("signature", done.err)
            self.temp.good("toolchain", "uninstall", "stable")


if __name__ == "__main__":
    main()
