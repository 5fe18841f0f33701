"""One program at a time, measured from outside."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

LAUNCH = pathlib.Path(__file__).resolve().parent / "launch"
PAUSE_SECONDS = 0.0002  # Of the watcher: it must not take a core from what it watches.


@dataclasses.dataclass(frozen=True)
class Measured:
    """`cpu` is user and system time of the program and the children that it waited for."""

    wall_seconds: float
    cpu_seconds: float
    user_seconds: float
    system_seconds: float
    peak_mib: float
    visible_seconds: float | None = None


def run(words, environment, folder, change=None):
    """Runs it to its end; it must succeed. With `change`, a Change, also when that was to be seen."""
    watcher = Watcher(change) if change else None
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile() as output:
        results = pathlib.Path(place) / "results"
        subprocess.run([sys.executable, "-I", "-S", LAUNCH, results, *words], env=environment,
                       cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                       check=True)
        started, ended, user, system, peak_kib, code = map(float, results.read_text().split())
        if code != 0:
            if watcher:
                watcher.kill()
            output.seek(0)
            said = output.read().decode(errors="replace")
            sys.exit(f"{' '.join(map(str, words))}: exit {code:.0f}\n{said}")
    visible = watcher.finish() - started if watcher else None
    return Measured(ended - started, user + system, user, system, peak_kib / 1024, visible)


@dataclasses.dataclass(frozen=True)
class Change:
    """A removal: the path is gone, and the toolchain's list of components lacks the name."""

    path: pathlib.Path
    listing: pathlib.Path
    name: str

    def visible(self):
        if os.path.lexists(self.path):
            return False
        try:
            return self.name not in self.listing.read_text().split()
        except FileNotFoundError:
            return False


class Watcher:
    """A process that notes when a change was to be seen first, on the clock that all processes share."""

    def __init__(self, change):
        if change.visible():
            sys.exit(f"{change.path} is gone before anything began")
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            os.write(writing, b"ready\n")
            while not change.visible():
                time.sleep(PAUSE_SECONDS)
            os.write(writing, repr(time.monotonic()).encode())
            os._exit(0)
        os.close(writing)
        self.answers = os.fdopen(reading)
        self.answers.readline()

    def finish(self):
        """The moment. The program has ended: what is not to be seen yet never will be."""
        limit = time.monotonic() + 10
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > limit:
                self.kill()
                sys.exit("the change was never to be seen")
            time.sleep(0.01)
        return float(self.answers.read())

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def warm(folder):
    """Every file of a server's folder into the page cache, for whoever comes first."""
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            with open(path, "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


def settle():
    """Nobody pays for what another has left dirty."""
    os.sync()
