#!/usr/bin/env python3
"""Which encoding of a component is fetched: what the line and the processors, or the user, make best."""

import signal

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.environment import STABLE
from harness.processes import sizes_in, wait_until
from harness.servers import ScriptedServer, stall_after, status, trickle

SLOW = 400_000  # Bytes a second: whatever the processors are, the line takes longer.


class Encodings(ProcessTest):
    def offer(self, megabytes):
        """A toolchain without `big`, which the server has as xz and as gz."""
        self.dist = CraftedDist(self.root / "dist")
        self.dist.add_forms("big", package("big", noise(megabytes << 20, 20)), ("xz", "gz"))
        self.server = ScriptedServer(self, self.dist.out)
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def requests(self):
        return [entry.path.rsplit(".", 1)[1] for entry in self.server.archives()
                if "/big-" in entry.path]

    def check_whole(self):
        self.assertIn("big", " ".join(self.a_home.components()))
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_fast_line_makes_it_begin_again_with_the_one_that_is_decoded_faster(self):
        self.offer(8)
        done = self.a_home.good("-v", "component", "add", "big")
        self.assertEqual(self.requests(), ["xz", "gz"], str(done))
        self.assertRegex(done.err, r"debug: fetching big\S* as xz from '.*' \(line: not known yet")
        self.assertRegex(done.err, r"debug: fetching big\S* as gz from '.*' \(line: \d+\.\d MB/s")
        self.check_whole()

    def test_a_slow_line_gets_the_smallest(self):
        self.offer(1)
        self.server.on("/big-", trickle(SLOW))
        self.a_home.good("component", "add", "big")
        self.assertEqual(self.requests(), ["xz"])
        self.check_whole()

    def test_another_encoding_is_tried_if_the_server_lacks_one(self):
        """As mirrors do that have one only. What the user asks for is not replaced."""
        self.offer(1)
        for missing, found in (("xz", "gz"), ("gz", "xz")):
            self.server.be_good()
            self.server.on(f".tar.{missing}", status(404))
            before = len(self.requests())
            self.a_home.good("component", "add", "big")
            self.assertEqual(self.requests()[before:][-1], found)
            self.check_whole()
            self.a_home.good("component", "remove", "big")
        forced = self.a_home.run("component", "add", "big", LATCHKEY_COMPRESSION="gz")
        self.assertIn("404", forced.err, str(forced))
        self.server.on(".tar.", status(404))
        done = self.a_home.run("component", "add", "big")
        self.assertEqual(done.code, 1)
        self.assertIn("could not download file from", done.err)

    def test_another_encoding_comes_from_the_mirror_that_is_left(self):
        """Of two, one is out of order, and the other has gz only."""
        self.offer(1)
        busy = ScriptedServer(self, self.dist.out)
        busy.on("/big-", status(503))
        self.server.on(".tar.xz", status(404))
        configuration = self.a_home.latchkey / "config.toml"
        configuration.write_text("".join(
            f"[[mirror]]\nurl = \"{each.url}\"\n" for each in (busy, self.server)))
        del self.a_home.environment["RUSTUP_DIST_SERVER"]
        done = self.a_home.good("component", "add", "big", RUSTUP_MAX_RETRIES="0")
        self.assertIn(f"the mirror '{busy.url}' is passed over: ", done.err)
        self.assertEqual(self.requests(), ["xz", "gz"])
        configuration.unlink()
        self.check_whole()

    def test_the_user_decides(self):
        self.offer(1)
        for form in ("gz", "xz"):
            before = len(self.requests())
            self.a_home.good("component", "add", "big", LATCHKEY_COMPRESSION=form)
            self.assertEqual(self.requests()[before:], [form])
            self.check_whole()
            self.a_home.good("component", "remove", "big")
        bad = self.a_home.run("component", "add", "big", LATCHKEY_COMPRESSION="best")
        self.assertEqual(bad.code, 1)
        self.assertIn("invalid value in LATCHKEY_COMPRESSION -- must be one of auto, xz, gz, zst",
                      bad.err)

    def test_what_is_there_in_part_is_fetched_to_its_end(self):
        """Though another encoding would be chosen today."""
        self.offer(8)
        cut = 2 << 20
        self.server.on("/big-", stall_after(cut))
        program = self.a_home.spawn("component", "add", "big", LATCHKEY_COMPRESSION="xz")
        self.assertTrue(self.server.stalled.wait(60), program.err)
        wait_until(lambda: sizes_in(self.a_home.rustup / "downloads") == [cut])
        program.send(signal.SIGKILL)
        program.finish()
        self.server.be_good()
        self.a_home.good("component", "add", "big")
        self.assertEqual(self.requests(), ["xz", "xz"])
        self.assertEqual(self.server.archives()[-1].range, f"bytes={cut}-")
        self.check_whole()


if __name__ == "__main__":
    main()
