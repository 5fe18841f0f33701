#!/usr/bin/env python3
"""A process that cargo started and that lives on: nobody waits for it, nothing is taken from it."""

import hashlib
import os
import pathlib

import releases
from releases import LIBRARY, NEST, NEW

GONE_SECONDS = 20


def fingerprints(folder, trees):
    """Path → hash, of a generation's files; of those in the store, only what is in `trees`."""
    found = {}
    for here, _, names in os.walk(folder, followlinks=True):
        for name in names:
            path = os.path.join(here, name)
            real = pathlib.Path(path).resolve()
            if "store" in real.parts and not any(map(real.is_relative_to, trees)):
                continue
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.file_digest(file, "md5").hexdigest()
    return found


class Background(releases.BuildTest):
    def leave_behind(self):
        """A process in the background of a `cargo run` that has ended. Gives its number."""
        package = releases.write_package(self.folder / "nest", "nest", main=NEST, library=LIBRARY)
        self.stop = self.folder / "stop"
        self.addCleanup(self.stop.touch)
        done = self.home.tool("cargo", "run", "--quiet", "--", "background", self.stop,
                              folder=package)
        return int(done.out)

    def what_happens(self, *changes):
        """The process in the background, its generation's number, and what has gone of that."""
        self.start_with("clippy")
        number = self.home.current()
        folder = self.home.generation(number)
        self.trees = self.home.trees()
        before = fingerprints(folder, self.trees)
        self.assertGreater(len(before), 50)
        pid = self.leave_behind()
        for words in changes:
            done = self.home.good(*words.split(), RUSTUP_DIST_SERVER=self.home.urls[NEW])
            self.assertNotIn("waiting", done.err)
        self.assertTrue(pathlib.Path(f"/proc/{pid}").exists())
        if folder.is_symlink():
            return pid, number, ["generation: it is a link"]
        after = fingerprints(folder, self.trees)
        return pid, number, sorted(path for path in before if after.get(path) != before[path])

    def test_its_generation_stays_until_it_ends_and_is_collected_by_the_next_change(self):
        home = self.home
        pid, number, changed = self.what_happens("component add rust-src",
                                                 "update --no-self-update",
                                                 "component remove rust-src")
        self.assertEqual(changed, [])
        self.stop.touch()
        process = pathlib.Path(f"/proc/{pid}")
        self.assertTrue(releases.wait_until(lambda: not process.exists(), GONE_SECONDS))
        self.assertFalse(home.generation(number).is_symlink(), "nobody has collected since")
        home.good("component", "add", "rust-src", RUSTUP_DIST_SERVER=home.urls[NEW])
        self.assertTrue(home.generation(number).is_symlink())
        self.assertEqual([tree for tree in self.trees if tree.exists()], [])

    @releases.needs_greedy
    def test_a_collector_that_takes_what_is_in_use_is_noticed(self):
        """So the test below can fail."""
        with self.home.greedy():
            _, _, changed = self.what_happens("component add rust-src")
        self.assertEqual(changed, ["generation: it is a link"])


if __name__ == "__main__":
    releases.main()
