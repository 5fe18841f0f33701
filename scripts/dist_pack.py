"""What make-dist packs, and how: releases, components, archives."""

import dataclasses
import hashlib
import json
import lzma
import os
import pathlib
import subprocess
import sys
import tarfile
import zlib

LAYOUT = 1  # Raise it when the same input shall give other bytes: old artifacts are then not reused.
EXTENSIONS = {"gz": "tar.gz", "xz": "tar.xz", "zst": "tar.zst"}
MTIME = 1153704088  # The one that upstream's archives carry.
CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True)
class File:
    """One file of an archive: on disk at `source`, or with its content in `data`."""

    path: str
    mode: int
    size: int
    source: str = ""
    data: bytes = b""
    stamp: str = ""  # Changes when the content may have.


@dataclasses.dataclass(frozen=True)
class Component:
    """One package for one target, ready to be packed."""

    pkg: str
    target: str  # "*" for none
    version: str  # as the manifest shows it
    manifest: list  # lines of manifest.in
    files: list

    @property
    def folder(self):
        """Its directory in the archive, named as upstream names it."""
        return f"{self.pkg}-{self.target}" if self.pkg == "rust-std" else self.pkg


@dataclasses.dataclass
class Release:
    """What one channel offered on one day."""

    channel: str
    date: str
    version: str  # of pkg.rust, as the manifest shows it
    host: str
    components: list
    base: dict = dataclasses.field(default_factory=dict)  # upstream's manifest, where known
    aliases: list = dataclasses.field(default_factory=list)
    unavailable: list = dataclasses.field(default_factory=list)

    @property
    def number(self):
        return self.version.split(" ")[0]

    @property
    def tag(self):
        """What stands for the version in archive names."""
        return self.channel if self.channel in ("nightly", "beta") else self.number


@dataclasses.dataclass(frozen=True)
class Job:
    """One archive to be written."""

    top: str
    date: str
    format: str
    fast: bool
    version: str
    components: list

    @property
    def name(self):
        return f"{self.top}.{EXTENSIONS[self.format]}"

    @property
    def size(self):
        return sum(file.size for part in self.components for file in part.files)

    @property
    def cost(self):
        return self.size * (1 if self.format == "gz" else 4)

    def fingerprint(self):
        content = [LAYOUT, self.top, self.format, self.fast, self.version]
        for part in self.components:
            content += [part.folder, part.manifest]
            content += [[f.path, f.mode, f.size, f.stamp] for f in part.files]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def in_memory(path, data, mode=0o644):
    data = data.encode() if isinstance(data, str) else data
    return File(path, mode, len(data), data=data, stamp=hashlib.sha256(data).hexdigest())


def archive_files(job):
    """Every file under the top directory."""
    install = "#!/bin/sh\necho 'This archive is for a toolchain manager to unpack.' >&2\nexit 1\n"
    files = [
        in_memory("rust-installer-version", "3\n"),
        in_memory("components", "".join(part.folder + "\n" for part in job.components)),
        in_memory("version", job.version + "\n"),
        in_memory("README.md", f"# {job.top}\n\nPacked again from an installed toolchain.\n"),
        in_memory("COPYRIGHT", "The licences are in share/doc of the component.\n"),
        in_memory("install.sh", install, 0o755),
    ]
    for part in job.components:
        listing = "".join(line + "\n" for line in part.manifest)
        files.append(in_memory(f"{part.folder}/manifest.in", listing))
        files += [dataclasses.replace(f, path=f"{part.folder}/{f.path}") for f in part.files]
    return files


def header(name, size, mode, kind):
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.type, info.mtime = size, mode, kind, MTIME
    return info.tobuf(tarfile.GNU_FORMAT)


def tar_chunks(job):
    """The tar file piece by piece: all directories first, then the files, as upstream's."""
    files = archive_files(job)
    folders = {job.top}
    for file in files:
        for parent in pathlib.PurePosixPath(f"{job.top}/{file.path}").parents:
            folders.add(str(parent))
    for folder in sorted(folders - {"."}):
        yield header(folder + "/", 0, 0o755, tarfile.DIRTYPE)
    # By the reversed name: files of one kind lie side by side, which compresses better.
    for file in sorted(files, key=lambda f: f.path[::-1]):
        yield header(f"{job.top}/{file.path}", file.size, file.mode, tarfile.REGTYPE)
        read = 0
        if file.source:
            with open(file.source, "rb", buffering=0) as source:
                while piece := source.read(CHUNK):
                    read += len(piece)
                    yield piece
        else:
            read = len(file.data)
            yield file.data
        if read != file.size:
            sys.exit(f"make-dist: '{file.source}' changed while it was packed")
        yield bytes(-file.size % 512)
    yield bytes(1024)


def gathered(pieces):
    """The same bytes in pieces of at least CHUNK."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


class Zstd:
    """A compressor on top of the zstd program, which Python's library does not have."""

    def __init__(self, fast, path):
        level = "-1" if fast else "-12"
        self.child = subprocess.Popen(["zstd", "-q", "-T1", level, "-c"], stdin=subprocess.PIPE,
                                      stdout=open(path, "wb"))

    def compress(self, piece):
        self.child.stdin.write(piece)
        return b""

    def flush(self):
        self.child.stdin.close()
        if self.child.wait() != 0:
            sys.exit("make-dist: zstd failed")
        return b""


def compressor(job, path):
    if job.format == "gz":  # 31: a gzip header without name and time.
        return zlib.compressobj(1 if job.fast else 9, zlib.DEFLATED, 31)
    if job.format == "zst":
        return Zstd(job.fast, path)
    # One block and no check, as upstream writes it.
    lzma2 = {"id": lzma.FILTER_LZMA2, "preset": 0 if job.fast else 9}
    return lzma.LZMACompressor(lzma.FORMAT_XZ, lzma.CHECK_NONE, filters=[lzma2])


def write_archive(job, path):
    """Writes it whole or not at all. Gives back its SHA-256."""
    temporary = f"{path}.{os.getpid()}.new"
    packer = compressor(job, temporary)
    digest = hashlib.sha256()
    if isinstance(packer, Zstd):
        for piece in gathered(tar_chunks(job)):
            packer.compress(piece)
        packer.flush()
        with open(temporary, "rb") as result:
            digest = hashlib.file_digest(result, "sha256")
    else:
        with open(temporary, "wb") as result:
            def keep(piece):
                digest.update(piece)
                result.write(piece)
            for piece in gathered(tar_chunks(job)):
                keep(packer.compress(piece))
            keep(packer.flush())
    os.rename(temporary, path)
    return digest.hexdigest()
