"""Proxies as an installation leaves them, and toolchains whose tools notice what is wrong.

LATCHKEY_PROXY names the small program that is installed as every tool, of which the full program
carries a copy without symbols, LATCHKEY_GREEDY a full program whose collector takes what readers
use. Both are looked for beside LATCHKEY_BINARY.
"""

import atexit
import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from harness.crafted import CraftedDist, package
from harness.dists import NEW_DATE, OLD_DATE
from harness.environment import BINARY
from harness.processes import Running

PROXY = os.environ.get("LATCHKEY_PROXY") or str(pathlib.Path(BINARY).with_name("latchkey-proxy"))
CARRIED = PROXY + ".image"  # As the full program would place it.
GREEDY = os.environ.get("LATCHKEY_GREEDY") or str(pathlib.Path(BINARY).with_name("latchkey-greedy"))
TOOLS = ("cargo", "cargo-clippy", "cargo-fmt", "cargo-miri", "clippy-driver", "rls", "rust-analyzer",
         "rust-gdb", "rust-gdbgui", "rust-lldb", "rustc", "rustdoc", "rustfmt")

# Says that it runs, and then does so until a file appears.
WAITS = "#!/bin/sh\necho $$ > $TMPDIR/runs\nwhile [ ! -e $TMPDIR/end ]; do sleep 0.01; done\n"


def place_proxies(cargo_home, binary=BINARY, proxy=CARRIED):
    """Makes CARGO_HOME/bin: the full program, the proxy, and links to them."""
    folder = pathlib.Path(cargo_home) / "bin"
    (folder / ".latchkey" / "proxy").mkdir(parents=True)
    link_or_copy(binary, folder / ".latchkey" / "rustup")
    link_or_copy(proxy, folder / ".latchkey" / "proxy" / "rustup")
    (folder / "rustup").symlink_to(".latchkey/rustup")
    for tool in TOOLS:
        (folder / tool).symlink_to(".latchkey/proxy/rustup")
    return folder


def link_or_copy(path, twin):
    try:
        os.link(path, twin)
    except OSError:  # Another file system.
        shutil.copy(path, twin)


def give_proxies(home):
    """As an installation has them, and first in PATH."""
    folder = place_proxies(home.root / "cargo")
    home.environment["PATH"] = f"{folder}:{home.environment['PATH']}"


def call(home, tool, *words, **variables):
    return Running([home.root / "cargo" / "bin" / tool, *words], home.environment | variables,
                   home.root / "work")


@functools.cache
def stand_in():
    """The bytes of the program that stands for every tool."""
    folder = tempfile.mkdtemp(prefix="latchkey-processes-tool-")
    atexit.register(shutil.rmtree, folder, True)
    source = pathlib.Path(__file__).with_name("stand_in.cpp")
    program = pathlib.Path(folder) / "tool"
    subprocess.run(["c++", "-std=c++20", "-O1", "-static", "-s", "-o", program, source],
                   check=True, timeout=120)
    return program.read_bytes()


def files(release, folder, count, size=2000):
    """As a stand-in wants the files that it loads: each begins with the release."""
    return {f"{folder}/part{number:03}": release + b" %d\n" % number + os.urandom(size)
            for number in range(count)}


def make_release(out, date, release):
    """A dist tree with one release, all of whose tools are stand-ins."""
    dist = CraftedDist(out, date)
    tool = stand_in() + release

    def add(pkg, tools, content):
        entries = package(pkg, {f"bin/{name}": tool for name in tools} | content)
        dist.add(pkg, entries, level=1)

    add("rustc", ["rustc", "rustdoc"], files(release, "lib/rustc", 6))
    add("rust-std", [], files(release, "lib/rustlib/host/lib", 6))
    add("cargo", ["cargo"], files(release, "etc/cargo", 2))
    add("clippy-preview", ["clippy-driver", "cargo-clippy"], files(release, "share/clippy", 3))
    add("rustfmt-preview", ["rustfmt", "cargo-fmt"], files(release, "share/rustfmt", 3))
    add("rust-analyzer-preview", ["rust-analyzer"], files(release, "share/rust-analyzer", 1))
    add("rust-src", [], files(release, "lib/rustlib/src/rust", 30))
    add("rust-docs", [], files(release, "share/doc/rust/html", 300))
    return dist


def two_releases(root):
    """Two servers' folders. Both have all archives; their channel `stable` differs.

    Gives {release: folder}. A release is what the files of its components begin with.
    """
    dists = [make_release(pathlib.Path(root) / release.decode(), date, release)
             for release, date in ((b"RELEASEa", OLD_DATE), (b"RELEASEb", NEW_DATE))]
    for one, other in (dists, reversed(dists)):
        folder = one.out / "dist" / other.date
        folder.mkdir()
        for path in other.day.glob("*.tar.*"):
            os.link(path, folder / path.name)
    return dict(zip((b"RELEASEa", b"RELEASEb"), [dist.out for dist in dists]))


LOCK_OPENED = re.compile(r'open(?:at)?\(.*"[^"]*/latchkey/(?:locks|readers)"')
EXECUTED = re.compile(r'execve\("([^"]*)".*\) = 0$')
STRACE = shutil.which("strace")
STRACE_WORDS = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "200", "-e",
                "trace=execve,openat,open,fcntl,flock", "-e", "signal=none"]


class ProxyTrace:
    """What strace saw of proxies and of the tools that they became.

    Attributes:
        starts: how many proxies became a tool.
        most_passes: how often one of them began with its ranges, at most.
        blocking: lines of system calls that may wait for a lock.
        programs: what else was executed.
    """

    def __init__(self, text, bin_folder, rustup_home):
        self.starts = self.most_passes = 0
        self.blocking, self.programs = [], set()
        passes = {}  # Of each process that is a proxy now.
        places = (f"{rustup_home}/toolchains/", f"{rustup_home}/latchkey/away/")
        for line in text.splitlines():
            pid, _, call = line.partition(" ")
            if "F_OFD_SETLKW" in call or "F_SETLKW" in call or "flock(" in call:
                self.blocking.append(line)
            found = EXECUTED.search(call)
            if found and found[1] == f"{bin_folder}/rustup":
                self.programs.add(found[1])
            elif found and found[1].startswith(f"{bin_folder}/"):
                passes[pid] = 0
            elif found and found[1].startswith(places) and pid in passes:
                self.starts += 1
                self.most_passes = max(self.most_passes, passes.pop(pid))
            elif found:
                self.programs.add(found[1])
            elif pid in passes and LOCK_OPENED.search(call):
                passes[pid] += 1
