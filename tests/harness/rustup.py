"""The machine's own rustup, and what it leaves behind.

LATCHKEY_RUSTUP names a rustup 1.29; ~/.cargo/bin/rustup is found by itself.
"""

import hashlib
import os
import shutil
import tarfile
import tempfile
import tomllib

from harness.environment import HOST, STABLE
from harness.homes import TempHome, full_name

# For one that is to be installed beside others.
QUIET = {"RUSTUP_INIT_SKIP_SUDO_CHECK": "yes", "RUSTUP_INIT_SKIP_PATH_CHECK": "yes"}


def find_rustup():
    path = os.environ.get("LATCHKEY_RUSTUP") or os.path.expanduser("~/.cargo/bin/rustup")
    if not os.access(path, os.X_OK):
        return None
    with tempfile.TemporaryDirectory(prefix="latchkey-processes-") as folder:
        said = TempHome(folder, "file:///nonexistent", path).run("--version").out
    return path if said.startswith("rustup 1.29") and "latchkey" not in said else None


RUSTUP = find_rustup()


def make_by_hand(home, dist):
    """The folder that rustup would make of stable, in the profile `minimal`."""
    folder = home.toolchain()
    rustlib = folder / "lib/rustlib"
    rustlib.mkdir(parents=True)
    manifest = dist / "dist" / "channel-rust-stable.toml"
    packages = tomllib.loads(manifest.read_text())["pkg"]
    names, config = [], ['config_version = "1"']
    for pkg in ("rustc", "cargo", "rust-std"):
        url = packages[pkg]["target"][HOST]["url"]
        with tarfile.open(dist / "dist" / url.split("/dist/")[1]) as tar:
            lines = unpack(tar, pkg, folder)
        names.append(full_name(pkg))
        (rustlib / f"manifest-{names[-1]}").write_text(lines)
        config += ["", "[[components]]", f'pkg = "{pkg}"', f'target = "{HOST}"',
                   "is_extension = false"]
    (rustlib / "components").write_text("".join(f"{name}\n" for name in names))
    (rustlib / "rust-installer-version").write_text("3")
    (rustlib / "multirust-config.toml").write_text("\n".join(config) + "\n")
    shutil.copy(manifest, rustlib / "multirust-channel-manifest.toml")
    hashes = home.rustup / "update-hashes"
    hashes.mkdir()
    (hashes / STABLE).write_text(hashlib.sha256(manifest.read_bytes()).hexdigest()[:20])
    (home.rustup / "settings.toml").write_text(
        f'version = "12"\nprofile = "minimal"\ndefault_toolchain = "{STABLE}"\n\n[overrides]\n')


def unpack(tar, pkg, folder):
    """One component of an archive into a toolchain. Gives its manifest's lines."""
    lines = ""
    for entry in tar:
        parts = entry.name.split("/", 2)
        if len(parts) < 3 or not entry.isfile() or parts[1] not in (pkg, full_name(pkg)):
            continue
        content = tar.extractfile(entry).read()
        if parts[2] == "manifest.in":
            lines = content.decode()
            continue
        path = folder / parts[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(entry.mode)
    return lines
