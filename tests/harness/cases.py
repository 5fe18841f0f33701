"""A test of whole processes: its folder, its homes, and what is asserted of programs that ended."""

import os
import pathlib
import shutil
import tempfile
import time
import unittest

from harness.environment import BINARY, LIMIT_SECONDS
from harness.homes import TempHome


class ProcessTest(unittest.TestCase):
    """A test with a folder of its own, in which nothing of it survives."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-processes-"))
        self.root.chmod(0o755)
        if os.environ.get("LATCHKEY_KEEP"):
            print(f"kept: {self.root}", flush=True)
        else:
            self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def home(self, server, name="home", binary=BINARY):
        home = TempHome(self.root / name, server, binary)
        self.addCleanup(home.let_go)
        return home

    def finish_all(self, programs, limit=LIMIT_SECONDS):
        """Waits for all; one that does not end takes the others with it."""
        end = time.monotonic() + limit
        try:
            return [program.finish(max(0.1, end - time.monotonic())) for program in programs]
        finally:
            for program in programs:
                if not program.ended():
                    program.process.kill()
                    program.process.wait()

    def fetched_by(self, home, server, *words, code=0):
        """Runs it. Gives what it said, and the names of the archives that it fetched."""
        before = len(server.archives())
        done = home.run(*words)
        self.assertEqual(done.code, code, str(done))
        return done, sorted(entry.path.split("/")[-1].split("-1.9")[0]
                            for entry in server.archives()[before:])

    def assert_good(self, *ended):
        for done in ended:
            self.assertEqual(done.code, 0, str(done))


def main():
    unittest.main(verbosity=2)
