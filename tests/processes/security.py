#!/usr/bin/env python3
"""What docs/security.md says of modes, texts and variables, with real processes."""

import hashlib
import os
import pathlib
import re
import stat
import unittest

from harness import proxied
from harness.cases import ProcessTest, main
from harness.checks import LOCKS_TEXT, entries_of
from harness.crafted import CraftedDist, package
from harness.dists import stable_dist
from harness.environment import BINARY, STABLE
from harness.processes import Running, wait_until
from harness.servers import ScriptedServer


class Page(unittest.TestCase):
    def test_every_test_that_the_page_names_is_there(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        named = re.findall(r'^- `(tests/[^`]+)`: "(.*)"$',
                           (root / "docs/security.md").read_text(), re.M)
        self.assertGreater(len(named), 40)
        for file, test in named:
            text = (root / file).read_text()
            if file.endswith(".py"):
                self.assertIn(f"    def {test}(self):\n", text, file)
            else:
                # A long name goes on in the next line.
                self.assertIn(f'TEST_CASE("{test}"', re.sub(r'"\n\s*"', "", text), file)


class Permissions(ProcessTest):
    @staticmethod
    def under(umask):
        return ["sh", "-c", f'umask {umask:03o}; exec "$@"', "sh"]

    def installed(self, umask):
        home = self.home(f"file://{stable_dist()}", f"home-{umask:03o}")
        prefix = self.under(umask)
        home.install("stable", prefix=prefix)
        home.good("component", "add", "clippy", prefix=prefix)
        home.good("toolchain", "install", "1.95.0", "--profile", "minimal", prefix=prefix)
        return home

    def test_nothing_that_is_made_may_be_written_or_read_by_more_than_the_umask_allows(self):
        for umask in (0o022, 0o077):
            home = self.installed(umask)
            for path, about in entries_of(home.rustup):
                self.assertEqual(about.st_mode & umask, 0, f"{path}: {about.st_mode:o}")
                self.assertEqual(about.st_mode & 0o7000, 0, f"{path}: {about.st_mode:o}")

    def test_who_may_not_change_the_home_cannot_open_the_lock_file(self):
        """The other one is for those who may read the home."""
        for umask, locks, readers in ((0o022, 0o600, 0o644), (0o077, 0o600, 0o600),
                                      (0o002, 0o660, 0o664)):
            home = self.home(f"file://{stable_dist()}", f"home-{umask:03o}")
            home.install(prefix=self.under(umask))
            home.good("run", "stable", "rustc", "--version", prefix=self.under(umask))
            about = (home.latchkey / "locks").stat()
            self.assertEqual(stat.S_IMODE(about.st_mode), locks)
            self.assertEqual((home.latchkey / "locks").read_text(), LOCKS_TEXT)
            if (home.latchkey / "readers").exists():
                mode = (home.latchkey / "readers").stat().st_mode
                self.assertEqual(stat.S_IMODE(mode), readers)

    def test_components_are_writable_by_their_owner_alone_whatever_the_umask(self):
        home = self.installed(0)
        for path, about in entries_of(home.toolchain()):
            if stat.S_ISREG(about.st_mode) and path.parent.name != "rustlib":
                self.assertEqual(about.st_mode & 0o022, 0, f"{path}: {about.st_mode:o}")

    def test_set_uid_and_its_like_are_left_out(self):
        dist = CraftedDist(self.root / "dist")
        files = {"bin/clippy": b"#!/bin/sh\n"}
        entries = [(info, data) for info, data in package("clippy", files)]
        for info, _ in entries:
            info.mode |= 0o7022
        dist.add("clippy", entries)
        home = self.home(f"file://{dist.out}")
        home.install()
        home.good("component", "add", "clippy")
        for path, about in entries_of(home.rustup):
            self.assertEqual(about.st_mode & 0o7000, 0, f"{path}: {about.st_mode:o}")
        mode = (home.toolchain() / "bin/clippy").stat().st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o755)


class Text(ProcessTest):
    EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f"
    CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
    PAINT = re.compile(r"\x1b\[(?:[012]|3[0-7]|9[0-7])m")

    def test_no_text_of_others_is_obeyed_by_a_terminal(self):
        """Paths, command lines, toolchain files and variables, in colours and without."""
        home = self.home(f"file://{stable_dist()}", "home" + self.EVIL)
        folder = self.root / ("folder" + self.EVIL)
        folder.mkdir()
        home.install()
        home.good("override", "set", "stable", "--path", folder)
        home.good("toolchain", "link", "own", home.toolchain())
        (folder / "rust-toolchain").write_text("own" + self.EVIL)
        commands = [["show"], ["show", "-v"], ["toolchain", "list", "-v"], ["override", "list"],
                    ["show", "active-toolchain", "-v"], ["-v", "check"], ["tidy"], ["+" + self.EVIL, "show"],
                    [self.EVIL], ["--" + self.EVIL], ["show", self.EVIL], ["set", "profile", self.EVIL],
                    ["toolchain", "link", "x", folder], ["which", "--toolchain", "stable", self.EVIL]]
        commands += [[*words, self.EVIL] for words in (
            ["toolchain", "install"], ["default"], ["component", "add"], ["target", "add"], ["run", "stable"])]
        told = []
        for words in commands:
            for variables in ({}, {"RUSTUP_TOOLCHAIN": "x" + self.EVIL},
                              {"RUSTUP_LOG": "trace", "RUSTUP_DIST_SERVER": "http://h/" + self.EVIL}):
                for color in ("never", "always"):
                    told.append(home.run(*words, prefix=["env", "-C", folder], RUSTUP_TERM_COLOR=color,
                                         RUSTUP_MAX_RETRIES=0, **variables))
        for done in told:
            said = self.PAINT.sub("", done.out + done.err)
            self.assertIsNone(self.CONTROL.search(said), repr(str(done)))
        self.assertGreater(len([done for done in told if "owned" in done.out + done.err]), len(told) // 2)

    def test_no_text_of_a_server_is_obeyed_by_a_terminal(self):
        """Of its hashes, its manifest, its redirects and its heads."""
        dist = CraftedDist(self.root / "dist")
        server = ScriptedServer(self, dist.out)
        home = self.home(server.url)
        evil = self.EVIL.encode()

        def says(data):
            def behave(exchange):
                exchange.handler.wfile.write(data)
                exchange.handler.close_connection = True
            return behave

        def body(data):
            return says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data))
        manifest = b'manifest-version = "%s"\n' % self.EVIL.encode("unicode_escape").replace(b"\\x", b"\\u00")
        answers = [("toml.sha256", body(evil * 9)),
                   ("toml.sha256", says(b"HTTP/1.1 500 %s\r\nContent-Length: 0\r\n\r\n" % evil)),
                   ("toml.sha256", says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n" % evil)),
                   ("toml.sha256", says(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % evil)),
                   ("toml.sha256", says(evil + b"\r\n\r\n")),
                   ("toml", body(manifest))]
        for place in (b"http://%s/x", b"ftp://h/%s", b"http://127.0.0.1:9/%s", b"http://127.0.0.1:9/?%s"):
            answers.append(("toml.sha256", says(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " +
                                                place % evil + b"\r\n\r\n")))
        for word, behave in answers:
            server.rules.clear()
            if word == "toml":
                digest = hashlib.sha256(manifest).hexdigest().encode()
                server.on("toml.sha256", body(digest + b"  x\n"))
            server.on(word, behave)
            for log in (None, "trace"):
                done = home.run("-v", "toolchain", "install", "stable", "--no-self-update", RUSTUP_LOG=log,
                                RUSTUP_MAX_RETRIES=0)
                self.assertNotEqual(done.code, 0, str(done))
                self.assertIsNone(self.CONTROL.search(done.out + done.err), repr(str(done)))

    def test_a_path_that_a_program_reads_is_the_path(self):
        home = self.home(f"file://{stable_dist()}", "home\x1b[2J")
        home.install()
        self.assertEqual(home.good("which", "--toolchain", "stable", "rustc").out,
                         f"{home.toolchain()}/bin/rustc\n")
        self.assertEqual(home.good("show", "home").out, f"{home.rustup}\n")


class Variables(ProcessTest):
    """What the proxies believe of the environment."""

    def setUp(self):
        super().setUp()
        self.dists = proxied.two_releases(self.root / "dists")
        self.ours = self.home(f"file://{self.dists[b'RELEASEa']}")
        self.bin = proxied.place_proxies(self.ours.root / "cargo", BINARY)
        self.ours.good("toolchain", "install", "stable", "--component", "rust-std", "--no-self-update")

    def test_a_forged_session_chooses_a_whole_generation_of_the_same_toolchain_or_nothing(self):
        current = f"{self.ours.toolchain()}/bin/rustc"
        word = self.ours.state().word
        for forged in (f"away/999/{STABLE}@{word}", f"home/../../../../evil@{word}", f"home/../evil@{word}",
                       f"away/../{STABLE}@{word}", f"@{word}", "x", f"home/{STABLE}@", f"home/{STABLE}@i1",
                       f"away/18446744073709551616/{STABLE}@{word}", f"away/-1/{STABLE}@{word}",
                       f"home/{STABLE}@../../evil", f"home/{STABLE}@{word},whole,whole"):
            stop = self.root / "stop"
            words = [str(self.bin / "rustc"), "--until", str(stop)]
            program = Running(words, self.ours.environment | {"LATCHKEY_SESSION": forged}, self.root)
            found = wait_until(lambda: program.ended() or self.executed(program))
            stop.touch()
            done = program.finish()
            stop.unlink()
            self.assertEqual(done.code, 0, f"{forged}: {done}")
            self.assertEqual(found, current, forged)

    @staticmethod
    def executed(program):
        path = os.readlink(f"/proc/{program.pid}/exe")
        return path if "/toolchains/" in path or "/away/" in path else None

    def test_no_empty_entry_comes_into_a_search_path(self):
        """It would mean the working directory."""
        for before in (None, ""):
            done = self.ours.good("run", "stable", "sh", "-c", 'echo "$LD_LIBRARY_PATH"; echo "$PATH"',
                                  LD_LIBRARY_PATH=before)
            libraries = done.out.splitlines()[0]
            self.assertNotIn("", libraries.split(":"))

    def test_a_toolchain_name_never_leads_out_of_the_home(self):
        (self.root / "evil" / "bin").mkdir(parents=True)
        rustc = self.root / "evil" / "bin" / "rustc"
        rustc.write_text("#!/bin/sh\necho evil\n")
        rustc.chmod(0o755)
        for name in ("../../../evil", f"{STABLE}/../../../evil", "."):
            done = self.ours.run("run", name, "rustc")
            self.assertNotEqual(done.code, 0, str(done))
            self.assertNotIn("evil\n", done.out)
            project = self.root / "project"
            project.mkdir(exist_ok=True)
            (project / "rust-toolchain.toml").write_text(f'[toolchain]\nchannel = "{name}"\n')
            program = Running([self.bin / "rustc"], self.ours.environment, project)
            done = program.finish()
            self.assertNotEqual(done.code, 0, str(done))
            self.assertNotIn("evil\n", done.out)

    def test_a_toolchain_files_path_is_run_from_as_rustup_does(self):
        """Who runs cargo in a folder trusts the folder; rustup decides so, and build scripts would."""
        mine = self.root / "mine"
        (mine / "bin").mkdir(parents=True)
        (mine / "bin" / "rustc").write_text("#!/bin/sh\necho the folder\\'s\n")
        (mine / "bin" / "rustc").chmod(0o755)
        (self.root / "rust-toolchain.toml").write_text(f'[toolchain]\npath = "{mine}"\n')
        done = Running([self.bin / "rustc"], self.ours.environment, self.root).finish()
        self.assertEqual(done.out, "the folder's\n", str(done))


if __name__ == "__main__":
    main()
