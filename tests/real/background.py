#!/usr/bin/env python3
"""A process that cargo started and that lives on: nobody waits for it, nothing is taken from it."""

import hashlib
import os
import pathlib
import re
import shutil

from harness import real_releases
from harness.checks import leftovers
from harness.processes import wait_until
from harness.real_releases import LIBRARY, NEST, NEW

GONE_SECONDS = 20
LISTS = re.compile(r"/lib/rustlib/(components|multirust-config\.toml)$")


def fingerprints(folder):
    """Path → hash, of a toolchain's files but the lists that every change writes anew."""
    found = {}
    for here, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(here, name)
            if not LISTS.search(path):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = hashlib.file_digest(file, "md5").hexdigest()
    return found


class Background(real_releases.BuildTest):
    def leave_behind(self):
        """A process in the background of a `cargo run` that has ended. Gives its number."""
        package = real_releases.write_package(self.folder / "nest", "nest", main=NEST, library=LIBRARY)
        self.stop = self.folder / "stop"
        self.addCleanup(self.stop.touch)
        done = self.home.tool("cargo", "run", "--quiet", "--", "background", self.stop,
                              folder=package)
        return int(done.out)

    def what_happens(self, *changes):
        """The process in the background, the directory that it runs on, and what has gone of that."""
        self.start_with("clippy")
        directory = self.home.current()
        before = fingerprints(directory)
        self.assertGreater(len(before), 50)
        pid = self.leave_behind()
        for words in changes:
            done = self.home.good(*words.split(), RUSTUP_DIST_SERVER=self.home.urls[NEW])
            self.assertNotIn("waiting", done.err)
        self.assertTrue(pathlib.Path(f"/proc/{pid}").exists())
        after = fingerprints(directory)
        return pid, directory, sorted(path for path in before if after.get(path) != before[path])

    def test_its_directory_stays_until_it_ends_and_goes_with_the_next_command(self):
        """Of any kind."""
        for command in ("component add rust-src", "toolchain list", "update --no-self-update"):
            with self.subTest(command):
                self.check_what_stays_and_goes(command)

    def check_what_stays_and_goes(self, command):
        home = self.home
        pid, directory, changed = self.what_happens("component add rust-src",
                                                    "update --no-self-update",
                                                    "component remove rust-src")
        self.assertEqual(changed, [])
        clippy = directory / "bin/cargo-clippy"
        inode = clippy.stat().st_ino
        self.stop.touch()
        process = pathlib.Path(f"/proc/{pid}")
        self.assertTrue(wait_until(lambda: not process.exists(), GONE_SECONDS))
        self.assertNotEqual(home.current(), directory, "nobody has cleaned up since")
        self.assertEqual(clippy.stat().st_ino, inode)
        home.good(*command.split(), RUSTUP_DIST_SERVER=home.urls[NEW])
        self.assertNotEqual(clippy.stat().st_ino, inode)
        self.assertEqual(leftovers(home, downloads=True), [])
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    @real_releases.needs_greedy
    def test_a_collector_that_takes_what_is_in_use_is_noticed(self):
        """So the test above can fail."""
        self.start_with("clippy")
        with self.home.greedy():
            _, _, changed = self.what_happens("update --no-self-update")
        self.assertGreater(len(changed), 50)


if __name__ == "__main__":
    real_releases.main()
