"""The machine's own Rust, which is only read: packed, served, and installed elsewhere.

LATCHKEY_BINARY names the program under test. LATCHKEY_REAL_DIST is where the packed toolchain is kept;
make-dist packs again only what has changed.
"""

import contextlib
import fcntl
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

from harness.environment import SCRIPTS

SKIPPED = 77  # What ctest takes for "skipped".
RUSTUP_SERIES = "1.29."
OWN_HOME = pathlib.Path(pwd.getpwuid(os.getuid()).pw_dir)  # HOME may say something else.


class Unfit(Exception):
    """Why there is nothing to work with on this machine."""


def find_toolchain():
    """A stable toolchain that rustup installed, with rustup's notes of what belongs to what."""
    places = sorted((OWN_HOME / ".rustup" / "toolchains").glob("stable-*"))
    for place in places:
        if (place / "lib" / "rustlib" / "components").is_file():
            return place
    raise Unfit(f"no stable toolchain with lib/rustlib/components in {OWN_HOME}/.rustup")


def find_rustup():
    path = OWN_HOME / ".cargo" / "bin" / "rustup"
    if not path.is_file():
        raise Unfit(f"no {path}")
    with tempfile.TemporaryDirectory(prefix="latchkey-real-") as folder:
        done = subprocess.run([path, "--version"], env=clean_environment(pathlib.Path(folder)),
                              capture_output=True, text=True, timeout=60, check=False)
    version = re.match(r"rustup (\S+)", done.stdout)
    if not version or not version[1].startswith(RUSTUP_SERIES):
        raise Unfit(f"{path} is not rustup {RUSTUP_SERIES}x: {done.stdout.strip()}")
    return path


def require_nginx():
    if not shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"):
        raise Unfit("nginx is not installed")


def installed_version(toolchain):
    """Such as 1.95.0, from the manifest that rustup left in it."""
    text = (toolchain / "lib/rustlib/multirust-channel-manifest.toml").read_text()
    return re.search(r'^\[pkg\.rust\]\nversion = "(\S+)', text, re.MULTILINE)[1]


def clean_environment(root, **more):
    """Nothing of the caller's: a home, a RUSTUP_HOME and a CARGO_HOME below `root`."""
    (root / "home").mkdir(parents=True, exist_ok=True)
    return {"HOME": str(root / "home"), "RUSTUP_HOME": str(root / "rustup"),
            "CARGO_HOME": str(root / "cargo"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS": "/nonexistent"} | more


def pack(toolchain, out, *arguments):
    """Serves `toolchain` as its channel and its number. Two callers with one `out` take turns."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        subprocess.run([sys.executable, SCRIPTS / "make-dist", "--toolchain", toolchain, "--out",
                        out, *arguments], stdout=sys.stderr, check=True)
    return out


class Server:
    """nginx on 127.0.0.1, over HTTP and HTTPS. `options` are serve-dist's; `prefix` starts it elsewhere."""

    def __init__(self, folder, work, *options, prefix=()):
        self.work = pathlib.Path(work)
        self.control("--daemon", "--https", "--work", self.work, *options, folder, prefix=prefix)
        facts = dict(line.split("=", 1)
                     for line in (self.work / "server.env").read_text().splitlines())
        self.url, self.https_url, self.ca = facts["URL"], facts["HTTPS_URL"], facts["CA"]

    @staticmethod
    def control(*arguments, prefix=()):
        subprocess.run([*prefix, sys.executable, SCRIPTS / "serve-dist", *map(str, arguments)],
                       stdout=subprocess.DEVNULL, timeout=60, check=True)

    def stop(self):
        self.control("--stop", self.work)


@contextlib.contextmanager
def served(folder, work, *options, prefix=()):
    server = Server(folder, work, *options, prefix=prefix)
    try:
        yield server
    finally:
        server.stop()
