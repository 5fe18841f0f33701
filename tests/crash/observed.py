"""What is there after a crash: the parts of a home, what is wrong with it, and what is the same as before."""

import hashlib
import json
import os
import re
import stat
import tomllib

from harness import checks
from harness.dists import NEW_DATE, OLD_DATE
from harness.environment import HOST, STABLE
from harness.proxied import TOOLS

MINE = ("bin/mine", "share/doc/rust/html/core/mine")  # Files of the user's, in what others made.


def content_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def toolchain_state(home, name):
    directory = home.current(name)
    if directory is None:
        return ("nothing",)
    if checks.is_combined(home, name):
        return ("combined", home.state(name).installed()[0].tree)
    manifest = (directory / "lib/rustlib/multirust-channel-manifest.toml").read_text()
    date = OLD_DATE if f'"{OLD_DATE}"' in manifest else NEW_DATE
    return ("toolchain", date, *sorted(home.components(name)))


def watched_files(home, name):
    """Those that a scene lets be damaged."""
    return getattr(home, "watched", ()) if name == STABLE else ()


def watched_state(home):
    """(path, what is there), of each."""
    return tuple((path, look_at(home.current() / path)) for path in watched_files(home, STABLE))


def look_at(path):
    try:
        return f"{path.lstat().st_mode:o} {content_of(path)}"
    except FileNotFoundError:
        return "missing"


def settings_state(home):
    try:
        settings = tomllib.loads((home.rustup / "settings.toml").read_text())
    except FileNotFoundError:
        settings = {}
    # A file with what holds anyway is as good as none.
    return json.dumps({key: value for key, value in settings.items()
                       if key not in ("version", "profile") and value}, sort_keys=True)


def programs_state(home):
    folder = home.root / "cargo" / "bin"
    names = {name: content_of(folder / name) for name in ("rustup", "rustc")
             if (folder / name).exists()}
    return tuple(sorted(names.items()))


def names_of(home):
    return sorted({*checks.entries(home.rustup / "toolchains"),
                   *checks.entries(home.latchkey / "toolchains")})


def mirror_state(home):
    """(path, what is there), of each file in a mirror's tree, and of a bundle beside it."""
    folder = home.root / "mirror"
    return tuple((path, content_of(folder / path)) for path in sorted(checks.every_file(folder))
                 if path.startswith("dist/") or path == "rust.tar") if folder.exists() else ()


def wrong_with_mirror(home, dist):
    """Manifests without an archive of those that the mirror is to have."""
    tree = dict(mirror_state(home))
    for path in [path for path in tree if path.endswith(".toml")]:
        manifest = (home.root / "mirror" / path).read_text()
        for pkg in ("cargo", "rustc", "rust-std"):
            for url in re.findall(rf'"[^"]*/(dist/[^"]*/{pkg}-1[^"]*{HOST}\.tar\.gz)"', manifest):
                if tree.get(url) != content_of(dist / url):
                    yield f"mirror: '{url}' is not there, which '{path}' names"


def state_of(home):
    states = {name: toolchain_state(home, name) for name in names_of(home)}
    return {"toolchains": {name: state for name, state in states.items() if state != ("nothing",)},
            "settings": settings_state(home), "programs": programs_state(home),
            "watched": watched_state(home), "mirror": mirror_state(home)}


def hashes_of(home):
    folder = home.rustup / "update-hashes"
    return {name: (folder / name).read_text() for name in checks.entries(folder)}


def wrong_with(stage, arrived=True):
    """Whatever is half done about a home; empty for a good one. No tool looks at what has arrived."""
    home = stage.home
    wrong = []
    for name in names_of(home):
        try:
            directory = home.current(name)
            if directory is not None:
                wrong += [each for each in checks.faults(home, name, stage.dist,
                                                         users_files(home, name))
                          if not any(path in each for path in watched_files(home, name))]
        except (OSError, ValueError, KeyError) as error:
            wrong.append(f"'{name}' cannot be read: {error!r}")
    for name in checks.entries(home.latchkey / "toolchains"):
        folder = home.latchkey / "toolchains" / name
        if (folder / "history").exists() and not (folder / "state").exists():
            wrong.append(f"the history of '{name}' has outlived its state")
    if arrived:
        wrong += checks.arrival_faults(home)
    wrong += wrong_with_mirror(home, stage.dist)
    programs = home.root / "cargo" / "bin"
    for name in checks.entries(programs):
        if name in (*TOOLS, "rustup") and not os.access(programs / name, os.X_OK):
            wrong.append(f"'{name}' cannot be run")
    return wrong


def users_files(home, name):
    directory = home.current(name)
    return {path for path in MINE if directory is not None and (directory / path).exists()}


def all_users_files(home):
    return {f"{name}/{path}" for name in names_of(home) for path in users_files(home, name)}


def left_over(home):
    if home.latchkey.exists():
        junk = checks.leftovers(home)
    else:
        junk = checks.extra(home.rustup, {"settings.toml", "toolchains", "update-hashes", "downloads",
                                          "tmp"})
        junk += checks.extra(home.rustup / "tmp", set())
    junk += checks.extra(home.root / "tmp", set())
    junk += checks.extra(home.root / "mirror/.latchkey/parts", set())
    junk += checks.extra(home.root / "mirror", {".latchkey", "dist", "rust.tar"})
    # Start-up files of shells are as many as there are shells.
    for folder in ("cargo", "cargo/bin", "cargo/bin/.latchkey", "cargo/bin/.latchkey/proxy", "home"):
        junk += [f"{folder}/{name} is left over" for name in checks.entries(home.root / folder)
                 # Where its lock is, and where its programs are.
                 if (folder, name) not in (("cargo", "latchkey"), ("cargo/bin", ".latchkey"))
                 and ("latchkey" in name or name.endswith((".new", ".first")))]
    junk += checks.extra(home.root / "cargo/latchkey", {"locks", "readers"})
    return junk


def fingerprint(root):
    """Of all that the next command could see: names, kinds, modes, contents, hard links."""
    summary = hashlib.sha256()
    inodes = {}
    for here, folders, names in os.walk(root):
        folders.sort()
        for name in sorted([*folders, *names], key=steady_name):
            path = os.path.join(here, name)
            status = os.lstat(path)
            line = [steady_name(os.path.relpath(path, root)), status.st_mode]
            if stat.S_ISLNK(status.st_mode):
                line.append(os.readlink(path))
            elif stat.S_ISREG(status.st_mode):
                twin = inodes.setdefault(status.st_ino, len(inodes))
                line.append(twin)
                if status.st_nlink == 1 or twin == len(inodes) - 1:
                    line.append(steady_content(path))
            summary.update(repr(line).encode())
    return summary.hexdigest()


def steady_name(name):
    """Without the random numbers of junk."""
    return re.sub(r"away%2F[0-9]{12,}|left\.[0-9a-f]{16}", "random", name)


# What differs from run to run: words, the time of day, inodes, times of modification.
UNSTEADY = re.compile(rb'\b[0-9a-f]{16}\b|"when" ?: ?"[^"]*"|(?<=^written )[0-9]+|,[0-9]+,[0-9]+(?=\])'
                      rb'|(?<= )[0-9]{10} [0-9]+$', re.MULTILINE)


def steady_content(path):
    with open(path, "rb") as file:
        content = file.read()
    if "/latchkey/" in path or path.endswith("/.latchkey"):
        content = UNSTEADY.sub(b"", content)
    return hashlib.sha256(content).digest()
