"""Two real releases that one channel may be, and a home whose tools are run through our proxies.

The releases are the machine's own stable and nightly. Each has a server's folder to itself, in
which the channel `stable` is that release; the archives of both lie in both. A rust-src, which
the machine may not have, is made up: what counts is that it comes and goes.
"""

import contextlib
import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

from harness import proxied, real_rust
from harness.environment import BINARY, ROOT
from harness.homes import TempHome, full_name
from harness.processes import Running
from harness.proxied import GREEDY, STRACE

OLD, NEW = "old", "new"
# What each server calls its release. The last is a name that no update looks for.
CHANNELS = {OLD: ["stable", "nightly", "1.0.1"], NEW: ["stable", "nightly", "1.0.2"]}
PACKED = {OLD: "rustc,rust-std,cargo,clippy-preview,rust-docs,rust-src",
          NEW: "rustc,rust-std,cargo,clippy-preview,rust-src"}
LIBRARY = "pub fn answer() -> u32 {\n    42\n}\n"
NEST = pathlib.Path(__file__).with_name("nest.rs").read_text()
COMPILER = re.compile(rb"rustc (\d+\.\d+\.\d+[^\0()]{0,20}\([0-9a-f]{9} \d{4}-\d\d-\d\d\))")


def find_toolchains():
    """{OLD: folder, NEW: folder}"""
    stable = real_rust.find_toolchain()
    places = sorted(stable.parent.glob("nightly-*"))
    for place in places:
        if (place / "lib/rustlib/components").is_file():
            return {OLD: stable, NEW: place}
    raise real_rust.Unfit(f"no nightly toolchain in {stable.parent}")


def make_source(folder):
    """A rust-src, made once: what is packed again only if it changes must not."""
    for number in range(50):
        path = folder / "rust/library" / f"part{number:02}" / "lib.rs"
        if not path.exists():
            path.parent.mkdir(parents=True)
            path.write_text(f"pub fn part() -> u32 {{ {number} }}\n" * 100)
    return folder


def add_source(toolchain, folder, source):
    """A toolchain of links to another one's parts, with a rust-src if that has none."""
    rustlib = folder / "lib/rustlib"
    rustlib.mkdir(parents=True)
    for below in ("", "lib", "lib/rustlib"):
        for path in (toolchain / below).iterdir():
            if not (folder / below / path.name).exists():
                (folder / below / path.name).symlink_to(path)
    if (rustlib / "manifest-rust-src").exists():
        return
    (rustlib / "src").symlink_to(source)
    (rustlib / "manifest-rust-src").write_text("dir:lib/rustlib/src/rust\n")
    components = (rustlib / "components").read_text()
    (rustlib / "components").unlink()
    (rustlib / "components").write_text(components + "rust-src\n")


def pack_both(root):
    """{OLD: server's folder, NEW: …}. Archives are kept for the next time."""
    kept = pathlib.Path(os.environ.get("LATCHKEY_REAL_DIST")
                        or ROOT / "build" / "real-dist")
    folders = {}
    for release, toolchain in find_toolchains().items():
        folder = folders[release] = kept.with_name(f"{kept.name}-{release}")
        if kept.exists() and not folder.exists():
            shutil.copytree(kept, folder, copy_function=os.link)
        composed = root / "composed" / release / toolchain.name
        add_source(toolchain, composed, make_source(folder / "rust-src"))
        names = [word for name in CHANNELS[release] for word in ("--channel", name)]
        real_rust.pack(composed, folder, "--fast", "--formats", "gz", "--components",
                       PACKED[release], *names)
    for one, other in ((OLD, NEW), (NEW, OLD)):
        for path in (folders[other] / "dist").glob("*/*.tar.gz"):
            twin = folders[one] / "dist" / path.parent.name / path.name
            twin.parent.mkdir(exist_ok=True)
            if not (twin.exists() and twin.samefile(path)):
                twin.unlink(missing_ok=True)
                os.link(path, twin)
    return folders


class Home(TempHome):
    """With `rustup` and the tools on PATH. What it runs is told which release the server has."""

    def __init__(self, root, folders, binary=BINARY, proxy=proxied.CARRIED):
        super().__init__(root, "", binary)
        self.urls = {release: f"file://{folder}" for release, folder in folders.items()}
        self.cargo_home = self.root / "cargo"
        self.bin = proxied.place_proxies(self.cargo_home, binary, proxy)
        self.binary = str(self.bin / "rustup")
        self.environment |= {"PATH": f"{self.bin}:/usr/bin:/bin", "CARGO_NET_OFFLINE": "true",
                             "CARGO_TERM_COLOR": "never", "LC_ALL": "C.UTF-8",
                             # Nothing waits in these tests; what does shall fail.
                             "LATCHKEY_LOCK_TIMEOUT": "60"}
        self.serve(OLD)

    def serve(self, release):
        """From now on the server's stable is that release."""
        self.environment["RUSTUP_DIST_SERVER"] = self.urls[release]

    @contextlib.contextmanager
    def greedy(self):
        """Changes are made by a program whose collector takes what is in use."""
        honest = self.binary
        folder = self.root / "greedy"
        folder.mkdir()
        self.binary = str(folder / "rustup")
        proxied.link_or_copy(GREEDY, self.binary)
        yield
        self.binary = honest

    def keep(self, release):
        """Installs it under its second name: then a change of stable to it takes no time."""
        self.install(CHANNELS[release][-1], may_lag=False, RUSTUP_DIST_SERVER=self.urls[release])

    def start(self, tool, *words, folder, prefix=(), **variables):
        """A tool, through its proxy."""
        environment = self.environment | {key: str(value) for key, value in variables.items()}
        return Running([*prefix, self.bin / tool, *words], environment, folder)

    def tool(self, tool, *words, folder, **options):
        """Runs what must succeed."""
        done = self.start(tool, *words, folder=folder, **options).finish()
        if done.code != 0:
            raise AssertionError(str(done))
        return done


def compilers(folder):
    """The versions of rustc that made the libraries below `folder`, by what is written in them."""
    found = set()
    for path in pathlib.Path(folder).rglob("*.rmeta"):
        match = COMPILER.search(path.read_bytes())
        found.add(match[1].decode() if match else f"none in {path}")
    return found


def write_package(folder, name, main=None, library=None, build=None, dependencies=()):
    """A package's folder."""
    (folder / "src").mkdir(parents=True)
    lines = ["[package]", f'name = "{name}"', 'version = "0.1.0"', 'edition = "2021"',
             "[dependencies]"]
    lines += [f'{each} = {{ path = "../{each}" }}' for each in dependencies]
    (folder / "Cargo.toml").write_text("\n".join(lines) + "\n")
    for path, text in (("src/main.rs", main), ("src/lib.rs", library), ("build.rs", build)):
        if text is not None:
            (folder / path).write_text(text)
    return folder


def version_of(toolchain):
    """As its rustc says it: number, commit and day."""
    text = (toolchain / "lib/rustlib/multirust-channel-manifest.toml").read_text()
    return re.search(r'^\[pkg\.rustc\]\nversion = "(.*)"', text, re.MULTILINE)[1]


class BuildTest(unittest.TestCase):
    """Tests with one home: a real toolchain takes seconds to install."""

    root = home = servers = versions = None

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-real-"))
        if os.environ.get("LATCHKEY_KEEP"):
            print(f"kept: {cls.root}", flush=True)
        else:
            cls.addClassCleanup(shutil.rmtree, cls.root, True)
        cls.versions = {release: version_of(toolchain)
                        for release, toolchain in find_toolchains().items()}
        cls.servers = pack_both(cls.root)
        cls.home = Home(cls.root / "home", cls.servers)

    def setUp(self):
        self.folder = self.root / self.id().rpartition(".")[2]
        self.folder.mkdir()

    def start_with(self, *components):
        """Makes stable the old release, with just these components besides its profile's."""
        home = self.home
        home.serve(OLD)
        home.install()
        known = {full_name(name): name for name in ("clippy", "rust-docs", "rust-src")}
        there = {known[name] for name in home.components() & known.keys()}
        for verb, names in (("remove", there - set(components)), ("add", set(components) - there)):
            if names:
                home.good("component", verb, *sorted(names))

    def assert_compiled_by(self, folder, release):
        self.assertEqual(compilers(folder), {self.versions[release]})


class BothReleasesTest(BuildTest):
    """Both releases are installed under other names, so that an update downloads nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home.install()
        cls.home.keep(OLD)
        cls.home.keep(NEW)


needs_greedy = unittest.skipUnless(os.path.exists(GREEDY), "there is nothing to compare with")
needs_strace = unittest.skipUnless(STRACE, "strace is not installed")


def main():
    """Runs the tests; says why there are none where there is no Rust to work with."""
    try:
        find_toolchains()
    except real_rust.Unfit as reason:
        print(f"skipped: {reason}")
        sys.exit(real_rust.SKIPPED)
    unittest.main(verbosity=2)
