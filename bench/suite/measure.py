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


def run(words, environment, folder, change=None, prefix=(), expect=0):
    """Runs it to its end, which must be as expected. With `change`, a Change, also when that was to be
    seen. `prefix` is a program that starts it elsewhere, and is not measured."""
    watcher = Watcher(change) if change else None
    try:
        running = Running(words, environment, folder, prefix)
        measured = running.finish(expect)
        if not watcher:
            return measured
        visible, watcher = watcher.finish(), None
        return dataclasses.replace(measured, visible_seconds=visible - running.started)
    finally:
        if watcher:
            watcher.kill()


def run_together(commands, environment, folder):
    """Starts all at once: the time from the first start to the last end, the largest peak."""
    running = [Running(words, environment, folder) for words in commands]
    each = [one.finish() for one in running]
    wall = max(one.ended for one in running) - min(one.started for one in running)
    return in_all(each, wall)


def in_all(each, wall=None):
    """Several as one, one after another unless `wall` says what they took."""
    total = {name: sum(getattr(one, name) for one in each)
             for name in ("wall_seconds", "cpu_seconds", "user_seconds", "system_seconds")}
    if wall is not None:
        total["wall_seconds"] = wall
    return Measured(**total, peak_mib=max(one.peak_mib for one in each))


class Running:
    """A program that was started under `launch`."""

    def __init__(self, words, environment, folder, prefix=()):
        self.words, self.started, self.ended = words, 0, 0
        self._place = tempfile.TemporaryDirectory()
        self._results = pathlib.Path(self._place.name) / "results"
        self._output = tempfile.TemporaryFile()
        self._launch = subprocess.Popen(
            [*prefix, sys.executable, "-I", "-S", LAUNCH, self._results, *words], env=environment,
            cwd=folder, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output,
            start_new_session=True)

    def finish(self, expect=0):
        try:
            code = self._launch.wait()
        except BaseException:  # We are ended: then so is all that was started.
            os.killpg(self._launch.pid, signal.SIGKILL)
            self._launch.wait()
            raise
        if code != 0:
            sys.exit(f"{' '.join(map(str, self.words))}: could not be measured\n{self.said()}")
        numbers = map(float, self._results.read_text().split())
        self.started, self.ended, user, system, peak_kib, code = numbers
        if code != expect:
            sys.exit(f"{' '.join(map(str, self.words))}: exit {code:.0f}\n{self.said()}")
        self._place.cleanup()
        return Measured(self.ended - self.started, user + system, user, system, peak_kib / 1024)

    def said(self):
        self._output.seek(0)
        return self._output.read().decode(errors="replace")


@dataclasses.dataclass(frozen=True)
class Change:
    """A removal: the path is gone, and the toolchain's list of components lacks the name, if one is."""

    path: pathlib.Path
    listing: pathlib.Path | None = None
    name: str = ""

    def visible(self):
        if os.path.lexists(self.path):
            return False
        if self.listing is None:
            return True
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
                sys.exit("the change was never to be seen")
            time.sleep(0.01)
        return float(self.answers.read())

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def warm(folder):
    """A file, or every file of a folder, into the page cache, for whoever comes first."""
    folder = pathlib.Path(folder)
    for path in [folder, *folder.rglob("*")]:
        if path.is_file():
            with open(path, "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


def settle():
    """Nobody pays for what another has left dirty."""
    os.sync()
