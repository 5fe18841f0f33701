"""What the tests of the scripts share."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from harness.environment import SCRIPTS


def run(script, *arguments, **options):
    """Runs scripts/SCRIPT to its end."""
    return subprocess.run([sys.executable, SCRIPTS / script, *map(str, arguments)],
                          capture_output=True, text=True, timeout=120, **options)


class TempTree(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="latchkey-scripts-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text)
        return full
