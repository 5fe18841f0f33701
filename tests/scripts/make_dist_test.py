import hashlib
import lzma
import os
import pathlib
import shutil
import subprocess
import tarfile
import tomllib
import unittest

from harness.scripts import TempTree, run

HOST = "x86_64-unknown-linux-gnu"


class MakeDist(TempTree):
    def make(self, out, *arguments):
        result = run("make-dist", "--out", self.root / out, "--host", HOST, "--quiet", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.root / out / "dist"

    def manifest(self, dist, name):
        data = (dist / f"channel-rust-{name}.toml").read_bytes()
        digest = (dist / f"channel-rust-{name}.toml.sha256").read_text()
        self.assertEqual(digest[:64], hashlib.sha256(data).hexdigest())
        return tomllib.loads(data.decode())

    def installed(self):
        """A toolchain as rustup would leave it behind."""
        rustlib = "toolchain/lib/rustlib"
        self.write("toolchain/bin/rustc", "#!/bin/sh\n").chmod(0o755)
        self.write("toolchain/lib/librustc.so", "x" * 5000)
        self.write("toolchain/share/doc/rust/html/a/" + "long" * 30 + "/index.html", "<p>")
        self.write("toolchain/share/doc/rust/html/b.html", "<p>")
        self.write(f"{rustlib}/components", f"rustc-{HOST}\nrust-docs-{HOST}\n")
        self.write(f"{rustlib}/manifest-rustc-{HOST}", "file:bin/rustc\nfile:lib/librustc.so\n")
        self.write(f"{rustlib}/manifest-rust-docs-{HOST}", "dir:share/doc/rust/html\n")
        self.write(f"{rustlib}/multirust-channel-manifest.toml",
                   'manifest-version = "2"\ndate = "2026-04-16"\n'
                   '[pkg.rust]\nversion = "1.95.0 (abc 2026-04-14)"\n[pkg.rust.target]\n')
        return self.root / "toolchain"

    def test_every_hash_of_a_synthetic_tree_is_that_of_its_file(self):
        dist = self.make("out", "--synthetic")
        for channel in ("stable", "nightly", "beta", "1.95.0", "1.94"):
            for pkg in self.manifest(dist, channel)["pkg"].values():
                for target in pkg["target"].values():
                    for url, digest in (("url", "hash"), ("xz_url", "xz_hash")):
                        if url in target:
                            path = target[url].replace("https://static.rust-lang.org/dist", str(dist))
                            data = pathlib.Path(path).read_bytes()
                            self.assertEqual(target[digest], hashlib.sha256(data).hexdigest())

    def test_the_same_release_has_the_same_hashes_in_all_its_channels(self):
        dist = self.make("out", "--synthetic")
        self.assertEqual(self.manifest(dist, "stable"), self.manifest(dist, "1.95.0"))
        self.assertEqual(self.manifest(dist, "stable"), self.manifest(dist / "2026-04-16", "stable"))
        self.assertNotEqual(self.manifest(dist, "stable"), self.manifest(dist, "1.94"))

    def test_eight_components_and_a_target_can_be_added_to_the_default_profile(self):
        manifest = self.manifest(self.make("out", "--synthetic"), "stable")
        rust = manifest["pkg"]["rust"]["target"][HOST]
        extensions = {entry["pkg"] for entry in rust["extensions"]}
        self.assertGreaterEqual(len(extensions - set(manifest["profiles"]["default"])), 8)
        self.assertIn({"pkg": "rust-std", "target": "wasm32-unknown-unknown"}, rust["extensions"])
        self.assertIn({"pkg": "rust-src", "target": "*"}, rust["extensions"])

    def test_the_same_input_gives_the_same_bytes(self):
        toolchain = self.installed()
        first = self.make("one", "--toolchain", toolchain)
        second = self.make("two", "--toolchain", toolchain)
        names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
        self.assertGreater(len(names), 10)
        for name in names:
            self.assertEqual((first / name).read_bytes(), (second / name).read_bytes(), name)

    def test_an_archive_has_upstreams_shape(self):
        dist = self.make("out", "--toolchain", self.installed())
        top = f"rustc-1.95.0-{HOST}"
        with tarfile.open(dist / "2026-04-16" / f"{top}.tar.xz") as tar:
            members = tar.getmembers()
            names = [member.name for member in members]
            self.assertEqual(names[0], top)
            kinds = [member.isdir() for member in members]
            self.assertEqual(kinds, sorted(kinds, reverse=True), "directories come first")
            self.assertEqual(tar.extractfile(f"{top}/rust-installer-version").read(), b"3\n")
            self.assertEqual(tar.extractfile(f"{top}/components").read(), b"rustc\n")
            self.assertEqual(tar.extractfile(f"{top}/rustc/manifest.in").read(),
                             b"file:bin/rustc\nfile:lib/librustc.so\n")
            self.assertEqual(tar.getmember(f"{top}/rustc/bin/rustc").mode, 0o755)
            self.assertEqual(tar.getmember(f"{top}/rustc/lib/librustc.so").mode, 0o644)

    def test_folders_are_packed_whole_and_with_long_names(self):
        dist = self.make("out", "--toolchain", self.installed())
        name = f"rust-docs-1.95.0-{HOST}"
        with tarfile.open(dist / "2026-04-16" / f"{name}.tar.gz") as tar:
            html = f"{name}/rust-docs/share/doc/rust/html"
            self.assertEqual(tar.extractfile(f"{html}/a/{'long' * 30}/index.html").read(), b"<p>")
            self.assertTrue(tar.getmember(f"{html}/a").isdir())

    @unittest.skipUnless(shutil.which("xz"), "xz is not installed")
    def test_an_xz_file_is_one_block_without_a_check_and_has_upstreams_dictionary(self):
        dist = self.make("out", "--toolchain", self.installed())
        file = dist / "2026-04-16" / f"rustc-1.95.0-{HOST}.tar.xz"
        listing = subprocess.run(["xz", "--robot", "-lvv", file], capture_output=True, text=True,
                                 check=True).stdout.splitlines()
        rows = [line.split("\t") for line in listing]
        self.assertEqual([row[1:3] for row in rows if row[0] == "file"], [["1", "1"]])
        self.assertEqual([row[6] for row in rows if row[0] == "file"], ["None"])
        self.assertIn("dict=64MiB", "\n".join(listing))
        self.assertEqual(lzma.open(file).read(4), b"rust")

    def test_a_second_run_packs_only_what_is_not_there(self):
        toolchain = self.installed()
        dist = self.make("out", "--toolchain", toolchain)
        archive = dist / "2026-04-16" / f"rustc-1.95.0-{HOST}.tar.xz"
        before = archive.stat().st_mtime_ns
        self.make("out", "--toolchain", toolchain, "--channel", "other")
        self.assertEqual(archive.stat().st_mtime_ns, before)
        self.assertEqual(self.manifest(dist, "other")["pkg"]["rustc"],
                         self.manifest(dist, "stable")["pkg"]["rustc"])
        (toolchain / "bin/rustc").write_text("#!/bin/sh\necho new\n")
        old = self.manifest(dist, "stable")["pkg"]["rustc"]
        self.make("out", "--toolchain", toolchain)
        self.assertNotEqual(self.manifest(dist, "stable")["pkg"]["rustc"], old)

    def test_one_toolchain_can_play_two_releases(self):
        toolchain = self.installed()
        dist = self.make("out", "--toolchain", toolchain)
        self.make("out", "--toolchain", toolchain, "--rename-version", "1.96.0",
                  "--date", "2026-05-28")
        old, new = (self.manifest(dist / date, "stable") for date in ("2026-04-16", "2026-05-28"))
        self.assertEqual(new["pkg"]["rust"]["version"], "1.96.0 (abc 2026-04-14)")
        self.assertNotEqual(new["pkg"]["rustc"]["target"][HOST]["hash"],
                            old["pkg"]["rustc"]["target"][HOST]["hash"])
        self.assertEqual(self.manifest(dist, "stable"), new)

    def test_a_component_can_be_listed_as_unavailable(self):
        dist = self.make("out", "--synthetic", "--channel", "nightly", "--unavailable", "miri")
        miri = self.manifest(dist, "nightly")["pkg"]["miri-preview"]["target"][HOST]
        self.assertEqual(miri, {"available": False})

    def test_the_stand_in_for_rustc_says_its_version_and_sysroot(self):
        dist = self.make("out", "--synthetic", "--channel", "stable")
        with tarfile.open(dist / "2026-04-16" / f"rustc-1.95.0-{HOST}.tar.gz") as tar:
            tar.extractall(self.root / "x")
        rustc = self.root / "x" / f"rustc-1.95.0-{HOST}" / "rustc/bin/rustc"
        say = lambda *words: subprocess.check_output([rustc, *words], text=True)
        self.assertTrue(say("--version").startswith("rustc 1.95.0 ("))
        self.assertIn(f"host: {HOST}\nrelease: 1.95.0\n", say("-vV"))
        self.assertEqual(say("--print", "sysroot").strip(), os.path.realpath(rustc.parents[1]))

    def test_version_1_has_one_archive_and_a_list_of_file_names(self):
        dist = self.make("out", "--synthetic", "--channel", "stable", "--v1-only")
        name = f"rust-1.95.0-{HOST}.tar.gz"
        self.assertEqual((dist / "channel-rust-stable").read_text(), name + "\n")
        self.assertFalse((dist / "channel-rust-stable.toml").exists())
        with tarfile.open(dist / name) as tar:
            parts = tar.extractfile(f"rust-1.95.0-{HOST}/components").read().decode().split()
        self.assertEqual(parts, ["cargo", "rust-docs", f"rust-std-{HOST}", "rustc"])


if __name__ == "__main__":
    unittest.main()
