#!/usr/bin/env python3
"""`latchkey doctor` in whole and in broken installations, and what it mends."""

import os
import pathlib
import re
import shutil

from harness import plain_path
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.installed import INIT
from harness.servers import ScriptedServer, serve_connections

SECRET = "s3cretWord"
GRADES = {"ok", "warning", "error"}


class Doctor(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, stable_dist())
        self.temp = self.home(self.server.url)
        self.cargo = self.temp.root / "cargo"
        self.bin = self.cargo / "bin"
        tools = plain_path.fill(self.temp.root / "tools")
        self.temp.environment["PATH"] = f"{self.bin}:{tools}"
        for name in ("RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS", "RUSTUP_UPDATE_ROOT"):
            self.temp.environment.pop(name)

    def install(self):
        self.temp.good("-y", "--no-modify-path", "--profile", "minimal", **INIT)

    def look(self, *words, code=None, **variables):
        """The lines of `latchkey doctor WORDS` as (grade, text). `code`: what it must end with."""
        done = self.temp.run("doctor", *words, **variables)
        lines = [tuple(line.split(": ", 1)) for line in done.out.splitlines()]
        self.assertLessEqual({grade for grade, _ in lines}, GRADES, str(done))
        wrong = any(grade == "error" for grade, _ in lines)
        self.assertEqual(done.code, 1 if wrong else 0, str(done))
        if code is not None:
            self.assertEqual(done.code, code, str(done))
        self.assertNotIn(SECRET, done.out + done.err)
        return lines

    def texts(self, grade, lines):
        return [text for each, text in lines if each == grade]

    def assert_told(self, grade, pattern, lines):
        self.assertTrue(any(re.search(pattern, text) for text in self.texts(grade, lines)),
                        f"no {grade} {pattern!r} in {lines}")

    def contents(self):
        return sorted((str(path.relative_to(self.temp.root)), path.lstat().st_size)
                      for root in (self.temp.rustup, self.cargo) for path in root.rglob("*"))

    def test_a_whole_installation_has_nothing_but_ok(self):
        self.install()
        before = self.contents()
        lines = self.look(code=0)
        # Of a test's own, in which everything else is.
        home = f"environment: HOME is '{self.temp.root}/home', and this user's home is "
        self.assertEqual([text for text in self.texts("warning", lines) if home not in text], [])
        for told in (r"PATH: '.*/cargo/bin' comes first", "programs: all 14 in", "RUSTUP_HOME: ", "CARGO_HOME: ",
                     "nothing is left", "settings: the default is stable-", "toolchain stable-.*: rustc ",
                     "certificates: ", f"server: '{self.server.url}/dist' answers"):
            self.assert_told("ok", told, lines)
        self.assertEqual(self.contents(), before)

    def test_rustup_knows_it_and_does_not_list_it(self):
        self.install()
        self.assertEqual(self.temp.good("doctor", RUSTUP_FORCE_ARG0="rustup").code, 0)
        self.assertNotIn("doctor", self.temp.good("--help", RUSTUP_FORCE_ARG0="rustup").out)
        self.assertIn("doctor", self.temp.good("--help", RUSTUP_FORCE_ARG0="latchkey").out)

    def test_programs_that_are_missing_or_others_are_told_and_made_anew(self):
        self.install()
        (self.bin / "cargo").unlink()
        (self.bin / "rustc").unlink()
        (self.bin / "rustc").write_text("#!/bin/sh\n")
        lines = self.look(code=1)
        self.assert_told("error", "programs: '.*/bin/cargo' is missing", lines)
        self.assert_told("error", "programs: '.*/bin/rustc' is not ours", lines)
        lines = self.look("--repair", code=0)
        self.assert_told("ok", "repaired: the programs in ", lines)
        self.assert_told("ok", "programs: all 14 in", lines)
        self.assertFalse([text for _, text in self.look("--repair", code=0) if "repaired" in text])

    def test_a_program_that_is_missing_is_placed_and_another_stays(self):
        self.install()
        (self.bin / "rustup").unlink()
        self.look(code=1)
        self.look("--repair", code=0)
        self.assertEqual((self.bin / "rustup").read_bytes(), pathlib.Path(self.temp.binary).read_bytes())
        (self.bin / "rustup").unlink()
        (self.bin / "rustup").write_text("#!/bin/sh\n")
        lines = self.look("--repair", code=1)
        self.assert_told("error", "programs: '.*/bin/rustup' is not ours", lines)
        self.assertEqual((self.bin / "rustup").read_text(), "#!/bin/sh\n")

    def test_without_an_installation_nothing_is_placed(self):
        for words in ((), ("--repair",)):
            lines = self.look(*words)
            self.assert_told("warning", "not installed there", lines)
            self.assertFalse(self.bin.exists())
            self.assertFalse(self.temp.rustup.exists())

    def test_what_comes_before_in_path_is_told(self):
        self.install()
        other = self.root / "other"
        other.mkdir()
        for name in ("cargo", "rustup"):
            (other / name).write_text("#!/bin/sh\n")
            (other / name).chmod(0o755)
        path = self.temp.environment["PATH"]
        lines = self.look(code=1, PATH=f"{other}:{path}")
        self.assert_told("error", f"PATH: '{other}' comes before '.*' and has its own rustup, cargo", lines)
        self.assert_told("warning", f"another rustup is at '{other}/rustup'", lines)
        (editor := self.root / "editor").mkdir()
        shutil.copy(other / "cargo", editor / "rust-analyzer")
        self.assert_told("warning", f"PATH: '{editor}' comes before '.*' and has its own rust-analyzer",
                         self.look(code=0, PATH=f"{editor}:{path}"))
        lines = self.look(code=0, PATH=f"{path}:{other}:{self.bin}")
        self.assert_told("warning", "is in it 2 times", lines)
        self.assert_told("warning", f"another rustup is at '{other}/rustup'", lines)
        self.assert_told("warning", "PATH: '.*' is not in it", self.look(code=0, PATH=path.split(":")[1]))

    def test_settings_that_lead_nowhere_are_told(self):
        self.install()
        settings = self.temp.rustup / "settings.toml"
        good = settings.read_text()
        gone = self.root / "gone"
        settings.write_text(good.replace("[overrides]\n", f'[overrides]\n"{gone}" = "stable"\n'
                                         f'"{self.root}" = "nightly"\n'))
        lines = self.look(code=1)
        self.assert_told("warning", f"override for '{gone}', which is not a directory", lines)
        self.assert_told("error", f"override for '{self.root}' is toolchain 'nightly-.*', which is not", lines)
        settings.write_text(good.replace('default_toolchain = "stable', 'default_toolchain = "beta'))
        self.assert_told("error", "the default is toolchain 'beta-.*', which is not installed", self.look(code=1))
        settings.write_text('version = "99"\n')
        self.assert_told("error", "settings: ", self.look(code=1))
        settings.write_text("= nonsense")
        lines = self.look(code=1)
        self.assert_told("error", "settings: could not parse settings file", lines)
        self.assert_told("ok", "toolchain stable-.*: rustc ", lines)  # The others are looked at.

    def test_toolchains_that_do_not_start_are_told(self):
        self.install()
        (self.temp.rustup / "toolchains" / "mine").symlink_to(self.root / "nowhere")
        rustc = self.temp.toolchain() / "bin" / "rustc"
        rustc.unlink()
        rustc.write_text("#!/bin/false\n")
        rustc.chmod(0o755)
        lines = self.look(code=1)
        self.assert_told("error", r"toolchain stable-.*: does not start \(error reading rustc version\)", lines)
        self.assert_told("error", r"toolchain mine: does not start \(toolchain not installed\)", lines)

    def test_what_commands_had_to_leave_is_told_and_cleaned_up(self):
        self.install()
        self.temp.lag()
        held = self.look()
        self.assert_told("warning", "of stable-.* is still there, because it is in use", held)
        self.temp.let_go()
        self.assert_told("warning", "of stable-.* is still there, because it is in use or not cleaned up", self.look(code=0))
        lines = self.look("--repair", code=0)
        self.assert_told("ok", "repaired: what earlier commands left", lines)
        self.assert_told("ok", "nothing is left to be cleaned up", lines)
        self.assertEqual(self.temp.state().place, "home")

    def test_a_server_or_a_proxy_that_does_not_answer_is_told_without_passwords(self):
        self.install()
        place = serve_connections(self, lambda connection: None)
        lines = self.look(code=1, RUSTUP_DIST_SERVER=f"http://me:{SECRET}@{place}")
        self.assert_told("error", f"server: cannot fetch 'http://{place}/dist/.*: the connection was cut", lines)
        lines = self.look(code=1, http_proxy=f"http://me:{SECRET}@127.0.0.1:1")
        self.assert_told("error", "server: .*the http proxy: cannot connect to 127.0.0.1:1", lines)
        lines = self.look(code=0, RUSTUP_DIST_SERVER=f"http://me:{SECRET}@far.example",
                          http_proxy=f"http://me:{SECRET}@{self.server.url.removeprefix('http://')}")
        self.assert_told("warning", "server: 'http://far.example/dist' through the proxy '"
                         f"{self.server.url}/' has no stable channel", lines)

    def test_odd_variables_are_told(self):
        self.install()
        lines = self.look(RUSTUP_TOOLCHAIN="stable", LATCHKEY_LOCKTIMEOUT=1, LATCHKEY_LOCK_TIMEOUT="soon",
                          RUSTUP_HOME=os.path.relpath(self.temp.rustup, self.temp.root / "work"))
        self.assert_told("warning", "RUSTUP_TOOLCHAIN is 'stable'", lines)
        self.assert_told("warning", "LATCHKEY_LOCKTIMEOUT is set, but no program reads it", lines)
        self.assert_told("warning", "RUSTUP_HOME is relative", lines)
        self.assert_told("error", "LATCHKEY_LOCK_TIMEOUT", lines)

    def test_every_variable_that_is_read_is_known(self):
        source = pathlib.Path(__file__).parents[2]
        names = {name for folder in ("src", "include") for path in (source / folder).rglob("*.?pp")
                 for name in re.findall(r'"((?:RUSTUP|LATCHKEY)_[A-Z_]+)"', path.read_text())}
        self.assertGreater(len(names), 40)
        self.install()
        unset = {name: "" for name in names if name not in self.temp.environment}
        told = self.temp.run("doctor", **unset).out
        self.assertNotIn("no program reads it", told)

    def test_certificates_that_are_not_there_are_told(self):
        self.install()
        (self.root / "empty.pem").write_text("")
        self.assert_told("error", "certificates: no certificate found in '.*/empty.pem'",
                         self.look(code=1, SSL_CERT_FILE=self.root / "empty.pem", SSL_CERT_DIR=None))
        self.assert_told("warning", "certificates: SSL_CERT_FILE and SSL_CERT_DIR name nothing that exists",
                         self.look(code=0, SSL_CERT_FILE="/nonexistent", SSL_CERT_DIR=None))

    def test_a_home_that_is_a_file_is_told(self):
        self.install()
        shutil.rmtree(self.temp.rustup)
        self.temp.rustup.write_text("")
        self.assert_told("error", "RUSTUP_HOME: '.*' is not a directory", self.look(code=1))

    def test_each_finding_is_one_line_whatever_is_quoted(self):
        self.install()
        with open(self.temp.rustup / "settings.toml", "a", encoding="utf-8") as settings:
            settings.write('\n"/a\\nerror: b\\u001b[2J" = "stable"\n')
        lines = self.look(code=0)
        self.assert_told("warning", r"override for '/a error: b\?\[2J'", lines)


if __name__ == "__main__":
    main()
