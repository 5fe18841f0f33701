#!/usr/bin/env python3
"""`--format json`: each command that tells facts prints one document, as docs/schemas says it."""

import os
import pathlib
import re
import subprocess

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import HOST, STABLE
from harness.processes import Holder
from harness.servers import ScriptedServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
ODD = b"odd-\xff\xfe"


def commands_with_facts():
    """The rows that take `--format`."""
    text = (ROOT / "src/args/own_table.cpp").read_text()
    rows = re.search(r"kTellFacts = .*?\{(.*?)\}", text, re.S).group(1)
    return set(re.findall(r'"([^"]+)"', rows))


class Documents(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, stable_dist())
        self.temp = self.home(self.server.url)

    def tell(self, *words, code=0, kind=None, **options):
        done = self.temp.run(*words, "--format", "json", **options)
        self.assertEqual(done.code, code, str(done))
        document = schemas.check(done.out)
        if kind:
            self.assertEqual(document["kind"], kind)
        return document

    def test_every_command_with_facts_keeps_its_schema(self):
        """In a home with a toolchain, a link and overrides; and once more under rustup's name."""
        self.temp.install()
        self.temp.good("component", "add", "clippy")
        self.temp.good("toolchain", "link", "mine", str(self.temp.rustup / "toolchains" / STABLE))
        self.temp.good("override", "set", "stable", "--path", "/nonexistent/gone")
        told = set()
        for name in ("latchkey", "rustup"):
            for words, kind in (
                    ("show", "show"), ("show -v", "show"), ("show home", "home"),
                    ("show profile", "profile"), ("show active-toolchain", "active-toolchain"),
                    ("show active-toolchain -v", "active-toolchain"),
                    ("toolchain alias", "alias-list"), ("toolchain list", "toolchain-list"),
                    ("toolchain list -v", "toolchain-list"), ("toolchain verify", "verify"),
                    ("toolchain prune --dry-run --keep-last 1", "prune"),
                    ("component list", "component-list"), ("target list", "target-list"),
                    ("override list", "override-list"), ("check", "check"), ("which cargo", "which"),
                    ("locks", "locks"), (f"mirror {self.root}/mirror stable", "mirror"),
                    (f"bundle stable -o {self.root}/bundle", "bundle"),
                    (f"export stable -o {self.root}/export", "export"),
                    (f"import {self.root}/export", "import"),
                    ("mirror-list list", "mirror-list"), ("mirror-list test", "mirror-list"),
                    ("set safe-directories list", "safe-directories"), ("toolchain history", "history"),
                    ("trust list", "trust-list"), ("doctor", "doctor"), ("--version", "version")):
                done = self.temp.run(*words.split(), "--format", "json", RUSTUP_FORCE_ARG0=name)
                self.assertEqual(schemas.check(done.out)["kind"], kind, str(done))
                if words != "doctor":  # Which has something to say of a test's home.
                    self.assertEqual(done.code, 0, str(done))
                told.add(re.sub(" (-v|cargo|--dry-run .*|/.*|stable -o .*)$", "", words))
        self.assertEqual(told - {"--version"}, commands_with_facts())

    def test_what_the_documents_say_is_so(self):
        self.temp.install()
        self.temp.good("component", "add", "clippy")
        show = self.tell("show")
        self.assertEqual(show["default_host"], HOST)
        self.assertEqual(show["rustup_home"], str(self.temp.rustup))
        self.assertEqual([(each["name"], each["active"], each["default"]) for each in show["toolchains"]],
                         [(STABLE, True, True)])
        self.assertEqual(show["active_toolchain"]["source"], "default")
        self.assertEqual(show["installed_targets"], [HOST])
        components = self.tell("component", "list")["components"]
        self.assertIn({"name": f"clippy-{HOST}", "installed": True}, components)
        self.assertTrue(any(not each["installed"] for each in components))
        installed = self.tell("component", "list", "--installed")["components"]
        self.assertTrue(all(each["installed"] for each in installed))
        which = self.tell("which", "cargo")
        self.assertTrue(os.access(which["path"], os.X_OK))
        self.assertEqual(self.tell("check")["toolchains"][0]["status"], "up-to-date")
        # A variable chooses another toolchain, which is not there.
        active = self.tell("show", RUSTUP_TOOLCHAIN="beta", RUSTUP_AUTO_INSTALL="0")["active_toolchain"]
        self.assertEqual((active["source"], active["installed"]), ("env", False))
        self.assertNotIn("path", active)

    def test_locks_are_told_with_what_is_known_of_them(self):
        self.temp.install()
        holder = Holder(self.temp.latchkey / "locks", f"directory:home/{STABLE}")
        self.addCleanup(holder.let_go)
        ranges = self.tell("locks")["ranges"]
        self.assertEqual([(each["range"], each["name"], each["mode"], each["pid"]) for each in ranges],
                         [("directory", f"home/{STABLE}", "shared", holder.pid)])

    def test_paths_that_are_no_text_have_their_bytes(self):
        self.temp.install()
        home = os.fsencode(self.temp.root) + b"/home-" + ODD
        os.mkdir(home)
        environment = {os.fsencode(key): os.fsencode(value) for key, value in self.temp.environment.items()}
        environment[b"RUSTUP_HOME"] = home
        done = subprocess.run([self.temp.binary, "show", "home", "--format", "json"], env=environment,
                              stdout=subprocess.PIPE, check=True)
        document = schemas.check(done.stdout.decode())
        self.assertEqual(bytes(document["rustup_home_bytes"]), home)
        self.assertIn("odd-\ufffd\ufffd", document["rustup_home"])

    def test_an_error_is_an_object_on_stdout_and_text_on_stderr(self):
        for words, code in ((["which", "cargo"], "not-found"), (["show", "--bogus"], "usage"),
                            (["component", "list", "--toolchain", "stable"], "not-found"),
                            (["show", "active-toolchain"], "not-found")):
            text = self.temp.run(*words, RUSTUP_AUTO_INSTALL="0")
            done = self.temp.run(*words, "--format", "json", RUSTUP_AUTO_INSTALL="0")
            self.assertEqual(done.code, text.code)
            document = schemas.check(done.out)
            self.assertEqual((document["kind"], document["error"]["code"]), ("error", code))
            self.assertIn(document["error"]["message"], done.err)

    def test_a_check_that_fails_says_so_beside_what_is_known(self):
        self.temp.install()
        done = self.temp.run("check", "--format", "json", RUSTUP_DIST_SERVER="http://127.0.0.1:1",
                             RUSTUP_MAX_RETRIES="0")
        self.assertEqual(done.code, 1, str(done))
        document = schemas.check(done.out)
        self.assertEqual(document["kind"], "check")
        self.assertEqual(document["toolchains"][0]["status"], "failed")
        self.assertEqual(document["toolchains"][0]["error"]["code"], "unreachable")

    def test_an_unknown_format_changes_nothing_and_names_those_there_are(self):
        done = self.temp.run("toolchain", "list", "--format", "yaml")
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertIn("invalid value 'yaml' for '--format <FORMAT>'", done.err)
        self.assertIn("json=1", done.err)
        self.assertFalse(self.temp.rustup.exists())

    def test_json_1_is_the_first_format(self):
        done = self.temp.good("show", "home", "--format=json=1")
        self.assertEqual(schemas.check(done.out)["format"], 1)
        done = self.temp.run("show", "home", "--format=json=2")
        self.assertEqual(done.code, 1, str(done))

    def test_a_command_that_tells_no_facts_takes_no_format(self):
        done = self.temp.run("--format", "json", "update")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("unexpected argument '--format'", done.err)


if __name__ == "__main__":
    main()
