"""An archive that is added to a home, and whose server, bytes or disk are bad."""


from harness.cases import ProcessTest
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.environment import HOST, STABLE
from harness.servers import ScriptedServer

TOP = f"clippy-1.95.0-{HOST}"


class BadTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = CraftedDist(self.root / "dist")
        self.clippy = {"bin/cargo-clippy": b"#!/bin/sh\n", **noise(100_000, 10)}
        self.archive = self.dist.add("clippy", package("clippy", self.clippy))
        self.size = self.archive.stat().st_size
        self.server = ScriptedServer(self, self.dist.out)
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def requests(self):
        return [entry for entry in self.server.archives() if "clippy" in entry.path]

    def assert_refused(self, *expected, **variables):
        """An add of clippy fails, says each of `expected`, and changes nothing."""
        before = self.a_home.state(), self.a_home.components()
        done = self.a_home.run("component", "add", "clippy", **variables)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("error: ", done.err)
        for text in expected:
            self.assertIn(text, done.err)
        self.assertEqual((self.a_home.state(), self.a_home.components()), before)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        return done

    def assert_good_again(self):
        """The server is mended: now it works, and nothing is left of the failures."""
        self.server.be_good()
        self.a_home.good("component", "add", "clippy")
        # What the archives were made of is known to `checks` from the folder as it was at first.
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])
