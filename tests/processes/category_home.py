#!/usr/bin/env python3
"""Homes by category (RUSTUP_USE_CATEGORY_HOME): what lies where, and `home move` there and back, killed or not."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import schemas
from harness.cases import ProcessTest, main
from harness.checks import every_file
from harness.dists import stable_dist
from harness.environment import BINARY, STABLE, rounds, seeded
from harness.homes import TempHome
from harness.processes import Holder, Running
from harness.proxied import call, give_proxies, place_proxies
from harness.rustup import RUSTUP

TRACER = pathlib.Path(BINARY).with_name("latchkey-crash-tracer")
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

    def move(self, layout, **options):
        return self.temp.run("home", "move", layout, **options)

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

    def assert_plain(self):
        self.assertEqual({*os.listdir(self.plain)} - {"latchkey", "downloads", "tmp"},
                         {"toolchains", "settings.toml", "update-hashes"})
        self.assertEqual(self.rustc().out, f"{self.plain}/toolchains/{STABLE}/bin/rustc\n")
        for folder in self.folders().values():
            self.assertFalse(folder.exists(), folder)


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


class Move(CategoryTest):
    def setUp(self):
        super().setUp()
        self.is_plain()
        self.install()
        (self.plain / "downloads").mkdir(exist_ok=True)
        (self.plain / "downloads" / f"{'0' * 64}.partial").write_bytes(b"begun")
        self.files = self.content()

    def content(self):
        """What is in the toolchain, without the notes, which every change writes anew."""
        found = {}
        for path in every_file(self.plain / "toolchains" / STABLE):
            status = (self.plain / "toolchains" / STABLE / path).stat()
            if not path.startswith("lib/rustlib/") or path.count("/") > 2:
                found[path] = (status.st_mode, status.st_size, status.st_mtime_ns)
        return found

    def there(self, **given):
        self.assert_good(self.move("category", **given))
        self.by_category(**given)

    def back(self):
        self.assert_good(self.move("plain"))
        self.is_plain()

    def test_there_and_back(self):
        self.there()
        self.assert_split()
        self.assertTrue((self.folders()["cache"] / "downloads" / f"{'0' * 64}.partial").exists())
        self.temp.good("component", "add", "clippy")
        self.temp.good("component", "remove", "clippy")
        self.back()
        self.assert_plain()
        self.assertTrue((self.plain / "downloads" / f"{'0' * 64}.partial").exists())
        self.assertEqual(self.content(), self.files)
        self.temp.good("component", "add", "clippy")

    def test_whichever_layout_is_set_when_it_runs(self):
        self.by_category()
        self.temp.good("show", "home")  # Makes settings that nobody has changed.
        self.there()
        self.assert_split()
        self.is_plain()
        self.temp.good("show", "home")
        self.assert_good(self.move("plain"))
        self.assert_plain()

    def test_done_twice_it_says_so(self):
        self.there()
        self.assertIn("already", self.move("category").err)
        self.assert_split()

    def test_another_file_system(self):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
            if os.stat(other).st_dev == os.stat(self.root).st_dev:
                self.skipTest("/dev/shm is no other file system")
            given = {"XDG_DATA_HOME": other}
            self.there(**given)
            self.assert_split(**given)
            self.temp.good("component", "add", "clippy")
            self.temp.good("component", "remove", "clippy")
            self.back()
            self.assert_plain()
            self.assertEqual(self.content(), self.files)

    def test_the_folder_of_the_toolchains_may_be_the_same(self):
        data = self.folders()["data"]
        data.parent.mkdir(parents=True)
        self.plain.rename(data)
        self.assert_good(self.move("category", RUSTUP_HOME=data))
        self.by_category()
        self.assert_split()
        self.assertIn("already", self.move("category", RUSTUP_HOME=data).err)
        self.assert_split()

    def test_who_uses_the_home_keeps_it(self):
        holder = Holder(self.plain / "latchkey" / "locks", f"directory:home/{STABLE}")
        done = self.move("category")
        holder.let_go()
        self.assertEqual(done.code, 1)
        self.assertIn(f"pid {holder.pid}: ", done.err)
        with subprocess.Popen(["sleep", "60"], cwd=self.plain / "toolchains") as sleeper:
            done = self.move("category")
            sleeper.kill()
        self.assertEqual(done.code, 1)
        self.assertIn("working directory", done.err)
        self.assertFalse(self.folders()["data"].exists())
        self.there()
        self.assert_split()

    def test_two_homes_are_not_mixed(self):
        self.by_category()
        self.install()
        done = self.move("category")
        self.assertEqual(done.code, 1)
        self.assertIn("there are toolchains in", done.err)
        self.assertTrue((self.plain / "toolchains" / STABLE).exists())

    def test_other_settings_and_files_are_in_the_way(self):
        at = self.folders()
        at["config"].mkdir(parents=True)
        (at["config"] / "settings.toml").write_text('version = "12"\nprofile = "complete"\n')
        self.assertIn("there are other settings", self.move("category").err)
        shutil.rmtree(at["config"])
        at["data"].mkdir(parents=True)
        (at["data"] / "theirs").write_text("")
        self.assertIn("'{}/theirs' is in the way".format(at["data"]), self.move("category").err)
        self.assertTrue(self.rustc().out.startswith(str(self.plain)))

    def test_layouts_that_share_a_folder_are_refused(self):
        done = self.move("category", XDG_CACHE_HOME=self.plain)
        self.assertEqual(done.code, 1)
        self.assertIn("share", done.err)
        done = self.move("category", CARGO_HOME=self.plain / "cargo")
        self.assertIn("CARGO_HOME", done.err)

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 to compare with")
    def test_rustup_works_with_what_came_back(self):
        self.there()
        self.temp.good("component", "add", "clippy")
        self.back()
        rustup = TempHome(self.temp.root, self.environment["RUSTUP_DIST_SERVER"], RUSTUP)
        del rustup.environment["RUSTUP_HOME"]
        self.assertIn("clippy", rustup.good("component", "list", "--installed").out)
        rustup.good("component", "remove", "clippy")
        rustup.good("update", "--no-self-update")
        self.assertTrue(rustup.good("which", "rustc").out.startswith(str(self.plain)))


@unittest.skipUnless(TRACER.exists(), "no tracer")
class Killed(CategoryTest):
    """Killed at any of its calls, `home move` leaves a home that works, and the next one ends the move."""

    def begin(self):
        for folder in ("home", "other"):
            shutil.rmtree(self.temp.root / folder, ignore_errors=True)
            shutil.copytree(self.root / "prepared" / folder, self.temp.root / folder, symlinks=True)

    def prepare(self):
        (self.temp.root / "other").mkdir(exist_ok=True)
        shutil.copytree(self.temp.root, self.root / "prepared", symlinks=True)

    def move_killed_at(self, point, layout):
        """False: there is no such call."""
        report = self.root / "report"
        words = [TRACER, "--report", report, "--fault", "kill-after", "--point", point, "--", BINARY, "home", "move",
                 layout]
        done = Running([str(each) for each in words], self.environment, self.temp.root / "work").finish()
        if done.code == 77:
            self.skipTest("this machine has no ptrace(2)")
        self.assert_good(done)
        return json.loads(report.read_text()).get("hit") is not None

    def works(self, category):
        self.by_category() if category else self.is_plain()
        if not (self.temp.rustup / "toolchains" / STABLE / "bin" / "rustc").exists():
            return False
        done = self.rustc()
        return done.code == 0 and done.out.startswith(str(self.temp.rustup))

    def kill_everywhere(self, layout, look):
        self.prepare()
        step = max(1, 12 // rounds(1, 12))
        point = seeded().randint(1, step)
        while True:
            self.begin()
            self.by_category() if layout == "plain" else self.is_plain()
            hit = self.move_killed_at(point, layout)
            self.assertTrue(self.works(True) or self.works(False), f"after call {point}")
            self.by_category() if layout == "category" else self.is_plain()
            done = self.move(layout)
            self.assertEqual(done.code, 0, f"after call {point}: {done}")
            look()
            if not hit:
                break
            point += step
        self.assertGreater(point, 20)

    def test_there(self):
        self.is_plain()
        self.install()
        self.kill_everywhere("category", self.assert_split)

    def test_back(self):
        self.by_category()
        self.install()
        self.kill_everywhere("plain", self.assert_plain)


if __name__ == "__main__":
    main()
