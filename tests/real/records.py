#!/usr/bin/env python3
"""What builds record of a toolchain, and what they make, depend neither on components that they do not
use nor on which program installed it; nor does the room that the toolchain takes."""

import hashlib
import os
import shutil
import subprocess
import tarfile

from harness import real_releases, real_rust

# CARGO and a source of std's get into the program; so would a sysroot of another name.
MAIN = '''fn main() {
    println!("{} {:?}", env!("CARGO"), std::time::Duration::new(1, 2));
    if std::env::args().count() > 1 {
        Vec::<u8>::new()[0];
    }
}
'''
SLACK_BYTES = 2 << 20  # What we may keep beside a toolchain.


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Counter:
    """A file that only counts what is written."""

    bytes = 0

    def write(self, data):
        self.bytes += len(data)
        return len(data)


def used(folder):
    """Bytes on the disk."""
    done = subprocess.run(["du", "-sk", folder], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0]) << 10


def copied(folder):
    """Bytes on the disk of a copy that keeps no hard links, and follows no links to folders."""
    return sum(os.lstat(os.path.join(here, name)).st_blocks * 512
               for here, folders, files in os.walk(folder) for name in folders + files)


def packed(folder):
    """The size of an archive of it."""
    counts = Counter()
    with tarfile.open(fileobj=counts, mode="w|") as archive:
        archive.add(folder, "t")
    return counts.bytes


class RecordsTest(real_releases.BuildTest):
    def setUp(self):
        super().setUp()
        self.start_with("rust-src")
        self.package = real_releases.write_package(self.folder / "says", "says", main=MAIN)
        self.program = self.package / "target/debug/says"

    def build(self, **variables):
        """What cargo says."""
        return self.home.tool("cargo", "build", folder=self.package, **variables).err

    def change(self):
        """Components that the build does not use come and go."""
        self.home.good("component", "add", "clippy")
        yield "component add"
        self.home.good("component", "remove", "clippy")
        yield "component remove"
        self.home.good("update", "--no-self-update")
        yield "update with nothing new"

    def test_nothing_is_compiled_again_for_components_that_are_not_used(self):
        self.build()
        made = digest(self.program)
        for story in self.change():
            self.assertNotIn("Compiling", self.build(), story)
            shutil.rmtree(self.package / "target")
            self.assertIn("Compiling", self.build())
            self.assertEqual(digest(self.program), made, story)

    def test_a_build_notices_a_release_that_it_was_not_made_with(self):
        self.build()
        self.home.serve(real_releases.NEW)
        self.home.good("update", "--no-self-update")
        self.assertIn("Compiling", self.build())

    def dependencies(self):
        """What rustc notes that it has read, of its own sysroot."""
        noted = self.folder / "says.d"
        self.home.tool("rustc", "-Zbinary-dep-depinfo", f"--emit=dep-info={noted}", "--crate-type=bin",
                       self.package / "src/main.rs", folder=self.folder, RUSTC_BOOTSTRAP=1, CARGO="x")
        text = noted.read_text().replace("\\\n", " ")
        paths = {word for line in text.splitlines() for word in line.partition(": ")[2].split()}
        return {path: (os.stat(path).st_mtime_ns, os.stat(path).st_ino) for path in sorted(paths)
                if "toolchains" in path}

    def test_what_dependency_files_name_stays_where_it_is_and_as_it_is(self):
        noted = self.dependencies()
        self.assertTrue(any("/libstd-" in path for path in noted), noted)
        for path in noted:
            self.assertTrue(path.startswith(str(self.home.toolchain())), path)
        for story in self.change():
            self.assertEqual(self.dependencies(), noted, story)

    def test_sources_that_were_added_are_found_where_cargo_looks_for_them(self):
        self.home.good("component", "remove", "rust-src")
        build = ("build", "-Zbuild-std")
        asks = self.home.start("cargo", *build, folder=self.package, RUSTC_BOOTSTRAP=1).finish()
        self.assertIn("rustup component add rust-src", asks.err)
        self.home.good("component", "add", "rust-src")
        # A made-up one has nothing that could be built; what cargo looks for first is a file of it.
        (self.home.current() / "lib/rustlib/src/rust/library/Cargo.lock").touch()
        finds = self.home.start("cargo", *build, folder=self.package, RUSTC_BOOTSTRAP=1).finish()
        self.assertNotIn("rustup component add", finds.err)


class SameTest(real_releases.BuildTest):
    """With rustup first, then with us, in a home at the same place."""

    def test_programs_and_sizes_are_those_that_rustup_gives(self):
        try:
            rustup = real_rust.find_rustup()
        except real_rust.Unfit as reason:
            self.skipTest(str(reason))
        package = real_releases.write_package(self.folder / "says", "says", main=MAIN)
        found = {}
        for name, program in (("theirs", rustup), ("ours", self.home.binary)):
            done = subprocess.run(
                [program, "toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                 "--component", "rust-src", "--component", "rust-docs"], text=True,
                env=self.home.environment, capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            shutil.rmtree(package / "target", ignore_errors=True)
            bin_folder = self.home.toolchain() / "bin"
            subprocess.run([bin_folder / "cargo", "build", "--quiet"], cwd=package, check=True,
                           env=self.home.environment | {"RUSTC": str(bin_folder / "rustc")})
            found[name] = {"program": digest(package / "target/debug/says"),
                           "home": used(self.home.rustup), "toolchain": used(self.home.toolchain()),
                           "copy": copied(self.home.toolchain()), "archive": packed(self.home.toolchain())}
            if name == "theirs":
                shutil.rmtree(self.home.rustup)
        theirs, ours = found["theirs"], found["ours"]
        self.assertEqual(ours["program"], theirs["program"])
        self.assertLessEqual(ours["home"], theirs["home"] + SLACK_BYTES)
        for size in ("toolchain", "copy", "archive"):
            self.assertAlmostEqual(ours[size] / theirs[size], 1, delta=0.01, msg=size)


if __name__ == "__main__":
    real_releases.main()
