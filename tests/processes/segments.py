#!/usr/bin/env python3
"""A large file over a line that one connection does not fill: several connections fetch its parts."""

import re
import signal
import unittest

from checks import faults, leftovers
from crafted import CraftedDist, noise, package
from servers import NGINX, Nginx, ScriptedServer, ignore_range, plain, short_after, trickle
from support import STABLE, ProcessTest, main, wait_until

SIZE = 40 << 20
RATE = 3_000_000  # Bytes a second for each connection.


class Segments(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = CraftedDist(self.root / "dist")
        self.dist.add_forms("big", package("big", noise(SIZE, 20)), ("gz",))

    def serve(self, behave):
        self.server = ScriptedServer(self, self.dist.out)
        self.server.tag = '"1"'
        self.server.on("/big-", behave)
        self.a_home = self.home(self.server.url)
        self.a_home.install()

    def add(self, **variables):
        return self.a_home.good("-v", "component", "add", "big", **variables)

    def requests(self):
        return [entry for entry in self.server.archives() if "/big-" in entry.path]

    def check_whole(self):
        self.assertIn("big", " ".join(self.a_home.components()))
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_each_byte_is_asked_for_once(self):
        self.server = Nginx(self, self.dist.out, rate="3m")
        self.a_home = self.home(self.server.url)
        self.a_home.install()
        self.add()
        asked = self.requests()
        parts = sorted(tuple(map(int, found.groups())) for entry in asked
                       if (found := re.fullmatch(r"bytes=(\d+)-(\d+)", entry.range)))
        self.assertEqual(len(parts), len(asked) - 1, asked)
        self.assertGreater(len(parts), 5, asked)
        for (_, end), (begin, _) in zip(parts, parts[1:]):
            self.assertEqual(end + 1, begin)
        self.check_whole()

    def test_there_are_more_connections_as_long_as_that_is_faster(self):
        self.serve(trickle(RATE))
        done = self.add()
        self.assertRegex(done.err, r"debug: 'http.*/big-.*': [48] connections, \d+\.\d MB/s")
        self.check_whole()

    def test_a_number_of_downloads_that_the_user_chose_is_kept(self):
        self.serve(trickle(4 * RATE))
        self.add(RUSTUP_CONCURRENT_DOWNLOADS="1")
        self.assertEqual([entry.range for entry in self.requests()], [""])
        self.check_whole()

    def test_a_server_that_does_not_say_which_file_it_sends_parts_of_is_asked_for_none(self):
        self.serve(trickle(4 * RATE))
        self.server.tag = None
        self.add()
        self.assertEqual([entry.range for entry in self.requests()], [""])
        self.check_whole()

    def test_a_part_that_breaks_off_is_asked_for_again_from_there(self):
        cut = []

        def behave(exchange):
            if exchange.part and len(cut) < 3:
                cut.append(exchange.start)
                short_after(1 << 20)(exchange)
            else:
                trickle(RATE)(exchange)
        self.serve(behave)
        self.add()
        self.assertEqual(len(cut), 3)
        begun = [entry.range for entry in self.requests()]
        for start in cut:
            self.assertTrue(any(asked.startswith(f"bytes={start + (1 << 20)}-") for asked in begun), begun)
        self.check_whole()

    def test_a_file_that_changes_meanwhile_is_fetched_from_its_beginning(self):
        changed = []

        def behave(exchange):
            if exchange.part and not changed:
                changed.append(exchange.handler.headers.get("If-Range"))
                ignore_range(exchange)
            elif changed:
                plain(exchange)
            else:
                trickle(RATE)(exchange)
        self.serve(behave)
        self.add()
        self.assertEqual(changed, ['"1"'])
        self.assertEqual(self.requests()[-1].range, "")
        self.check_whole()

    def test_what_was_there_in_a_row_stays_when_it_is_killed(self):
        self.serve(trickle(RATE))
        program = self.a_home.spawn("component", "add", "big")
        self.assertTrue(wait_until(lambda: len(self.requests()) > 4), program.err)
        program.send(signal.SIGKILL)
        program.finish()
        left, = [path.stat().st_size for path in self.a_home.partials()]
        self.assertGreater(left, RATE // 2)
        self.server.be_good()
        before = len(self.requests())
        self.add()
        # A request of the program that was killed may come to the server this late, for a part.
        begun = [entry.range for entry in self.requests()[before:]
                 if not re.fullmatch(r"bytes=\d+-\d+", entry.range)]
        self.assertEqual(begun, [f"bytes={left}-"])
        self.check_whole()


if __name__ == "__main__":
    main()
