"""What must hold of a home when nobody works in it: nothing missing, nothing left over."""

import functools
import hashlib
import json
import os
import pathlib
import re
import stat
import tarfile
import tomllib

METADATA = {"components", "rust-installer-version", "multirust-channel-manifest.toml",
            "multirust-config.toml"}


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


def load_record(home, toolchain, number):
    path = home.latchkey / "generations" / toolchain / f"{number}.json"
    return json.loads(path.read_text())


def load_index(home, tree):
    return json.loads((home.latchkey / "store" / f"{tree}.json").read_text())


def name_of(component):
    pkg, target = component["pkg"], component.get("target") or "*"
    return pkg if target == "*" else f"{pkg}-{target}"


def faults(home, toolchain, dist):
    """What is wrong with the toolchain's current generation, if what the server packed is right."""
    number = home.current(toolchain)
    if number is None:
        return [f"{toolchain} is no generation"]
    folder = home.latchkey / "generations" / toolchain / str(number)
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        return [f"generation {number} is no directory"]
    record = load_record(home, toolchain, number)
    rustlib = folder / "lib/rustlib"
    wrong = []
    names = [name_of(component) for component in record["components"]]
    listed = (rustlib / "components").read_text().split()
    if listed != names:
        wrong.append(f"components: {listed}, but the record says {names}")
    with open(rustlib / "multirust-config.toml", "rb") as file:
        config = [name_of(entry) for entry in tomllib.load(file)["components"]]
    if sorted(config) != sorted(names):
        wrong.append(f"multirust-config.toml: {config}, but the record says {names}")
    manifest = (rustlib / "multirust-channel-manifest.toml").read_text()
    expected = set()
    for component, name in zip(record["components"], names):
        wrong += component_faults(home, component, name, folder, manifest, dist, expected)
    for path in every_file(folder):
        if path not in expected and not is_metadata(path, names) and not record.get("carried"):
            wrong.append(f"'{path}' belongs to no component")
    return wrong


def is_metadata(path, names):
    rustlib, name = os.path.split(path)
    if rustlib != "lib/rustlib":
        return False
    return name in METADATA or name.removeprefix("manifest-") in names


def every_file(folder):
    """Paths below, through links to directories."""
    for here, _, names in os.walk(folder, followlinks=True):
        for name in names:
            yield os.path.relpath(os.path.join(here, name), folder)


def component_faults(home, component, name, folder, manifest, dist, expected):
    """Each file of one component. Adds their paths to `expected`."""
    index = load_index(home, component["tree"])
    header = index["header"]
    for line in (folder / f"lib/rustlib/manifest-{name}").read_text().split("\n"):
        if line and not (folder / line.split(":", 1)[1]).exists():
            yield f"{name}: manifest names '{line}', which is not there"
    packed = None
    if header["hash"]:
        if header["hash"] not in manifest:
            yield f"{name}: the toolchain's manifest is of another release"
        archive = archives(dist)[header["hash"]]
        packed = packed_files(archive, name) or packed_files(archive, component["pkg"])
        if set(packed) != {path for path, *_ in index["files"]}:
            yield f"{name}: its index does not list what was packed"
    for path, mode, size, _ in index["files"]:
        expected.add(path)
        try:
            content = (folder / path).read_bytes()
        except OSError as error:
            yield f"{name}: '{path}': {error.strerror}"
            continue
        if len(content) != size:
            yield f"{name}: '{path}' has {len(content)} bytes, not {size}"
        if stat.S_IMODE(os.stat(folder / path).st_mode) != mode:
            yield f"{name}: '{path}' has another mode than {mode:o}"
        if packed and packed.get(path) != (bool(mode & 0o100), hashlib.sha256(content).hexdigest()):
            yield f"{name}: '{path}' is not what was packed"


def leftovers(home, downloads=False):
    """What nothing needs. With `downloads`, unfinished ones may stay."""
    junk = []
    allowed = {"settings.toml", "toolchains", "update-hashes", "downloads", "tmp", "latchkey"}
    junk += extra(home.rustup, allowed)
    junk += extra(home.latchkey, {"locks", "store", "generations", "staging"})
    junk += extra(home.latchkey / "staging", set())
    junk += extra(home.rustup / "tmp", set())
    if not downloads:
        junk += extra(home.rustup / "downloads", set())
    toolchains = entries(home.rustup / "toolchains")
    junk += extra(home.rustup / "update-hashes", set(toolchains))
    needed = set()
    for toolchain in entries(home.latchkey / "generations"):
        junk += generation_leftovers(home, toolchain, needed)
    for toolchain in toolchains:
        if not (home.rustup / "toolchains" / toolchain).exists():
            junk.append(f"the name '{toolchain}' leads nowhere")
    allowed = needed | {f"{tree}.json" for tree in needed}
    junk += extra(home.latchkey / "store", allowed)
    junk += [f"store/{name} is missing" for name in allowed - set(entries(home.latchkey / "store"))]
    if os.path.getsize(home.latchkey / "locks"):
        junk.append("the lock file is not empty")
    return junk


def generation_leftovers(home, toolchain, needed):
    """Of one toolchain's folder. Adds the trees of the current generation to `needed`."""
    folder = home.latchkey / "generations" / toolchain
    names = entries(folder)
    current = home.current(toolchain)
    records = sorted(int(name[:-5]) for name in names if re.fullmatch(r"\d+\.json", name))
    links = {name for name in names if (folder / name).is_symlink()}
    allowed = links | {f"{name}.json" for name in links} | {f"{name}.proxies" for name in links}
    if current is not None:
        allowed |= {str(current), f"{current}.json", f"{current}.proxies"}
        record = load_record(home, toolchain, current)
        needed |= {component["tree"] for component in record["components"]}
        needed |= {record["carried"]} if record.get("carried") else set()
        if len(links) > 32:
            yield f"{toolchain} has {len(links)} links"
    elif links:
        yield f"{toolchain} is gone and has links"
    if records:
        allowed |= {f"{records[-1]}.json"}
    yield from extra(folder, allowed)


def entries(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def extra(folder, allowed):
    return [f"{folder.parent.name}/{folder.name}/{name} is left over"
            for name in entries(folder) if name not in allowed]
