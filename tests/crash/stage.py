"""Where a scene is played: a folder with a server's tree and a home, and the tracer."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness.dists import NEW_DATE, NEW_YEAR, add_two_betas, switch_beta, switch_stable, two_stables
from harness.environment import BINARY
from harness.homes import TempHome
from harness.processes import Holder, Running, wait_for

TRACER = os.environ.get("LATCHKEY_TRACER") or str(
    pathlib.Path(BINARY).with_name("latchkey-crash-tracer"))
LIMIT_SECONDS = 120
# What the sync after a commit goes by; as this machine's is, the number of calls would depend on it.
IDLE = "MemTotal: 1 kB\nDirty:          0 kB\nWriteback:      0 kB\n"
BUSY = "MemTotal: 1 kB\nDirty:          9000000 kB\nWriteback:      0 kB\n"


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
        self.home.watched = scene.watched
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
