"""What is installed from: server folders packed once from the machine's own stable and nightly.

One nginx serves all of them, each under its own name:

all       stable as gz, xz and zst
upstream  stable and nightly as upstream offers them, gz and xz
xz        stable as xz only
new       nightly, and what it has is also called stable: an update in which every artifact differs
broken    stable of the next day, with one component that the server cuts in half
"""

import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from harness import real_rust
from suite import ROOT

FOLDER = ROOT / "build" / "bench-dist"
ALL, UPSTREAM, XZ, NEW, BROKEN = "all", "upstream", "xz", "new", "broken"
ENCODINGS = {"gz": ".tar.gz", "xz": ".tar.xz", "zst": ".tar.zst"}
MINIMAL = ("rustc", "cargo", "rust-std")
DEFAULT = (*MINIMAL, "rust-docs", "rustfmt", "clippy")
# On top of the minimal profile.
SIX = ("clippy", "rustfmt", "rust-docs", "rust-src", "llvm-tools", "rust-analyzer")
CUT = "rustfmt"
# Names of one content each: what CI jobs ask for.
STABLE_NAMES = ("stable", "{number}", "{short}", "stable-{date}")
NIGHTLY_NAMES = ("nightly", "nightly-{date}", "beta", "beta-{date}")


def find_nightly():
    places = sorted((real_rust.OWN_HOME / ".rustup" / "toolchains").glob("nightly-*"))
    for place in places:
        if (place / "lib/rustlib/components").is_file():
            return place
    raise real_rust.Unfit(f"no nightly toolchain in {real_rust.OWN_HOME}/.rustup")


def date_of(toolchain):
    text = (toolchain / "lib/rustlib/multirust-channel-manifest.toml").read_text()
    return re.search(r'^date = "(\S+)"', text, re.MULTILINE)[1]


class Dist:
    """The folders, and what lies in them."""

    def __init__(self, folder, fast=False):
        self.folder, self.fast = pathlib.Path(folder), fast
        self.stable, self.nightly = real_rust.find_toolchain(), find_nightly()
        self.host = self.stable.name.removeprefix("stable-")
        self.number = real_rust.installed_version(self.stable)
        self.dates = {"stable": date_of(self.stable), "nightly": date_of(self.nightly)}

    def make(self):
        """Packs what is not there yet. Takes some minutes the first time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / ".lock", "w", encoding="utf-8") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            composed = self._compose()
            self._pack(ALL, composed, "gz,xz,zst")
            self._pack(NEW, self.nightly, "gz,xz", "nightly", "beta", "stable")
            self._share(UPSTREAM, ALL, NEW)
            self._pack(UPSTREAM, composed, "gz,xz")
            self._pack(UPSTREAM, self.nightly, "gz,xz", "nightly", "beta")
            self._share(XZ, ALL)
            self._pack(XZ, composed, "xz")
            self._share(BROKEN, UPSTREAM)
            self._break()
            self._unpack_tars()
        return self

    def names(self, names):
        """The toolchain names of one content, as this machine's releases have them."""
        kind = "stable" if names is STABLE_NAMES else "nightly"
        return [name.format(number=self.number, short=self.number.rpartition(".")[0],
                            date=self.dates[kind]) for name in names]

    def archive(self, component, encoding, release="stable"):
        tag = self.number if release == "stable" else release
        target = "" if component == "rust-src" else f"-{self.host}"
        place = self.folder / (UPSTREAM if encoding != "zst" else ALL) / "dist" / self.dates[release]
        return place / f"{component}-{tag}{target}{ENCODINGS[encoding]}"

    def size(self, components, encoding, release="stable"):
        return sum(self.archive(each, encoding, release).stat().st_size for each in components)

    def tar(self, component, release="stable"):
        return self.folder / "plain" / f"{component}-{release}.tar"

    def _pack(self, name, toolchain, formats, *channels):
        words = [word for channel in channels for word in ("--channel", channel)]
        subprocess.run([sys.executable, ROOT / "scripts" / "make-dist", "--toolchain", toolchain,
                        "--out", self.folder / name, "--formats", formats, "--full-manifest", *words,
                        *(["--fast"] if self.fast else [])], stdout=sys.stderr, check=True)

    def _share(self, name, *sources):
        """Its archives are links to those of the sources, and make-dist knows them."""
        memory = {}
        for source in sources:
            memory |= json.loads((self.folder / source / ".make-dist.json").read_text())
            for path in (self.folder / source / "dist").glob("*/*.tar.*"):
                twin = self.folder / name / path.relative_to(self.folder / source)
                twin.parent.mkdir(parents=True, exist_ok=True)
                if not (twin.exists() and twin.samefile(path)):
                    twin.unlink(missing_ok=True)
                    os.link(path, twin)
        (self.folder / name / ".make-dist.json").write_text(json.dumps(memory))

    def _compose(self):
        """Stable by links, with three components that the machine may lack, made of files that it has:
        pages of source, linkers and the other cargo are as large and as dense as the real ones."""
        rustlib = f"lib/rustlib/{self.host}"
        extras = {
            "rust-src": ("dir:", {"lib/rustlib/src/rust": self.stable / "share/doc/rust/html/src"}),
            f"llvm-tools-preview-{self.host}": ("file:", {
                f"{rustlib}/bin/llvm-ar": self.nightly / rustlib / "bin/rust-lld",
                f"{rustlib}/bin/llvm-objcopy": self.nightly / rustlib / "bin/rust-objcopy"}),
            f"rust-analyzer-preview-{self.host}": (
                "file:", {"bin/rust-analyzer": self.nightly / "bin/cargo"}),
        }
        composed = self.folder / "composed" / self.stable.name
        shutil.rmtree(composed.parent, ignore_errors=True)
        made = ("", "bin", "lib", "lib/rustlib", rustlib, f"{rustlib}/bin")
        for below in made:
            (composed / below).mkdir(parents=True)
            for path in (self.stable / below).iterdir():
                place = composed / below / path.name
                if str(place.relative_to(composed)) not in made:
                    place.symlink_to(path)
        components = (self.stable / "lib/rustlib/components").read_text().split()
        for name, (kind, files) in extras.items():
            if name in components:
                continue
            components.append(name)
            for place, source in files.items():
                (composed / place).parent.mkdir(parents=True, exist_ok=True)
                (composed / place).symlink_to(source)
            (composed / f"lib/rustlib/manifest-{name}").write_text(
                "".join(f"{kind}{place}\n" for place in files))
        listing = composed / "lib/rustlib/components"
        listing.unlink()
        listing.write_text("\n".join(components) + "\n")
        return composed

    def _break(self):
        """The next day's stable, in which one component is new and its archives are cut."""
        folder = self.folder / BROKEN / "dist"
        text = (self.folder / UPSTREAM / "dist" / "channel-rust-stable.toml").read_text()
        text = text.replace(f'date = "{self.dates["stable"]}"', 'date = "2099-01-01"', 1)
        (folder / "2099-01-01").mkdir(exist_ok=True)
        for encoding in ("gz", "xz"):
            archive = self.archive(CUT, encoding)
            data = archive.read_bytes()
            old, new = hashlib.sha256(data).hexdigest(), hashlib.sha256(data + b"more").hexdigest()
            if old not in text:
                sys.exit(f"bench: {archive.name} is not in its own manifest")
            text = text.replace(old, new).replace(f"{self.dates['stable']}/{archive.name}",
                                                  f"2099-01-01/{archive.name}")
            (folder / "2099-01-01" / archive.name).write_bytes(data[:len(data) // 2])
        manifest = folder / "channel-rust-stable.toml"
        manifest.write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        manifest.with_name(manifest.name + ".sha256").write_text(f"{digest}  {manifest.name}\n")

    def _unpack_tars(self):
        (self.folder / "plain").mkdir(exist_ok=True)
        for release in ("stable", "nightly"):
            for component in (*DEFAULT, *SIX[3:]) if release == "stable" else DEFAULT:
                archive, tar = self.archive(component, "gz", release), self.tar(component, release)
                if tar.exists() and tar.stat().st_mtime_ns == archive.stat().st_mtime_ns:
                    continue
                with open(tar, "wb") as out:
                    subprocess.run(["gzip", "-dc", archive], stdout=out, check=True)
                stamp = archive.stat().st_mtime_ns
                os.utime(tar, ns=(stamp, stamp))


if __name__ == "__main__":
    Dist(sys.argv[1] if len(sys.argv) > 1 else FOLDER).make()
