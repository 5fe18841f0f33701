"""The distribution that a torture run installs from: three releases, three channels.

All channels offer the same three releases, so toolchains share trees; and some artifacts are the
same in several releases, so an update keeps them. A channel is switched to any release at any time.
"""

import gzip
import hashlib
import os
import pathlib
import time

from harness import proxied
from harness.crafted import package, tar
from harness.environment import HOST

WASM = "wasm32-unknown-unknown"
CHANNELS = ["stable", "beta", "1.95.0"]
RELEASES = {"a": "2026-03-05", "b": "2026-04-16", "c": "2026-05-02"}
MINIMAL = frozenset({f"rustc-{HOST}", f"rust-std-{HOST}", f"cargo-{HOST}"})
# What users type → the full name.
OPTIONAL = {"clippy": f"clippy-preview-{HOST}", "rustfmt": f"rustfmt-preview-{HOST}",
            "rust-src": "rust-src", "rust-docs": f"rust-docs-{HOST}",
            "llvm-tools": f"llvm-tools-preview-{HOST}"}
# Of which releases one artifact is; the others have one each.
SHARED = {"rust-docs": "abc", "llvm-tools-preview": "ab", "rust-src": "bc"}
TOOL_FILES = {"rustc": 12, "rustdoc": 12, "cargo": 14, "clippy-driver": 15}


def noise(tag, folder, count, size=3000):
    """As a stand-in wants the files that it loads: each begins with the release."""
    return {f"{folder}/part{number:03}": tag + b" %d\n" % number + os.urandom(size)
            for number in range(count)}


def packages(tag):
    """(package, target) → the files of one release."""
    tool = proxied.stand_in() + tag

    def tools(*names):
        return {f"bin/{name}": tool for name in names}

    return {
        ("rustc", HOST): tools("rustc", "rustdoc") | noise(tag, "lib/rustc", 6),
        ("rust-std", HOST): noise(tag, "lib/rustlib/host/lib", 6),
        ("rust-std", WASM): noise(tag, f"lib/rustlib/{WASM}/lib", 4),
        ("cargo", HOST): tools("cargo") | noise(tag, "etc/cargo", 2),
        ("clippy-preview", HOST): tools("clippy-driver") | noise(tag, "share/clippy", 3),
        ("rustfmt-preview", HOST): tools("rustfmt") | noise(tag, "share/rustfmt", 3),
        ("rust-src", "*"): noise(tag, "lib/rustlib/src/rust", 10),
        ("rust-docs", HOST): noise(tag, "share/doc/rust/html", 40),
        ("llvm-tools-preview", HOST): noise(tag, "lib/rustlib/host/bin", 3),
    }


def full_name(pkg, target):
    return pkg if target == "*" else f"{pkg}-{target}"


def manifest(release, artifacts):
    """`artifacts`: (package, target) → (URL path, hash)."""
    date = RELEASES[release]
    rows = ['manifest-version = "2"', f'date = "{date}"', "[profiles]"]
    for profile in ("minimal", "default", "complete"):
        rows.append(f'{profile} = ["rustc", "cargo", "rust-std"]')
    rows += ["[pkg.rust]", f'version = "1.95.0 (release {release})"',
             f"[pkg.rust.target.{HOST}]", "available = true"]
    for pkg, target in artifacts:
        kind = "components" if full_name(pkg, target) in MINIMAL else "extensions"
        rows += [f"[[pkg.rust.target.{HOST}.{kind}]]", f'pkg = "{pkg}"', f'target = "{target}"']
    for pkg in dict.fromkeys(pkg for pkg, _ in artifacts):
        rows += [f"[pkg.{pkg}]", f'version = "1.95.0 (release {release})"']
        for (owner, target), (path, digest) in artifacts.items():
            if owner == pkg:
                rows += [f'[pkg.{pkg}.target."{target}"]', "available = true",
                         f'url = "https://static.rust-lang.org/{path}"', f'hash = "{digest}"']
    rows += [row for pkg in artifacts if pkg[0].endswith("-preview")
             for row in (f'[renames.{pkg[0].removesuffix("-preview")}]', f'to = "{pkg[0]}"')]
    return "\n".join(rows) + "\n"


class World:
    """The folder to serve, and what is known of it.

    Attributes:
        trees: release → full name → the tree's name, which is the artifact's hash.
        manifests: hash of a channel manifest → release.
        contents: tree → path → SHA-256.
        paths: an archive's path below `out` → its tree.
        switches: channel → [(before, after, release)], the times around each switch.
    """

    def __init__(self, out):
        self.out = pathlib.Path(out)
        self.trees, self.manifests, self.texts, self.contents = {}, {}, {}, {}
        self.paths = {}
        self.switches = {channel: [] for channel in CHANNELS}
        made = {}
        for release, date in RELEASES.items():
            (self.out / "dist" / date).mkdir(parents=True)
            self.add_release(release, date, made)
        for channel in CHANNELS:
            self.switch(channel, "a")

    def add_release(self, release, date, made):
        artifacts, self.trees[release] = {}, {}
        for (pkg, target), files in packages(b"RELEASE" + release.encode()).items():
            owners = SHARED.get(pkg, "")
            key = (pkg, target, owners if release in owners else release)
            if key not in made:
                data = gzip.compress(tar(package(pkg, files)), 1, mtime=0)
                name = f"dist/{date}/{pkg}-1.95.0-{target.replace('*', 'any')}.tar.gz"
                (self.out / name).write_bytes(data)
                digest = hashlib.sha256(data).hexdigest()
                made[key] = (name, digest)
                self.paths[name] = digest
                self.contents[digest] = {path: hashlib.sha256(content).hexdigest()
                                         for path, content in files.items()}
            artifacts[pkg, target] = made[key]
            self.trees[release][full_name(pkg, target)] = made[key][1]
        text = manifest(release, artifacts).encode()
        self.texts[release] = text
        for channel in CHANNELS:  # Where a rollback finds it again.
            (self.out / "dist" / date / f"channel-rust-{channel}.toml").write_bytes(text)
        self.manifests[hashlib.sha256(text).hexdigest()] = release

    def documentation(self):
        """The trees that wait beside a state until it is known where the toolchain will live."""
        return {trees[f"rust-docs-{HOST}"] for trees in self.trees.values()}

    def switch(self, channel, release):
        """From now on this is what the channel offers. Two files, so not at one moment."""
        before = time.time()
        text = self.texts[release]
        name = f"channel-rust-{channel}.toml"
        digest = f"{hashlib.sha256(text).hexdigest()}  {name}\n".encode()
        for suffix, data in (("", text), (".sha256", digest)):
            path = self.out / "dist" / f"{name}{suffix}"
            path.with_name(f"{path.name}.new").write_bytes(data)
            os.rename(path.with_name(f"{path.name}.new"), path)
        self.switches[channel].append((before, time.time(), release))
