#!/usr/bin/env python3
"""`toolchain prune`: what goes, what stays and why, and what that frees."""

import datetime
import os
import re
import shutil
import subprocess
import time

from harness import schemas
from harness.cases import ProcessTest, main
from harness.checks import leftovers
from harness.dists import stable_dist
from harness.environment import HOST, STABLE
from harness.processes import Holder, wait_until, waits_for_range
from harness.proxied import call, give_proxies
from harness.users import AS_NOBODY, IS_ROOT

DAY = 24 * 60 * 60
OWN_BYTES = 128 << 10
# Runs until a file appears. Each has a file of its own that says so.
WAITS = "#!/bin/sh\n: > $TMPDIR/runs-$$\nwhile [ ! -e $TMPDIR/end ]; do sleep 0.05; done\n"


def nightly(number):
    date = datetime.date(2025, 1, 1) + datetime.timedelta(days=number)
    return f"nightly-{date}-{HOST}"


class Home:
    """A home with stable, and toolchains that are made of it by hand."""

    def __init__(self, temp):
        self.temp = temp
        temp.install("stable", may_lag=False)
        temp.good("default", "stable")
        self.state = (temp.latchkey / "toolchains" / STABLE / "state").read_text()
        self.tag = (temp.toolchain() / "lib/rustlib/.latchkey").read_text()

    def add(self, name, days_ago, shared=None):
        """Its files are stable's but one of its own. `shared`: one more, which is that file."""
        folder = self.temp.toolchain(name)
        subprocess.run(["cp", "-al", self.temp.toolchain(), folder], check=True)
        tag = folder / "lib/rustlib/.latchkey"
        tag.unlink()
        tag.write_text(self.tag.replace(STABLE, name))
        (folder / "own").write_bytes(os.urandom(OWN_BYTES))
        if shared:
            os.link(shared, folder / "shared")
        self.describe(name, days_ago)

    def describe(self, name, days_ago):
        """Its state, committed and last used so many days ago."""
        then = time.time() - days_ago * DAY
        when = datetime.datetime.fromtimestamp(then, datetime.timezone.utc)
        text = re.sub(r"(?m)^(commit \d+ \w+) \S+$", rf"\1 {when:%Y-%m-%dT%H:%M:%S.000Z}", self.state)
        text = re.sub(r"(?m)^written \d+", f"written {self.temp.toolchain(name).stat().st_ino}", text)
        path = self.state_of(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.age(name, days_ago)

    def state_of(self, name):
        return self.temp.latchkey / "toolchains" / name / "state"

    def age(self, name, days_ago):
        os.utime(self.state_of(name), (time.time() - days_ago * DAY,) * 2)

    def names(self):
        return {path.name for path in (self.temp.rustup / "toolchains").iterdir()}


class PruneTest(ProcessTest):
    def make(self):
        self.temp = self.home(f"file://{stable_dist()}")
        self.temp.rustup.mkdir()

    def fill(self):
        self.here = Home(self.temp)
        give_proxies(self.temp)

    def prune(self, *words, code=0, **options):
        done = self.temp.run("toolchain", "prune", *words, **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def tell(self, *words, **options):
        """The document: name → what is told of it, and the bytes."""
        document = schemas.check(self.prune(*words, "--format", "json", **options).out)
        self.assertEqual(document["kind"], "prune")
        return {each["name"]: each for each in document["toolchains"]}, document["bytes"]

    def runs(self):
        return len(list((self.temp.root / "tmp").glob("runs-*")))


def used_bytes(path):
    os.sync()
    about = os.statvfs(path)
    return (about.f_blocks - about.f_bfree) * about.f_frsize


class Many(PruneTest):
    """200 toolchains on a file system of the test's own, 20 of which run."""

    def setUp(self):
        super().setUp()
        if not IS_ROOT or not shutil.which("mkfs.ext4"):
            self.skipTest("only root can mount, and needs mkfs.ext4")
        self.make()
        image = self.root / "image"
        with open(image, "wb") as file:
            file.truncate(400 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True)
        done = subprocess.run(["mount", "-o", "loop", image, self.temp.rustup], check=False)
        if done.returncode != 0:
            self.skipTest("a file cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.temp.rustup], check=False)
        (self.temp.rustup / "lost+found").rmdir()
        self.fill()

    def add_all(self):
        """The names by why they stay; those that go are under ''."""
        kinds = {"": [], "in use": [], "used": []}
        for number in range(200):
            kind = "in use" if number % 10 == 3 else "used" if number % 5 == 1 else ""
            name = nightly(number)
            # Of each pair that goes, a file that both have; of those that run, one that a goer has.
            shared = None
            if number % 10 in (5, 8) or number % 10 == 3:
                shared = self.temp.toolchain(nightly(number - 1)) / "own"
            self.here.add(name, 3 if kind == "used" else 40 + number, shared)
            kinds[kind].append(name)
        return kinds

    def test_of_200_those_that_nobody_uses_go_and_df_says_what_is_told(self):
        kinds = self.add_all()
        rustc = self.temp.toolchain() / "bin/rustc"
        rustc.write_text(WAITS)  # Of all: it is one file.
        tools = [call(self.temp, "rustc", f"+{name}") for name in kinds["in use"]]
        self.addCleanup((self.temp.root / "tmp" / "end").touch)
        self.assertTrue(wait_until(lambda: self.runs() == len(tools)))
        for name in kinds["in use"]:
            self.here.age(name, 90)
        overridden, aliased, linked = kinds[""].pop(), kinds[""].pop(), "mine"
        self.temp.good("toolchain", "alias", "msrv", aliased.removesuffix(f"-{HOST}"))
        self.temp.good("override", "set", overridden, "--path", "/nonexistent")
        self.temp.good("toolchain", "link", linked, str(self.temp.toolchain()))
        stay = {STABLE, overridden, aliased, linked, *kinds["in use"], *kinds["used"]}
        before = self.here.names()

        told, bytes_told = self.tell("--unused-for", "30d", "--dry-run")
        self.assertEqual({name for name, each in told.items() if each["fate"] == "would-go"}, set(kinds[""]))
        self.assertEqual({told[name]["reason"] for name in kinds["in use"]}, {"it is in use"})
        self.assertEqual(told[overridden]["reason"], "a directory override names it")
        self.assertEqual(told[aliased]["reason"], "an alias stands for it")
        self.assertEqual(self.here.names(), before)

        used = used_bytes(self.temp.rustup)
        removed, bytes_freed = self.tell("--unused-for", "30d")
        freed = used - used_bytes(self.temp.rustup)
        print(f"told {bytes_told}, freed {bytes_freed}, by df {freed}", flush=True)
        self.assertEqual({name for name, each in removed.items() if each["fate"] == "removed"}, set(kinds[""]))
        self.assertEqual(self.here.names(), stay)
        self.assertEqual(bytes_freed, bytes_told)
        self.assertLess(abs(freed - bytes_freed), 0.01 * freed)
        (self.temp.root / "tmp" / "end").touch()
        self.assert_good(*self.finish_all(tools))
        self.assertEqual(leftovers(self.temp), [])


class Few(PruneTest):
    def setUp(self):
        super().setUp()
        self.make()
        self.fill()

    def test_without_a_rule_it_says_what_to_give_and_removes_nothing(self):
        self.here.add(nightly(1), 100)
        before = self.here.names()
        for words, said in (((), "give at least one of"), (("--dry-run",), "give at least one of"),
                            (("--unused-for", "30"), "'30'"), (("--unused-for", "0d"), "'0d'"),
                            (("--unused-for", "1y"), "'1y'"), (("--keep-last", "0"), "'0'"),
                            (("--keep-last", "all"), "'all'"), (("--pattern", ""), "''")):
            done = self.prune(*words, code=1)
            self.assertIn(said, done.err)
            self.assertEqual(done.out, "")
        self.assertEqual(self.here.names(), before)

    def test_it_works_as_rustup_and_says_what_went_and_with_verbose_why_others_stay(self):
        for number in range(4):
            self.here.add(nightly(number), 100)
        done = self.prune("--keep-last", "2", "--dry-run", "--verbose", RUSTUP_FORCE_ARG0="rustup")
        self.assertIn(f"stays {STABLE}: it is the default toolchain\n", done.out)
        self.assertIn(f"stays {nightly(3)}: it is among the newest 2 of the dated nightlies\n", done.out)
        self.assertRegex(done.out, rf"would remove {nightly(0)}: 1\d\d\.\d KiB, last used \d+-\d\d-\d\d\n")
        self.assertRegex(done.out, r"2 toolchains would go, which frees .* \(\d+ bytes\); 3 stay\n$")
        done = self.prune("--keep-last", "2")
        self.assertNotIn("stays", done.out)
        self.assertRegex(done.out, rf"^removed {nightly(0)}: [^\n]*\nremoved {nightly(1)}: [^\n]*\n"
                         r"2 toolchains removed, which freed .*; 3 stay \(`--verbose` says why\)\n$")
        self.assertEqual(self.here.names(), {STABLE, nightly(2), nightly(3)})
        self.assertIn("nothing to remove", self.prune("--keep-last", "2").out)
        self.assertEqual(leftovers(self.temp), [])

    def test_a_proxy_notes_the_day_and_rustup_run_does(self):
        names = [nightly(number) for number in range(3)]
        for name in names:
            self.here.add(name, 100)
        self.assert_good(call(self.temp, "rustc", f"+{names[0]}", "--version").finish())
        self.temp.good("run", names[1], "rustc", "--version")
        # Questions are no use.
        self.temp.good("toolchain", "list", "-v")
        told, _ = self.tell("--unused-for", "30d", "--dry-run")
        self.assertEqual([told[name]["fate"] for name in names], ["stays", "stays", "would-go"])
        today = datetime.datetime.now(datetime.timezone.utc).date()
        day = datetime.date.fromisoformat(told[names[0]]["last_used"])
        self.assertLessEqual(today - day, datetime.timedelta(days=1))

    @staticmethod
    def state_time(path):
        return path.stat().st_mtime_ns

    def test_who_may_not_change_the_home_notes_nothing_and_runs(self):
        if not IS_ROOT:
            self.skipTest("only root can be another user")
        self.here.add(nightly(1), 100)
        path = self.here.state_of(nightly(1))
        before, files = self.state_time(path), self.every_path()
        tool = [self.temp.root / "cargo/bin/rustc", f"+{nightly(1)}", "--version"]
        for folder in (self.root, self.temp.root):
            folder.chmod(0o755)
        done = subprocess.run([*AS_NOBODY, *tool], env=self.temp.environment, cwd="/", check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.state_time(path), self.every_path()), (before, files))
        # A visitor who could leaves nothing of his own either: the file keeps its owner.
        subprocess.run(["chown", "-R", "65534:65534", self.temp.rustup], check=True)
        before = self.state_time(path)
        self.assert_good(call(self.temp, "rustc", f"+{nightly(1)}", "--version").finish())
        self.assertEqual((self.state_time(path), path.stat().st_uid), (before, 65534))

    def every_path(self):
        return sorted(str(path) for path in self.temp.rustup.rglob("*"))

    def test_a_copy_of_the_home_counts_from_its_arrival(self):
        self.here.add(nightly(1), 100)
        copy = self.root / "copy"
        subprocess.run(["cp", "-a", "--no-preserve=links", self.temp.rustup, copy], check=True)
        told, _ = self.tell("--unused-for", "30d", "--dry-run", RUSTUP_HOME=copy)
        self.assertEqual(told[nightly(1)]["fate"], "stays")
        told, _ = self.tell("--unused-for", "30d", "--dry-run")
        self.assertEqual(told[nightly(1)]["fate"], "would-go")

    def test_a_toolchain_of_rustup_counts_at_least_from_our_arrival(self):
        self.here.add(nightly(1), 100)
        shutil.rmtree(self.here.state_of(nightly(1)).parent)
        told, _ = self.tell("--unused-for", "30d", "--dry-run")
        self.assertEqual(told[nightly(1)]["fate"], "stays")
        told, _ = self.tell("--pattern", "nightly-*", "--dry-run")
        self.assertEqual(told[nightly(1)]["fate"], "would-go")

    def test_what_comes_into_use_between_the_look_and_the_removal_stays(self):
        names = [nightly(number) for number in range(3)]
        for name in names:
            self.here.add(name, 100)
        locks = self.temp.latchkey / "locks"
        writer = Holder(locks, f"toolchain:{names[0]}")  # Shared: keeps out who wants it alone.
        self.addCleanup(writer.let_go)
        pruning = self.temp.spawn("toolchain", "prune", "--unused-for", "30d")
        self.assertTrue(wait_until(lambda: waits_for_range(pruning.pid)))
        reader = Holder(locks, f"directory:home/{names[1]}")
        self.addCleanup(reader.let_go)
        self.here.age(names[2], 0)
        writer.let_go()
        done = pruning.finish()
        self.assert_good(done)
        self.assertIn(f"removed {names[0]}: ", done.out)
        self.assertIn(f"stays {names[1]}: it is in use\n", done.out)
        self.assertIn(f"stays {names[2]}: it was used on ", done.out)
        self.assertEqual(self.here.names(), {STABLE, *names[1:]})

    def test_what_was_changed_meanwhile_stays(self):
        """By rules that ask for no use, too: somebody installed it again."""
        self.here.add(nightly(1), 100)
        writer = Holder(self.temp.latchkey / "locks", f"toolchain:{nightly(1)}")
        self.addCleanup(writer.let_go)
        pruning = self.temp.spawn("toolchain", "prune", "--pattern", "nightly*")
        self.assertTrue(wait_until(lambda: waits_for_range(pruning.pid)))
        path = self.here.state_of(nightly(1))
        path.write_text(re.sub(r"(?m)^serial \d+$", "serial 99", path.read_text()))
        writer.let_go()
        done = pruning.finish()
        self.assertIn(f"stays {nightly(1)}: it was changed meanwhile\n", done.out)
        self.assertIn(nightly(1), self.here.names())

    def test_what_another_command_removed_meanwhile_is_told_as_gone(self):
        self.here.add(nightly(1), 100)
        writer = Holder(self.temp.latchkey / "locks", f"toolchain:{nightly(1)}")
        self.addCleanup(writer.let_go)
        programs = [self.temp.spawn("toolchain", "prune", "--unused-for", "30d") for _ in range(2)]
        self.assertTrue(wait_until(lambda: all(waits_for_range(each.pid) for each in programs)))
        writer.let_go()
        ended = self.finish_all(programs)
        self.assert_good(*ended)
        self.assertEqual(sorted(done.out.split(" ")[0] for done in ended), ["gone", "removed"])

    def test_two_at_once_remove_each_toolchain_once(self):
        names = [nightly(number) for number in range(20)]
        for name in names:
            self.here.add(name, 100)
        ended = self.finish_all([self.temp.spawn("toolchain", "prune", "--unused-for", "30d")
                                 for _ in range(3)])
        self.assert_good(*ended)
        removed = [name for done in ended for name in re.findall(r"(?m)^removed (\S+):", done.out)]
        self.assertEqual(sorted(removed), sorted(names))
        self.assertEqual(self.here.names(), {STABLE})
        self.assertEqual(leftovers(self.temp), [])


if __name__ == "__main__":
    main()
