"""An installation of ours in a home of its own."""

import hashlib
import os
import pathlib

from harness import plain_path
from harness.cases import ProcessTest
from harness.dists import stable_dist
from harness.environment import HOST
from harness.processes import Running
from harness.proxied import TOOLS

NAMES = (*TOOLS, "rustup")
PROFILE_LINE = '. "{}/env"\n'
# Upstream: as_rustup_setup.
INIT = {"RUSTUP_FORCE_ARG0": "rustup-init", "RUSTUP_INIT_SKIP_SUDO_CHECK": "yes",
        "RUSTUP_INIT_SKIP_PATH_CHECK": "yes"}


class InstalledTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.temp = self.home(f"file://{stable_dist()}")
        self.temp.environment["PATH"] = str(plain_path.fill(self.temp.root / "tools"))
        self.cargo = self.temp.root / "cargo"
        self.bin = self.cargo / "bin"

    def init(self, *words, **options):
        return self.temp.spawn("-y", *words, **(INIT | options))

    def good_init(self, *words, **options):
        self.assert_good(self.init(*words, **options).finish())

    def call(self, tool, *words, **variables):
        """Runs a program of the installation."""
        environment = self.temp.environment | variables
        return Running([self.bin / tool, *words], environment,
                       self.temp.root / "work").finish()

    def files(self, folder=None):
        """What is no link and no folder, with its content."""
        folder = folder or self.bin
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
                if path.is_file() and not path.is_symlink()}

    def assert_laid_out(self, folder=None, names=NAMES):
        """Two files, and links to them."""
        folder = folder or self.bin
        self.assertEqual(sorted(os.listdir(folder)), sorted((".latchkey", *names)))
        self.assertEqual(sorted(self.files(folder)), [".latchkey/proxy/rustup", ".latchkey/rustup"])
        for name in names:
            end = ".latchkey/rustup" if name == "rustup" else ".latchkey/proxy/rustup"
            self.assertEqual(os.readlink(folder / name), end, name)
        for name in (".latchkey/rustup", ".latchkey/proxy/rustup"):
            self.assertEqual((folder / name).stat().st_mode & 0o7777, 0o755, name)

    def assert_whole(self):
        self.assert_laid_out()
        program = pathlib.Path(self.temp.binary).read_bytes()
        self.assertEqual((self.bin / "rustup").read_bytes(), program)
        profile = (self.temp.root / "home" / ".profile").read_text()
        self.assertEqual(profile, PROFILE_LINE.format(self.cargo))
        self.assertEqual(os.listdir(self.temp.root / "home"), [".profile"])
        self.assertEqual(sorted(os.listdir(self.cargo)), ["bin", "env", "latchkey"])

    def serve_release(self, version, program, hashed=True, marked="latchkey"):
        """An update server's folder with this one release; its URL."""
        server = self.root / "updates"
        folder = server / "archive" / version / HOST
        folder.mkdir(parents=True)
        (folder / "rustup-init").write_bytes(program)
        if hashed:
            digest = hashlib.sha256(program).hexdigest()
            (folder / "rustup-init.sha256").write_text(f"{digest} *rustup-init\n")
        (server / "release-stable.toml").write_text(
            f"schema-version = '1'\nversion = '{version}'\n"
            + (f"program = '{marked}'\n" if marked else ""))
        return f"file://{server}"

    def next_version(self):
        """Another program of ours, for it is one byte longer."""
        return pathlib.Path(self.temp.binary).read_bytes() + b"\n"
