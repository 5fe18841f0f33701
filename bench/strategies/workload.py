"""Homes, operations and the watchdog: what the comparison and the rivals' claims are made of.

An operation is a process that a user starts, with everything that it starts in turn: a process group.
What happened is read from the journal that all of them append to, so that it is known of killed ones,
too.
"""

import ctypes
import dataclasses
import json
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("BENCH_STRATEGIES", str(ROOT / "build" / "release" / "bench" / "bench_strategies"))

BASE = ("cargo", "rustc", "rust-std")
MORE = ("clippy-preview", "rustfmt-preview", "miri-preview", "rust-analyzer-preview", "rust-src",
        "llvm-tools-preview")
FILES_OF_COMPONENT = 6
PR_SET_CHILD_SUBREAPER = 36
POLL_SECONDS = 0.005
# Nothing here takes so long but a wait; a run that exceeds it is a fault of this benchmark.
MOST_SECONDS = 120


def adopt_orphans():
    """What a killed operation leaves behind becomes our child, so that all are waited for; and who ends
    us by SIGTERM ends all of it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


@dataclasses.dataclass
class Counts:
    """What one scenario came to. Counts of operations, unless it says otherwise."""
    operations: int = 0
    changes: int = 0         # of whatever process, that ended by itself or was ended by the watchdog
    builds: int = 0
    tools: int = 0           # that began to read, or waited for it
    completed: int = 0       # ended by themselves
    lost: int = 0            # changes that reported success and are not there
    deadlocks: int = 0       # waits that only the watchdog ended
    failed: int = 0          # could not start, or did not find a whole toolchain
    mixed: int = 0           # saw more than one version
    left_broken: int = 0     # toolchains that were not whole at the end
    reader_waits: int = 0    # times that a reader waited at all
    longest_reader_wait_ms: int = 0
    longest_writer_wait_ms: int = 0
    seconds: float = 0.0

    def add(self, other):
        for field in dataclasses.fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            longest = field.name.startswith("longest")
            setattr(self, field.name, max(mine, theirs) if longest else mine + theirs)

    def is_clean(self):
        return not (self.lost or self.deadlocks or self.failed or self.mixed or self.left_broken)


class Operation:
    """A process group, from its start until all of it are gone."""

    def __init__(self, home, words, at_step):
        self.home, self.words = home, words
        self.name = f"{len(home.operations)}"
        environment = {"BENCH_HOME": str(home.path), "BENCH_STRATEGY": home.strategy,
                       "BENCH_OPERATION": self.name, "PATH": os.environ.get("PATH", "")}
        if at_step:
            environment["BENCH_AT_STEP"] = at_step
        null = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in (0, 1)]
        self.pid = os.posix_spawn(home.binary, [home.binary, *words], environment, file_actions=null, setsid=True)
        self.exit_code = None    # of the leader; negative: a signal
        self.gone = False        # the whole group
        self.stuck = False       # the watchdog ended it
        self.killed = False      # we did, on purpose

    def poll(self):
        while not self.gone:
            try:
                pid, status = os.waitpid(-self.pid, os.WNOHANG)
            except ChildProcessError:
                self.gone = True
                return
            if pid == 0:
                return
            if pid == self.pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
                self.killed = self.killed or self.exit_code == -signal.SIGKILL

    def ended(self):
        self.poll()
        return self.exit_code is not None

    def signal(self, number):
        self.poll()
        if not self.gone:
            os.killpg(self.pid, number)

    def kill(self):
        self.killed = True
        self.signal(signal.SIGKILL)
        while not self.gone:
            self.poll()
            time.sleep(POLL_SECONDS)


class Home:
    """A toolchain under one strategy, and all that is done to it."""

    def __init__(self, strategy, patience, binary=BINARY):
        """patience: seconds; who waits longer is ended by the watchdog."""
        self.strategy, self.patience, self.binary = strategy, patience, binary
        self._directory = tempfile.TemporaryDirectory(prefix="strategies.")
        self.path = pathlib.Path(self._directory.name)
        self.operations = []
        self.events = []
        self._read = 0
        self._waits = {}     # (pid, role) → event, of waits that have no end yet
        self._ended_writers = set()
        self._reader_waits = 0
        self._longest = {"reader": 0, "writer": 0}
        self.run("change", "install", "1", *BASE)
        self._first = len(self.operations)
        self._began = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for operation in self.operations:
            if not operation.gone:
                operation.kill()
        self.stop_server()
        self._directory.cleanup()

    # What a scenario does.

    def start(self, *words, at_step=None):
        """at_step: "KILL 12" or "STOP 12", for a change: what happens to it at that step of its work."""
        operation = Operation(self, words, at_step)
        self.operations.append(operation)
        return operation

    def run(self, *words, at_step=None):
        operation = self.start(*words, at_step=at_step)
        self.settle([operation])
        return operation

    def settle(self, operations, until=None):
        """Waits for the ends of these, or until `until()` says so. Who waits for too long is ended."""
        deadline = time.monotonic() + MOST_SECONDS
        while True:
            for each in operations:
                each.poll()
            self.read_journal()
            if all(each.gone for each in operations) or (until and until()):
                return
            self.end_what_is_stuck()
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.strategy}: {operations[0].words} does not end, nor does it wait")
            time.sleep(POLL_SECONDS)

    def wait_for_reading(self, operation, tool):
        """Until this operation's tool has begun to read; false if it never will."""
        def begun():
            return any(event["event"] == "reading" and event["operation"] == operation.name and
                       event["tool"] == tool for event in self.events)
        self.settle([operation], begun)
        return begun()

    def wait_for_stop(self, operation):
        """Until it has stopped itself, or ended."""
        self.settle([operation], lambda: self.stopped(operation) == 1)

    def stopped(self, operation):
        """How many of its processes are halted."""
        count = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                text = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace")
                state, _, group, *_ = text.rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue   # It has ended meanwhile.
            count += int(group) == operation.pid and state == "T"
        return count

    def waiting(self, operation):
        return sum(event["operation"] == operation.name for event in self._waits.values())

    def changed(self, operation):
        return len(self.events_of(operation, "changed"))

    def stop_watchers(self):
        (self.path / "stop").touch()

    def kill_server(self):
        """kill -9 of the lock server, where there is one. Returns whether."""
        try:
            pid = int((self.path / "server.pid").read_text())
            if os.readlink(f"/proc/{pid}/exe") != os.path.realpath(self.binary):
                return False
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return False
        while os.path.exists(f"/proc/{pid}/fd/0"):   # Not of a zombie.
            time.sleep(POLL_SECONDS)
        return True

    def stop_server(self):
        self.kill_server()
        try:
            while os.waitpid(-1, 0):
                pass
        except ChildProcessError:
            pass

    # What came of it.

    def read_journal(self):
        try:
            with open(self.path / "journal", "rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data[:data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            event = json.loads(line)
            self.events.append(event)
            if event["event"] == "wait":
                self._waits[event["pid"], event["role"]] = event
            elif event["event"] == "waited":
                begun = self._waits.pop((event["pid"], event["role"]), None)
                if begun:   # Else the watchdog came first.
                    self.note_wait(event["role"], event["ms"] - begun["ms"])

    def note_wait(self, role, ms):
        self._reader_waits += role == "reader"
        self._longest[role] = max(self._longest[role], int(ms))

    def end_what_is_stuck(self):
        now = time.monotonic() * 1000
        stuck = [(key, event) for key, event in self._waits.items()
                 if now - event["ms"] > self.patience * 1000]
        for key, event in stuck:
            self.note_wait(event["role"], now - event["ms"])
            operation = self.operations[int(event["operation"])]
            operation.stuck = True
            if event["role"] == "writer":
                self._ended_writers.add(event["pid"])
        for operation in {int(event["operation"]) for _, event in stuck}:
            self.operations[operation].kill()
        for key, event in list(self._waits.items()):
            if self.operations[int(event["operation"])].gone:
                del self._waits[key]

    def events_of(self, operation, kind):
        return [event for event in self.events
                if event["operation"] == operation.name and event["event"] == kind]

    def is_failed(self, operation):
        reads = self.events_of(operation, "read")
        return bool(self.events_of(operation, "error")) or any(event["failed"] for event in reads)

    def is_mixed(self, operation, build):
        """build: all its tools must be of one version, not only each of them."""
        reads = self.events_of(operation, "read")
        versions = {event["version"] for event in reads if event["version"]}
        return any(event["mixed"] for event in reads) or (build and len(versions) > 1)

    def count_changes(self):
        """Those that were made, that were refused, and that still waited when they were ended."""
        made = {event["pid"] for event in self.events if event["event"] == "changed"
                and event["kind"] != "install"}
        refused = {event["pid"] for event in self.events if event["event"] == "error"
                   and event["command"] == "change"}
        return len(made | refused | self._ended_writers)

    def final_state(self):
        """(components, version, generation, whole) as they lie there now."""
        toolchain = self.path / "toolchains" / "demo"
        known = self.path / "latchkey" / "toolchains" / "demo"
        if known.exists():
            # Home lags while somebody runs from it: the state says where the newest one is.
            words = dict(line.split(" ", 1) for line in (known / "state").read_text().splitlines())
            if words["place"] == "away":
                number = words["generation"].split()[0]
                toolchain = self.path / "latchkey" / "away" / number / "demo"
        rustlib = toolchain / "lib" / "rustlib"
        components = (rustlib / "components").read_text().split()
        version, generation = map(int, (rustlib / "multirust-channel-manifest.toml").read_text().split())
        if known.exists():
            newest = max((known / "history").iterdir(), key=lambda entry: int(entry.stem))
            generation = int(json.loads(newest.read_text())["command"])
        whole = True
        for component in components:
            for number in range(FILES_OF_COMPONENT):
                try:
                    words = (toolchain / "lib" / component / str(number)).read_text().split()
                except FileNotFoundError:
                    words = ["", "0"]
                whole = whole and words[0] == component and int(words[1]) == version
        return components, version, generation, whole

    def counts(self, *, builds=(), some_were_killed=False):
        """Of everything since the toolchain was installed."""
        counts = Counts(seconds=time.monotonic() - self._began)
        for operation in self.operations[self._first:]:
            if operation.killed and not operation.stuck:
                continue
            counts.operations += 1
            counts.completed += not operation.stuck
            counts.deadlocks += operation.stuck
            counts.failed += self.is_failed(operation)
            counts.builds += operation in builds
            counts.mixed += self.is_mixed(operation, operation in builds)
        changes = [event for event in self.events if event["event"] == "changed"
                   and event["kind"] != "install"]
        components, version, generation, whole = self.final_state()
        counts.changes = self.count_changes()
        counts.tools = len({event["pid"] for event in self.events if event["event"] == "reading" or
                            (event["event"] == "wait" and event["role"] == "reader")})
        wanted = {name for event in changes for name in event["components"].split()}
        missing = len(wanted - set(components))
        # Each change counts the generation up; so one that wrote back what it had read is known even
        # where all components are there.
        uncounted = 0 if some_were_killed else len(changes) - (generation - 1)
        counts.lost = max(missing, uncounted)
        counts.left_broken = int(not whole)
        counts.reader_waits = self._reader_waits
        counts.longest_reader_wait_ms = self._longest["reader"]
        counts.longest_writer_wait_ms = self._longest["writer"]
        return counts


def moments(seed, count, longest_seconds):
    """Times at which to kill or to stop, the same in every run."""
    source = random.Random(seed)
    return [source.uniform(0, longest_seconds) for _ in range(count)]
