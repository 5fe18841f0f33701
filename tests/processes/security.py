#!/usr/bin/env python3
"""What docs/security.md says of other users, servers, archives and variables, with real processes."""

import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import ssl
import stat
import struct
import subprocess
import unittest
import warnings

from harness import proxied
from harness.cases import ProcessTest, main
from harness.checks import LOCKS_TEXT, faults, leftovers
from harness.crafted import RUSTC, CraftedDist, package
from harness.dists import stable_dist
from harness.environment import BINARY, HOLDER, HOST, STABLE
from harness.processes import Running, wait_until
from harness.servers import ScriptedServer, make_certificate, redirect, serve_connections, status

ROOT_USER = os.geteuid() == 0
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
F_OFD_SETLK = 37
SECRET = "s3cretWord"


def entries_of(folder):
    """Every path below with what lstat(2) says, links left out."""
    for path in [folder, *pathlib.Path(folder).rglob("*")]:
        if not path.is_symlink():
            yield path, path.lstat()


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


@unittest.skipUnless(ROOT_USER, "needs root, to become somebody else")
class OtherUser(ProcessTest):
    """A user who may look into the home and do no more, and means ill."""

    def setUp(self):
        super().setUp()
        self.ours = self.home(f"file://{stable_dist()}")
        self.ours.install()
        os.symlink(os.path.realpath(BINARY), self.root / "latchkey")
        self.locks = self.ours.latchkey / "readers"

    def python_as_nobody(self, program):
        child = subprocess.Popen([*AS_NOBODY, shutil.which("python3", path="/usr/bin:/bin") or "python3",
                                  "-c", program],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.stdin.close)
        return child

    def lock_as_nobody(self, kind, first=0, count=0, mode="O_RDONLY"):
        """Says "held" or an error, and holds it until its input ends."""
        return self.python_as_nobody(f"""
import fcntl, os, struct, sys
try:
    fd = os.open({str(self.locks)!r}, os.{mode})
    fcntl.fcntl(fd, {F_OFD_SETLK}, struct.pack("hhqqi4x", fcntl.{kind}, 0, {first}, {count}, 0))
    print("held", flush=True)
except OSError as error:
    print(error.strerror, flush=True)
sys.stdin.read()
""")

    def hold_everything(self):
        child = self.lock_as_nobody("F_RDLCK")
        self.assertEqual(child.stdout.readline(), "held\n")
        return child

    def test_he_cannot_keep_out_readers(self):
        self.hold_everything()
        self.assertIn("rustc", self.ours.good("run", "stable", "rustc", "--version", limit=20).out)
        self.ours.good("toolchain", "list", limit=20)

    def test_he_can_delay_no_change(self):
        holder = self.hold_everything()
        self.ours.good("component", "add", "clippy", limit=20)
        self.ours.good("component", "remove", "clippy", limit=20)
        self.ours.good("set", "profile", "default", limit=20)
        self.assertEqual(self.said_to_be_installed(), {f"{name}-{HOST}" for name in
                                                       ("rustc", "cargo", "rust-std")})
        self.ours.good("component", "add", "clippy", limit=20)
        self.assertEqual(faults(self.ours, STABLE, stable_dist()), [])
        self.ours.good("toolchain", "uninstall", "stable", limit=20)
        self.assertIn("no installed", self.ours.good("toolchain", "list").out)
        holder.stdin.close()
        holder.wait()
        self.ours.good("toolchain", "list")
        self.assertEqual(leftovers(self.ours), [])

    def said_to_be_installed(self):
        return set(self.ours.good("component", "list", "--installed").out.split())

    def test_a_limit_ends_the_wait_and_locks_shows_who_it_is(self):
        """Somebody who may change the home holds all of it."""
        file = open(self.ours.latchkey / "locks", "rb")
        self.addCleanup(file.close)
        fcntl.fcntl(file, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
        done = self.ours.run("component", "add", "clippy", LATCHKEY_LOCK_TIMEOUT=1)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("error: ", done.err)
        self.assertLess(done.seconds, 15)
        self.ours.binary = self.root / "latchkey"
        table = self.ours.good("locks").out
        self.assertRegex(table, rf"HOLDS +- +every key +shared .* {os.getpid()} ")

    def test_to_those_who_may_not_look_into_his_processes_he_is_one_that_cannot_be_seen(self):
        """Another user without privileges asks; the holder is root's."""
        with open(self.ours.latchkey / "locks", "rb") as file:
            fcntl.fcntl(file, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
            self.ours.binary = self.root / "latchkey"
            done = self.ours.good("locks", prefix=AS_NOBODY)
            self.assertIn("every key", done.out)
            self.assertIn("?    a process that cannot be seen from here", done.out)

    def test_he_can_hold_nothing_exclusively(self):
        for mode in ("O_RDONLY", "O_RDWR"):
            said = self.lock_as_nobody("F_WRLCK", mode=mode).stdout.readline()
            self.assertIn(said, ("Bad file descriptor\n", "Permission denied\n"))

    def test_what_he_shares_is_not_deleted_and_goes_when_he_goes(self):
        self.ours.good("component", "add", "rust-src")
        source = self.ours.toolchain() / "lib/rustlib/src"
        # The bytes of `use` alone: what a reader holds. A change needs none of them.
        holder = self.python_as_nobody(f"""
import fcntl, os, struct, sys
fd = os.open({str(self.locks)!r}, os.O_RDONLY)
for byte in {self.use_bytes()!r}:
    fcntl.fcntl(fd, {F_OFD_SETLK}, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, byte, 1, 0))
print("held", flush=True)
sys.stdin.read()
""")
        self.assertEqual(holder.stdout.readline(), "held\n")
        self.ours.good("component", "remove", "rust-src", limit=20)
        self.assertNotIn("rust-src", self.said_to_be_installed())
        self.assertTrue(source.exists())
        holder.stdin.close()
        holder.wait()
        self.ours.good("toolchain", "list")
        self.assertFalse(source.exists())

    def use_bytes(self):
        """As a process that runs cargo would have them, asked of one."""
        keys = [f"use:home/{STABLE}/{each.name}" for each in self.ours.state().components]
        with subprocess.Popen([HOLDER, self.locks, "shared", "try", *keys], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as child:
            child.stdout.readline()
            found = []
            for number in os.listdir(f"/proc/{child.pid}/fdinfo"):
                for line in pathlib.Path(f"/proc/{child.pid}/fdinfo/{number}").read_text().splitlines():
                    if line.startswith("lock:") and "OFDLCK" in line:
                        found.append(int(line.split()[-1]))
            child.communicate("quit\n")
        return sorted(set(found))

    def test_under_a_umask_that_shuts_him_out_he_cannot_hold_anything(self):
        home = self.home(f"file://{stable_dist()}", "private")
        prefix = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
        home.install(prefix=prefix)
        home.good("toolchain", "uninstall", "stable", prefix=prefix)
        self.locks = home.latchkey / "readers"
        self.assertEqual(self.lock_as_nobody("F_RDLCK").stdout.readline(), "Permission denied\n")

    def test_he_can_change_nothing_in_the_home(self):
        before = {path: about.st_mtime_ns for path, about in entries_of(self.ours.rustup)}
        for words in (["component", "add", "clippy"], ["default", "stable"],
                      ["toolchain", "uninstall", "stable"]):
            done = self.ours.run(*words, prefix=AS_NOBODY)
            self.assertNotEqual(done.code, 0, str(done))
        self.assertEqual({path: about.st_mtime_ns for path, about in entries_of(self.ours.rustup)}, before)


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


class Servers(ProcessTest):
    def dist(self, name="dist"):
        return CraftedDist(self.root / name)

    def test_a_manifest_that_is_not_that_of_its_hash_is_refused(self):
        dist = self.dist()
        for path in dist.out.rglob("channel-rust-stable.toml"):
            path.write_text(path.read_text().replace("crafted", "altered"))
        home = self.home(f"file://{dist.out}")
        done = home.run("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        self.assertNotEqual(done.code, 0, str(done))
        self.assertIsNone(home.current())
        self.assertEqual(leftovers(home, downloads=True), [])

    def test_no_server_can_put_its_files_into_the_toolchain_of_another(self):
        """It lists the other's hash as its own for an encoding that is not fetched."""
        good = self.dist("good")
        _, hash_of_good = good.components["rustc"]["gz"]
        evil = self.dist("evil")
        evil.add("rustc", package("rustc", {"bin/rustc": b"#!/bin/sh\necho evil\n"}))
        for path in evil.out.rglob("channel-rust-*.toml"):
            text = path.read_text()
            text += (f'xz_hash = "{hash_of_good}"\n'
                     f'xz_url = "https://static.rust-lang.org/dist/{evil.date}/none.tar.xz"\n')
            path.write_text(text)
            digest = hashlib.sha256(text.encode()).hexdigest()
            path.with_name(path.name + ".sha256").write_text(f"{digest}  {path.name}\n")
        home = self.home(f"file://{evil.out}")
        home.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                  LATCHKEY_COMPRESSION="gz")
        self.assertIn(b"evil", (home.toolchain() / "bin/rustc").read_bytes())
        self.assertTrue((home.latchkey / "trees" / f"{hash_of_good}.json.gz").is_file(),
                        "the trap is not set")
        home.good("toolchain", "install", "1.95.0", "--profile", "minimal", "--no-self-update",
                  RUSTUP_DIST_SERVER=f"file://{good.out}")
        rustc = home.toolchain(f"1.95.0-{HOST}") / "bin/rustc"
        self.assertEqual(rustc.read_bytes(), RUSTC)

    def all_of(self, home):
        for path, about in entries_of(home.root):
            if stat.S_ISREG(about.st_mode):
                yield path, path.read_bytes()

    def test_passwords_in_addresses_are_neither_shown_nor_kept(self):
        dist = self.dist()
        dist.add("clippy", package("clippy", {"bin/clippy": b"x"}))
        server = ScriptedServer(self, dist.out)
        home = self.home(server.url.replace("http://", f"http://me:{SECRET}@"))
        home.environment |= {"RUSTUP_LOG": "trace", "RUSTUP_UPDATE_ROOT":
                             server.url.replace("http://", f"http://me:{SECRET}@") + "/rustup"}
        said = []

        def run(*words, **variables):
            done = home.run(*words, **variables)
            said.append(str(done))
            return done
        self.assertEqual(run("toolchain", "install", "stable", "--profile", "minimal",
                             "--no-self-update").code, 0)
        run("-v", "check")
        run("self", "update")
        run("toolchain", "install", "9.9.9")
        archive = next(dist.day.glob("clippy-*"))
        whole = archive.read_bytes()
        archive.write_bytes(whole[:-1] + b"!")
        self.assertNotEqual(run("component", "add", "clippy").code, 0)
        self.assertIn("checksum failed for 'http://127.0.0.1", said[-1])
        server.on("clippy", status(500))
        self.assertNotEqual(run("component", "add", "clippy", RUSTUP_MAX_RETRIES=0).code, 0)
        server.on("", status(404))
        run("update")
        passwords = [SECRET, f"{SECRET}#1", f"{SECRET}/1", f"{SECRET}?1", f"{SECRET}\\1", f"1@{SECRET}/"]
        for password in passwords:
            for proxy in (f"http://me:{password}@127.0.0.1:9", f"me:{password}@no host:1",
                          f"socks4://me:{password}@h:1"):
                self.assertNotEqual(run("update", http_proxy=proxy, RUSTUP_MAX_RETRIES=0).code, 0)
            if "@" in password:
                continue  # A server may have a path with an '@', and this would be one.
            for odd in (f"http://me:{password}@no host", f"http://me:{password}@h:x",
                        f"http://me:{password}@h:1/\udcff"):
                done = run("-v", "update", "stable", RUSTUP_DIST_SERVER=odd, RUSTUP_MAX_RETRIES=0)
                self.assertNotEqual(done.code, 0)
        self.assertNotEqual(run("update", RUSTUP_DIST_SERVER=f"http://me:{SECRET}@127.0.0.1:9",
                                RUSTUP_MAX_RETRIES=0).code, 0)
        self.assertEqual([text for text in said if SECRET in text], [])
        self.assertEqual([path for path, data in self.all_of(home) if SECRET.encode() in data], [])

    def test_the_query_of_a_redirect_is_not_shown(self):
        """It may have a signature, which is as good as a password."""
        dist = self.dist()
        server = ScriptedServer(self, dist.out)
        home = self.home(server.url)
        for target in ("http://127.0.0.1:9/x", "http://127.0.0.1:99999/x", "ftp://h/x", "http://me:a#b@h/x",
                       "http://[x/x", f"{server.url}/missing"):
            for behave in (redirect(f"{target}?Signature={SECRET}"), redirect(f"{target}?S={SECRET}@x#{SECRET}")):
                server.on("rustc-", behave)
                for variables in ({}, {"RUST_BACKTRACE": "1"}, {"RUSTUP_LOG": "trace"}):
                    done = home.run("-v", "toolchain", "install", "stable", "--profile", "minimal",
                                    "--no-self-update", RUSTUP_MAX_RETRIES=0, **variables)
                    self.assertNotEqual(done.code, 0, target)
                    self.assertNotIn(SECRET, done.out + done.err, target)

    def test_a_redirect_to_another_server_takes_no_password_there(self):
        dist = self.dist()
        other, first = ScriptedServer(self, dist.out), ScriptedServer(self, dist.out)
        sent = []

        def note(exchange):
            sent.append((exchange.handler.server.owner, exchange.handler.headers.get("Authorization")))
            if exchange.handler.server.owner is first:
                exchange.head(302, 0, Location=other.url + exchange.path)
            else:
                exchange.head()
                exchange.send(exchange.rest)
        first.on("rustc-", note)
        other.on("rustc-", note)
        home = self.home(first.url.replace("http://", f"http://me:{SECRET}@"))
        home.install()
        self.assertEqual([server for server, _ in sent], [first, other])
        self.assertTrue(sent[0][1].startswith("Basic "))
        self.assertIsNone(sent[1][1])


@unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
class Tls(ProcessTest):
    def setUp(self):
        super().setUp()
        self.pem, self.key = make_certificate(self.root)
        self.shaken = []

    def serve(self, lowest, highest):
        """A server that shakes hands and hangs up. Gives its address."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = lowest, highest

        def shake(connection):
            with context.wrap_socket(connection, server_side=True) as tls:
                self.shaken.append(tls.version())
        return f"https://{serve_connections(self, shake)}"

    def ask(self, url, **variables):
        home = self.home(url)
        return home.run("toolchain", "install", "stable", RUSTUP_MAX_RETRIES=0,
                        **({"SSL_CERT_FILE": self.pem} | variables))

    def test_tls_1_2_is_the_oldest_that_is_spoken(self):
        version = ssl.TLSVersion
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for only in (version.TLSv1_2, version.TLSv1_3):
                self.ask(self.serve(only, only))
            self.assertEqual(self.shaken, ["TLSv1.2", "TLSv1.3"])
            done = self.ask(self.serve(version.TLSv1, version.TLSv1_1))
        self.assertEqual(len(self.shaken), 2)
        self.assertNotEqual(done.code, 0)

    def test_no_variable_switches_verification_off(self):
        url = self.serve(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        off = {name: "0" for name in ("PYTHONHTTPSVERIFY", "NODE_TLS_REJECT_UNAUTHORIZED",
                                      "CARGO_HTTP_CHECK_REVOKE", "RUSTUP_USE_RUSTLS", "RUSTUP_USE_REQWEST")}
        off |= {name: "1" for name in ("GIT_SSL_NO_VERIFY", "CURL_INSECURE", "RUSTUP_USE_CURL",
                                       "RUSTUP_INSECURE", "SSL_NO_VERIFY")}
        done = self.ask(url, SSL_CERT_FILE=None, **off)
        self.assertIn("certificate is not trusted", done.err)
        self.assertEqual(self.shaken, [])


if __name__ == "__main__":
    main()
