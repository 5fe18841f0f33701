"""A release, made by scripts/release from the program under test."""

import atexit
import functools
import pathlib
import shutil
import subprocess
import sys
import tempfile

from harness.environment import BINARY, HOST, ROOT

BUILD = pathlib.Path(BINARY).parent
KEYS = ROOT / "tests" / "data" / "release-key"  # Made for these tests; nobody releases with it.


def make(out, *arguments, **options):
    """Runs the script."""
    return subprocess.run([sys.executable, "-B", ROOT / "scripts" / "release", "--fast", "--out", out,
                           "--program", f"{HOST}={BUILD}", "--key", KEYS / "private.pem",
                           *map(str, arguments)],
                          capture_output=True, text=True, timeout=300, check=False, **options)


@functools.cache
def made():
    """Its folder, made once for each test program. Leave it as it is."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-release-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, True)
    done = make(folder / "release", "--url", "http://127.0.0.1:9/nobody")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return folder / "release"


def copy(folder):
    """A copy that a test may change."""
    shutil.copytree(made(), folder)
    return folder


def version(release):
    """Of what install.sh installs."""
    return next(line.split("'")[1] for line in (release / "install.sh").read_text().splitlines()
                if line.startswith("version="))


def sign(release, name, key=KEYS / "private.pem"):
    """Makes the list of hashes of a version anew, and its signature."""
    folder = release / "archive" / name
    programs = sorted(str(path.relative_to(release)) for path in folder.glob("*/rustup-init"))
    sums = subprocess.run(["sha256sum", "--", *programs], cwd=release, capture_output=True, text=True,
                          check=True).stdout
    (folder / "SHA256SUMS").write_text(sums)
    subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in",
                    folder / "SHA256SUMS", "-out", folder / "SHA256SUMS.sig"], check=True,
                   capture_output=True)


def publish_next(release, name="9.9.9"):
    """From now on the newest release is this one: its program is one byte longer. Gives its bytes."""
    old = version(release)
    folder = release / "archive" / name
    shutil.copytree(release / "archive" / old, folder)
    program = (folder / HOST / "rustup-init").read_bytes() + b"\n"
    (folder / HOST / "rustup-init").write_bytes(program)
    hashed = subprocess.run(["sha256sum", "-b", "rustup-init"], cwd=folder / HOST,
                            capture_output=True, text=True, check=True).stdout
    (folder / HOST / "rustup-init.sha256").write_text(hashed)
    sign(release, name)
    toml = release / "release-stable.toml"
    toml.write_text(toml.read_text().replace(f'"{old}"', f'"{name}"'))
    return program
