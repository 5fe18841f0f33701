"""Homes of the tests' own, and what lies in them."""

import atexit
import json
import pathlib
import tomllib

from harness import states
from harness.environment import BINARY, CLEAN, HOST, LAGGING, LIMIT_SECONDS, STABLE
from harness.processes import Holder, Running


class TempHome:
    """A RUSTUP_HOME, CARGO_HOME and HOME of a test's own, and the server that it installs from.

    Attributes:
        readers: toolchain → who runs from its home, so that it lags.
    """

    def __init__(self, root, server, binary=BINARY):
        self.root = pathlib.Path(root)
        self.rustup = self.root / "rustup"
        self.latchkey = self.rustup / "latchkey"
        self.binary = binary
        self.readers = {}
        for folder in ("home", "work", "tmp"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self.environment = CLEAN | {
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "RUSTUP_HOME": str(self.rustup),
            "CARGO_HOME": str(self.root / "cargo"),
            "RUSTUP_DIST_SERVER": str(server),
            "RUSTUP_UPDATE_ROOT": f"{server}/rustup",
            "RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS": "/nonexistent",
            "PATH": "/usr/bin:/bin",
            "CI": "1",  # No look for a newer rustup.
        }

    def spawn(self, *words, prefix=(), pass_fds=(), **variables):
        """Starts `rustup WORDS`. A variable that is None is not set."""
        environment = self.environment | {key: str(value) for key, value in variables.items()}
        for key in [key for key, value in variables.items() if value is None]:
            del environment[key]
        return Running([*prefix, self.binary, *words], environment, self.root / "work",
                       pass_fds)

    def run(self, *words, limit=LIMIT_SECONDS, **options):
        return self.spawn(*words, **options).finish(limit)

    def good(self, *words, **options):
        """Runs what must succeed."""
        done = self.run(*words, **options)
        if done.code != 0:
            raise AssertionError(str(done))
        return done

    def install(self, *names, profile="minimal", may_lag=True, **options):
        words = ["toolchain", "install", *(names or ["stable"]), "--profile", profile,
                 "--no-self-update"]
        done = self.good(*words, **options)
        if LAGGING and may_lag and self.latchkey.exists():
            self.lag(*(self.find_name(name) for name in names or ["stable"]), **options)
        return done

    def find_name(self, name):
        """The full name of what is installed as `name`."""
        return name if self.toolchain(name).exists() else f"{name}-{HOST}"

    def lag(self, *names, **options):
        """Lets these toolchains live away: somebody runs from what was at home before."""
        for name in names or [STABLE]:
            if name in self.readers:
                continue
            self.readers[name] = Holder(self.latchkey / "locks", f"directory:home/{name}",
                                        f"use:home/{name}/*")
            atexit.register(self.readers[name].let_go)
            components = [word for each in sorted(self.components(name))
                          for word in ("--component", each.removesuffix(f"-{HOST}"))]
            self.good("toolchain", "uninstall", name, **options)
            self.good("toolchain", "install", name, "--profile", "minimal", "--no-self-update",
                      *components, **options)
            if self.state(name).place != "away":
                raise AssertionError(f"{name} does not lag")

    def let_go(self):
        """Nobody runs from what is behind any more; the next command may settle."""
        for reader in self.readers.values():
            reader.let_go()
        self.readers.clear()

    def toolchain(self, name=STABLE):
        return self.rustup / "toolchains" / name

    def away(self, number, name=STABLE):
        return self.latchkey / "away" / str(number) / name

    def settle(self):
        """One more change, which tidies up what was in use when the last one passed over it."""
        there = full_name("llvm-bitcode-linker") in self.components()
        self.good("component", "remove" if there else "add", "llvm-bitcode-linker")

    def components(self, name=STABLE):
        """What `component list --installed` goes by, as full names; empty without a toolchain."""
        directory, state = self.current(name), self.state(name)
        if directory and state and state.intended:  # A change was killed; the state counts.
            return {each.name for each in state.installed()}
        try:
            text = (directory / "lib/rustlib/multirust-config.toml").read_text()
        except (FileNotFoundError, TypeError):
            return set()
        return {full_name(entry["pkg"], entry.get("target", "*"))
                for entry in tomllib.loads(text)["components"]}

    def state(self, name=STABLE):
        """What Latchkey knows of a toolchain; None where that is nothing."""
        return states.find(self.latchkey / "toolchains" / name / "state")

    def former(self, name=STABLE):
        """The records of the generations that are kept for a rollback, by their words."""
        records = map(states.find, (self.latchkey / "toolchains" / name / "former").glob("*"))
        return {each.word: each for each in records}

    def keep_generations(self):
        try:
            return int((self.latchkey / "keep-generations").read_text())
        except FileNotFoundError:
            return 0

    @staticmethod
    def word_of(directory):
        """What the tag of a generation's directory says; None without a tag."""
        try:
            lines = (directory / "lib/rustlib/.latchkey").read_text().splitlines()
        except FileNotFoundError:
            return None
        return next(line.split()[2] for line in lines if line.startswith("generation "))

    def current(self, name=STABLE):
        """The directory of the current generation, or of what rustup made; None without one."""
        state = self.state(name)
        if state and state.place == "away":
            return self.away(state.number, name)
        if state and state.place == "removed":
            return None
        return self.toolchain(name) if self.toolchain(name).exists() else None

    def commits(self, name=STABLE, after=0):
        """The commits of a toolchain with a serial above `after`, of those that are remembered."""
        folder = self.latchkey / "toolchains" / name / "history"
        found = [json.loads(path.read_text()) for path in folder.glob("*.json")]
        return sorted((each for each in found if each["serial"] > after),
                      key=lambda each: each["serial"])

    def serial(self, name=STABLE):
        """Of the last commit; 0 without one."""
        return max((each["serial"] for each in self.commits(name)), default=0)

    def staging(self, kind=""):
        """The folders of unfinished work, of one kind of range or of all."""
        try:
            return sorted(path for path in (self.latchkey / "staging").iterdir()
                          if path.name.startswith(kind))
        except FileNotFoundError:
            return []

    def partials(self):
        try:
            return sorted((self.rustup / "downloads").iterdir())
        except FileNotFoundError:
            return []


def full_name(pkg, target=HOST):
    """As the components file has it, from the package's name or the short one that users type."""
    preview = {"clippy", "rustfmt", "miri", "rust-analyzer", "llvm-tools",
               "llvm-bitcode-linker"}
    name = f"{pkg}-preview" if pkg in preview else pkg
    return name if pkg == "rust-src" or target == "*" else f"{name}-{target}"
