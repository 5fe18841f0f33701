"""Programs as children of a test, and the wait for what they do."""

import contextlib
import dataclasses
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time

from harness.environment import CLEAN, HOLDER, LIMIT_SECONDS


def wait_until(condition, seconds=20.0, pause=0.002):
    """What `condition` answered first that is true. Falls back to what it answered last."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(pause)
    return answer


def sizes_in(folder):
    """Of the files in it, while somebody adds some, renames others, or makes the folder itself."""
    sizes = []
    with contextlib.suppress(FileNotFoundError):
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
    return sizes


# Source: fcntl(2), <asm/unistd.h>.
F_OFD_SETLKW = 38
FCNTL = {"x86_64": "72", "aarch64": "25"}.get(os.uname().machine)


def waits_for_range(pid):
    """Does a thread of it sleep in the kernel until a range of a lock file is free?"""
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        try:
            words = (task / "syscall").read_text().split()
        except OSError:
            continue  # It has ended.
        if words[0] == FCNTL and int(words[2], 16) == F_OFD_SETLKW:
            return True
    return False


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

    def __init__(self, words, environment, folder, pass_fds=()):
        self.words = [str(word) for word in words]
        self.files = [tempfile.TemporaryFile() for _ in range(2)]
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.words, env=environment, cwd=folder,
                                        stdin=subprocess.DEVNULL, stdout=self.files[0],
                                        stderr=self.files[1], pass_fds=pass_fds)

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
    """A process that holds ranges, by default shared, until it is let go."""

    def __init__(self, locks, *keys, mode="shared"):
        self.process = subprocess.Popen([HOLDER, locks, mode, "try", *keys], env=CLEAN,
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


def signal_name(code):
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
