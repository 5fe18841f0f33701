#!/usr/bin/env python3
"""A channel whose server refuses it, for the moment or for good: told as what it is."""


from harness.cases import ProcessTest, main
from harness.dists import synthetic_dist
from harness.environment import HOST
from harness.servers import ScriptedServer, status


class BadChannel(ProcessTest):
    """What a server says of a channel, where it does not hand it out."""

    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, synthetic_dist("--formats", "gz", "--synthetic-size", 8))
        self.a_home = self.home(self.server.url)

    def refuse(self, answer, *words, **variables):
        self.server.on("channel-rust-nightly.toml.sha256", answer)
        return self.a_home.run(*words, **variables)

    def asked(self):
        return [entry for entry in self.server.requests if "nightly" in entry.path]

    def test_a_refusal_is_told_and_is_no_absence(self):
        self.a_home.install()
        self.a_home.install("nightly")
        (self.a_home.rustup / "update-hashes" / f"nightly-{HOST}").unlink()
        for number in (400, 401, 403, 407, 416, 451, 408, 425, 429, 500, 503):
            for words in (["toolchain", "install", "nightly"], ["check"], ["update"],
                          ["update", "nightly"]):
                with self.subTest(number=number, words=words):
                    done = self.refuse(status(number), *words, RUSTUP_MAX_RETRIES=0)
                    self.assertEqual(done.code, 1, str(done))
                    self.assertIn("could not download file from", done.err)
                    self.assertIn(f"status code: {number}", done.err)
                    self.assertNotIn("no release found", done.err)
                    self.assertNotIn("file not found", done.err)

    def test_a_refusal_for_the_moment_is_asked_again(self):
        for number in (408, 425, 429, 500, 502, 503, 504):
            with self.subTest(number):
                before = len(self.asked())
                self.server.on("channel-rust-nightly.toml.sha256", status(number), times=2)
                self.a_home.good("toolchain", "install", "nightly", "--profile", "minimal")
                self.assertEqual([entry.status for entry in self.asked()[before:]
                                  if entry.path.endswith(".sha256")], [number, number, 200])
                self.a_home.good("toolchain", "uninstall", "nightly")

    def test_it_is_asked_as_often_as_the_environment_says(self):
        for retries in (0, 2):
            with self.subTest(retries):
                before = len(self.asked())
                done = self.refuse(status(429), "toolchain", "install", "nightly",
                                   RUSTUP_MAX_RETRIES=retries)
                self.assertEqual(done.code, 1, str(done))
                self.assertEqual(len(self.asked()) - before, retries + 1)

    def test_a_day_that_is_refused_is_not_taken_for_one_without_a_release(self):
        # The newest lacks a component. The day before is refused: what is older is no answer.
        for number in (403, 429):
            self.server.on("2026-05-19/channel-rust-nightly.toml.sha256", status(number))
            done = self.a_home.run("toolchain", "install", "nightly", "--profile", "minimal",
                                   "--component", "none-such", RUSTUP_MAX_RETRIES=0)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn(f"status code: {number}", done.err)
            self.assertEqual(self.asked()[-1].status, number)

    def test_what_is_not_there_is_told_as_that(self):
        for number in (404, 410):
            done = self.refuse(status(number), "toolchain", "install", "nightly")
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("no release found for 'nightly'", done.err)


if __name__ == "__main__":
    main()
