"""What the tests of many processes share: a home of their own, programs to run in it, chance.

LATCHKEY_BINARY names the program under test. Random tests print their seed; LATCHKEY_SEED repeats
one. LATCHKEY_ROUNDS is a number of rounds, or `full` for as many as a release deserves.
LATCHKEY_SANITIZED says that the program is slower and larger than what is shipped: times and
memory are not asserted.
LATCHKEY_TEST_LAGGING makes every home that `install` prepares lag: its toolchains live away, because
somebody runs from what is at home, as an IDE does after an update.
LATCHKEY_KEEP leaves the folders of a test behind, to be looked at.
"""

import atexit
import dataclasses
import functools
import json
import os
import pathlib
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest

import states

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
BINARY = os.environ.get("LATCHKEY_BINARY") or str(ROOT / "build" / "release" / "latchkey")
SANITIZED = bool(os.environ.get("LATCHKEY_SANITIZED"))
LAGGING = bool(os.environ.get("LATCHKEY_TEST_LAGGING"))
HOLDER = os.environ.get("LATCHKEY_LOCK_HOLDER") or str(
    pathlib.Path(BINARY).parent / "tests" / "latchkey_lock_holder")
HOST = f"{os.uname().machine}-unknown-linux-gnu"
STABLE = f"stable-{HOST}"
LIMIT_SECONDS = 300 if SANITIZED else 60
OLD_DATE, NEW_DATE = "2026-03-05", "2026-04-16"  # Of make-dist's two stable releases.

# What the shell of whoever runs the tests says must not reach the programs under test.
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith(("RUST", "CARGO_", "LATCHKEY_")) and "proxy" not in name.lower()}


def seeded():
    seed = int(os.environ.get("LATCHKEY_SEED") or random.randrange(1 << 32))
    print(f"LATCHKEY_SEED={seed}", flush=True)
    return random.Random(seed)


def rounds(default, full):
    wanted = os.environ.get("LATCHKEY_ROUNDS")
    if not wanted:
        return max(1, default // 5) if SANITIZED else default
    return full if wanted == "full" else int(wanted)


def wait_until(condition, seconds=20.0, pause=0.002):
    """What `condition` answered first that is true. Falls back to what it answered last."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(pause)
    return answer


@dataclasses.dataclass(frozen=True)
class Done:
    """How a program ended. `code` is -9 for one that SIGKILL ended."""

    words: list
    code: int
    out: str
    err: str
    seconds: float

    def __str__(self):
        return (f"{' '.join(self.words)}: exit {self.code} after {self.seconds:.3f} s\n"
                f"{self.out}{self.err}")


def wait_for(process, limit):
    """As `Popen.wait`, which looks every 50 ms whether the end has come. A pidfd tells at once."""
    if process.returncode is None:
        descriptor = os.pidfd_open(process.pid)
        try:
            waiting = select.poll()
            waiting.register(descriptor, select.POLLIN)
            waiting.poll(limit * 1000)
        finally:
            os.close(descriptor)
    process.wait(0)


class Running:
    """A program at work. What it prints goes to files, so it never waits for a reader."""

    def __init__(self, words, environment, folder):
        self.words = [str(word) for word in words]
        self.files = [tempfile.TemporaryFile() for _ in range(2)]
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.words, env=environment, cwd=folder,
                                        stdin=subprocess.DEVNULL, stdout=self.files[0],
                                        stderr=self.files[1])

    @property
    def pid(self):
        return self.process.pid

    def ended(self):
        return self.process.poll() is not None

    def text(self, number):
        with open(f"/proc/self/fd/{self.files[number].fileno()}", errors="replace") as file:
            return file.read()

    @property
    def err(self):
        return self.text(1)

    def send(self, number):
        self.process.send_signal(number)

    def finish(self, limit=LIMIT_SECONDS):
        try:
            wait_for(self.process, limit)
        except subprocess.TimeoutExpired:
            story = (f"{' '.join(self.words)}: no end after {limit} s\n"
                     f"{''.join(self.kernel_stacks())}{self.text(0)}{self.err}")
            self.process.kill()
            self.process.wait()
            raise AssertionError(story) from None
        finally:
            seconds = time.monotonic() - self.started
            out, err = self.text(0), self.err
            for file in self.files:
                file.close()
        return Done(self.words, self.process.returncode, out, err, seconds)

    def kernel_stacks(self):
        """Where each thread waits: what a deadlock's report needs."""
        for task in pathlib.Path(f"/proc/{self.pid}/task").glob("*"):
            for name in ("wchan", "syscall"):
                try:
                    yield f"  thread {task.name}: {name} {(task / name).read_text()}\n"
                except OSError:
                    pass


class Holder:
    """A process that holds ranges, shared, until it is let go."""

    def __init__(self, locks, *keys):
        self.process = subprocess.Popen([HOLDER, locks, "shared", "try", *keys], env=CLEAN,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline()
        if not said.startswith("held"):
            raise AssertionError(f"{keys}: {said}")

    @property
    def pid(self):
        return self.process.pid

    def let_go(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


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

    def spawn(self, *words, prefix=(), **variables):
        """Starts `rustup WORDS`. A variable that is None is not set."""
        environment = self.environment | {key: str(value) for key, value in variables.items()}
        for key in [key for key, value in variables.items() if value is None]:
            del environment[key]
        return Running([*prefix, self.binary, *words], environment, self.root / "work")

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


class ProcessTest(unittest.TestCase):
    """A test with a folder of its own, in which nothing of it survives."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-processes-"))
        self.root.chmod(0o755)
        if os.environ.get("LATCHKEY_KEEP"):
            print(f"kept: {self.root}", flush=True)
        else:
            self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def home(self, server, name="home", binary=BINARY):
        home = TempHome(self.root / name, server, binary)
        self.addCleanup(home.let_go)
        return home

    def finish_all(self, programs, limit=LIMIT_SECONDS):
        """Waits for all; one that does not end takes the others with it."""
        end = time.monotonic() + limit
        try:
            return [program.finish(max(0.1, end - time.monotonic())) for program in programs]
        finally:
            for program in programs:
                if not program.ended():
                    program.process.kill()
                    program.process.wait()

    def fetched_by(self, home, server, *words, code=0):
        """Runs it. Gives what it said, and the names of the archives that it fetched."""
        before = len(server.archives())
        done = home.run(*words)
        self.assertEqual(done.code, code, str(done))
        return done, sorted(entry.path.split("/")[-1].split("-1.9")[0]
                            for entry in server.archives()[before:])

    def assert_good(self, *ended):
        for done in ended:
            self.assertEqual(done.code, 0, str(done))


def make_dist(out, *arguments):
    done = subprocess.run([sys.executable, SCRIPTS / "make-dist", "--synthetic", "--quiet",
                           "--out", out, *map(str, arguments)],
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return pathlib.Path(out)


@functools.cache
def synthetic_dist(*arguments):
    """A folder with make-dist's stand-ins, made once for each program. Leave it as it is."""
    folder = tempfile.mkdtemp(prefix="latchkey-processes-dist-")
    os.chmod(folder, 0o755)
    atexit.register(shutil.rmtree, folder, True)
    return make_dist(folder, *arguments)


@functools.cache
def stable_dist():
    """One release of small components; also served as 1.95.0 and 1.95."""
    return synthetic_dist("--channel", "stable", "--formats", "gz", "--synthetic-size", 8)


def two_stables(out):
    """A tree of a test's own with two releases of stable, for `switch_stable`."""
    for date, version in ((OLD_DATE, "1.94.0"), (NEW_DATE, "1.95.0")):
        make_dist(out, "--channel", "stable", "--formats", "gz", "--synthetic-size", 8, "--date",
                  date, "--rename-version", version)
    return pathlib.Path(out)


def switch_stable(dist, date):
    """From now on the channel `stable` is the release of that day."""
    for suffix in ("", ".sha256"):
        name = f"channel-rust-stable.toml{suffix}"
        shutil.copy(dist / "dist" / date / name, dist / "dist" / f"{name}.new")
        os.rename(dist / "dist" / f"{name}.new", dist / "dist" / name)


OLD_YEAR, NEW_YEAR = "2015-12-10", "2016-01-21"  # Of two releases in the format of before 2016.
BETA = f"beta-{HOST}"


def add_two_betas(dist):
    """Two releases of beta as one archive each, for `switch_beta`; the newer one is served."""
    for date, version in ((OLD_YEAR, "1.5.0"), (NEW_YEAR, "1.6.0")):
        make_dist(dist, "--v1-only", "--channel", "beta", "--formats", "gz", "--synthetic-size", 8,
                  "--date", date, "--rename-version", version, "--components",
                  "cargo,rustc,rust-std,rust-docs")
    return pathlib.Path(dist)


def switch_beta(dist, date):
    """From now on the channel `beta` is the release of that day."""
    for name in (f"rust-beta-{HOST}.tar.gz", "channel-rust-beta"):
        for suffix in ("", ".sha256"):
            (dist / "dist" / (name + suffix)).unlink(missing_ok=True)
            os.link(dist / "dist" / date / (name + suffix), dist / "dist" / (name + suffix))


def signal_name(code):
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def main():
    unittest.main(verbosity=2)
