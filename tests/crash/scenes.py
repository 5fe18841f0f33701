"""What is crashed: for each operation the home it begins in, the command, and what it makes of it."""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import shutil
import subprocess
import typing

from harness import checks
from harness.dists import NEW_DATE, NEW_YEAR, OLD_DATE, OLD_YEAR, switch_beta, switch_stable
from harness.environment import BETA, HOST, ROOT, STABLE
from harness.homes import TempHome, full_name
from harness.installed import INIT
from harness.processes import Holder, wait_until
from harness.proxied import TOOLS
from harness.rustup import make_by_hand
from observed import MINE

SKIPPED = 77


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
    watched: tuple = ()  # Files of stable whose content is a part of what is there, and may be damaged.
    may_stay: bool = False  # What it changes by the way stays as it is, silently, where it cannot.


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


def with_former(keep, **options):
    """Updated, and as many former releases are kept; `lags`: one is at home, from where a tool runs."""
    def prepare(stage):
        home = stage.home
        with_stable(date=OLD_DATE)(stage)
        if keep:
            home.good("set", "keep-generations", str(keep))
        reader = Holder(home.latchkey / "locks", HOME) if options.get("lags") else None
        home.good("update", "stable", "--no-self-update")
        if reader:
            reader.let_go()
        assert len(home.former()) == keep, "the former release is not kept"
    return prepare


def swapped(stage):
    """Since the entry that it returns to rust-src was removed and rustfmt added; clippy, which stays, came anew by
    another command, for which it is no extension."""
    home = stage.home
    with_stable("clippy", "rust-src")(stage)
    then = home.commits()[-1]
    assert then["serial"] == int(SWAP[-1]), "the addition has another entry"
    home.good("component", "remove", "clippy", "rust-src")
    home.good("toolchain", "install", "stable", "--profile", "minimal", "-c", "clippy,rustfmt")
    flags = [next(each["is_extension"] for each in entry["components"] if each["pkg"] == "clippy-preview")
             for entry in (then, home.commits()[-1])]
    assert flags == [True, False], "clippy is listed as before"


def with_an_arrival(stage):
    """Of an addition that was killed before it could commit; nobody wants it any more."""
    home = stage.home
    with_stable()(stage)
    in_the_way = Holder(home.latchkey / "locks", f"toolchain:{STABLE}", mode="exclusive")
    adder = home.spawn("component", "add", "clippy")
    assert wait_until(lambda: checks.entries(home.latchkey / "arrived"), 60), "nothing arrives"
    adder.process.kill()
    adder.finish()
    in_the_way.let_go()


def leaving(stage):
    """clippy was removed while a tool held it, and is still there."""
    with_stable("clippy")(stage)
    reader = Holder(stage.home.latchkey / "locks", *CLIPPY_HELD)
    stage.home.good("component", "remove", "clippy")
    reader.let_go()
    assert stage.home.state().components[-1].standing == "leaving", "it is gone"


def held_without_source(stage):
    """Rolled back to before rust-src was added."""
    with_stable("rust-docs")(stage)
    stage.home.good("component", "add", "rust-src")
    stage.home.good(*SWAP)


def held(stage):
    """Rolled back to its first release; the other one is not kept."""
    with_former(1)(stage)
    stage.home.good(*ROLLBACK)
    stage.home.good("set", "keep-generations", "0")


def keeping(prepare):
    """Former releases of what it prepares are kept from here on."""
    def prepare_and_keep(stage):
        prepare(stage)
        stage.home.good("set", "keep-generations", "1")
    return prepare_and_keep


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


def flip_bit(path):
    """In a copy of this toolchain's own, under the same time."""
    about, content = path.stat(), bytearray(path.read_bytes())
    content[0] ^= 1
    path.unlink()
    path.write_bytes(content)
    path.chmod(about.st_mode & 0o7777)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


BROKEN = ("bin/rustc", "bin/cargo-clippy", "bin/cargo", "lib/rustlib/rust-installer-version")


def damaged(*others):
    """One file of each kind of damage; `others` are toolchains that have the same trees."""
    def prepare(stage):
        with_stable("clippy")(stage)
        for other in others:
            stage.home.install(other)
            stage.home.good("component", "add", "clippy", "--toolchain", other)
        paths = [stage.home.toolchain() / path for path in BROKEN]
        flip_bit(paths[0])
        paths[1].unlink()
        mode = paths[2].stat().st_mode
        flip_bit(paths[2])  # Its mode is nobody else's then.
        flip_bit(paths[2])
        paths[2].chmod(mode & 0o700)
        paths[3].unlink()
    return prepare


def with_twin(stage):
    with_stable()(stage)
    stage.home.install("1.95.0")


def with_mirror(stage):
    """Of the old release, which makes room for the new one."""
    nothing(stage)
    switch_stable(stage.dist, OLD_DATE)
    stage.home.good("mirror", "../mirror", "stable", "--profile", "minimal")
    switch_stable(stage.dist, NEW_DATE)


def with_export(stage):
    """A file with a toolchain that is gone."""
    with_docs(stage)
    stage.home.good("export", "stable", "-o", "../stable.tar.zst")
    stage.home.good("toolchain", "uninstall", "stable")


def with_export_of_another(stage):
    """A file with a toolchain that is installed here in another release, with other components."""
    with_stable("clippy")(stage)
    stage.home.good("export", "stable", "-o", "../stable.tar.zst")
    stage.home.good("toolchain", "uninstall", "stable")
    with_stable("rust-src", date=OLD_DATE)(stage)


def with_old_bundle(stage):
    """A file of this name is there, which is another bundle."""
    nothing(stage)
    (stage.home.root / "mirror").mkdir()
    stage.home.good("bundle", "stable", "--profile", "minimal", "-c", "clippy", "-o", "../mirror/rust.tar")


def with_bundle(stage):
    """A file with a release, and nothing that is installed."""
    nothing(stage)
    stage.home.good("bundle", "stable", "--profile", "minimal", "-o", "../stable.tar")


def without_default(stage):
    with_stable("clippy")(stage)
    stage.home.good("default", "none")


def with_base(stage):
    """Another home has the toolchain, and this one nothing."""
    nothing(stage)
    base = TempHome(stage.root / "base", stage.home.environment["RUSTUP_DIST_SERVER"], stage.home.binary)
    if not base.toolchain().exists():
        base.install("stable")
        base.good("component", "add", "rust-src")


BASE = {"LATCHKEY_BASE": "{root}/base/rustup"}
RUST_KEY = ROOT / "src/openpgp/rust-key.asc"
HOME = f"directory:home/{STABLE}"  # Of a tool that runs from there.
CLIPPY_HELD = (HOME, f"use:home/{STABLE}/{full_name('clippy')}")
ADD_OTHER = ("component", "add", "rustfmt", "--toolchain", "stable")
ROLLBACK = ("toolchain", "rollback", "stable", "--to", "1")
SWAP = ("toolchain", "rollback", "stable", "--to", "3")
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
    Scene("prune", without_default, ("toolchain", "prune", "--pattern", "stable")),
    Scene("take-out", with_a_component_that_was_busy, ("component", "add", "rust-src"), ADD_OTHER),
    Scene("collect", with_an_arrival, ("tidy",), ADD_OTHER),
    Scene("adopt", made_by_rustup, ("component", "add", "clippy"), ADD_OTHER),
    Scene("settle", lagging, ("tidy",), ADD_OTHER),
    Scene("add-held", with_stable(), ("component", "add", "clippy"), ADD_OTHER, held=(HOME,)),
    Scene("remove-held", with_stable("clippy"), ("component", "remove", "clippy"), ADD_OTHER,
          may_fail_again=True, held=CLIPPY_HELD),
    Scene("return-held", leaving, ("component", "add", "clippy"), ADD_OTHER, held=CLIPPY_HELD),
    Scene("update-held", with_stable("clippy", date=OLD_DATE),
          ("update", "stable", "--no-self-update"), ADD_OTHER, held=(HOME,)),
    Scene("update-kept", keeping(with_stable("clippy", date=OLD_DATE)),
          ("update", "stable", "--no-self-update"), ADD_OTHER),
    Scene("rollback", with_former(1), ROLLBACK, ADD_OTHER),
    Scene("rollback-held", with_former(1), ROLLBACK, ADD_OTHER, held=(HOME,)),
    Scene("rollback-home", with_former(1, lags=True), ROLLBACK, ADD_OTHER, held=(HOME,)),
    Scene("rollback-fetch", with_former(0), ROLLBACK, ADD_OTHER),
    Scene("rollback-swap", swapped, SWAP, ("component", "add", "llvm-tools", "--toolchain", "stable")),
    Scene("install-held", held_without_source,
          ("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update", "-c", "rust-src"),
          ADD_OTHER),
    Scene("self-update", installed, ("self", "update"), ("self", "update"),
          variables={"RUSTUP_UPDATE_ROOT": "file://{root}/updates"}, program="cargo/bin/rustup"),
    Scene("convert", installed_before, ("toolchain", "list"), program="cargo/bin/rustup", may_stay=True),
    Scene("repair", damaged("1.95.0"), ("toolchain", "verify", "stable", "--repair"),
          watched=BROKEN),
    Scene("repair-fetched", damaged(), ("toolchain", "verify", "stable", "--repair"),
          watched=BROKEN),
    Scene("detach", with_twin, ("toolchain", "verify", "--detach",
                                f"../rustup/toolchains/{STABLE}/bin/rustc"), ADD_OTHER,
          watched=("bin/rustc",)),
    Scene("default", with_stable(), ("default", "none"), ("override", "set", "stable")),
    Scene("override", with_stable(), ("override", "set", "stable"), ("default", "none")),
    Scene("add-based", with_base, ("component", "add", "clippy", "--toolchain", "stable"), ADD_OTHER, variables=BASE),
    Scene("alias", with_stable(), ("toolchain", "alias", "msrv", "stable"), ("default", "none")),
    Scene("wishes", with_stable(), ("set", "components", "+rust-src"), ("toolchain", "alias", "msrv", "stable")),
    Scene("unhold", held, ("update", "stable", "--unhold", "--no-self-update"), ADD_OTHER),
    Scene("trust", with_stable(), ("trust", "add", RUST_KEY), ("trust", "remove", "1"),
          other_may_fail=True),
    Scene("mirror", with_mirror, ("mirror", "../mirror", "stable", "--profile", "minimal", "--keep", "1")),
    Scene("bundle", with_old_bundle, ("bundle", "stable", "--profile", "minimal", "-o", "../mirror/rust.tar")),
    Scene("install-from", with_bundle, ("toolchain", "install", "--profile", "minimal", "--from", "../stable.tar"),
          ("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update", "-c", "rustfmt")),
    Scene("import", with_export, ("import", "../stable.tar.zst")),
    Scene("import-force", with_export_of_another, ("import", "--force", "../stable.tar.zst")),
    Scene("hand-back", with_stable("clippy"), ("hand-back",)),
]
