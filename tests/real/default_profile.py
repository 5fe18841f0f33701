#!/usr/bin/env python3
"""The machine's own stable toolchain, packed, served, installed by Latchkey, and used."""

import atexit
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from harness import real_rust
from harness.environment import BINARY, ROOT

LIMIT_SECONDS = 600
RUSTLIB = "lib/rustlib"
# rustup's notes. Of those that are lists, the order is the installer's own affair.
TAG = f"{RUSTLIB}/.latchkey"  # Our one file there.
LISTS = re.compile(rf"{RUSTLIB}/(components|manifest-.*)$")
OWN_NOTES = {f"{RUSTLIB}/multirust-channel-manifest.toml", f"{RUSTLIB}/multirust-config.toml"}

LIBRARY = '''//! A number that is worth a library.

/// The answer.
///
/// ```
/// assert_eq!(sample::answer(), 42);
/// ```
pub fn answer() -> u32 {
    6 * 7
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_what_it_is() {
        assert_eq!(super::answer(), 42);
    }
}
'''
PROGRAM = '''fn main() {
    println!("{}", sample::answer());
}
'''


def pack_and_serve(root):
    """A server of the toolchain, until the tests end."""
    toolchain = real_rust.find_toolchain()
    kept = os.environ.get("LATCHKEY_REAL_DIST") or ROOT / "build" / "real-dist"
    folder = real_rust.pack(toolchain, kept, "--fast", "--formats", "gz,xz")
    server = real_rust.Server(folder, root / "nginx")
    atexit.register(server.stop)
    return toolchain, server


def temporary_root():
    root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-real-"))
    if os.environ.get("LATCHKEY_KEEP"):
        print(f"kept: {root}", flush=True)
    else:
        atexit.register(shutil.rmtree, root, True)
    root.chmod(0o755)
    return root


class Home:
    """A RUSTUP_HOME of its own. `program` is Latchkey, unless a call says another."""

    def __init__(self, root, server):
        self.root = root
        self.environment = real_rust.clean_environment(
            root, RUSTUP_DIST_SERVER=server, RUSTUP_UPDATE_ROOT=f"{server}/rustup")

    def run(self, *words, program=BINARY, **variables):
        return subprocess.run([program, *words], env=self.environment | variables, cwd=self.root,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=LIMIT_SECONDS, check=False)

    def good(self, *words, **options):
        done = self.run(*words, **options)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: exit {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def install(self, **variables):
        return self.good("toolchain", "install", "stable", "--profile", "default",
                         "--no-self-update", **variables)

    @property
    def toolchain(self):
        found, = (self.root / "rustup" / "toolchains").glob("stable-*")
        return found


class Crate:
    """A small package, and a toolchain's own cargo to work on it: no proxy, nothing set."""

    def __init__(self, folder, toolchain):
        self.folder = folder
        (folder / "src").mkdir(parents=True)
        (folder / "Cargo.toml").write_text(
            '[package]\nname = "sample"\nversion = "0.1.0"\nedition = "2021"\n')
        (folder / "src" / "lib.rs").write_text(LIBRARY)
        (folder / "src" / "main.rs").write_text(PROGRAM)
        self.bin = toolchain / "bin"
        self.environment = real_rust.clean_environment(
            folder / "own", PATH=f"{self.bin}:/usr/bin", CARGO_NET_OFFLINE="true")
        del self.environment["RUSTUP_HOME"]

    def run(self, tool, *words):
        """Standard output and standard error of what must succeed."""
        done = subprocess.run([self.bin / tool, *words], env=self.environment, cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=LIMIT_SECONDS, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{tool} {' '.join(words)}: exit {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout, done.stderr

    def cargo(self, *words):
        return self.run("cargo", *words)


def files_below(root):
    """Path → (size, may be run), through links to directories."""
    found = {}
    for folder, _, names in os.walk(root, followlinks=True):
        for name in names:
            path = os.path.join(folder, name)
            about = os.stat(path)
            found[os.path.relpath(path, root)] = (about.st_size, bool(about.st_mode & 0o100))
    return found


def same_content(left, right):
    with open(left, "rb", buffering=0) as one, open(right, "rb", buffering=0) as other:
        while piece := one.read(1 << 20):
            if piece != other.read(1 << 20):
                return False
        return not other.read(1)


class RealTest(unittest.TestCase):
    maxDiff = None
    root = toolchain = server = None

    @classmethod
    def new_home(cls, name, server):
        return Home(cls.root / name, server)

    def assert_same_toolchain(self, installed):
        """Every file is the original's: nothing lacks, nothing but the tag is more."""
        original, ours = files_below(self.toolchain), files_below(installed)
        self.assertIsNotNone(ours.pop(TAG, None))
        self.assertGreater(len(original), 100)
        self.assertEqual(sorted(set(original) ^ set(ours)), [], "files of only one of the two")
        for path, about in original.items():
            if path in OWN_NOTES:
                continue
            left, right = self.toolchain / path, installed / path
            if LISTS.match(path):
                self.assertEqual(sorted(left.read_text().split("\n")),
                                 sorted(right.read_text().split("\n")), path)
                continue
            self.assertEqual(ours[path], about, path)
            self.assertTrue(same_content(left, right), path)


class OverHttp(RealTest):
    @classmethod
    def setUpClass(cls):
        cls.home = cls.new_home("http", cls.server.url)
        cls.home.install(LATCHKEY_COMPRESSION="xz")

    def test_every_file_is_the_originals(self):
        self.assert_same_toolchain(self.home.toolchain)

    def test_rustc_answers_with_the_version_that_was_packed(self):
        done = self.home.good("--version", program=self.home.toolchain / "bin" / "rustc")
        version = real_rust.installed_version(self.toolchain)
        self.assertTrue(done.stdout.startswith(f"rustc {version} "), done.stdout)

    def test_cargo_builds_tests_lints_formats_and_documents_a_crate(self):
        crate = Crate(self.root / "crate", self.home.toolchain)
        crate.cargo("build")
        out, _ = crate.cargo("run", "--quiet")
        self.assertEqual(out, "42\n")
        out, _ = crate.cargo("test")
        self.assertIn("test tests::is_what_it_is ... ok", out)
        self.assertRegex(out, r"test src/lib\.rs - answer \(line \d+\) \.\.\. ok")
        crate.cargo("clippy", "--", "-D", "warnings")
        crate.cargo("fmt", "--check")
        crate.run("rustdoc", "src/lib.rs", "--crate-name", "sample", "-o", "documentation")
        page = crate.folder / "documentation" / "sample" / "fn.answer.html"
        self.assertIn("The answer.", page.read_text())

    def test_clippy_and_rustfmt_find_what_is_wrong(self):
        crate = Crate(self.root / "bad-crate", self.home.toolchain)
        (crate.folder / "src" / "main.rs").write_text("fn main() { let x = 1 ; return (); }\n")
        with self.assertRaisesRegex(AssertionError, "needless_return"):
            crate.cargo("clippy", "--", "-D", "warnings")
        with self.assertRaisesRegex(AssertionError, "Diff in"):
            crate.cargo("fmt", "--check")

    def test_rustup_lists_and_shows_what_latchkey_installed(self):
        rustup = real_rust.find_rustup()
        name = self.home.toolchain.name
        lines = (self.toolchain / RUSTLIB / "components").read_text().split()
        expected = sorted(line.replace("-preview", "") for line in lines)
        for program in (rustup, BINARY):
            listed = self.home.good("component", "list", "--installed", "--toolchain", name,
                                    program=program)
            self.assertEqual(sorted(listed.stdout.split()), expected, program)
        shown = self.home.good("show", program=rustup).stdout
        self.assertIn(f"{name} (active, default)", shown)
        self.assertEqual(shown, self.home.good("show").stdout)
        version = self.home.good("run", name, "rustc", "--version", program=rustup).stdout
        self.assertIn(real_rust.installed_version(self.toolchain), version)

    def test_a_build_stays_fresh_when_a_component_is_added(self):
        self.home.good("component", "remove", "clippy")
        crate = Crate(self.root / "fresh-crate", self.home.toolchain)
        crate.cargo("build")
        crate.cargo("test", "--no-run")
        _, before = crate.cargo("build")
        self.home.good("component", "add", "clippy")
        _, after = crate.cargo("build")
        only_finished = r"^    Finished `dev` profile \[.*\] target\(s\) in \S+\n$"
        self.assertRegex(before, only_finished)
        self.assertRegex(after, only_finished)
        _, tests = crate.cargo("test", "--no-run")
        self.assertNotIn("Compiling", tests)
        crate.cargo("clippy")


class OverHttps(RealTest):
    def test_a_server_whose_authority_is_unknown_is_refused(self):
        home = self.new_home("https-unknown", self.server.https_url)
        done = home.run("toolchain", "install", "stable", "--no-self-update")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"(?s)error: .*certificate.* not trusted")
        self.assertEqual(list((home.root / "rustup").glob("toolchains/*")), [])

    def test_with_its_authority_the_same_toolchain_is_installed_from_gz(self):
        home = self.new_home("https", self.server.https_url)
        home.install(SSL_CERT_FILE=self.server.ca, LATCHKEY_COMPRESSION="gz")
        self.assert_same_toolchain(home.toolchain)
        done = home.good("--version", program=home.toolchain / "bin" / "cargo")
        self.assertTrue(done.stdout.startswith("cargo "), done.stdout)


def main():
    try:
        real_rust.find_rustup()
        real_rust.find_toolchain()
        real_rust.require_nginx()
    except real_rust.Unfit as reason:
        print(f"skipped: {reason}")
        sys.exit(real_rust.SKIPPED)
    RealTest.root = temporary_root()
    RealTest.toolchain, RealTest.server = pack_and_serve(RealTest.root)
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
