"""What must hold of a home when nobody works in it: nothing missing, nothing left over."""

import collections
import dataclasses
import functools
import gzip
import hashlib
import json
import os
import pathlib
import stat
import tarfile
import tomllib

METADATA = {"components", "rust-installer-version", "multirust-channel-manifest.toml",
            "multirust-config.toml", ".latchkey"}
LOCKS_TEXT = "latchkey locks 2\n"
MOST_LINKS = 4  # To the home, where a generation away has been: for each toolchain.


@functools.cache
def archives(dist):
    """SHA-256 → path, of every archive of a tree that make-dist or a test made."""
    found = {}
    for path in pathlib.Path(dist).rglob("*.tar.*"):
        if path.name.endswith((".gz", ".xz", ".zst")):
            with open(path, "rb") as file:
                found[hashlib.file_digest(file, "sha256").hexdigest()] = path
    return found


@functools.cache
def packed_files(archive, folder):
    """Path → (may be executed, SHA-256), of one component in an archive."""
    files = {}
    with tarfile.open(archive) as tar:
        for entry in tar:
            parts = entry.name.split("/", 2)
            if entry.isfile() and len(parts) == 3 and parts[1] == folder:
                content = tar.extractfile(entry).read()
                files[parts[2]] = (bool(entry.mode & 0o100), hashlib.sha256(content).hexdigest())
    files.pop("manifest.in", None)
    return files


def load_index(home, tree):
    with gzip.open(home.latchkey / "trees" / f"{tree}.json.gz") as file:
        return json.load(file)


@functools.cache
def listed_archives(manifest):
    """(package, target) → SHA-256s of its archives, of a channel manifest's text."""
    return {(pkg, target): [value for key, value in fields.items() if key.endswith("hash")]
            for pkg, package in tomllib.loads(manifest)["pkg"].items()
            for target, fields in package.get("target", {}).items()}


@dataclasses.dataclass(frozen=True)
class Part:
    """A component of a toolchain, wherever what is known of it comes from."""

    pkg: str
    target: str
    folder: pathlib.Path
    tree: str = ""

    @property
    def name(self):
        return self.pkg if self.target == "*" else f"{self.pkg}-{self.target}"


def parts_of(home, toolchain, directory):
    """Of the state; of a toolchain as rustup leaves it, of rustup's own notes."""
    state = home.state(toolchain)
    if state is None:
        with open(directory / "lib/rustlib/multirust-config.toml", "rb") as file:
            return [Part(entry["pkg"], entry.get("target", "*"), directory)
                    for entry in tomllib.load(file)["components"]]
    pending = home.latchkey / "toolchains" / toolchain / "pending"
    return [Part(each.pkg, each.target,
                 pending / each.tree if each.standing == "pending" else directory, each.tree)
            for each in state.installed()]


def faults(home, toolchain, dist, own=()):
    """What is wrong with the toolchain's current generation, if what the server packed is right.

    `own` are the user's files, of which nobody else knows. What a killed change left, which is
    partial, is no fault.
    """
    directory = home.current(toolchain)
    if directory is None:
        return [f"{toolchain} is not installed"]
    if not stat.S_ISDIR(os.lstat(directory).st_mode):
        return [f"{directory} is no directory"]
    wrong = list(list_faults(home, toolchain, directory))
    parts = parts_of(home, toolchain, directory)
    expected = set(own)
    names = {part.name for part in parts} | partial_names(home, toolchain)
    if is_combined(home, toolchain):
        wrong += combined_faults(home, parts[0], directory, dist, expected)
        names = set(listed_names(directory))
    else:
        manifest = (directory / "lib/rustlib/multirust-channel-manifest.toml").read_text()
        for part in parts:
            wrong += part_faults(home, part, directory, manifest, dist, expected)
    partial = partial_files(home, toolchain)
    for path in every_file(directory):
        if path not in expected and path not in partial and not is_metadata(path, names):
            wrong.append(f"'{path}' belongs to no component")
    return wrong


def is_combined(home, toolchain):
    """Is it of before 2016: one component, in which all are?"""
    state = home.state(toolchain)
    return state is not None and [each.name for each in state.installed()] == ["rust"]


def listed_names(directory):
    return (directory / "lib/rustlib/components").read_text().split()


def list_faults(home, toolchain, directory):
    """Do the state, its tag and rustup's lists in the directory say the same?"""
    state = home.state(toolchain)
    if state is None:
        return
    rustlib = directory / "lib/rustlib"
    tag = (rustlib / ".latchkey").read_text().splitlines()
    if tag[2] != f"generation {state.number} {state.word}":
        yield f"the tag says '{tag[2]}', the state '{state.number} {state.word}'"
    if state.intended:
        return  # A change in place was killed; the next one goes on from there.
    if is_combined(home, toolchain):
        for name in ("multirust-config.toml", "multirust-channel-manifest.toml"):
            if (rustlib / name).exists():
                yield f"{name}: there was none before 2016"
        return
    names = [each.name for each in state.installed()]
    listed = listed_names(directory)
    with open(rustlib / "multirust-config.toml", "rb") as file:
        config = [Part(entry["pkg"], entry.get("target", "*"), directory).name
                  for entry in tomllib.load(file)["components"]]
    for file, found in (("components", listed), ("multirust-config.toml", config)):
        if sorted(found) != sorted(names):
            yield f"{file}: {found}, but the state says {names}"


def partial_names(home, toolchain):
    state = home.state(toolchain)
    return {each.name for each in state.components if not each.counts} if state else set()


def partial_files(home, toolchain):
    state = home.state(toolchain)
    trees = [each.tree for each in state.components if not each.counts] if state else []
    return {path for tree in trees if tree for path, *_ in load_index(home, tree)["files"]}


def is_metadata(path, names):
    rustlib, name = os.path.split(path)
    if rustlib != "lib/rustlib":
        return name and rustlib.startswith("lib/rustlib/.latchkey-")
    return name in METADATA or name.removeprefix("manifest-") in names


def every_file(folder):
    """Paths below, through links to directories."""
    for here, _, names in os.walk(folder, followlinks=True):
        for name in names:
            yield os.path.relpath(os.path.join(here, name), folder)


def entries_of(folder):
    """Every path below with what lstat(2) says, links left out."""
    for path in [folder, *pathlib.Path(folder).rglob("*")]:
        if not path.is_symlink():
            yield path, path.lstat()


def where_is(part, directory, path):
    """What waits beside the state comes folder by folder: killed meanwhile, some of it is there."""
    waiting = part.folder / path
    return waiting if os.path.lexists(waiting) else directory / path


def part_faults(home, part, directory, manifest, dist, expected):
    """Each file of one component. Adds their paths to `expected`."""
    yield from payload_faults(part, directory, part.name)
    hashes = listed_archives(manifest)[part.pkg, part.target]
    archive = next(archives(dist)[each] for each in hashes if each in archives(dist))
    packed = packed_files(archive, part.name) or packed_files(archive, part.pkg)
    yield from content_faults(part, directory, packed, expected)
    if part.tree:
        yield from index_faults(home, part, directory, hashes, packed)


def combined_faults(home, part, directory, dist, expected):
    """The same of the one component of before 2016. Its tree has the archive's hash for a name."""
    archive, packed = archives(dist)[part.tree], {}
    for name in listed_names(directory):
        yield from payload_faults(part, directory, name)
        packed |= packed_files(archive, name)
    yield from content_faults(part, directory, packed, expected)
    yield from index_faults(home, part, directory, [part.tree], packed)


def payload_faults(part, directory, name):
    for line in (directory / f"lib/rustlib/manifest-{name}").read_text().split("\n"):
        if line and not where_is(part, directory, line.split(":", 1)[1]).exists():
            yield f"{name}: manifest names '{line}', which is not there"


def content_faults(part, directory, packed, expected):
    name = part.name
    for path, (executable, digest) in packed.items():
        expected.add(path)
        try:
            file = where_is(part, directory, path)
            mode = os.lstat(file).st_mode
            content = file.read_bytes()
        except OSError as error:
            yield f"{name}: '{path}': {error.strerror}"
            continue
        if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o755 != (0o755 if executable else 0o644):
            yield f"{name}: '{path}' has the mode {mode:o}"
        if hashlib.sha256(content).hexdigest() != digest:
            yield f"{name}: '{path}' is not what was packed"


def index_faults(home, part, directory, hashes, packed):
    """Does the index say of each file what is so? It may be lost: see `leftovers`."""
    try:
        index = load_index(home, part.tree)
    except (FileNotFoundError, EOFError, ValueError, gzip.BadGzipFile):
        return
    if index["header"]["hash"] not in hashes:
        yield f"{part.name}: the toolchain's manifest is of another release"
    if set(packed) != {path for path, *_ in index["files"]}:
        yield f"{part.name}: its index does not list what was packed"
    for path, mode, size, _, seconds, nanoseconds in index["files"]:
        file = where_is(part, directory, path)
        if not os.path.lexists(file):
            continue  # content_faults has said so.
        about = os.lstat(file)
        time = seconds * 10**9 + nanoseconds
        found = stat.S_IMODE(about.st_mode), about.st_size, about.st_mtime_ns
        if found != (mode, size, time):
            yield f"{part.name}: '{path}' is {found}, its index says {(mode, size, time)}"


def arrival_faults(home):
    """Who takes a tree from there does not read it."""
    for tree in sorted(entries(home.latchkey / "arrived")):
        try:
            files = load_index(home, tree)["files"]
        except (OSError, EOFError, ValueError) as error:
            yield f"arrived/{tree}: its index cannot be read: {error!r}"
            continue
        for path, _, size, *_ in files:
            file = home.latchkey / "arrived" / tree / path
            if not os.path.lexists(file) or os.lstat(file).st_size != size:
                yield f"arrived/{tree}: '{path}' is not as it was unpacked"


def leftovers(home, downloads=False):
    """What nothing needs. With `downloads`, unfinished ones may stay."""
    junk = []
    allowed = {"settings.toml", "toolchains", "update-hashes", "downloads", "tmp", "latchkey"}
    junk += extra(home.rustup, allowed)
    junk += extra(home.latchkey, {"locks", "readers", "toolchains", "trees", "away", "arrived",
                                  "staging", "keep-generations", "keys"})
    for folder in ("staging", "arrived"):
        junk += extra(home.latchkey / folder, set())
    junk += extra(home.rustup / "tmp", set())
    if not downloads:
        junk += extra(home.rustup / "downloads", set())
    known = entries(home.latchkey / "toolchains")
    installed = {name for name in entries(home.rustup / "toolchains")
                 if (home.rustup / "toolchains" / name).exists()}
    junk += extra(home.rustup / "toolchains", installed)
    installed |= {name for name in known if home.current(name)}
    junk += extra(home.rustup / "update-hashes", installed)
    trees = set()
    for toolchain in known:
        junk += state_leftovers(home, toolchain, trees)
    junk += away_leftovers(home)
    junk += extra(home.latchkey / "trees", {f"{tree}.json.gz" for tree in trees})
    there = entries(home.latchkey / "trees")
    junk += [f"trees/{tree}.json.gz is missing" for tree in trees if f"{tree}.json.gz" not in there]
    locks = home.latchkey / "locks"
    if locks.exists() and locks.read_text() != LOCKS_TEXT:
        junk.append("the lock file's text is another")
    return junk


def state_leftovers(home, toolchain, trees):
    """Of one toolchain's folder. Adds the trees that it names to `trees`."""
    state = home.state(toolchain)
    yield from extra(home.latchkey / "toolchains" / toolchain, {"state", "history", "former"})
    kept = home.former(toolchain)
    if len(kept) > home.keep_generations():
        yield f"{toolchain} keeps {len(kept)} former generations"
    for record in kept.values():
        trees |= record.trees()
    if state is None:
        yield f"nothing is known of '{toolchain}'"
        return
    trees |= state.trees()
    lags = toolchain in home.readers
    if state.place not in (("away", "home", "removed") if lags else ("home",)):
        yield f"{toolchain} is {state.place}"
    if state.behind and not lags:
        yield f"{toolchain} has something behind"
    if state.intended or any(each.standing != "listed" for each in state.components):
        yield f"{toolchain} has partial components"


def away_leftovers(home):
    """A number's folder has the current generation of a toolchain, one that is kept, or a link."""
    links = collections.Counter()
    for number in entries(home.latchkey / "away"):
        folder = home.latchkey / "away" / number
        if not entries(folder):
            yield f"away/{number} is empty"
        for toolchain in entries(folder):
            path = folder / toolchain
            if path.is_symlink():
                links[toolchain] += 1
                if not path.samefile(home.toolchain(toolchain)):
                    yield f"away/{number}/{toolchain} leads elsewhere"
            elif home.current(toolchain) != path and home.word_of(path) not in home.former(toolchain):
                yield f"away/{number}/{toolchain} is left over"
    for toolchain, count in links.items():
        if count > MOST_LINKS:
            yield f"{toolchain} has {count} links"


def entries(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def extra(folder, allowed):
    return [f"{folder.parent.name}/{folder.name}/{name} is left over"
            for name in entries(folder) if name not in allowed]


def size_of(folder):
    """Bytes on the disk; a file with several names counts once."""
    seen = {}
    for here, folders, names in os.walk(folder):
        for name in folders + names:
            about = os.lstat(os.path.join(here, name))
            seen[about.st_dev, about.st_ino] = about.st_blocks * 512
    return sum(seen.values())
