#!/usr/bin/env python3
"""A name of the user's stands for a toolchain wherever a toolchain is named; tools get the real name."""

import json

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import HOST, LIMIT_SECONDS, STABLE
from harness.proxied import call, give_proxies
from harness.servers import ScriptedServer

REAL = f"1.95.0-{HOST}"


class Aliases(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, stable_dist())
        self.temp = self.home(self.server.url)
        self.temp.install("stable", "1.95.0")
        self.settings = self.temp.rustup / "settings.toml"

    def alias(self, *words, **options):
        return self.temp.good("toolchain", "alias", *words, **options)

    def refused(self, *words):
        before = self.settings.read_bytes()
        done = self.temp.run("toolchain", "alias", *words)
        self.assertEqual((done.code, done.out), (1, ""), str(done))
        self.assertEqual(self.settings.read_bytes(), before)
        return done.err

    def active(self, **options):
        return self.temp.good("show", "active-toolchain", **options).out.split(" ")[0]

    def test_it_is_set_listed_and_removed(self):
        self.assertEqual(self.alias().out, "no aliases\n")
        self.assertEqual(self.alias("msrv", "1.95.0").err, "info: alias msrv set to 1.95.0\n")
        self.assertIn('latchkey_aliases = { msrv = "1.95.0" }\n', self.settings.read_text())
        self.alias("edge", "nightly")
        self.assertEqual(self.alias().out, f"edge -> nightly-{HOST}\nmsrv -> {REAL}\n")
        self.alias("edge", "beta")
        self.assertEqual(self.alias("--remove", "edge").err, "info: alias edge removed\n")
        self.assertEqual(self.alias().out, f"msrv -> {REAL}\n")

    def test_it_is_usable_wherever_a_toolchain_is_named(self):
        self.alias("msrv", "1.95.0")
        self.assertEqual(self.active(RUSTUP_TOOLCHAIN="msrv"), REAL)
        self.assertEqual(self.temp.good("+msrv", "show", "active-toolchain").out.split(" ")[0], REAL)
        self.assertEqual(self.temp.good("run", "msrv", "sh", "-c", "echo $RUSTUP_TOOLCHAIN").out, f"{REAL}\n")
        self.temp.good("component", "add", "clippy", "--toolchain", "msrv")
        self.assertIn(f"clippy-preview-{HOST}", self.temp.components(REAL))
        self.assertIn(f"/{REAL}/", self.temp.good("which", "rustc", "--toolchain", "msrv").out)
        self.temp.good("override", "set", "msrv")
        self.assertEqual(self.active(), REAL)
        self.assertIn(f'= "{REAL}"\n', self.settings.read_text())  # Which rustup can read, too.
        self.temp.good("override", "unset")
        file = self.temp.root / "work" / "rust-toolchain.toml"
        file.write_text('[toolchain]\nchannel = "msrv"\n')
        self.assertEqual(self.active(), REAL)
        file.unlink()
        self.temp.good("default", "msrv")
        self.assertEqual(self.active(), REAL)
        self.temp.good("uninstall", "msrv")
        self.assertFalse(self.temp.toolchain(REAL).exists())
        self.temp.good("toolchain", "install", "msrv", "--profile", "minimal")
        self.assertTrue(self.temp.toolchain(REAL).exists())

    def test_a_proxy_understands_it_and_exports_the_real_name(self):
        self.alias("msrv", "1.95.0")
        give_proxies(self.temp)
        done = call(self.temp, "rustc", "+msrv", "--version").finish(LIMIT_SECONDS)
        self.assertEqual(done.code, 0, str(done))
        self.assertIn("1.95.0", done.out)

    def test_it_is_never_a_name_that_stands_for_something_already(self):
        self.temp.good("toolchain", "link", "mine", str(self.temp.toolchain(STABLE)))
        self.alias("msrv", "1.95.0")
        for words, why in (
                (("stable", "1.95.0"), "invalid alias 'stable': it is the name of a channel"),
                (("1.80", "stable"), "invalid alias '1.80': it is the name of a channel"),
                (("mine", "stable"), "'mine' is an installed toolchain; choose another alias"),
                (("none", "stable"), "invalid alias 'none': an alias is a word without slashes"),
                (("a/b", "stable"), "invalid alias 'a/b': an alias is a word without slashes"),
                (("other", "msrv"), "'msrv' is itself an alias, of '1.95.0'; name that toolchain"),
                (("msrv", "msrv"), "alias 'msrv' would stand for itself"),
                (("other", "bogus"), "toolchain 'bogus' is neither official nor installed"),
                (("other",), "the TARGET is missing"),
                (("--remove", "other"), "no alias 'other'"),
                (("--remove",), "`--remove` needs the NAME"),
                (("--remove", "msrv", "1.95.0"), "`--remove` takes the NAME of one alias")):
            self.assertIn(why, self.refused(*words), words)
        self.alias("own", "mine")
        self.temp.good("toolchain", "uninstall", "mine")
        self.assertIn("alias 'own' stands for 'mine', which so cannot be an alias itself",
                      self.refused("mine", "stable"))
        done = self.temp.run("toolchain", "link", "msrv", str(self.temp.toolchain(STABLE)))
        self.assertIn("'msrv' is an alias of '1.95.0'; choose another name", done.err)

    def test_the_list_of_toolchains_tells_of_it_only_if_there_is_one(self):
        before = self.temp.good("toolchain", "list").out
        quiet = self.temp.good("toolchain", "list", "-q").out
        self.alias("msrv", "1.95.0")
        self.assertEqual(self.temp.good("toolchain", "list").out, before + f"msrv -> {REAL}\n")
        self.assertEqual(self.temp.good("toolchain", "list", "-q").out, quiet)
        told = schemas.check(self.temp.good("toolchain", "list", "--format", "json").out)
        self.assertEqual(told["aliases"], [{"name": "msrv", "toolchain": REAL, "installed": True}])

    def test_a_document_lists_them(self):
        self.alias("msrv", "1.95.0")
        self.alias("edge", "nightly")
        document = schemas.check(self.alias("--format", "json").out)
        self.assertEqual(document["kind"], "alias-list")
        self.assertEqual([(each["name"], each["installed"]) for each in document["aliases"]],
                         [("edge", False), ("msrv", True)])
        self.assertEqual(json.loads(self.alias("--remove", "edge", "--format", "json").out)["aliases"],
                         document["aliases"][1:])

    def test_two_at_once_are_both_kept(self):
        programs = [self.temp.spawn("toolchain", "alias", f"a{n}", "stable") for n in range(8)]
        self.assert_good(*self.finish_all(programs))
        self.assertEqual(len(self.alias().out.splitlines()), 8)


if __name__ == "__main__":
    main()
