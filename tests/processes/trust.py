#!/usr/bin/env python3
"""Toolchain files of other users: a warning, the directories that are safe, and RUSTUP_UNTRUSTED."""

import os
import unittest

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import STABLE
from harness.servers import ScriptedServer
from harness.users import IS_ROOT, NOBODY

WARNING = "belongs to another user (uid 65534)"


class Trust(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, stable_dist())
        self.temp = self.home(self.server.url)
        self.temp.install()
        self.work = self.temp.root / "work"

    def write(self, text, owner=NOBODY, folder=None, name="rust-toolchain.toml"):
        path = (folder or self.work) / name
        path.write_text(text)
        os.chown(path, owner, -1)
        return path

    def warned(self, *words, **variables):
        return self.temp.good(*words, **variables).err.count(WARNING)


@unittest.skipUnless(IS_ROOT, "needs root, to give a file to somebody else")
class OthersFiles(Trust):
    def test_a_file_of_another_user_is_obeyed_with_one_warning(self):
        self.write('[toolchain]\nchannel = "stable"\n')
        done = self.temp.good("show", "active-toolchain")
        self.assertIn(STABLE, done.out)
        self.assertEqual(done.err.count(WARNING), 1, done.err)
        self.assertIn(f"rustup set safe-directories add {self.work}", done.err)
        # A tool as well, whose output is its own.
        done = self.temp.good("--version", RUSTUP_FORCE_ARG0="rustc")
        self.assertTrue(done.out.startswith("rustc "), done.out)
        self.assertEqual(done.err.count(WARNING), 1, done.err)

    def test_what_the_file_does_not_decide_warns_nobody(self):
        self.write('[toolchain]\nchannel = "stable"\n')
        self.assertEqual(self.warned("+stable", "show", "active-toolchain"), 0)
        self.assertEqual(self.warned("show", "active-toolchain", RUSTUP_TOOLCHAIN="stable"), 0)
        self.assertEqual(self.warned("toolchain", "list", "-q"), 0)

    def test_own_files_and_roots_warn_nobody(self):
        self.write('[toolchain]\nchannel = "stable"\n', owner=0)
        self.assertEqual(self.warned("show", "active-toolchain"), 0)

    def test_a_link_of_another_user_to_a_file_of_ours_warns(self):
        ours = self.write("stable\n", owner=0, folder=self.root, name="ours")
        link = self.work / "rust-toolchain"
        link.symlink_to(ours)
        self.assertEqual(self.warned("show", "active-toolchain"), 0)
        os.lchown(link, NOBODY, -1)
        self.assertEqual(self.warned("show", "active-toolchain"), 1)

    def test_who_called_sudo_is_oneself(self):
        self.write('[toolchain]\nchannel = "stable"\n')
        self.assertEqual(self.warned("show", "active-toolchain", SUDO_UID=str(NOBODY)), 0)
        self.assertEqual(self.warned("show", "active-toolchain", SUDO_UID="1234"), 1)
        self.assertEqual(self.warned("show", "active-toolchain", SUDO_UID="x"), 1)

    def test_safe_directories_warn_nobody(self):
        self.write('[toolchain]\nchannel = "stable"\n')
        self.temp.good("set", "safe-directories", "add", ".")
        self.assertEqual(self.warned("show", "active-toolchain"), 0)
        self.assertEqual(self.temp.good("set", "safe-directories", "list").out, f"{self.work}\n")
        # The variable takes the setting's place.
        self.assertEqual(self.warned("show", "active-toolchain", RUSTUP_SAFE_DIRECTORIES="/elsewhere"), 1)
        self.temp.good("set", "safe-directories", "remove", str(self.work))
        self.assertEqual(self.warned("show", "active-toolchain"), 1)
        for safe in (f"/x:{self.work}", "*", f"{self.work.parent}/*", f"{self.root}/*"):
            self.assertEqual(self.warned("show", "active-toolchain", RUSTUP_SAFE_DIRECTORIES=safe), 0, safe)
        for unsafe in ("", str(self.work.parent), f"{self.work}/*", f"{self.work}x", str(self.work)[:-1] + "/*"):
            self.assertEqual(self.warned("show", "active-toolchain", RUSTUP_SAFE_DIRECTORIES=unsafe), 1, unsafe)

    def test_an_untrusted_place_warns_not_but_refuses(self):
        self.write(f'[toolchain]\npath = "{self.temp.rustup}/toolchains/{STABLE}"\n')
        self.assertEqual(self.warned("show", "active-toolchain"), 1)
        done = self.temp.run("which", "cargo", RUSTUP_UNTRUSTED="1")
        self.assertEqual((done.code, done.out, done.err.count(WARNING)), (1, "", 0), str(done))
        self.assertIn("RUSTUP_UNTRUSTED=1 refuses", done.err)


class Untrusted(Trust):
    def test_nothing_is_installed_because_of_a_file(self):
        self.write('[toolchain]\nchannel = "beta"\ncomponents = ["clippy"]\n', owner=os.geteuid())
        before = len(self.server.requests)
        for words, name in ((["--version"], "cargo"), (["show"], "rustup"), (["which", "cargo"], "rustup"),
                            (["toolchain", "install"], "rustup"), (["install"], "rustup")):
            done = self.temp.run(*words, RUSTUP_UNTRUSTED="1", RUSTUP_FORCE_ARG0=name)
            self.assertNotIn("downloading", done.err)
            if name == "cargo" or words[-1] == "install":
                self.assertEqual(done.code, 1, str(done))
        self.assertEqual(len(self.server.requests), before)
        done = self.temp.run("toolchain", "install", RUSTUP_UNTRUSTED="1")
        self.assertIn("lets no file install anything", done.err)
        self.assertIn("rustup toolchain install beta-", done.err)

    def test_components_of_a_file_are_not_added(self):
        self.write('[toolchain]\nchannel = "stable"\ncomponents = ["clippy"]\n', owner=os.geteuid())
        before = len(self.server.requests)
        done = self.temp.good("--version", RUSTUP_UNTRUSTED="1", RUSTUP_FORCE_ARG0="rustc")
        self.assertTrue(done.out.startswith("rustc "))
        self.assertEqual(len(self.server.requests), before)

    def test_a_value_without_a_meaning_is_refused_by_name(self):
        done = self.temp.run("show", RUSTUP_UNTRUSTED="yes")
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertIn("invalid value 'yes' of RUSTUP_UNTRUSTED: it is 0 or 1", done.err)
        self.temp.good("show", RUSTUP_UNTRUSTED="0")
        self.temp.good("show", RUSTUP_UNTRUSTED="")

    def test_the_list_is_a_setting_that_rustup_reads_over(self):
        self.assertEqual(self.temp.good("set", "safe-directories", "list").out, "no safe directories\n")
        self.temp.good("set", "safe-directories", "add", "/srv/*", "*", "/srv/*")
        self.assertIn('safe_directories = ["/srv/*", "*"]\n', (self.temp.rustup / "settings.toml").read_text())
        document = schemas.check(self.temp.good("set", "safe-directories", "list", "--format", "json").out)
        self.assertEqual(document["directories"], ["/srv/*", "*"])
        done = self.temp.good("set", "safe-directories", "remove", "/nowhere", "*")
        self.assertIn("'/nowhere' was no safe directory", done.err)
        self.assertEqual(self.temp.good("set", "safe-directories", "list").out, "/srv/*\n")


if __name__ == "__main__":
    main()
