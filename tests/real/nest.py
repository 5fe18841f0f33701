#!/usr/bin/env python3
"""Real cargo and rustc through our proxies, while their toolchain changes under them."""

import os
import pathlib
import re

from harness import real_releases
from harness.environment import STABLE
from harness.processes import wait_until
from harness.real_releases import LIBRARY, NEST, NEW, OLD

DEPTHS = 3
# Waits for a file: a build that lasts as long as a test wants.
PATIENT = '''fn main() {
    std::fs::write(std::env::var("NEST_BEGUN").unwrap(), "").unwrap();
    while !std::path::Path::new(&std::env::var("NEST_STOP").unwrap()).exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
'''
CHANGING = '''use std::process::Command;
fn main() {
    for words in ["component add rust-src", "component remove clippy", "update --no-self-update"] {
        let done = Command::new("rustup").args(words.split(' ')).status().unwrap();
        assert!(done.success(), "rustup {}", words);
    }
    let done = Command::new("cargo").args(["build", "--manifest-path", "../inner/Cargo.toml"])
        .env("CARGO_TARGET_DIR", std::env::var("NEST_OUT").unwrap()).status().unwrap();
    assert!(done.success());
}
'''


def size_of(folder):
    """Bytes on the disk; a file with several names counts once."""
    seen = {}
    for path, _, names in os.walk(folder):
        for name in names:
            about = os.lstat(os.path.join(path, name))
            seen[about.st_dev, about.st_ino] = about.st_blocks * 512
    return sum(seen.values())


class Nest(real_releases.BothReleasesTest):
    def test_three_deep_each_build_stays_on_its_own_generation(self):
        home = self.home
        self.start_with("clippy")
        home.install("nightly", may_lag=False)
        package = real_releases.write_package(self.folder / "nest", "nest", main=NEST, library=LIBRARY)
        first = str(home.current())
        done = home.tool("cargo", "run", "--quiet", "--", "1", folder=package,
                         CARGO_TARGET_DIR=self.folder / "out" / "1", NEST_OUT=self.folder / "out",
                         NEST_SERVERS=f"{home.urls[OLD]} {home.urls[NEW]}")
        print(done.out, flush=True)
        self.assertNotIn("waiting", done.err)
        told = {(int(depth), when): (root, version) for depth, when, root, version
                in re.findall(r"^(\d) (before|after) (\S+) rustc (.*)$", done.out, re.MULTILINE)}
        self.assertEqual(len(told), 2 * DEPTHS, done.out)
        self.assertEqual(told[1, "before"][0], first)
        for depth in range(1, DEPTHS + 1):
            release = OLD if depth % 2 else NEW
            self.assertEqual(told[depth, "before"], told[depth, "after"])
            self.assertEqual(told[depth, "before"][1], self.versions[release])
            self.assert_compiled_by(self.folder / "out" / str(depth), release)
            self.assertEqual(pathlib.Path(told[depth, "before"][0]).name, STABLE)
        roots = [told[depth, "before"][0] for depth in range(1, DEPTHS + 1)]
        self.assertEqual(len({*roots, str(home.current())}), DEPTHS + 1, roots)
        self.assert_compiled_by(self.folder / "out" / str(DEPTHS + 1), NEW)
        self.assertIn("rust-src", home.components())
        self.assertFalse(any("clippy" in name for name in home.components()))
        self.assertFalse(list((home.rustup / "toolchains").glob("nightly-*")))

    def test_a_build_script_that_changes_the_toolchain_does_not_change_its_build(self):
        home = self.home
        self.start_with("clippy")
        real_releases.write_package(self.folder / "early", "early", library=LIBRARY)
        real_releases.write_package(self.folder / "inner", "inner", library=LIBRARY, main="fn main() {}")
        real_releases.write_package(self.folder / "late", "late", dependencies=["early"], build=CHANGING,
                                    library="pub fn late() -> u32 { early::answer() }\n")
        last = real_releases.write_package(self.folder / "last", "last", dependencies=["late"],
                                           library=LIBRARY,
                                           main="fn main() { println!(\"{}\", late::late()) }\n")
        before = home.serial()
        done = home.tool("cargo", "run", "--quiet", folder=last, NEST_OUT=self.folder / "out",
                         RUSTUP_DIST_SERVER=home.urls[NEW])
        self.assertEqual(done.out, "42\n")
        self.assertNotIn("waiting", done.err)
        self.assertEqual(len(home.commits(after=before)), 3)
        self.assert_compiled_by(last / "target", OLD)
        self.assert_compiled_by(self.folder / "out", NEW)

    def test_removed_components_free_the_disk_under_a_running_build(self):
        home = self.home
        self.start_with("rust-docs")
        package = real_releases.write_package(self.folder / "slow", "slow", build=PATIENT,
                                              library=LIBRARY)
        docs = home.current() / "share/doc/rust/html"
        taken = size_of(docs)
        begun, stop = self.folder / "begun", self.folder / "stop"
        build = home.start("cargo", "build", folder=package, NEST_BEGUN=begun, NEST_STOP=stop)
        try:
            wait_until(lambda: begun.exists() or build.ended(), 120)
            self.assertTrue(begun.exists(), build.err)
            before = size_of(home.rustup)
            home.good("component", "remove", "rust-docs")
            freed = before - size_of(home.rustup)
            self.assertFalse(build.ended(), build.err)
        finally:
            stop.touch()
            done = build.finish()
        self.assertEqual(done.code, 0, str(done))
        print(f"freed {freed / 1e6:.0f} MB of {taken / 1e6:.0f} MB", flush=True)
        self.assertFalse(docs.exists())
        self.assertGreater(freed, taken * 0.99)
        self.assertGreater(taken, 100e6)

    def test_a_build_with_nothing_to_do_stays_so_when_components_come_and_go(self):
        home = self.home
        self.start_with("clippy")
        early = real_releases.write_package(self.folder / "early", "early", library=LIBRARY)
        package = real_releases.write_package(early.parent / "late", "late", dependencies=["early"],
                                              build="fn main() {}\n", library=LIBRARY,
                                              main="fn main() { println!(\"{}\", early::answer()) }\n")
        built = home.tool("cargo", "build", "--verbose", folder=package)
        self.assertEqual(len(re.findall("^ +Compiling ", built.err, re.MULTILINE)), 2, built.err)
        for change in (("add", "rust-src"), ("remove", "clippy"), ("remove", "rust-src")):
            serial = home.serial()
            home.good("component", *change)
            self.assertEqual(len(home.commits(after=serial)), 1)
            again = home.tool("cargo", "build", "--verbose", folder=package)
            self.assertEqual(len(re.findall("^ +Fresh ", again.err, re.MULTILINE)), 2, again.err)
            self.assertNotRegex(again.err, "Compiling|Dirty|Running")

    @real_releases.needs_strace
    def test_cargo_runs_rustc_through_its_proxy_because_their_sizes_differ(self):
        """Where `rustc` and `rustup` have one size, cargo takes both for rustup, which it skips."""
        self.start_with()
        direct = str(self.home.current() / "bin/rustc")
        proxy = str(self.home.bin / "rustc")
        executed = self.programs_of_a_build("different")
        self.assertGreater(executed.count(proxy), 2, executed)
        self.assertEqual(executed.count(direct), executed.count(proxy), executed)
        # A full program under the tool's name is a proxy, too: for cargo, of the size it skips. It
        # does not stay there.
        os.unlink(proxy)
        os.symlink(".latchkey/rustup", proxy)
        executed = self.programs_of_a_build("same")
        self.assertEqual(os.readlink(proxy), ".latchkey/proxy/rustup")
        self.assertEqual(executed.count(direct), executed.count(proxy), executed)

    def programs_of_a_build(self, name):
        package = real_releases.write_package(self.folder / name, "some", library=LIBRARY,
                                              main="fn main() {}\n")
        trace = self.folder / f"{name}.trace"
        # LeakSanitizer cannot work in a process that is traced.
        prefix = ["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-e",
                  "trace=execve", "-o", trace]
        self.home.tool("cargo", "build", folder=package, prefix=prefix)
        return re.findall(r'execve\("([^"]*)".* = 0$', trace.read_text(), re.MULTILINE)


if __name__ == "__main__":
    real_releases.main()
