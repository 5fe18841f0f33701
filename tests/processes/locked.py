#!/usr/bin/env python3
"""`rustup lock`, `--locked` and RUSTUP_LOCKED: exactly what rust-toolchain.lock says, or an error."""

import os
import re
import tomllib
import unittest

from harness.cases import ProcessTest, main
from harness.checks import leftovers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST
from harness.homes import full_name
from harness.openpgp import Signer
from harness.servers import ScriptedServer
from harness.users import IS_ROOT, NOBODY

LOCK = "rust-toolchain.lock"


class Locked(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.server = ScriptedServer(self, self.dist)
        self.temp = self.home(self.server.url)
        self.work = self.temp.root / "work"
        self.path = self.work / LOCK
        self.write()

    def write(self, text='channel = "stable"\nprofile = "minimal"\ncomponents = ["clippy"]\n'):
        (self.work / "rust-toolchain.toml").write_text(f"[toolchain]\n{text}")

    def lock(self, *words):
        done = self.temp.good("lock", *words)
        return tomllib.loads(self.path.read_text()), done

    def installed_date(self):
        path = self.temp.current() / "lib/rustlib/multirust-channel-manifest.toml"
        return re.search(r'^date = "(.*)"', path.read_text(), re.M)[1]

    def install(self, **variables):
        return self.temp.run("toolchain", "install", "--locked", "--no-self-update", **variables)

    def assert_fails(self, *reasons, words=("toolchain", "install", "--locked"), **variables):
        done = self.temp.run(*words, **variables)
        self.assertEqual(done.code, 1, str(done))
        for reason in reasons:
            self.assertIn(reason, done.err)
        return done

    def test_a_lock_says_release_and_hashes(self):
        lock, done = self.lock()
        self.assertIn(f"'{self.path}' locks stable: 1.94.0", done.err)
        self.assertEqual((lock["version"], lock["channel"], lock["date"]), ("1", "stable", OLD_DATE))
        manifest = self.dist / "dist" / OLD_DATE / "channel-rust-stable.toml"
        self.assertEqual(lock["manifest"], (manifest.with_name(f"{manifest.name}.sha256")
                                            .read_text().split()[0]))
        self.assertEqual(set(lock["hosts"][HOST]),
                         {full_name(each) for each in ("rustc", "cargo", "rust-std", "clippy")})
        known = tomllib.loads(manifest.read_text())["pkg"]
        self.assertEqual(lock["hosts"][HOST][full_name("cargo")], known["cargo"]["target"][HOST]["hash"])
        self.assertIsNone(self.temp.current())

    def test_nothing_new_leaves_the_file_alone(self):
        self.lock()
        before = self.path.stat()
        _, done = self.lock()
        self.assertIn("is up to date", done.err)
        self.assertEqual(self.path.stat().st_mtime_ns, before.st_mtime_ns)
        text = self.path.read_text()
        self.path.unlink()
        self.lock()
        self.assertEqual(self.path.read_text(), text)

    def test_the_locked_release_is_installed_though_the_channel_went_on(self):
        self.lock()
        switch_stable(self.dist, NEW_DATE)
        done = self.install()
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(self.installed_date(), OLD_DATE)
        self.assertEqual(self.temp.components(),
                         {full_name(each) for each in ("rustc", "cargo", "rust-std", "clippy")})
        # It is there: nobody is asked.
        before = len(self.server.requests)
        for words in (("toolchain", "install", "--locked"), ("install", "--locked"),
                      ("update", "--locked")):
            self.temp.good(*words, "--no-self-update")
        self.temp.good("toolchain", "install", RUSTUP_LOCKED=1)
        self.assertEqual(len(self.server.requests), before)

    def test_another_release_is_replaced_and_components_of_the_user_stay(self):
        self.lock()
        switch_stable(self.dist, NEW_DATE)
        self.temp.install()
        self.temp.good("component", "add", "rust-src", "--toolchain", "stable")
        self.assertEqual(self.installed_date(), NEW_DATE)
        self.temp.good("update", "--locked", "--no-self-update")
        self.assertEqual(self.installed_date(), OLD_DATE)
        self.assertIn("rust-src", self.temp.components())

    def test_a_tool_installs_what_is_locked_and_checks_it(self):
        self.lock()
        switch_stable(self.dist, NEW_DATE)

        def rustc(**variables):
            return self.temp.run("--version", RUSTUP_FORCE_ARG0="rustc", **variables)
        self.assertIn("rustc 1.94.0", rustc(RUSTUP_LOCKED=1).out)
        self.temp.good("update", "stable", "--no-self-update")
        self.assertIn("rustc 1.95.0", rustc().out)
        refused = rustc(RUSTUP_LOCKED=1, RUSTUP_AUTO_INSTALL=0)
        self.assertEqual(refused.code, 1, str(refused))
        self.assertIn(f"is not what '{self.path}' locks; run `rustup toolchain install --locked`",
                      refused.err)
        self.assertIn("rustc 1.94.0", rustc(RUSTUP_LOCKED=1).out)

    def test_a_server_with_another_manifest_changes_nothing(self):
        self.lock()
        dated = self.dist / "dist" / OLD_DATE / "channel-rust-stable.toml"
        dated.write_text(dated.read_text() + "\n")
        self.assert_fails(f"could not install what '{self.path}' locks: checksum failed for",
                          "run `rustup lock` if what the server has is meant")
        dated.unlink()
        self.assert_fails("the server has no '")
        self.assertIsNone(self.temp.current())
        self.assertEqual(leftovers(self.temp, downloads=True), [])

    def test_a_locked_manifest_needs_its_signature_too(self):
        """Whoever writes a project could otherwise choose what is not signed."""
        self.lock()
        signer = Signer(self.root)
        self.assert_fails("the server has no signature '", RUSTUP_SIGNATURE="require")
        signer.sign(self.dist / "dist" / OLD_DATE / "channel-rust-stable.toml")
        self.assert_fails("signature verification failed for", "is not trusted", RUSTUP_SIGNATURE="require")
        self.assertIsNone(self.temp.current())
        done = self.install(RUSTUP_SIGNATURE="require", RUSTUP_PGP_KEY=signer.file)
        self.assertEqual(done.code, 0, str(done))

    def test_an_edited_hash_is_told_with_both(self):
        lock, _ = self.lock()
        right = lock["hosts"][HOST][full_name("cargo")]
        self.path.write_text(self.path.read_text().replace(right, "0" * 64))
        self.assert_fails(f"'{full_name('cargo')}' of host '{HOST}': expected '{'0' * 64}', and the "
                          f"manifest has '{right}'")

    def test_what_is_wrong_with_a_lock_is_told_with_what_to_do(self):
        self.assert_fails(f"there is no '{self.path}'; run `rustup lock` to write it")
        self.lock()
        good = self.path.read_text()
        self.path.write_text(good.replace(HOST, "riscv64gc-unknown-linux-gnu"))
        self.assert_fails(f"locks nothing for host '{HOST}'; run `rustup lock --host "
                          f"riscv64gc-unknown-linux-gnu --host {HOST}`")
        self.path.write_text(good.replace('"stable"', '"beta"'))
        self.assert_fails("locks 'beta', and", "wants 'stable'; run `rustup lock` to write it anew")
        self.path.write_text("<<<<<<< ours\n" + good)
        self.assert_fails(f"could not parse '{self.path}': TOML parse error at line 1")
        self.path.write_text(good)
        self.write('channel = "stable"\ntargets = ["wasm32-unknown-unknown"]\n')
        self.assert_fails("lacks target 'wasm32-unknown-unknown'")
        self.write('channel = "stable"\ncomponents = ["rustfmt"]\n')
        self.assert_fails("lacks component 'rustfmt'", "run `rustup lock` to write it anew")
        self.lock()
        self.assertEqual(self.install().code, 0)
        self.path.unlink()
        self.path.mkdir()
        self.assert_fails("is not a file; move it out of the way")

    def test_only_a_toolchain_file_can_be_locked(self):
        self.assert_fails("takes no toolchain; leave out 'stable'",
                          words=("toolchain", "install", "--locked", "stable"))
        self.assert_fails("only what a toolchain file chooses can be locked", words=("lock",),
                          RUSTUP_TOOLCHAIN="stable")
        self.assert_fails("nothing is locked here", RUSTUP_TOOLCHAIN="stable")
        self.assert_fails("RUSTUP_UNTRUSTED is set, so nothing is locked", words=("lock",),
                          RUSTUP_UNTRUSTED=1)
        self.assertFalse(self.path.exists())

    def test_hosts_are_kept_and_must_exist(self):
        self.assert_fails("riscv64gc-unknown-linux-gnu",
                          words=("lock", "--host", "riscv64gc-unknown-linux-gnu"))
        self.assertFalse(self.path.exists())
        self.lock("--host", HOST)
        switch_stable(self.dist, NEW_DATE)
        lock, _ = self.lock()
        self.assertEqual((list(lock["hosts"]), lock["date"]), ([HOST], NEW_DATE))

    def test_a_toolchain_that_was_rolled_back_is_not_changed(self):
        self.lock()
        self.assertEqual(self.install().code, 0)
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "stable", "--no-self-update")
        self.temp.good("toolchain", "rollback", "stable")
        self.assertEqual(self.install().code, 0)  # It is held at what is locked.
        self.lock()
        self.assert_fails("locks another release than that at which", "update --unhold")
        self.assertEqual(self.installed_date(), OLD_DATE)

    @unittest.skipUnless(IS_ROOT, "needs root, to give a file to somebody else")
    def test_a_lock_of_another_user_decides_nothing(self):
        self.lock()
        os.chown(self.path, NOBODY, -1)
        self.assert_fails("belongs to another user")
        self.assert_fails("belongs to another user", words=("lock",))
        self.assertEqual(self.install(RUSTUP_SAFE_DIRECTORIES=str(self.work)).code, 0)


if __name__ == "__main__":
    main()
