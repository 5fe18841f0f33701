#!/usr/bin/env python3
"""docs/images.md, tried: what each step of a recipe adds to an image, and who can use what came of it.

All is mounted in a mount namespace of this program's own. What cannot be mounted here is skipped, and the reason told.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import namespaces
from harness.cases import ProcessTest, main
from harness.checks import faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import BINARY, HOST, STABLE
from harness.homes import full_name
from harness.installed import INIT
from harness.layers import CannotMount, Image, bytes_of, whiteouts
from harness.processes import Running
from harness.users import as_user

USER = 61005
COMPONENT_KB = 6000
MOST = 1.02  # Of what a plain tree has.


class ImageTest(ProcessTest):
    @classmethod
    def setUpClass(cls):
        """Two releases of components that are large enough for what is said of shares."""
        cls.dist = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-processes-dist-"))
        cls.dist.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.dist, True)
        two_stables(cls.dist, "--components", "rustc,cargo,rust-std,clippy,rustfmt", size_kb=COMPONENT_KB)

    def setUp(self):
        super().setUp()
        switch_stable(self.dist, OLD_DATE)
        self.image = Image(self.root / "layers", self.root / "image")
        self.temp = self.home(f"file://{self.dist}", "image/root")
        shutil.rmtree(self.root / "image/root")
        program = self.root / "rustup-init"
        shutil.copyfile(BINARY, program)
        program.chmod(0o755)
        self.program = program

    def shell(self, *words, user=None, **variables):
        """In the container."""
        environment = self.temp.environment | {"PATH": f"{self.temp.root}/cargo/bin:/usr/bin:/bin"} | variables
        prefix = as_user(user) if user else []
        return Running([*prefix, *words], environment, self.root).finish(120)

    def good(self, *words, **options):
        done = self.shell(*words, **options)
        self.assertEqual(done.code, 0, str(done))
        return done.out

    def step(self, *commands):
        """A step of a recipe: its commands, one after another, and `tidy` as its last line."""
        def run():
            for folder in ("home", "tmp"):
                (self.temp.root / folder).mkdir(parents=True, exist_ok=True)
            for words in (*commands, ["rustup", "tidy"]):
                self.good(*words)
        try:
            return self.image.step(run)
        except CannotMount as reason:
            self.skipTest(str(reason))

    def install(self):
        """The first step, with the installer that is not a part of the image."""
        return self.step(["env", *(f"{name}={value}" for name, value in INIT.items()), self.program, "-y",
                          "--no-modify-path", "--profile", "minimal"])

    def mount(self, writable=False):
        upper = self.image.new_folder("upper") if writable else None
        self.image.mount(upper)
        self.addCleanup(self.image.unmount)

    def plain_bytes(self, date, *components):
        """What the packages of components unpack to."""
        total = 0
        for each in components:
            version = {OLD_DATE: "1.94.0", NEW_DATE: "1.95.0"}[date]
            archive, = (self.dist / "dist" / date).glob(f"{each}-{version}-{HOST}.tar.gz")
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
                inner, = pathlib.Path(folder).glob(f"*/{each}*/")
                total += sum(path.stat().st_size for path in inner.rglob("*")
                             if path.is_file() and path.name != "manifest.in")
        return total


class Layers(ImageTest):
    """What each step adds, against the files of its components."""

    def assert_about(self, layer, plain):
        """Of RUSTUP_HOME. The programs in CARGO_HOME are as large as they are."""
        self.assertGreaterEqual(bytes_of(layer / "root/rustup"), plain)
        self.assertLessEqual(bytes_of(layer / "root/rustup") / plain, MOST)

    def test_an_install(self):
        layer = self.install()
        self.assert_about(layer, self.plain_bytes(OLD_DATE, "rustc", "cargo", "rust-std"))
        self.assertEqual(whiteouts(layer), [])
        self.mount()
        self.assertEqual(leftovers(self.temp), [])
        self.assertEqual(self.temp.state().place, "home")

    def test_an_addition_in_a_later_step(self):
        self.install()
        layer = self.step(["rustup", "component", "add", "clippy", "rustfmt"])
        self.assert_about(layer, self.plain_bytes(OLD_DATE, "clippy", "rustfmt"))
        # Nothing of the step below is hidden, but for what commits replace.
        self.assertEqual([path for path in whiteouts(layer) if "toolchains/stable" in path and "bin" in path], [])
        self.mount()
        self.assertIn("clippy", self.good("cargo-clippy", "--version"))

    def test_an_update_in_a_later_step(self):
        self.install()
        switch_stable(self.dist, NEW_DATE)
        layer = self.step(["rustup", "update", "--no-self-update"])
        self.assert_about(layer, self.plain_bytes(NEW_DATE, "rustc", "cargo", "rust-std"))
        self.mount()
        self.assertIn("1.95.0", self.good("rustc", "--version"))
        self.assertEqual(self.temp.state().place, "home")

    def test_a_removal_in_a_later_step(self):
        self.install()
        self.step(["rustup", "component", "add", "clippy"])
        layer = self.step(["rustup", "component", "remove", "clippy"])
        self.assertLess(bytes_of(layer / "root/rustup"), 100_000)
        self.mount()
        self.assertNotIn(full_name("clippy"), self.temp.components())

    def test_tidy_where_all_is_tidy_adds_nothing(self):
        self.install()
        layer = self.step(["rustup", "tidy"])
        self.assertLess(bytes_of(layer), 1000)


class Containers(ImageTest):
    """Who runs in it."""

    def test_with_a_root_that_cannot_be_written(self):
        self.install()
        self.mount()
        for tool in ("rustc", "cargo"):
            self.assertIn("1.94.0", self.good(tool, "--version"))
        for words in (["show"], ["toolchain", "list"], ["component", "list"], ["which", "rustc"]):
            self.good("rustup", *words)

    def test_as_another_user(self):
        self.install()
        self.mount(writable=True)
        self.assertIn("1.94.0", self.good("rustc", "--version", user=USER))
        self.assertIn(STABLE, self.good("rustup", "toolchain", "list", user=USER))
        done = self.shell("rustup", "component", "add", "clippy", user=USER)
        self.assertEqual(done.code, 1, str(done))
        self.assertIn(str(self.temp.rustup), done.err)
        self.assertNotIn(full_name("clippy"), self.temp.components())

    def test_as_another_user_over_a_root_that_cannot_be_written_with_a_home_of_his_own(self):
        """The image's home is his base home. His own is a volume, empty at first."""
        self.install()
        self.mount()
        own = self.home(f"file://{self.dist}", "volume")
        for path in (own.root, *own.root.iterdir()):
            os.chown(path, USER, USER)
        variables = {"HOME": str(own.root / "home"), "RUSTUP_HOME": str(own.rustup), "TMPDIR": str(own.root / "tmp"),
                     "LATCHKEY_BASE": str(self.temp.rustup)}
        self.assertIn("1.94.0", self.good("rustc", "--version", user=USER, **variables))
        self.assertFalse((own.rustup / "toolchains").exists())
        self.good("rustup", "component", "add", "clippy", user=USER, **variables)
        self.assertIn("clippy", self.good("cargo-clippy", "--version", user=USER, **variables))
        self.assertEqual(faults(own, STABLE, self.dist), [])
        self.good("rustup", "toolchain", "verify", user=USER, **variables)

    def test_a_container_that_adds_copies_nothing_up(self):
        self.install()
        upper = self.image.new_folder("upper")
        self.image.mount(upper)
        self.addCleanup(self.image.unmount)
        self.good("rustup", "component", "add", "clippy")
        self.assertLessEqual(bytes_of(upper / "root/rustup") / self.plain_bytes(OLD_DATE, "clippy"), MOST)


class Builders(ImageTest):
    """Two builds at once with one home, as BuildKit mounts a shared cache into both."""

    def test_two_builds_share_a_home(self):
        shared = self.root / "cache"
        homes = [self.home(f"file://{self.dist}", f"builder{number}") for number in (1, 2)]
        shared.mkdir()
        for home in homes:
            home.rustup.mkdir()
        # Each in namespaces of its own: neither sees the other's processes or mounts.
        script = ('mount --bind "$SHARED" "$RUSTUP_HOME" && mount -t proc proc /proc && '
                  '"$LATCHKEY" toolchain install stable --profile minimal --no-self-update -c "$COMPONENT" && '
                  '"$LATCHKEY" component add "$OTHER" && "$LATCHKEY" run stable rustc --version')
        runs = []
        for home, component, other in zip(homes, ("clippy", "rustfmt"), ("rustfmt", "clippy"), strict=True):
            words = ["unshare", "-m", "-p", "-f", "--propagation", "private", "sh", "-c", script]
            environment = home.environment | {"SHARED": str(shared), "LATCHKEY": BINARY, "COMPONENT": component,
                                              "OTHER": other}
            runs.append(Running(words, environment, home.root / "work"))
        for run in runs:
            done = run.finish(120)
            if "mount:" in done.err and done.code != 0:
                self.skipTest(done.err)
            self.assert_good(done)
            self.assertIn("1.94.0", done.out)
        both = self.home(f"file://{self.dist}", "looker")
        os.symlink(shared, both.rustup)
        both.good("tidy")
        self.assertEqual(faults(both, STABLE, self.dist), [])
        self.assertEqual(leftovers(both), [])
        for each in ("clippy", "rustfmt"):
            self.assertIn(full_name(each), both.components())
        self.assertEqual(both.good("toolchain", "list").out, f"stable-{HOST} (active, default)\n")


if __name__ == "__main__":
    namespaces.enter()
    main()
