"""A disk that is soon full."""

import os
import subprocess
import unittest

from harness.users import IS_ROOT


@unittest.skipUnless(IS_ROOT, "only root may mount a small disk")
class SmallDisk:
    """For test cases, before their other base: `disk` is a folder of 4 MiB."""

    def setUp(self):
        super().setUp()
        self.disk = self.root / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        self.ballast = self.disk / "ballast"

    def leave(self, room):
        """So many bytes are left on the disk."""
        state = os.statvfs(self.disk)
        self.ballast.write_bytes(bytes(state.f_bavail * state.f_frsize - room))
