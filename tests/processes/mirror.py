#!/usr/bin/env python3
"""`latchkey mirror DIR`: what is in the tree, when it is, and who can install from it."""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import tomllib
import unittest

from harness import schemas
from harness.cases import ProcessTest, main
from harness.checks import every_file
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST
from harness.homes import TempHome
from harness.processes import sizes_in, wait_until
from harness.rustup import RUSTUP
from harness.servers import Nginx, ScriptedServer, other_bytes, stall_after, status

SERVER = "https://static.rust-lang.org/"
STABLE = "dist/channel-rust-stable.toml"


def named(manifest):
    """Every archive that a manifest's text names: path → SHA-256."""
    found = {}
    for package in tomllib.loads(manifest)["pkg"].values():
        for target in package["target"].values():
            for url, digest in (("url", "hash"), ("xz_url", "xz_hash"), ("zst_url", "zst_hash")):
                if target.get(url):
                    found[target[url].removeprefix(SERVER)] = target[digest]
    return found


class MirrorTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        self.sign(STABLE)
        self.sign(f"dist/{NEW_DATE}/channel-rust-stable.toml")
        self.server = ScriptedServer(self, self.dist)
        self.temp = self.home(self.server.url)
        self.mirror = self.root / "mirror"

    def sign(self, path):
        (self.dist / f"{path}.asc").write_text(f"a signature of {NEW_DATE}\n")

    def run_mirror(self, *words, code=0, **options):
        done = self.temp.run("mirror", str(self.mirror), *words, **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def tree(self, folder=None):
        """Path → content, without the mirror's own folder."""
        folder = folder or self.mirror
        return {path: (folder / path).read_bytes() for path in every_file(folder)
                if not path.startswith(".latchkey/")}

    def stamps(self):
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino)
                for path in self.mirror.rglob("*") if path.is_file()}

    def check_offers(self, *dates):
        """What is offered is whole: a manifest's checksum fits, and so does every archive."""
        tree = self.tree()
        for path in [path for path in tree if path.endswith(".toml")]:
            self.assertEqual(tree[f"{path}.sha256"].split()[0].decode(),
                             hashlib.sha256(tree[path]).hexdigest(), path)
            self.assertEqual(tree[path], (self.dist / path).read_bytes())
        for path, data in tree.items():
            if ".tar." in path and path.endswith(("z", "zst")):
                self.assertEqual(data, (self.dist / path).read_bytes(), path)
        self.assertEqual(sorted({path.split("/")[1] for path in tree if path.count("/") == 2}),
                         sorted(dates))

    def requests(self, call):
        before = len(self.server.requests)
        call()
        return [each.path.removeprefix("/") for each in self.server.requests[before:]]


class Tree(MirrorTest):
    def test_the_tree_is_the_servers_as_far_as_it_is_wanted(self):
        self.run_mirror("stable", "--profile", "minimal", "-c", "clippy")
        tree = self.tree()
        archives = {path for path in tree if ".tar." in path and not path.endswith(".sha256")}
        packages = {path.split("/")[-1].split("-1.95")[0] for path in archives}
        self.assertEqual(packages, {"cargo", "rustc", "rust-std", "clippy"})
        for path, data in tree.items():
            self.assertEqual(data, (self.dist / path).read_bytes(), path)
        for suffix in ("", ".sha256", ".asc"):
            self.assertIn(STABLE + suffix, tree)
            self.assertIn(f"dist/{NEW_DATE}/channel-rust-stable.toml{suffix}", tree)
        self.check_offers(NEW_DATE)

    def test_nothing_new_costs_two_requests_and_writes_nothing(self):
        self.run_mirror("stable", "--profile", "minimal")
        before = self.stamps()
        asked = self.requests(lambda: self.run_mirror("stable", "--profile", "minimal"))
        self.assertEqual(asked, [f"{STABLE}.sha256", f"{STABLE}.asc"])
        self.assertEqual(self.stamps(), before)

    def test_more_is_added_to_what_is_there(self):
        self.run_mirror("stable", "--profile", "minimal")
        asked = self.requests(lambda: self.run_mirror("stable", "-c", "clippy", "--profile", "minimal"))
        self.assertEqual([path for path in asked if ".tar." in path and path.endswith(".gz")],
                         [path for path in self.tree() if "clippy" in path and path.endswith(".gz")])
        self.check_offers(NEW_DATE)

    def test_it_comes_from_whichever_mirror_of_the_list_has_it(self):
        """One is a day behind, one lacks archives, one lies about them, and one has all."""
        behind, lacking, lying = (ScriptedServer(self, self.dist) for _ in range(3))
        switch_stable(self.dist, OLD_DATE)
        behind.folder = shutil.copytree(self.dist, self.root / "behind")
        switch_stable(self.dist, NEW_DATE)
        lacking.on(".tar.", status(404))
        lying.on(".tar.", lambda exchange: (other_bytes if exchange.whole else status(404))(exchange))
        del self.temp.environment["RUSTUP_DIST_SERVER"]
        self.temp.latchkey.mkdir(parents=True)
        (self.temp.latchkey / "config.toml").write_text("".join(
            f"[[mirror]]\nurl = \"{each.url}\"\n" for each in (lacking, lying, self.server)))
        done = self.run_mirror("stable", "--profile", "minimal")
        self.check_offers(NEW_DATE)
        self.assertIn(f"the mirror '{lying.url}' is passed over: checksum failed", done.err)
        self.assertNotIn(f"the mirror '{lacking.url}'", done.err)

        (self.temp.latchkey / "config.toml").write_text(f"[[mirror]]\nurl = \"{behind.url}\"\n")
        before = self.stamps()
        done = self.run_mirror("stable", "--profile", "minimal", code=1)
        self.assertIn(f"the newest stable of the mirrors is of {OLD_DATE}, and older than the one of {NEW_DATE}",
                      done.err)
        self.assertEqual(self.stamps(), before)

    def test_several_releases_hosts_and_targets(self):
        from harness.dists import make_dist
        make_dist(self.dist, "--channel", "beta", "--formats", "gz,xz", "--synthetic-size", 8)
        self.run_mirror(f"stable-{OLD_DATE}", "1.95.0", "beta", "--profile", "minimal", "-t",
                        "wasm32-unknown-unknown", "--compression", "xz,gz")
        tree = self.tree()
        self.assertIn("dist/channel-rust-1.95.0.toml", tree)
        self.assertIn(f"dist/{NEW_DATE}/channel-rust-1.95.0.toml", tree)
        self.assertIn(f"dist/{OLD_DATE}/channel-rust-stable.toml", tree)
        self.assertNotIn(STABLE, tree)
        self.assertEqual(len([path for path in tree if "wasm32" in path and path.endswith("z")]), 4)

    def test_what_is_not_there_is_named_and_nothing_is_made(self):
        for words, text in (
                (("nightly-2020-01-01",), "the server has no release 'nightly-2020-01-01'"),
                (("stable", "-c", "nonsense"), "has no 'nonsense' for " + HOST),
                (("stable", "-t", "pdp11-none"), "has no 'rust-std for pdp11-none'"),
                (("stable", "--host", "pdp11-none"), "target 'pdp11-none' not found in channel"),
                (("stable", "--compression", "zst"), "not as zst"),
                (("stable", "--keep", "0"), "give 1 or more"),
                ((), "name the releases to be mirrored")):
            done = self.run_mirror(*words, code=1)
            self.assertIn(text, done.err)
            self.assertEqual(self.tree() if self.mirror.exists() else {}, {})

    def test_the_document_keeps_its_schema(self):
        done = self.run_mirror("stable", "--profile", "minimal", "--format", "json")
        document = schemas.check(done.out)
        self.assertEqual(document["kind"], "mirror")
        release, = document["releases"]
        self.assertEqual((release["name"], release["date"], release["new"], release["signed"]),
                         ("stable", NEW_DATE, True, True))
        self.assertEqual((release["archives"], release["fetched"]), (3, 3))
        self.assertGreater(release["fetched_bytes"], 0)

    def test_a_home_is_no_mirror(self):
        self.temp.install()
        for folder in (self.temp.rustup, self.temp.rustup / "mirror"):
            done = self.temp.run("mirror", str(folder), "stable")
            self.assertEqual(done.code, 1)
            self.assertIn("the home of toolchains", done.err)
        self.assertFalse((self.temp.rustup / "dist").exists())


class Clients(MirrorTest):
    def install_all(self, url):
        for binary, name in ((None, "ours"), (RUSTUP, "rustups")):
            if name == "rustups" and not RUSTUP:
                continue
            home = TempHome(self.root / f"{name}-{url.split(':')[0]}", url,
                            binary or self.temp.binary)
            self.addCleanup(home.let_go)
            home.install("stable")
            home.good("component", "add", "clippy")
            self.assertIn(f"clippy-{HOST}", home.good("component", "list", "--installed").out)
            absent = home.run("component", "add", "rust-src")
            self.assertNotEqual(absent.code, 0)

    def test_rustup_and_latchkey_install_from_it_by_http_and_as_files(self):
        self.run_mirror("stable", "--profile", "minimal", "-c", "clippy")
        self.install_all(Nginx(self, self.mirror).url)
        self.install_all(f"file://{self.mirror}")

    @unittest.skipUnless(RUSTUP, "no rustup 1.29 to install with")
    def test_rustup_updates_from_it(self):
        switch_stable(self.dist, OLD_DATE)
        (self.dist / f"{STABLE}.asc").unlink()
        self.run_mirror("stable", "--profile", "minimal")
        home = self.home(f"file://{self.mirror}", "other", RUSTUP)
        home.install("stable")
        switch_stable(self.dist, NEW_DATE)
        self.run_mirror("stable", "--profile", "minimal")
        self.assertIn("1.95.0", home.good("update", "--no-self-update").out)

    def test_a_mirror_follows_a_mirror(self):
        self.run_mirror("stable", "--profile", "minimal")
        second = self.root / "second"
        self.temp.good("mirror", str(second), "stable", "--profile", "minimal",
                       RUSTUP_DIST_SERVER=f"file://{self.mirror}")
        self.assertEqual(self.tree(second), self.tree())


class Keeping(MirrorTest):
    def two_releases(self):
        switch_stable(self.dist, OLD_DATE)
        (self.dist / f"{STABLE}.asc").unlink()
        self.run_mirror("stable", "--profile", "minimal")
        switch_stable(self.dist, NEW_DATE)
        self.sign(STABLE)

    def test_the_newest_stay_and_of_others_nothing(self):
        self.two_releases()
        done = self.run_mirror("stable", "--profile", "minimal", "--keep", "1")
        self.assertIn(f"stable {OLD_DATE}: removed", done.out)
        self.check_offers(NEW_DATE)
        self.assertFalse((self.mirror / "dist" / OLD_DATE).exists())

    def test_without_keep_all_stay(self):
        self.two_releases()
        self.run_mirror("stable", "--profile", "minimal")
        self.check_offers(OLD_DATE, NEW_DATE)
        self.run_mirror("stable", "--profile", "minimal", "--keep", "2")
        self.check_offers(OLD_DATE, NEW_DATE)

    def test_what_a_kept_manifest_needs_stays(self):
        """The old release is also `1.94.0`, of which the manifest names the same archives."""
        self.two_releases()
        self.run_mirror("1.94.0", "--profile", "minimal")
        self.run_mirror("stable", "--profile", "minimal", "--keep", "1")
        self.assertNotIn(f"dist/{OLD_DATE}/channel-rust-stable.toml", self.tree())
        needed = [path for path in named((self.mirror / "dist/channel-rust-1.94.0.toml").read_text())
                  if (self.mirror / path).exists()]
        self.assertEqual(len(needed), 3)

    def test_what_is_asked_for_by_date_stays(self):
        self.two_releases()
        self.run_mirror("stable", f"stable-{OLD_DATE}", "--profile", "minimal", "--keep", "1")
        self.check_offers(OLD_DATE, NEW_DATE)

    def test_what_others_put_there_stays(self):
        """Also an archive of the old release that was there before the mirror."""
        archive = next(path for path in named((self.dist / "dist" / OLD_DATE / "channel-rust-stable.toml")
                                              .read_text()) if "cargo-1.94" in path)
        (self.mirror / archive).parent.mkdir(parents=True)
        shutil.copy(self.dist / archive, self.mirror / archive)
        (self.mirror / "dist" / OLD_DATE / "notes.txt").write_text("mine")
        (self.mirror / "index.html").write_text("mine")
        self.two_releases()
        self.run_mirror("stable", "--profile", "minimal", "--keep", "1")
        self.assertEqual(sorted(path.name for path in (self.mirror / "dist" / OLD_DATE).iterdir()),
                         sorted([pathlib.Path(archive).name, "notes.txt"]))
        self.assertEqual((self.mirror / "index.html").read_text(), "mine")

    def test_a_file_in_the_way_is_never_replaced(self):
        for path in (STABLE, f"dist/{NEW_DATE}/channel-rust-stable.toml.asc"):
            (self.mirror / path).parent.mkdir(parents=True, exist_ok=True)
            (self.mirror / path).write_text("mine")
            done = self.run_mirror("stable", "--profile", "minimal", code=1)
            self.assertIn(f"'{self.mirror / path}' is not of this mirror's making", done.err)
            self.assertEqual((self.mirror / path).read_text(), "mine")
            (self.mirror / path).unlink()
        self.run_mirror("stable", "--profile", "minimal")
        self.check_offers(NEW_DATE)

    def test_a_damaged_ledger_is_told_and_without_it_nothing_is_deleted(self):
        self.two_releases()
        ledger = self.mirror / ".latchkey/ledger"
        text = ledger.read_text()
        for bad in (text[:len(text) // 2], "what\n", text.replace("own", "owe")):
            ledger.write_text(bad)
            self.assertIn("is damaged at line", self.run_mirror("stable", code=1).err)
        ledger.write_text(text.replace("latchkey-mirror 1", "latchkey-mirror 7"))
        self.assertIn("of a newer Latchkey (format 7)", self.run_mirror("stable", code=1).err)
        ledger.unlink()
        shutil.rmtree(self.mirror / "dist")
        shutil.copytree(self.dist / "dist", self.mirror / "dist")
        asked = self.requests(
            lambda: self.run_mirror("stable", "--profile", "minimal", "--keep", "1"))
        self.assertEqual(asked, [f"{STABLE}.sha256", f"{STABLE}.asc"])
        self.assertEqual(self.tree(), {path: data for path, data in self.tree(self.dist).items()
                                       if path.startswith("dist/")})


class Faults(MirrorTest):
    def test_wrong_bytes_are_never_offered(self):
        self.server.on("/rustc-", other_bytes)
        done = self.run_mirror("stable", "--profile", "minimal", code=1)
        self.assertIn("checksum failed for", done.err)
        self.assertEqual([path for path in self.tree() if "channel" in path or "rustc" in path], [])
        self.server.be_good()
        self.run_mirror("stable", "--profile", "minimal")
        self.check_offers(NEW_DATE)

    def test_a_manifest_that_does_not_fit_its_checksum_is_refused(self):
        (self.dist / f"{STABLE}.sha256").write_text("0" * 64 + "  channel-rust-stable.toml\n")
        done = self.run_mirror("stable", code=1)
        self.assertIn("checksum failed for", done.err)
        self.assertEqual(self.tree(), {})

    def test_a_server_that_fails_leaves_the_mirror_as_it_was(self):
        switch_stable(self.dist, OLD_DATE)
        (self.dist / f"{STABLE}.asc").unlink()
        self.run_mirror("stable", "--profile", "minimal")
        before = self.tree()
        switch_stable(self.dist, NEW_DATE)
        self.server.on("/cargo-", status(500))
        self.run_mirror("stable", "--profile", "minimal", code=1)
        after = self.tree()
        self.assertEqual({path: after[path] for path in before}, before)
        self.server.be_good()
        self.run_mirror("stable", "--profile", "minimal")
        self.check_offers(OLD_DATE, NEW_DATE)

    def test_an_interrupted_download_goes_on(self):
        self.server.tag = '"1"'
        self.server.on("/rustc-", stall_after(1000))
        running = self.temp.spawn("mirror", str(self.mirror), "stable", "--profile", "minimal")
        self.assertTrue(self.server.stalled.wait(20))
        parts = self.mirror / ".latchkey/parts"
        self.assertTrue(wait_until(lambda: 1000 in sizes_in(parts)))
        running.send(signal.SIGKILL)
        running.finish()
        self.server.be_good()
        asked = self.requests(lambda: self.run_mirror("stable", "--profile", "minimal"))
        ranges = [each.range for each in self.server.requests if "rustc-" in each.path and each.range]
        self.assertEqual(ranges, ["bytes=1000-"], asked)
        self.check_offers(NEW_DATE)
        self.assertEqual(list(parts.iterdir()), [])

    def test_a_second_one_waits_for_the_first(self):
        self.server.on("/rustc-", stall_after(100), times=1)
        first = self.temp.spawn("mirror", str(self.mirror), "stable", "--profile", "minimal")
        self.assertTrue(self.server.stalled.wait(20))
        second = self.temp.spawn("mirror", str(self.mirror), "stable", "--profile", "minimal")
        self.assertTrue(wait_until(lambda: f"waiting for the mirror '{self.mirror}'" in second.err))
        self.server.be_good()
        self.assert_good(*self.finish_all([first, second]))
        self.check_offers(NEW_DATE)

    def test_what_is_damaged_comes_back(self):
        self.run_mirror("stable", "--profile", "minimal")
        tree = self.tree()
        archive = next(path for path in tree if "/cargo-" in path and path.endswith(".gz"))
        gone = next(path for path in tree if "/rustc-" in path and path.endswith(".gz"))
        (self.mirror / archive).write_bytes(bytes(len(tree[archive])))
        (self.mirror / gone).unlink()
        done = self.run_mirror("--verify")
        for path in (archive, gone):
            self.assertIn(f"{path}: was damaged or gone, and is back", done.out)
        self.assertEqual(self.tree(), tree)
        self.assertIn("5 files verified", self.run_mirror("--verify").out)
        (self.mirror / STABLE).write_text("what")
        self.assertIn(f"damaged or gone: {STABLE}", self.run_mirror("--verify", code=1).err)
        self.run_mirror("stable", "--verify", "--profile", "minimal")
        self.assertEqual(self.tree(), tree)


@unittest.skipUnless(os.geteuid() == 0, "only root can mount")
class FullDisk(MirrorTest):
    def test_a_full_disk_is_told_and_the_mirror_offers_what_it_did(self):
        self.mirror.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", self.mirror], check=True)
        self.addCleanup(subprocess.run, ["umount", self.mirror], check=True)
        switch_stable(self.dist, OLD_DATE)
        (self.dist / f"{STABLE}.asc").unlink()
        self.run_mirror("stable", "--profile", "minimal")
        before = self.tree()
        switch_stable(self.dist, NEW_DATE)
        ballast = self.mirror / "ballast"
        file = os.open(ballast, os.O_WRONLY | os.O_CREAT)
        with self.assertRaises(OSError):
            while True:
                os.write(file, bytes(1 << 12))
        os.close(file)
        done = self.run_mirror("stable", "--profile", "minimal", code=1)
        self.assertIn("is full", done.err)
        self.assertIn("No space left on device", done.err)
        after = self.tree()
        self.assertEqual({path: after[path] for path in before}, before)
        ballast.unlink()
        self.run_mirror("stable", "--profile", "minimal")
        self.check_offers(OLD_DATE, NEW_DATE)


if __name__ == "__main__":
    main()
