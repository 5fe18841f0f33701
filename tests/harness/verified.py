"""Toolchains that are damaged on purpose, for `toolchain verify`."""

import os
import pathlib
import shutil
import stat

from harness.cases import ProcessTest
from harness.checks import every_file, faults, load_index
from harness.dists import stable_dist
from harness.environment import HOST, STABLE

VERSION = f"1.95.0-{HOST}"
NOWHERE = {"RUSTUP_DIST_SERVER": "file:///nonexistent", "RUSTUP_MAX_RETRIES": "0"}
RUSTLIB = "lib/rustlib/"
TAG = f"{RUSTLIB}.latchkey"

def flip_in_place(path):
    """One bit of its content, under the same size and time."""
    about = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    mode = stat.S_IMODE(about.st_mode)
    path.chmod(mode | 0o200)
    path.write_bytes(content)
    path.chmod(mode)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def flip(path):
    """The same in this toolchain alone: no other has the new inode."""
    own = path.with_name("own copy")
    shutil.copy2(path, own)
    os.replace(own, path)
    flip_in_place(path)


def grow(path):
    own = path.with_name("own copy")
    shutil.copy2(path, own)
    with open(own, "ab") as file:
        file.write(b"more")
    os.replace(own, path)


def change_mode(path):
    path.chmod(stat.S_IMODE(path.stat().st_mode) ^ 0o011)


def put_link(path):
    path.unlink()
    path.symlink_to("/etc/passwd")


def is_note(path):
    return path.startswith(RUSTLIB) and "/" not in path.removeprefix(RUSTLIB)


# Name → how, and how it is told.
DAMAGES = {
    "one flipped bit": (flip, "modified", "has another content"),
    "its size": (grow, "modified", "has another size"),
    "its mode": (change_mode, "modified", "has another mode"),
    "no file": (pathlib.Path.unlink, "missing", "is missing"),
    "a link": (put_link, "modified", "is not a regular file"),
}


class VerifyTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.a_home = self.home(f"file://{stable_dist()}")
        self.a_home.install("stable")
        self.a_home.good("component", "add", "clippy", "rust-docs")

    def install_twin(self):
        """Another toolchain of the same release, which shares every file."""
        self.a_home.install("1.95.0")
        self.a_home.good("component", "add", "clippy", "rust-docs", "--toolchain", "1.95.0")
        self.assertTrue(self.path("bin/rustc").samefile(self.path("bin/rustc", VERSION)))

    def path(self, file, toolchain=STABLE):
        return self.a_home.current(toolchain) / file

    def owners(self):
        """Path → the component that it belongs to; "" for notes of the whole toolchain."""
        owners = {}
        for each in self.a_home.state().installed():
            owners[f"{RUSTLIB}manifest-{each.name}"] = each.name
            for path, *_ in load_index(self.a_home, each.tree)["files"]:
                owners[path] = each.name
        for path in every_file(self.a_home.current()):
            owners.setdefault(path, "")
        return owners

    def verify(self, *words, code=0, **options):
        done = self.a_home.run("toolchain", "verify", *words, **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def assert_sound(self, *toolchains, own=()):
        for toolchain in toolchains or (STABLE,):
            self.assertEqual(faults(self.a_home, toolchain, stable_dist(), own), [])

    def line(self, kind, path, component, reason):
        owner = f" ({component})" if component else ""
        return f"  {kind} {path}{owner}: {reason}"
