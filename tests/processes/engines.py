#!/usr/bin/env python3
"""Fleets: many machines take a release from one engine, by the configurations of docs/fleet."""

import datetime
import os
import pathlib
import re
import shutil
import tempfile
import unittest

from harness import fleet
from harness.cases import ProcessTest, main
from harness.checks import faults
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import STABLE
from harness.processes import wait_until
from harness.rustup import RUSTUP

CLIENTS = 32
COMPONENT_KB = 8400  # Compressed, more than one of the parts that nginx keeps.
SLACK_BYTES = 4096  # Of an artifact, that a cache may fetch twice: the beginning of an answer.


class EngineTest(ProcessTest):
    @classmethod
    def setUpClass(cls):
        cls.tree = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-processes-dist-"))
        cls.tree.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.tree, True)
        two_stables(cls.tree, "--components", "rustc,cargo,rust-std,clippy", size_kb=COMPONENT_KB)

    def setUp(self):
        super().setUp()
        self.switch(OLD_DATE)

    def switch(self, date):
        """To servers, a file is another one if its second or its size is."""
        switch_stable(self.tree, date)
        seconds = datetime.datetime.fromisoformat(f"{date}T12:00:00+00:00").timestamp()
        for suffix in ("", ".sha256"):
            os.utime(self.tree / "dist" / f"channel-rust-stable.toml{suffix}", (seconds, seconds))

    def start(self, engine, *arguments):
        if not fleet.program(engine.needs):
            self.skipTest(f"{engine.needs} is not installed")
        started = engine(*arguments)
        self.addCleanup(started.stop)
        return started.start()

    def start_cache(self, name):
        """The cache, and what it takes from."""
        kind = fleet.CACHES[name]
        if kind is fleet.Varnish:
            source = self.start(fleet.NginxMirror, self.tree)
            self.addCleanup(fleet.run, "umount", "-l", "/srv/rust")
        else:
            source = self.start(fleet.Upstream, self.tree)
        fleet.empty_caches()
        return source, self.start(kind)

    def machines(self, count, url, prefix="machine"):
        return [self.home(url, f"{prefix}{number}") for number in range(count)]

    def install_all(self, homes, *more):
        return [each.spawn("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update", *more)
                for each in homes]

    def crossed(self, source):
        """Bytes of each artifact that came from the source, and how many it has."""
        paths = {path for _, _, path, _, _ in source.log() if re.search(r"\.tar\.\w+$", path)}
        return {path: (source.bytes_of(path), (self.tree / path.lstrip("/")).stat().st_size) for path in paths}

    def assert_each_once(self, source, count):
        crossed = self.crossed(source)
        self.assertEqual(len(crossed), count, crossed)
        for path, (sent, size) in crossed.items():
            self.assertLessEqual(sent, size + SLACK_BYTES, path)
            self.assertGreaterEqual(sent, size, path)


class Mirror(EngineTest):
    """The tree, served as it is."""

    def test_machines_install_from_it(self):
        mirror = self.start(fleet.NginxMirror, self.tree)
        self.addCleanup(fleet.run, "umount", "-l", "/srv/rust")
        homes = self.machines(4, mirror.url)
        self.finish_all(self.install_all(homes))
        for each in homes:
            self.assertEqual(faults(each, STABLE, self.tree), [])
        self.switch(NEW_DATE)
        homes[0].good("update", "--no-self-update")
        self.assertIn("1.95.0", homes[0].good("run", "stable", "rustc", "--version").out)

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
    def test_rustup_installs_from_it(self):
        mirror = self.start(fleet.NginxMirror, self.tree)
        self.addCleanup(fleet.run, "umount", "-l", "/srv/rust")
        home = self.home(mirror.url, "rustup", RUSTUP)
        home.install()


class Bucket(EngineTest):
    """The tree in an object store, brought there by `rclone sync`."""

    def test_machines_install_from_it(self):
        if not fleet.program("rclone"):
            self.skipTest("rclone is not installed")
        store = self.start(fleet.ObjectStore)
        store.upload(self.tree)
        homes = self.machines(4, store.url)
        self.finish_all(self.install_all(homes))
        for each in homes:
            self.assertEqual(faults(each, STABLE, self.tree), [])
        self.switch(NEW_DATE)
        store.upload(self.tree)
        homes[0].good("update", "--no-self-update")
        self.assertIn("1.95.0", homes[0].good("run", "stable", "rustc", "--version").out)
        done = homes[0].run("toolchain", "install", "nightly-2026-01-01", "--no-self-update")
        self.assertIn("no release found for 'nightly-2026-01-01'", done.err)


class CacheTest:
    """What every cache has to do; `cache` names it."""

    cache = ""

    def test_cold_each_artifact_crosses_the_line_once(self):
        source, cache = self.start_cache(self.cache)
        homes = self.machines(CLIENTS, cache.url)
        self.finish_all(self.install_all(homes), 300)
        self.assert_each_once(source, 3)
        for each in homes[:3]:
            self.assertEqual(faults(each, STABLE, self.tree), [])
        source.forget()
        late = self.home(cache.url, "late")
        late.install()
        self.assertEqual(self.crossed(source), {})

    def test_an_update_is_seen_at_once(self):
        _, cache = self.start_cache(self.cache)
        homes = self.machines(3, cache.url)
        self.finish_all(self.install_all(homes))
        self.switch(NEW_DATE)
        wait_until(lambda: "pdate available" in homes[0].run("check", "--no-self-update").out, pause=0.3)
        for each in homes:
            each.good("update", "--no-self-update")
            self.assertIn("1.95.0", each.good("run", "stable", "rustc", "--version").out)
            self.assertEqual(faults(each, STABLE, self.tree), [])

    def test_killed_in_the_middle_and_started_again(self):
        source, cache = self.start_cache(self.cache)
        homes = self.machines(8, cache.url)
        running = self.install_all(homes)
        wait_until(lambda: any(source.bytes_of(path) for _, _, path, _, _ in source.log() if ".tar." in path))
        cache.kill()
        cache.start()
        for home, program in zip(homes, running, strict=True):
            done = program.finish(120)
            if done.code != 0:
                self.assertIn("error: ", done.err)
                home.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
            self.assertEqual(faults(home, STABLE, self.tree), [])

    def test_what_is_not_there_is_not_there(self):
        _, cache = self.start_cache(self.cache)
        home = self.home(cache.url)
        done = home.run("toolchain", "install", "nightly-2026-01-01", "--no-self-update")
        self.assertEqual(done.code, 1)
        self.assertIn("no release found for 'nightly-2026-01-01'", done.err)

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 (LATCHKEY_RUSTUP)")
    def test_rustup_installs_from_it(self):
        source, cache = self.start_cache(self.cache)
        self.home(cache.url, "rustup", RUSTUP).install()
        self.home(cache.url, "ours").install()
        self.assert_each_once(source, 3)


class OfNginx(CacheTest, EngineTest):
    cache = "nginx"


class OfSquid(CacheTest, EngineTest):
    cache = "squid"


class OfVarnish(CacheTest, EngineTest):
    cache = "varnish"


if __name__ == "__main__":
    fleet.enter()
    main()
