#!/usr/bin/env python3
"""Parts of a file that a server answers wrongly: the whole is fetched, and nothing wrong is kept."""

import gzip
import hashlib

from harness.bad_add import BadTest
from harness.cases import main
from harness.checks import faults, leftovers
from harness.environment import STABLE
from harness.servers import (ignore_range, other_bytes, part_called, parts_by, plain, short_after,
                             status)


def unnamed_part(exchange):
    exchange.head(206, content_range="")
    exchange.send(exchange.rest)


def whole_as_part(exchange):
    exchange.head(206, len(exchange.whole))
    exchange.send(exchange.whole)


def hang_up(exchange):
    exchange.hang_up()


def no_http(exchange):
    exchange.send(b"no such thing as HTTP\r\n\r\n")
    exchange.hang_up()


def squeezed(exchange):
    return gzip.compress(exchange.rest)


WRONG_PARTS = {
    "from the beginning": part_called(first=-40_000, body=lambda exchange: exchange.whole),
    "another place": part_called(first=1, body=lambda exchange: exchange.rest[1:]),
    "no place": parts_by(unnamed_part),
    "the whole, called a part": parts_by(whole_as_part),
    "the whole": ignore_range,
    "none": parts_by(status(416)),
    "bad question": parts_by(status(400)),
    "forbidden": parts_by(status(403)),
    "no such thing": parts_by(status(404)),
    "trouble": parts_by(status(500)),
    "no such method": parts_by(status(501)),
    "no content": parts_by(status(204)),
    "elsewhere, nowhere": parts_by(status(302)),
    "the end": parts_by(hang_up),
    "no http": parts_by(no_http),
    "other bytes": parts_by(other_bytes),
    "squeezed": part_called(body=squeezed, Content_Encoding="gzip"),
    "other ends": part_called(last=-1, total=-1, body=lambda exchange: exchange.rest[:-1]),
}


class BadRange(BadTest):
    """A part of an archive is there, and what a server sends for the rest is wrong."""

    KEPT = 40_000

    def add_to_what_is_kept(self, kept, behave, **variables):
        partial = self.a_home.rustup / "downloads" / f"{self.hash}.partial"
        partial.parent.mkdir(exist_ok=True)
        partial.write_bytes(kept)
        self.server.on("clippy", behave)
        before = len(self.requests())
        self.a_home.good("component", "add", "clippy", **variables)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])
        self.server.be_good()
        self.a_home.good("component", "remove", "clippy")
        return [entry.range for entry in self.requests()[before:]]

    def setUp(self):
        super().setUp()
        self.data = self.archive.read_bytes()
        self.hash = hashlib.sha256(self.data).hexdigest()

    def test_a_wrong_answer_has_the_whole_fetched_in_the_same_command(self):
        for name, behave in WRONG_PARTS.items():
            with self.subTest(name):
                asked = self.add_to_what_is_kept(self.data[:self.KEPT], behave,
                                                 RUSTUP_MAX_RETRIES=0)
                self.assertEqual(asked, [f"bytes={self.KEPT}-", ""])

    def test_bad_bytes_that_were_kept_have_the_whole_fetched(self):
        for kept in (bytes(self.KEPT), self.data + b"x", bytes(len(self.data)),
                     bytes(len(self.data) + 5)):
            asked = self.add_to_what_is_kept(kept, plain, RUSTUP_MAX_RETRIES=0)
            self.assertEqual(asked, [f"bytes={len(kept)}-", ""])

    def test_a_server_that_is_busy_costs_nothing_of_what_is_kept(self):
        for number in (429, 502, 503, 504):
            with self.subTest(number):
                partial = self.a_home.rustup / "downloads" / f"{self.hash}.partial"
                partial.parent.mkdir(exist_ok=True)
                partial.write_bytes(self.data[:self.KEPT])
                self.server.on("clippy", status(number))
                self.assert_refused(str(number), RUSTUP_MAX_RETRIES=1)
                self.assertEqual(partial.read_bytes(), self.data[:self.KEPT])
        self.assert_good_again()
        self.assertEqual(self.requests()[-1].range, f"bytes={self.KEPT}-")

    def test_a_wrong_answer_after_a_break_has_the_whole_fetched(self):
        for name, behave in WRONG_PARTS.items():
            with self.subTest(name):
                self.server.on("clippy", behave)
                self.server.on("clippy", short_after(self.KEPT), times=1)
                before = len(self.requests())
                self.a_home.good("component", "add", "clippy", RUSTUP_MAX_RETRIES=1)
                asked = [entry.range for entry in self.requests()[before:]]
                self.assertEqual((asked[0], asked[-1]), ("", ""))
                self.assertIn(f"bytes={self.KEPT}-", asked)
                self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
                self.assertEqual(leftovers(self.a_home), [])
                self.server.be_good()
                self.a_home.good("component", "remove", "clippy")

    def test_a_server_that_sends_only_so_much_at_once_is_asked_for_more(self):
        def behave(exchange):
            exchange.end = min(exchange.end, exchange.start + 20_000)
            plain(exchange)
        asked = self.add_to_what_is_kept(self.data[:self.KEPT], behave, RUSTUP_MAX_RETRIES=0)
        self.assertEqual(asked, [f"bytes={first}-"
                                 for first in range(self.KEPT, self.size, 20_000)])

    def test_a_server_that_always_breaks_off_and_cannot_resume_is_given_up(self):
        def behave(exchange):
            exchange.start, exchange.end, exchange.part = 0, len(exchange.whole), False
            short_after(self.KEPT)(exchange)
        self.server.on("clippy", behave)
        self.assert_refused("the server does not support resuming downloads", "clippy-1.95.0",
                            RUSTUP_MAX_RETRIES=2)
        self.assert_good_again()


if __name__ == "__main__":
    main()
