"""An installation whose $CARGO_HOME/bin is looked at, laid out anew and built with."""

import os
import shutil
import subprocess
import tarfile

from harness.installed import InstalledTest
from harness.processes import Running
from harness.proxied import TOOLS
from harness.rustup import QUIET

PROXY_FILE, PROGRAM_FILE = ".latchkey/proxy/rustup", ".latchkey/rustup"


def pack(folder, archive):
    """As caches save a folder: links stay links."""
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, "bin")


def restore(archive, cargo_home):
    """Over what is there: each entry takes the place of what has its name."""
    subprocess.run(["tar", "-xf", archive, "-C", cargo_home], check=True)


class BinFolderTest(InstalledTest):
    def setUp(self):
        super().setUp()
        self.good_init("--profile", "minimal", "-c", "clippy")
        self.assert_whole()

    def build(self, folder=None, **variables):
        """A cargo that starts a rustc, both by PATH."""
        folder = folder or self.bin
        environment = self.temp.environment | variables
        environment["PATH"] = f"{folder}:{environment['PATH']}:/usr/bin:/bin"
        words = ["/bin/sh", "-c", "cargo exec rustc --version"]
        return Running(words, environment, self.temp.root / "work").finish()

    def assert_builds(self, folder=None, **variables):
        done = self.build(folder, **variables)
        self.assertEqual((done.code, done.out.split()[:1]), (0, ["rustc"]), str(done))

    def other_version(self):
        """The folder of an installation by another program of ours, one byte longer."""
        program = self.root / "other" / "rustup-init"
        program.parent.mkdir()
        program.write_bytes(self.next_version())
        program.chmod(0o755)
        cargo = self.root / "other" / "cargo"
        environment = self.temp.environment | QUIET | {"CARGO_HOME": str(cargo)}
        self.assert_good(Running(
            [program, "-y", "--no-modify-path", "--default-toolchain", "none"], environment,
            self.root).finish())
        return cargo / "bin"

    def lay_out_as_before(self, folder=None):
        """A regular file and hard links: what earlier versions made."""
        folder = folder or self.bin
        program, proxy = (folder / PROGRAM_FILE).read_bytes(), (folder / PROXY_FILE).read_bytes()
        shutil.rmtree(folder)
        folder.mkdir()
        for name, content in (("rustup", program), (TOOLS[0], proxy)):
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o755)
        for tool in TOOLS[1:]:
            os.link(folder / TOOLS[0], folder / tool)

    def look(self, folder):
        return {path.name: (os.lstat(path).st_ino, os.lstat(path).st_mode,
                            os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes())
                for path in folder.iterdir()}
