#!/usr/bin/env python3
"""Servers, archives and disks as they should not be: a clear error, and the toolchain as it was."""

import os
import shutil
import threading

from harness.bad_add import TOP, BadTest
from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.crafted import noise, package
from harness.dists import stable_dist
from harness.environment import HOST, SANITIZED, STABLE
from harness.homes import full_name
from harness.servers import (ScriptedServer, ignore_range, never_answer, other_bytes, plain,
                             redirect, reset_after, short_after, stall_after, status)


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


if __name__ == "__main__":
    main()
