"""What is crashed: for each operation the home it begins in, the command, and what it makes of it."""

import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import tomllib
import typing

from harness import checks
from harness.dists import (NEW_DATE, NEW_YEAR, OLD_DATE, OLD_YEAR, add_two_betas, switch_beta,
                           switch_stable, two_stables)
from harness.environment import BETA, BINARY, HOST, STABLE
from harness.homes import TempHome, full_name
from harness.installed import INIT
from harness.processes import Holder, Running, wait_for
from harness.proxied import TOOLS
from harness.rustup import make_by_hand

TRACER = os.environ.get("LATCHKEY_TRACER") or str(
    pathlib.Path(BINARY).with_name("latchkey-crash-tracer"))
LIMIT_SECONDS = 120
MINE = ("bin/mine", "share/doc/rust/html/core/mine")  # Files of the user's, in what others made.
SKIPPED = 77
# What the sync after a commit goes by; as this machine's is, the number of calls would depend on it.
IDLE = "MemTotal: 1 kB\nDirty:          0 kB\nWriteback:      0 kB\n"
BUSY = "MemTotal: 1 kB\nDirty:          9000000 kB\nWriteback:      0 kB\n"


@dataclasses.dataclass(frozen=True)
class Scene:
    name: str
    prepare: typing.Callable  # Gets the `Stage`, and leaves its home as the operation finds it.
    words: tuple
    other: tuple = ()  # What another process runs meanwhile; () for nothing.
    other_may_fail: bool = False  # An add to a toolchain that is uninstalled meanwhile is refused.
    may_fail_again: bool = False  # Done twice, the second says that there is nothing to do.
    held: tuple = ()  # Ranges that a reader holds, as the lock holder of the tests names them.
    variables: dict = dataclasses.field(default_factory=dict)
    program: str = ""  # Relative to the home's folder; else the program under test.
    may_stay: bool = False  # What it changes by the way stays as it is, silently, where it cannot.


@dataclasses.dataclass
class Traced:
    """A run under the tracer."""

    done: object
    report: dict

    @property
    def code(self):
        return self.report["ended"]

    @property
    def hit(self):
        return self.report["hit"]


class Stage:
    """A folder with a server's tree and a home, which is put back before each run."""

    def __init__(self, binary=BINARY):
        # Where there is memory to write to, the disk is spared thousands of copies.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-crash-", dir=memory))
        self.root.chmod(0o755)
        self.dist = add_two_betas(two_stables(self.root / "dist"))
        self.home = TempHome(self.root / "home", f"file://{self.dist}", binary)
        self.kept = self.root / "kept"
        (self.root / "idle").write_text(IDLE)
        (self.root / "busy").write_text(BUSY)
        self.apart = ["--apart", "--present", f"{self.root}/idle=/proc/meminfo"]
        self.held = ()
        self.reader = None

    def let_go(self):
        if self.reader:
            self.reader.let_go()
        self.reader = None

    def close(self):
        self.let_go()
        shutil.rmtree(self.root, ignore_errors=True)

    def probe(self):
        """Empty, or why this machine lets nobody trace or mount."""
        done = Running([TRACER, *self.apart, "--report", self.root / "report", "--", "/bin/true"],
                       self.home.environment, self.root).finish()
        return done.err if done.code else ""

    def begin(self, scene):
        """Makes the home that the scene begins in, and keeps a copy."""
        self.let_go()
        self.held = scene.held
        shutil.rmtree(self.home.root, ignore_errors=True)
        shutil.rmtree(self.kept, ignore_errors=True)
        switch_stable(self.dist, NEW_DATE)
        switch_beta(self.dist, NEW_YEAR)
        self.home = TempHome(self.home.root, f"file://{self.dist}", self.home.binary)
        scene.prepare(self)
        copy(self.home.root, self.kept)

    def put_back(self):
        self.let_go()
        shutil.rmtree(self.home.root)
        copy(self.kept, self.home.root)
        if self.held:
            self.reader = Holder(self.home.latchkey / "locks", *self.held)

    def program_of(self, scene):
        return str(self.home.root / scene.program) if scene.program else self.home.binary

    def environment_of(self, scene):
        return self.home.environment | {key: value.format(root=self.root)
                                        for key, value in scene.variables.items()}

    def trace(self, scene, fault=None, point=0, options=()):
        report = self.root / "report"
        report.unlink(missing_ok=True)
        words = [TRACER, *self.apart, *options, "--report", report]
        if fault:
            words += ["--fault", fault, "--point", point]
        if fault == "meet":
            words += ["--meet", " ".join([self.program_of(scene), *scene.other])]
        done = Running([*words, "--", self.program_of(scene), *scene.words],
                       self.environment_of(scene), self.home.root / "work").finish(LIMIT_SECONDS)
        if done.code != 0:
            raise AssertionError(f"the tracer itself failed\n{done}")
        return Traced(done, json.loads(report.read_text()))

    def run(self, scene, words=None):
        """Without the tracer, as a user runs it."""
        return Running([self.program_of(scene), *(words or scene.words)],
                       self.environment_of(scene), self.home.root / "work").finish(LIMIT_SECONDS)


def copy(source, target):
    """With its hard links, which generations share."""
    words = ["cp", "-a", source, target]
    process = subprocess.Popen(words)
    try:
        wait_for(process, 60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, words)


# --- what is there ---------------------------------------------------------------------------------


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


def state_of(home):
    states = {name: toolchain_state(home, name) for name in names_of(home)}
    return {"toolchains": {name: state for name, state in states.items() if state != ("nothing",)},
            "settings": settings_state(home), "programs": programs_state(home)}


def hashes_of(home):
    folder = home.rustup / "update-hashes"
    return {name: (folder / name).read_text() for name in checks.entries(folder)}


def wrong_with(stage):
    """Whatever is half done about a home; empty for a good one."""
    home = stage.home
    wrong = []
    for name in names_of(home):
        try:
            directory = home.current(name)
            if directory is not None:
                wrong += checks.faults(home, name, stage.dist, users_files(home, name))
        except (OSError, ValueError, KeyError) as error:
            wrong.append(f"'{name}' cannot be read: {error!r}")
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


# --- the operations --------------------------------------------------------------------------------


def with_stable(*components, date=NEW_DATE):
    def prepare(stage):
        switch_stable(stage.dist, date)
        stage.home.install("stable")
        if components:
            stage.home.good("component", "add", *components)
        switch_stable(stage.dist, NEW_DATE)
    return prepare


def with_old_beta(stage):
    """Of before 2016, as one archive."""
    switch_beta(stage.dist, OLD_YEAR)
    stage.home.install("beta", may_lag=False)
    write_users_file(stage, MINE[0], BETA)
    switch_beta(stage.dist, NEW_YEAR)


def nothing(stage):
    (stage.home.root / "work").mkdir(exist_ok=True)


def with_a_component_that_was_busy(stage):
    """clippy was removed while a tool that may load it ran, which has ended meanwhile."""
    home = stage.home
    with_stable("clippy")(stage)
    cargo = stage.root / "bin" / "cargo"
    if not cargo.exists():
        cargo.parent.mkdir()
        cargo.symlink_to(home.binary)
    tool = subprocess.Popen([cargo, "exec", "/bin/sh", "-c", "echo ready; read line"],
                            env=home.environment, cwd=home.root / "work", stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)
    with contextlib.closing(tool.stdin), contextlib.closing(tool.stdout):
        assert tool.stdout.readline() == b"ready\n"
        home.good("component", "remove", "clippy")
        assert checks.leftovers(home), "nothing was kept for the tool that runs"
    tool.wait(20)


def lagging(stage):
    """The new release lives away, as a tool ran from home during the update; it has ended."""
    home = stage.home
    with_stable("clippy", date=OLD_DATE)(stage)
    reader = Holder(home.latchkey / "locks", HOME)
    home.good("update", "stable", "--no-self-update")
    reader.let_go()
    assert home.state().place == "away", "home does not lag"


def write_users_file(stage, path, toolchain=STABLE):
    mine = stage.home.toolchain(toolchain) / path
    mine.write_text("#!/bin/sh\necho mine\n")
    mine.chmod(0o755)


def with_docs(stage):
    """In the folder that the documentation's list names whole, there is a file of the user's."""
    with_stable("rust-docs")(stage)
    write_users_file(stage, MINE[1])


def made_by_rustup(stage):
    make_by_hand(stage.home, stage.dist)
    write_users_file(stage, MINE[0])


def installed(stage):
    home = stage.home
    program = stage.root / "rustup-init"
    shutil.copy(home.binary, program)
    subprocess.run([program, "-y", "--default-toolchain", "none"], check=True, timeout=60,
                   env=home.environment | INIT, capture_output=True)
    server = stage.root / "updates"
    shutil.rmtree(server, ignore_errors=True)
    folder = server / "archive" / "9.9.9" / HOST
    folder.mkdir(parents=True)
    new = pathlib.Path(home.binary).read_bytes() + b"\n"
    (folder / "rustup-init").write_bytes(new)
    digest = hashlib.sha256(new).hexdigest()
    (folder / "rustup-init.sha256").write_text(f"{digest} *rustup-init\n")
    (server / "release-stable.toml").write_text(
        "schema-version = '1'\nversion = '9.9.9'\nprogram = 'latchkey'\n")


def installed_before(stage):
    """As earlier versions did, by one of which the proxy is: a file, and hard links to another."""
    installed(stage)
    folder = stage.home.root / "cargo" / "bin"
    program, proxy = ((folder / name).read_bytes() for name in ("rustup", "rustc"))
    shutil.rmtree(folder)
    folder.mkdir()
    for name, content in (("rustup", program), (TOOLS[0], proxy + b"\n")):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o755)
    for tool in TOOLS[1:]:
        os.link(folder / TOOLS[0], folder / tool)


HOME = f"directory:home/{STABLE}"  # Of a tool that runs from there.
ADD_OTHER = ("component", "add", "rustfmt", "--toolchain", "stable")
INSTALL_BETA = ("toolchain", "install", "beta", "--no-self-update")
SCENES = [
    Scene("install", nothing, ("toolchain", "install", "stable", "--profile", "minimal",
                               "--no-self-update"),
          ("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
           "-c", "rustfmt")),
    Scene("add", with_stable(), ("component", "add", "clippy"), ADD_OTHER),
    Scene("remove", with_stable("clippy"), ("component", "remove", "clippy"), ADD_OTHER,
          may_fail_again=True),
    Scene("remove-docs", with_docs, ("component", "remove", "rust-docs"), ADD_OTHER,
          may_fail_again=True),
    Scene("update", with_stable("clippy", date=OLD_DATE), ("update", "stable", "--no-self-update"),
          ADD_OTHER),
    Scene("install-combined", nothing, INSTALL_BETA, INSTALL_BETA),
    Scene("update-combined", with_old_beta, ("update", "beta", "--no-self-update"), INSTALL_BETA),
    Scene("uninstall", with_stable(), ("toolchain", "uninstall", "stable"), ADD_OTHER,
          other_may_fail=True),
    Scene("take-out", with_a_component_that_was_busy, ("component", "add", "rust-src"), ADD_OTHER),
    Scene("adopt", made_by_rustup, ("component", "add", "clippy"), ADD_OTHER),
    Scene("settle", lagging, ("tidy",), ADD_OTHER),
    Scene("add-held", with_stable(), ("component", "add", "clippy"), ADD_OTHER, held=(HOME,)),
    Scene("remove-held", with_stable("clippy"), ("component", "remove", "clippy"), ADD_OTHER,
          may_fail_again=True, held=(HOME, f"use:home/{STABLE}/{full_name('clippy')}")),
    Scene("update-held", with_stable("clippy", date=OLD_DATE),
          ("update", "stable", "--no-self-update"), ADD_OTHER, held=(HOME,)),
    Scene("self-update", installed, ("self", "update"), ("self", "update"),
          variables={"RUSTUP_UPDATE_ROOT": "file://{root}/updates"}, program="cargo/bin/rustup"),
    Scene("convert", installed_before, ("toolchain", "list"), program="cargo/bin/rustup", may_stay=True),
    Scene("default", with_stable(), ("default", "none"), ("override", "set", "stable")),
    Scene("override", with_stable(), ("override", "set", "stable"), ("default", "none")),
    Scene("hand-back", with_stable("clippy"), ("hand-back",)),
]
