#!/usr/bin/env python3
"""Homes by category (RUSTUP_USE_CATEGORY_HOME): what lies where."""

import json
import os
import pathlib
import shutil

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import STABLE
from harness.proxied import call, give_proxies, place_proxies

VARIABLES = {"cache": "XDG_CACHE_HOME", "config": "XDG_CONFIG_HOME", "data": "XDG_DATA_HOME", "state": "XDG_STATE_HOME"}
USUAL = {"cache": ".cache", "config": ".config", "data": ".local/share", "state": ".local/state"}


class CategoryTest(ProcessTest):
    """A home of which no variable but HOME says where it is."""

    def setUp(self):
        super().setUp()
        self.temp = self.home(f"file://{stable_dist()}")
        self.environment = self.temp.environment
        del self.environment["RUSTUP_HOME"]
        self.plain = self.temp.root / "home" / ".rustup"
        self.temp.rustup = self.plain

    def folders(self, **given):
        """Category → its folder."""
        return {each: pathlib.Path(given.get(variable) or self.temp.root / "home" / USUAL[each]) / "rustup"
                for each, variable in VARIABLES.items()}

    def by_category(self, **given):
        self.environment |= {"RUSTUP_USE_CATEGORY_HOME": "1"} | given
        self.temp.rustup = self.folders(**given)["data"]
        self.temp.latchkey = self.temp.rustup / "latchkey"

    def is_plain(self):
        self.environment.pop("RUSTUP_USE_CATEGORY_HOME", None)
        self.temp.rustup = self.plain
        self.temp.latchkey = self.plain / "latchkey"

    def install(self):
        self.temp.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        self.temp.good("default", "stable")

    def rustc(self, **variables):
        return self.temp.run("which", "rustc", **variables)

    def assert_split(self, **given):
        at = self.folders(**given)
        self.assertEqual({*os.listdir(at["data"])} - {"latchkey"}, {"toolchains"})
        self.assertEqual(os.listdir(at["config"]), ["settings.toml"])
        self.assertIn("default_toolchain", (at["config"] / "settings.toml").read_text())
        self.assertIn(STABLE, os.listdir(at["cache"] / "update-hashes"))
        self.assertLessEqual({*os.listdir(at["cache"])}, {"update-hashes", "downloads", "tmp"})
        self.assertEqual(self.rustc().out, f"{at['data']}/toolchains/{STABLE}/bin/rustc\n")
        self.assertFalse(self.plain.exists())



class Layout(CategoryTest):
    def test_a_home_by_category_lies_in_four_folders(self):
        self.by_category()
        self.install()
        self.assert_split()

    def test_each_variable_alone_moves_its_category(self):
        for category, variable in VARIABLES.items():
            with self.subTest(category):
                given = {variable: str(self.root / f"xdg-{category}")}
                self.by_category(**given)
                self.install()
                self.assert_split(**given)
                self.temp.good("toolchain", "uninstall", "stable")
                del self.environment[variable]
                for folder in self.folders(**given).values():
                    shutil.rmtree(folder, ignore_errors=True)

    def test_all_variables_together(self):
        given = {variable: str(self.root / f"xdg-{each}") for each, variable in VARIABLES.items()}
        self.by_category(**given)
        self.install()
        self.assert_split(**given)
        self.assertEqual({*os.listdir(self.temp.root / "home")} - {".cargo"}, set())

    def test_relative_paths_are_ignored(self):
        self.by_category()
        self.environment |= {variable: "relative" for variable in VARIABLES.values()}
        self.install()
        self.assert_split()

    def test_an_explicit_home_wins(self):
        self.by_category()
        self.temp.good("default", "none", RUSTUP_HOME=self.root / "mine")
        self.assertTrue((self.root / "mine" / "settings.toml").exists())
        self.assertFalse(self.folders()["config"].exists())

    def test_an_odd_value_is_an_error_that_names_it(self):
        done = self.temp.run("show", "home", RUSTUP_USE_CATEGORY_HOME="maybe")
        self.assertEqual((done.code, done.err), (
            1, "error: invalid value 'maybe' of RUSTUP_USE_CATEGORY_HOME: it is 0 or 1\n"))

    def test_a_proxy_and_what_it_starts_use_the_same_home(self):
        self.by_category()
        self.install()
        give_proxies(self.temp)
        data = self.folders()["data"]
        said = call(self.temp, "rustc", "--version").finish()
        self.assert_good(said)
        # As a build script under `cargo` that asks rustup, with another HOME besides.
        home = self.root / "elsewhere"
        home.mkdir()
        done = self.temp.good("run", "stable", "sh", "-c",
                              f"echo $RUSTUP_HOME; export HOME={home}; rustup show home 2>/dev/null; "
                              "rustup default; rustc --version")
        self.assertEqual(done.out, f"{data}\n{data}\n{STABLE} (default)\n{said.out}")
        self.assertEqual(os.listdir(home), [])

    def test_commands_tell_the_layout(self):
        self.assertEqual(json.loads(self.temp.good("show", "home", "--format", "json").out)["layout"], "plain")
        self.by_category()
        self.install()
        at = self.folders()
        done = self.temp.good("show", "home")
        self.assertEqual(done.out, f"{at['data']}\n")
        self.assertIn(f"settings in '{at['config']}'", done.err)
        for words in (("show", "home"), ("show",)):
            document = schemas.check(self.temp.good(*words, "--format", "json").out)
            self.assertEqual([document[key] for key in ("layout", "rustup_home", "cache_folder", "config_folder",
                                                        "state_folder")],
                             ["category", *(str(at[each]) for each in ("data", "cache", "config", "state"))])
        self.assertIn("home: by category", self.temp.run("doctor").out)

    def test_self_uninstall_takes_all_four(self):
        self.by_category()
        self.install()
        place_proxies(self.temp.root / "cargo")
        theirs = self.folders()["config"] / "theirs"
        theirs.write_text("")
        self.temp.good("self", "uninstall", "-y")
        for category, folder in self.folders().items():
            self.assertEqual(folder.exists(), category == "config", folder)
        self.assertEqual(os.listdir(theirs.parent), ["theirs"])


if __name__ == "__main__":
    main()
