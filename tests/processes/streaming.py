#!/usr/bin/env python3
"""What has come over the line is on the disk: unpacked, and kept for the next try."""

import pathlib
import re
import signal
import time

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.environment import SANITIZED, STABLE
from harness.processes import sizes_in, wait_until
from harness.servers import ScriptedServer, stall_after

LIMIT_KIB = 64 * 1024
DICTIONARY_KIB = 64 * 1024
FILES = 100


class Streaming(ProcessTest):
    def big(self, megabytes, form, level):
        """A toolchain without `big`, which the server sends up to nine tenths."""
        self.dist = CraftedDist(self.root / "dist")
        archive = self.dist.add("big", package("big", noise(megabytes << 20, FILES)), form, level)
        self.size = archive.stat().st_size
        self.cut = self.size * 9 // 10
        self.server = ScriptedServer(self, self.dist.out)
        self.server.on("/big-", stall_after(self.cut))
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def unpacked(self):
        return [path for folder in self.a_home.staging("unpack.") for path in folder.rglob("part*")]

    def kept_bytes(self):
        return sum(sizes_in(self.a_home.rustup / "downloads"))

    def stalled(self):
        """The program, when it has got all that the server sends."""
        program = self.a_home.spawn("component", "add", "big")
        self.assertTrue(self.server.stalled.wait(60), program.err)
        wait_until(lambda: self.kept_bytes() == self.cut)
        self.assertEqual(self.kept_bytes(), self.cut)
        return program

    def check_streaming(self, megabytes, form, level, memory_kib):
        self.big(megabytes, form, level)
        program = self.stalled()
        wait_until(lambda: len(self.unpacked()) >= FILES * 8 // 10)
        try:
            self.assertGreaterEqual(len(self.unpacked()), FILES * 8 // 10)
            self.assertFalse(any("big" in name for name in self.a_home.components()))
            status = pathlib.Path(f"/proc/{program.pid}/status").read_text()
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
            print(f"{form}: {len(self.unpacked())} of {FILES} files, {peak / 1024:.1f} MiB at most")
            if not SANITIZED:
                self.assertLess(peak, memory_kib)
        finally:
            program.send(signal.SIGKILL)
            program.finish()
        self.resume()

    def resume(self):
        """The next try asks for what is missing, and nothing is left of the first."""
        self.server.be_good()
        self.assertEqual([path.name[-8:] for path in self.a_home.partials()], [".partial"])
        before = len(self.server.archives())
        self.a_home.good("component", "add", "big")
        requests = self.server.archives()[before:]
        self.assertEqual([(entry.range, entry.status) for entry in requests],
                         [(f"bytes={self.cut}-", 206)])
        self.assertEqual(requests[0].sent, self.size - self.cut)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_gzip_is_unpacked_while_it_comes_in_little_memory(self):
        self.check_streaming(96, "gz", 0, LIMIT_KIB)

    def test_an_xz_is_unpacked_while_it_comes_in_the_memory_of_its_dictionary(self):
        self.check_streaming(12, "xz", 0, LIMIT_KIB + DICTIONARY_KIB)

    def test_an_interrupted_download_goes_on_where_it_was(self):
        self.big(4, "gz", 0)
        for number in (signal.SIGINT, signal.SIGTERM):
            program = self.stalled()
            sent = time.monotonic()
            program.send(number)
            done = program.finish()
            self.assertEqual(done.code, -number, str(done))
            self.assertLess(time.monotonic() - sent, 30 if SANITIZED else 1)
            self.server.stalled.clear()
        self.resume()

    def test_the_bytes_of_an_older_try_do_not_spoil_a_newer_one(self):
        """What is on disk was changed: the hash tells, and everything is fetched anew."""
        self.big(1, "gz", 0)
        program = self.stalled()
        program.send(signal.SIGKILL)
        program.finish()
        with open(self.a_home.partials()[0], "r+b") as file:
            file.seek(50_000)
            file.write(b"not what the server sent")
        self.server.be_good()
        before = len(self.server.archives())
        self.a_home.good("component", "add", "big")
        ranges = [entry.range for entry in self.server.archives()[before:]]
        self.assertEqual(ranges, [f"bytes={self.cut}-", ""])
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])


if __name__ == "__main__":
    main()
