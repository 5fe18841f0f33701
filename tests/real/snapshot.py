#!/usr/bin/env python3
"""Builds of forty crates while stable goes back and forth between two real releases.

`snapshot.py --rustup [BUILDS]` does the same with the machine's own rustup, and tells how often it
goes wrong.
"""

import shutil
import sys
import threading

from harness import real_releases, real_rust
from harness.environment import rounds
from harness.real_releases import NEW, OLD

CRATES = 40
SECOND_MODULES = 20
# Crates of more than one rustc, or a rustc without its library.
TROUBLE = ("E0514", "E0460", "E0463", "incompatible version", "loading shared libraries")


def module(number):
    return (f"pub trait Part{number} {{ fn part(&self) -> u64 {{ {number} }} }}\n"
            f"impl<T> Part{number} for T {{}}\n"
            f"pub fn sum{number}<T: Copy + Into<u64>>(all: &[T]) -> u64 {{\n"
            f"    all.iter().map(|&each| each.into() * {number}).sum()\n}}\n")


def write_workspace(folder):
    """Forty crates, each on top of some before it, half of them of two modules."""
    names = [f"part{number:02}" for number in range(CRATES)]
    folder.mkdir()
    (folder / "Cargo.toml").write_text(
        f'[workspace]\nresolver = "2"\nmembers = {names}\n'.replace("'", '"'))
    for number, name in enumerate(names):
        below = sorted({each for each in (number // 2, number - 3) if 0 <= each < number})
        text = module(number)
        if number < SECOND_MODULES:
            text += "pub mod more;\n"
        calls = "".join(f" + {names[each]}::all()" for each in below)
        text += f"pub fn all() -> u64 {{ sum{number}(&[1u32, 2]){calls} }}\n"
        package = real_releases.write_package(folder / name, name, library=text,
                                              dependencies=[names[each] for each in below])
        if number < SECOND_MODULES:
            (package / "src/more.rs").write_text(module(100 + number))
    return folder


class BackAndForth(threading.Thread):
    """stable becomes the other release, again and again, as fast as it can."""

    def __init__(self, home):
        super().__init__(daemon=True)
        self.home = home
        self.stop = threading.Event()
        self.ended = []

    def run(self):
        while not self.stop.is_set():
            release = OLD if len(self.ended) % 2 else NEW
            self.ended.append(self.home.run("update", "stable", "--no-self-update", limit=300,
                                            RUSTUP_DIST_SERVER=self.home.urls[release]))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.join()


def build(home, workspace, out):
    """What is wrong with one build. Empty: nothing, and one compiler has made all of it."""
    done = home.start("cargo", "build", folder=workspace, CARGO_TARGET_DIR=out).finish()
    if done.code != 0:
        return f"exit {done.code}: " + "\n".join(
            line for line in done.err.splitlines() if "Compiling" not in line)
    versions = real_releases.compilers(out)
    shutil.rmtree(out)
    return f"compiled by {sorted(versions)}" if len(versions) != 1 else ""


def has_trouble(wrong):
    return wrong.startswith("compiled by") or any(word in wrong for word in TROUBLE)


class Snapshot(real_releases.BothReleasesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workspace = write_workspace(cls.root / "workspace")

    def test_every_build_is_of_one_compiler(self):
        with BackAndForth(self.home) as updates:
            for number in range(rounds(3, 20)):
                moved = len(updates.ended)
                self.assertEqual(build(self.home, self.workspace, self.folder / "out"), "",
                                 f"build {number}")
                print(f"{len(updates.ended) - moved} updates in build {number}", flush=True)
                self.assertGreater(len(updates.ended), moved, "nothing happened meanwhile")
        for done in updates.ended:
            self.assertEqual(done.code, 0, str(done))

    @real_releases.needs_greedy
    def test_a_collector_that_takes_what_is_in_use_breaks_builds(self):
        """So the test above can fail."""
        with self.home.greedy(), BackAndForth(self.home) as updates:
            for _ in range(5):
                wrong = build(self.home, self.workspace, self.folder / "out")
                if wrong:
                    break
        self.assertEqual(updates.ended[0].code, 0, str(updates.ended[0]))
        print(wrong[:400], flush=True)
        self.assertTrue(has_trouble(wrong), wrong)


def compare(builds):
    """The same with rustup, for a number to compare with. Nothing is asserted."""
    test = real_releases.BuildTest
    test.setUpClass()
    rustup = real_rust.find_rustup()
    home = real_releases.Home(test.root / "rustup-home", test.servers, binary=rustup, proxy=rustup)
    home.install()
    workspace = write_workspace(test.root / "workspace")
    faults = []
    with BackAndForth(home) as updates:
        for number in range(builds):
            out = test.root / f"out-{number}"
            faults.append(build(home, workspace, out))
            print(f"build {number}: {faults[-1][:500] or 'good'}", flush=True)
            shutil.rmtree(out, ignore_errors=True)
    failed = sum(done.code != 0 for done in updates.ended)
    print(f"{sum(map(bool, faults))} of {builds} builds were bad; {len(updates.ended)} updates, "
          f"{failed} of which failed")
    test.doClassCleanups()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rustup"]:
        compare(int(sys.argv[2]) if sys.argv[2:] else 20)
    else:
        real_releases.main()
