#!/usr/bin/env python3
"""What is there already is left as it is: no server is asked, and nothing is written."""

import os

from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import HOST, STABLE
from harness.servers import ScriptedServer

REPEATED = (
    ("toolchain", "install", "stable", "--no-update"),
    ("toolchain", "install", "stable", "--no-update", "--profile", "minimal", "--component", "clippy",
     "--target", HOST),
    ("install", "stable", "--no-update", "--no-self-update"),
    ("component", "add", "clippy"),
    ("component", "add", "clippy", "rustc", "--toolchain", "stable"),
    ("target", "add", HOST),
    ("toolchain", "list"), ("show",), ("component", "list"), ("target", "list"),
)


class Unchanged(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, stable_dist())
        self.temp = self.home(self.server.url)
        self.temp.install()
        self.temp.good("component", "add", "clippy")

    def files(self):
        """Every file of the home, with its inode and the time of its last change."""
        found = {}
        for folder, _, names in os.walk(self.temp.rustup):
            for name in names:
                about = os.lstat(os.path.join(folder, name))
                found[os.path.join(folder, name)] = (about.st_ino, about.st_mtime_ns)
        return found

    def test_no_server_is_asked(self):
        asked = len(self.server.requests)
        self.assertGreater(asked, 0)
        for words in REPEATED:
            self.temp.good(*words)
            self.assertEqual(len(self.server.requests), asked, words)

    def test_it_works_with_the_server_gone_and_says_the_same(self):
        said = [self.temp.good(*words) for words in REPEATED]
        self.server.stop()
        for words, before in zip(REPEATED, said):
            after = self.temp.good(*words)
            self.assertEqual((after.out, after.err), (before.out, before.err), words)

    def test_no_file_of_the_home_changes(self):
        before = self.files()
        for words in REPEATED:
            self.temp.good(*words)
            self.assertEqual(self.files(), before, words)

    def test_a_manifest_that_a_hand_has_changed_is_read_whole(self):
        """What is known of the manifest of a state holds only for the very file."""
        path = self.temp.toolchain(STABLE) / "lib/rustlib/multirust-channel-manifest.toml"
        path.write_text(path.read_text() + "\n[renames.bogus]\nto = \"nothing\"\n")
        done = self.temp.run("component", "list")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("missing package for the target of a rename nothing", done.err)


if __name__ == "__main__":
    main()
