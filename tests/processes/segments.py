#!/usr/bin/env python3
"""A large file over a line that one connection does not fill: several connections fetch its parts."""

import itertools
import re
import signal
import threading
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, noise, package
from harness.environment import STABLE
from harness.processes import sizes_in, wait_until
from harness.servers import (NGINX, Nginx, ScriptedServer, ignore_range, other_bytes, part_called,
                             plain, short_after, status, trickle)

SIZE = 40 << 20
RATE = 1_000_000  # Bytes a second for each connection: a decoder waits for as many even on a busy machine.
FAST = 12_000_000


WRONG_PARTS = {
    "the whole": ignore_range,
    "none": status(416),
    "forbidden": status(403),
    "busy": status(503),
    "another place": part_called(first=1, last=1),
    "another file's": part_called(total=7),
    "the end": short_after(0),
}


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

    def serve_counted(self, behave):
        """As serve(), and counts how many requests are open at once."""
        self.lock, self.open, self.most_open = threading.Lock(), 0, 0

        def counted(exchange):
            with self.lock:
                self.open += 1
                self.most_open = max(self.most_open, self.open)
            try:
                behave(exchange)
            finally:
                with self.lock:
                    self.open -= 1
        self.serve(counted)

    def add(self, **variables):
        return self.a_home.good("-v", "component", "add", "big", **variables)

    def size(self):
        archive, = self.dist.out.rglob("big-*.tar.gz")
        return archive.stat().st_size

    def requests(self):
        return [entry for entry in self.server.archives() if "/big-" in entry.path]

    def check_whole(self):
        self.assertIn("big", " ".join(self.a_home.components()))
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_each_byte_is_asked_for_once(self):
        self.server = Nginx(self, self.dist.out, rate="1m")
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
        self.serve_counted(trickle(RATE))
        done = self.add()
        # A part may have ended when the number is told: the server knows how many there were.
        self.assertRegex(done.err, r"debug: 'http.*/big-.*': [3-8] connections, \d+\.\d MB/s")
        self.assertIn(self.most_open, range(4, 9))
        self.check_whole()

    def test_a_number_of_downloads_that_the_user_chose_is_kept(self):
        self.serve(trickle(FAST))
        self.add(RUSTUP_CONCURRENT_DOWNLOADS="1")
        self.assertEqual([entry.range for entry in self.requests()], [""])
        self.check_whole()

    def test_a_server_that_does_not_say_that_it_sends_parts_is_asked_for_none(self):
        self.serve(trickle(FAST))
        self.server.tag = None
        self.add()
        self.assertEqual([entry.range for entry in self.requests()], [""])
        self.check_whole()

    def test_a_part_that_breaks_off_is_asked_for_again_from_there(self):
        cut = []

        def behave(exchange):
            if exchange.part and len(exchange.rest) > 1 << 20 and len(cut) < 3:
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

    def test_a_server_that_sends_no_part_keeps_the_connection_that_works(self):
        for name, behave in WRONG_PARTS.items():
            with self.subTest(name):
                self.serve(lambda exchange: (behave if exchange.part else trickle(FAST))(exchange))
                self.add(RUSTUP_MAX_RETRIES=0)
                whole = [entry for entry in self.requests() if not entry.range]
                self.assertEqual([entry.sent for entry in whole], [self.size()])
                self.assertEqual(len(self.requests()), 2, "a trick that failed is not tried again")
                self.check_whole()
                self.a_home.good("component", "remove", "big")

    def test_a_part_that_fails_leaves_what_came_in_a_row(self):
        for name, behave in WRONG_PARTS.items():
            with self.subTest(name):
                begun = []

                def now_and_then(exchange, behave=behave, begun=begun):
                    begun.append(exchange.start)
                    # The file's end and two parts are right.
                    if exchange.asked.endswith("-"):
                        plain(exchange)
                    elif exchange.end != len(exchange.whole) and len(begun) > 4:
                        behave(exchange)
                    else:
                        trickle(RATE)(exchange)
                self.serve(now_and_then)
                self.add(RUSTUP_MAX_RETRIES=0)
                self.assertEqual([entry.range for entry in self.requests()].count(""), 1)
                # Parts that were asked for until then may come to the server later.
                rest, = [entry.range for entry in self.requests() if entry.range.endswith("-")]
                self.assertGreater(int(rest.removeprefix("bytes=")[:-1]), RATE // 2)
                self.check_whole()
                self.a_home.good("component", "remove", "big")

    def test_parts_of_another_file_have_it_fetched_once_more_in_one(self):
        self.serve(lambda exchange: (other_bytes if exchange.part else trickle(FAST))(exchange))
        self.add(RUSTUP_MAX_RETRIES=0)
        asked = [entry.range for entry in self.requests()]
        self.assertEqual((asked[0], asked[-1], asked.count("")), ("", "", 2))
        self.check_whole()

    def test_servers_behind_one_name_may_call_their_files_otherwise(self):
        turns = itertools.count()

        def behave(exchange):
            self.assertNotIn("If-Range", exchange.handler.headers)
            self.server.tag = f'"{next(turns)}"'
            trickle(RATE)(exchange)
        self.serve_counted(behave)
        done = self.add()
        self.assertRegex(done.err, r"debug: 'http.*/big-.*': [3-8] connections")
        self.assertIn(self.most_open, range(4, 9))
        self.assertEqual([entry.range for entry in self.requests()].count(""), 1)
        self.check_whole()

    def test_what_was_there_in_a_row_stays_when_it_is_killed(self):
        self.serve(trickle(RATE))
        program = self.a_home.spawn("component", "add", "big")
        self.assertTrue(wait_until(lambda: len(self.requests()) > 4), program.err)
        program.send(signal.SIGKILL)
        program.finish()
        left, = sizes_in(self.a_home.rustup / "downloads")
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
