#!/usr/bin/env python3
"""Servers, archives and disks as they should not be: a clear error, and the toolchain as it was."""

import gzip
import hashlib
import os
import shutil
import subprocess
import tarfile
import threading
import unittest

from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import CraftedDist, compress, entry, noise, package, tar
from harness.dists import stable_dist, synthetic_dist
from harness.environment import HOST, SANITIZED, STABLE
from harness.homes import full_name
from harness.servers import (ScriptedServer, ignore_range, never_answer, other_bytes, part_called,
                             parts_by, plain, redirect, reset_after, short_after, stall_after,
                             status)

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


class SeveralBadArchives(ProcessTest):
    """An install of cargo, rust-std and rustc, in this order of the manifest."""

    def install(self, cargo, rustc):
        server = ScriptedServer(self, stable_dist())
        server.on("/cargo-", cargo)
        server.on("/rustc-", rustc)
        home = self.home(server.url)
        done = home.run("toolchain", "install", "stable", "--profile", "minimal")
        self.assertEqual(done.code, 1, str(done))
        self.assertFalse(home.toolchain().exists())
        return done

    def test_the_first_of_the_manifest_is_told_whichever_failed_first(self):
        rustc_failed = threading.Event()

        def late(exchange):
            self.assertTrue(rustc_failed.wait(60))
            other_bytes(exchange)

        def early(exchange):
            other_bytes(exchange)
            rustc_failed.set()
        for cargo, rustc in ((late, early), (other_bytes, other_bytes), (status(404), other_bytes)):
            done = self.install(cargo, rustc)
            self.assertIn(f"error: component download failed for cargo-{HOST}: ", done.err)
            self.assertNotIn("rustc-", done.err)

    def test_a_bad_archive_does_not_wait_for_those_behind_it(self):
        done = self.install(other_bytes, never_answer)
        self.assertIn(f"error: component download failed for cargo-{HOST}: ", done.err)

    def test_a_bad_archive_is_told_when_those_before_it_are_good(self):
        done = self.install(plain, other_bytes)
        self.assertIn(f"error: component download failed for rustc-{HOST}: ", done.err)


class BadServer(BadTest):
    url = "clippy-1.95.0"

    def test_a_server_is_told_for_which_rustup_this_stands(self):
        told = []

        def behave(exchange):
            told.append(exchange.handler.headers["User-Agent"])
            plain(exchange)
        self.server.on("clippy", behave)
        version = self.a_home.good("--version", RUSTUP_FORCE_ARG0="rustup").out.split("\n")[0]  # rustup 1.29.1 (latchkey 0.2.0)
        self.a_home.good("component", "add", "clippy")
        self.assertEqual(told, [version.replace(" ", "/", 1)])

    def test_other_bytes_are_refused_by_their_hash(self):
        self.server.on("clippy", other_bytes)
        self.assert_refused("checksum failed for '", self.url)
        self.assertEqual(self.a_home.partials(), [], "bad bytes must not be gone on with")
        self.assertEqual(len(self.requests()), 1, "a wrong hash is not tried again")
        self.assert_good_again()

    def test_a_body_that_ends_early_is_gone_on_with(self):
        self.server.on("clippy", short_after(40_000), times=1)
        self.a_home.good("component", "add", "clippy")
        self.assertEqual([entry.range for entry in self.requests()], ["", "bytes=40000-"])
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_body_that_always_ends_early_is_an_error(self):
        self.server.on("clippy", short_after(0))
        self.assert_refused("could not download file from", self.url, RUSTUP_MAX_RETRIES=1)
        self.assertEqual(len(self.requests()), 2)
        self.assert_good_again()

    def test_a_connection_reset_in_the_middle_is_made_again(self):
        self.server.on("clippy", reset_after(40_000), times=1)
        self.a_home.good("component", "add", "clippy")
        self.assertEqual(len(self.requests()), 2)
        self.assertEqual(leftovers(self.a_home), [])

    def test_what_is_not_there_is_not_asked_for_again(self):
        self.server.on("clippy", status(404))
        self.assert_refused("could not download file from", self.url, "404")
        self.assertEqual(len(self.requests()), 1)
        self.assert_good_again()

    def test_a_server_in_trouble_is_asked_as_often_as_the_environment_says(self):
        for retries in (0, 1, 3):
            with self.subTest(retries=retries):
                self.server.on("clippy", status(500))
                before = len(self.requests())
                self.assert_refused("could not download file from", self.url, "500",
                                    RUSTUP_MAX_RETRIES=retries)
                self.assertEqual(len(self.requests()) - before, retries + 1)
                self.server.be_good()

    def test_a_refusal_that_lasts_is_told_and_not_asked_again(self):
        for number in (400, 401, 403, 407, 451):
            with self.subTest(number):
                self.server.on("clippy", status(number))
                before = len(self.requests())
                self.assert_refused("could not download file from", self.url, str(number))
                self.assertEqual(len(self.requests()) - before, 1)

    def test_a_server_that_wants_to_be_asked_later_is_asked_later(self):
        self.server.on("clippy", status(429, Retry_After="1"), times=2)
        self.a_home.good("component", "add", "clippy")
        times = [entry.at for entry in self.requests()]
        self.assertEqual(len(times), 3)
        self.assertGreaterEqual(min(later - sooner for sooner, later in zip(times, times[1:])), 1)

    def test_a_server_that_recovers_is_forgiven(self):
        self.server.on("clippy", status(500), times=1)
        self.a_home.good("component", "add", "clippy")
        self.assertEqual([entry.status for entry in self.requests()], [500, 200])

    def test_redirects_lead_to_the_archive_or_to_an_error(self):
        target = f"/dist/elsewhere-{self.archive.name}"
        shutil.copy(self.archive, self.dist.out / target.lstrip("/"))
        self.server.on(f"/{TOP}", redirect(target))
        self.server.on("elsewhere", plain)
        self.a_home.good("component", "add", "clippy")
        self.a_home.good("component", "remove", "clippy")
        os.remove(self.dist.out / target.lstrip("/"))
        self.server.on("clippy", redirect(f"/dist/2026-04-16/{self.archive.name}"))
        self.assert_refused("too many redirects", self.url, RUSTUP_MAX_RETRIES=0)
        self.assert_good_again()

    def test_a_silent_server_is_given_up_after_the_timeout(self):
        for name, silence in (("head", never_answer), ("body", stall_after(40_000))):
            with self.subTest(name):
                self.server.on("clippy", silence)
                done = self.assert_refused("could not download file from", self.url, "timed out",
                                           RUSTUP_MAX_RETRIES=0, RUSTUP_DOWNLOAD_TIMEOUT=1)
                self.assertGreaterEqual(done.seconds, 1)
                self.assertLess(done.seconds, 30 if SANITIZED else 5)
        self.assert_good_again()

    def test_a_server_that_ignores_ranges_is_taken_from_the_beginning(self):
        self.server.on("clippy", short_after(40_000))
        self.assert_refused(self.url, RUSTUP_MAX_RETRIES=0)
        self.server.on("clippy", ignore_range)
        before = len(self.requests())
        self.a_home.good("component", "add", "clippy")
        self.assertEqual([entry.range for entry in self.requests()[before:]], ["bytes=40000-", ""])
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])
        self.assertEqual(leftovers(self.a_home), [])

    def test_no_server_at_all_is_an_error_with_its_address(self):
        self.server.server.shutdown()
        self.server.server.server_close()
        self.assert_refused("could not download file from", self.url, self.server.url)

    def test_of_several_components_all_come_or_none(self):
        self.dist.add("miri", package("miri", noise(1000, 2, "lib/miri/part")))
        self.a_home.good("toolchain", "uninstall", "stable")
        self.a_home.install()
        before = self.a_home.state(), self.a_home.components()
        self.server.on("miri", status(404))
        for names in (["clippy", "nothing-of-that-name"], ["clippy", "miri"], ["miri", "clippy"]):
            done = self.a_home.run("component", "add", *names)
            self.assertEqual(done.code, 1, str(done))
            self.assertEqual((self.a_home.state(), self.a_home.components()), before, names)
        self.server.be_good()
        self.a_home.good("component", "add", "clippy", "miri", "clippy")
        self.assertEqual(self.a_home.components(),
                         before[1] | {full_name("clippy"), full_name("miri")})
        self.assertEqual(leftovers(self.a_home), [])


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


class BadArchive(BadTest):
    def assert_archive_refused(self, entries, *expected):
        """These entries, with the right hash of theirs, are refused; a good archive then is not."""
        data = entries if isinstance(entries, bytes) else compress(tar(entries), level=1)
        outside = self.root / "outside"
        self.offer(data)
        done = self.assert_refused(*expected)
        self.assertFalse(outside.exists(), "something was written outside of staging")
        self.assertEqual(list(self.a_home.rustup.rglob("outside")), [])
        self.offer(compress(tar(package("clippy", self.clippy)), level=1))
        self.a_home.good("component", "add", "clippy")
        # A download of the right hash stays, as with rustup, until `update` empties the folder.
        self.assertEqual(leftovers(self.a_home, downloads=True), [])
        self.a_home.good("component", "remove", "clippy")
        return done

    def offer(self, data):
        """What the server has as clippy from now on. The toolchain has to hear of it."""
        self.dist.add_archive("clippy", data)
        self.a_home.good("toolchain", "uninstall", "stable")
        self.a_home.install()

    def evil(self, name, data=b"evil", kind=tarfile.REGTYPE, link="", line=""):
        lines = [line] if line else []
        return package("clippy", self.clippy, [entry(name, data, kind, link=link)], lines)

    def test_garbage_with_the_right_hash(self):
        self.assert_archive_refused(b"this is no gzip at all" * 100, "clippy")

    def test_a_gzip_of_garbage(self):
        self.assert_archive_refused(compress(os.urandom(5000)), "clippy")

    def test_a_cut_off_gzip(self):
        whole = compress(tar(package("clippy", self.clippy)), level=1)
        self.assert_archive_refused(whole[:-5000], "clippy")

    def test_a_cut_off_tar(self):
        whole = tar(package("clippy", self.clippy))
        self.assert_archive_refused(compress(whole[:-30_000]), "clippy")

    def test_an_empty_archive(self):
        self.assert_archive_refused(compress(b""), "clippy")

    def test_an_absolute_path(self):
        path = str(self.root / "outside")
        self.assert_archive_refused(self.evil(path), "failed to extract package")

    def test_a_path_that_climbs(self):
        for path in (f"{TOP}/clippy/../../../../outside", "../../outside",
                     f"{TOP}/clippy/lib/../../../../../outside"):
            with self.subTest(path):
                self.assert_archive_refused(self.evil(path), "failed to extract package")

    def test_a_symlink(self):
        link = self.evil(f"{TOP}/clippy/lib/link", kind=tarfile.SYMTYPE, link=str(self.root),
                         line="file:lib/link")
        self.assert_archive_refused(link, "failed to extract package")

    def test_a_symlink_that_a_file_goes_through(self):
        entries = package("clippy", self.clippy,
                          [entry(f"{TOP}/clippy/out", kind=tarfile.SYMTYPE, link=str(self.root)),
                           entry(f"{TOP}/clippy/out/outside", b"evil")], ["file:out/outside"])
        self.assert_archive_refused(entries, "failed to extract package")

    def test_a_hard_link(self):
        (self.root / "secret").write_text("secret")
        link = self.evil(f"{TOP}/clippy/lib/link", kind=tarfile.LNKTYPE,
                         link=str(self.root / "secret"), line="file:lib/link")
        self.assert_archive_refused(link, "failed to extract package")

    def test_a_device_and_a_pipe(self):
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            with self.subTest(kind):
                node = self.evil(f"{TOP}/clippy/lib/node", kind=kind, line="file:lib/node")
                self.assert_archive_refused(node, "failed to extract package")

    def test_one_file_twice(self):
        twice = self.evil(f"{TOP}/clippy/bin/cargo-clippy")
        self.assert_archive_refused(twice, "failed to extract package")

    def test_a_line_of_the_manifest_without_a_file(self):
        self.assert_archive_refused(package("clippy", self.clippy, lines=["file:lib/nothing"]),
                                    "lib/nothing", "clippy")

    def test_lines_of_the_manifest_that_lead_out(self):
        for line in ("file:../outside", "file:/etc/passwd", "dir:..", "dir:", "bad", "link:lib"):
            with self.subTest(line):
                entries = package("clippy", self.clippy, lines=[line])
                self.assert_archive_refused(entries, "clippy")

    def test_paths_of_rustups_notes_and_of_ours(self):
        for name in ("components", "components/x", "multirust-channel-manifest.toml",
                     "multirust-config.toml", "multirust-of-tomorrow", "rust-installer-version",
                     "manifest-of-mine", ".latchkey"):
            with self.subTest(name):
                path = f"lib/rustlib/{name}"
                self.assert_archive_refused(package("clippy", {path: b"not a note"}),
                                            "detected conflict", path.removesuffix("/x"))

    def test_a_component_with_a_slash(self):
        for name in ("../clippy", "clippy/../../outside", ".."):
            with self.subTest(name):
                entries = package("clippy", self.clippy, components=f"{name}\nclippy")
                self.assert_archive_refused(entries, "package component")

    def test_no_component_of_that_name(self):
        self.assert_archive_refused(package("clippy", self.clippy, components="rustfmt"), "clippy")


class BadDisk(BadTest):
    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "only root may mount")
    def test_a_full_disk(self):
        place = self.root / "small"
        place.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place],
                                 check=False, capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mounting is not possible here")
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)
        self.dist.add("clippy", package("clippy", noise(1_200_000, 40)))
        self.a_home.rustup = place
        self.a_home.latchkey = place / "latchkey"
        self.a_home.environment["RUSTUP_HOME"] = str(place)
        self.a_home.install()
        ballast = place / "tmp" / "ballast"
        ballast.parent.mkdir(exist_ok=True)
        ballast.write_bytes(bytes(1_000_000))
        self.assert_refused("No space left on device")
        # Nor does a disk without a single byte break what is there.
        with open(ballast, "ab", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        self.assert_refused("No space left on device")
        self.assertEqual(self.a_home.good("component", "list", "--installed").out.strip(),
                         f"rustc-{HOST}")
        ballast.unlink()
        for path in self.a_home.partials():
            path.unlink()  # 1.2 MB of download and as much unpacked are too much for 2 MB.
        self.dist.add("miri", package("miri", noise(100_000, 10, "lib/miri/part")))
        self.a_home.good("update", "stable", "--no-self-update")
        self.a_home.good("component", "add", "miri")
        self.assertEqual(leftovers(self.a_home), [])

    def test_a_home_that_may_only_be_read(self):
        prefix = []
        if os.geteuid() == 0:
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            if not shutil.which("setpriv"):
                self.skipTest("setpriv is not installed")
            if self.a_home.run("--version", prefix=prefix).code != 0:
                self.skipTest("the program cannot be run by somebody else")
        else:
            for folder in [self.a_home.rustup, *self.a_home.rustup.rglob("*")]:
                if folder.is_dir() and not folder.is_symlink():
                    folder.chmod(0o555)
                    self.addCleanup(folder.chmod, 0o755)
        before = sorted(map(str, self.a_home.rustup.rglob("*")))
        listed = self.a_home.good("component", "list", "--installed", prefix=prefix)
        self.assertEqual(listed.out.strip(), f"rustc-{HOST}")
        self.a_home.good("toolchain", "list", prefix=prefix)
        self.a_home.good("show", prefix=prefix)
        for words in (["component", "add", "clippy"], ["component", "remove", "rustc"],
                      ["toolchain", "uninstall", "stable"],
                      ["toolchain", "install", "1.95.0", "--no-self-update"]):
            with self.subTest(words):
                done = self.a_home.run(*words, prefix=prefix)
                self.assertEqual(done.code, 1, str(done))
                self.assertIn(str(self.a_home.rustup), done.err)
                self.assertRegex(done.err, "Permission denied|Read-only file system")
        self.assertEqual(sorted(map(str, self.a_home.rustup.rglob("*"))), before)
        self.assertEqual(faults(self.a_home, STABLE, self.dist.out), [])


if __name__ == "__main__":
    main()
