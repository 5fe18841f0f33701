"""A distribution of components that a test makes by hand: of any size, shape and wickedness."""

import hashlib
import io
import lzma
import os
import pathlib
import tarfile
import zlib

from harness.dists import NEW_DATE
from harness.environment import HOST

RUSTC = b"#!/bin/sh\necho 'rustc 1.95.0 (crafted)'\n"
KEYS = {"gz": ("url", "hash"), "xz": ("xz_url", "xz_hash")}


def entry(path, data=b"", kind=tarfile.REGTYPE, mode=0o644, link=""):
    info = tarfile.TarInfo(path)
    info.type, info.mode, info.linkname = kind, mode, link
    info.size = len(data) if kind == tarfile.REGTYPE else 0
    return info, data


def folder(path):
    return entry(path, kind=tarfile.DIRTYPE, mode=0o755)


def package(pkg, files, extra=(), lines=(), components=None):
    """An archive's entries: `files` is path → bytes. `extra` and `lines` are put as they are."""
    top = f"{pkg}-1.95.0-{HOST}"
    listing = "".join(f"file:{path}\n" for path in files) + "".join(f"{line}\n" for line in lines)
    folders = {top, f"{top}/{pkg}"}
    for path in files:
        folders |= {f"{top}/{pkg}/{parent}" for parent in pathlib.PurePosixPath(path).parents}
    entries = [folder(path) for path in sorted(folders) if not path.endswith("/.")]
    entries += [entry(f"{top}/rust-installer-version", b"3\n"),
                entry(f"{top}/components", f"{components or pkg}\n".encode()),
                entry(f"{top}/{pkg}/manifest.in", listing.encode())]
    entries += extra
    entries += [entry(f"{top}/{pkg}/{path}", data, mode=0o755 if path.startswith("bin/") else 0o644)
                for path, data in files.items()]
    return entries


def tar(entries):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def compress(data, form="gz", level=0):
    """Level 0 of gz only stores: as many bytes come out as went in, and fast."""
    if form == "gz":
        packer = zlib.compressobj(level, zlib.DEFLATED, 31)
        return packer.compress(data) + packer.flush()
    lzma2 = {"id": lzma.FILTER_LZMA2, "preset": level}
    return lzma.compress(data, lzma.FORMAT_XZ, lzma.CHECK_NONE, filters=[lzma2])


def noise(size_bytes, count, prefix="lib/part"):
    """So many files of incompressible bytes."""
    each = size_bytes // count
    return {f"{prefix}{number:04}": os.urandom(each) for number in range(count)}


class CraftedDist:
    """A folder to serve. A component is an archive's bytes; every profile is `rustc` alone."""

    def __init__(self, out, date=NEW_DATE):
        self.out, self.date = pathlib.Path(out), date
        self.day = self.out / "dist" / date
        self.day.mkdir(parents=True)
        self.components = {}
        self.add("rustc", package("rustc", {"bin/rustc": RUSTC}))

    def add(self, pkg, entries, form="gz", level=0):
        return self.add_archive(pkg, compress(tar(entries), form, level), form)

    def add_archive(self, pkg, data, form="gz"):
        """Its SHA-256, which the manifest will list, is that of `data`."""
        digest = hashlib.sha256(data).hexdigest()
        name = f"{pkg}-1.95.0-{HOST}.tar.{form}"
        (self.day / name).write_bytes(data)
        self.components[pkg] = {form: (name, digest)}
        self.save()
        return self.day / name

    def add_forms(self, pkg, entries, forms, level=0):
        """The same in several encodings."""
        made = {}
        for form in forms:
            path = self.add(pkg, entries, form, level)
            made |= self.components[pkg]
        self.components[pkg] = made
        self.save()
        return path.parent

    def save(self):
        rows = ['manifest-version = "2"', f'date = "{self.date}"', "[profiles]",
                'minimal = ["rustc"]', 'default = ["rustc"]', "[pkg.rust]",
                'version = "1.95.0 (crafted)"',
                f"[pkg.rust.target.{HOST}]", "available = true"]
        for pkg in self.components:
            kind = "components" if pkg == "rustc" else "extensions"
            rows += [f"[[pkg.rust.target.{HOST}.{kind}]]", f'pkg = "{pkg}"', f'target = "{HOST}"']
        for pkg, forms in self.components.items():
            rows += [f"[pkg.{pkg}]", 'version = "1.95.0 (crafted)"', f"[pkg.{pkg}.target.{HOST}]",
                     "available = true"]
            for form, (name, digest) in forms.items():
                url, key = KEYS[form]
                rows += [f'{key} = "{digest}"',
                         f'{url} = "https://static.rust-lang.org/dist/{self.date}/{name}"']
        text = "\n".join(rows) + "\n"
        digest = hashlib.sha256(text.encode()).hexdigest()
        for place in (self.out / "dist", self.day):
            for channel in ("stable", "1.95.0"):
                name = f"channel-rust-{channel}.toml"
                (place / name).write_text(text)
                (place / f"{name}.sha256").write_text(f"{digest}  {name}\n")
