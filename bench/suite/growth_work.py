"""How the cost of an operation grows: homes of stand-ins that become larger step by step.

Each subject gives, for each of its operations, the medians at each size. What the size counts differs:
components, toolchains, generations, live proxies, installers.
"""

import contextlib
import math
import os
import pathlib
import shutil
import signal
import statistics
import sys
import time

from harness import real_rust
from suite.growth_dist import extra, name

TIMES = 9
NULL = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in range(3)]
ATTEMPTS_SECONDS = 60


class Home:
    """Ours, with proxies, and stable in the minimal profile."""

    def __init__(self, root, binary, server):
        self.root = pathlib.Path(root)
        self.bin = self.root / "cargo" / "bin"
        (self.bin / ".latchkey").mkdir(parents=True)
        shutil.copy(binary, self.bin / ".latchkey" / "rustup")
        (self.bin / "rustup").symlink_to(".latchkey/rustup")  # Its first start makes the proxies.
        self.environment = real_rust.clean_environment(
            self.root, RUSTUP_DIST_SERVER=f"file://{server}", RUSTUP_UPDATE_ROOT=f"file://{server}/rustup")
        self.rustup("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        self.rustup("default", "stable")

    def start(self, program, *words):
        return os.posix_spawn(self.bin / program, [program, *words], self.environment, file_actions=NULL)

    def run(self, program, *words):
        """Seconds until it has ended, and of processor time."""
        began = time.perf_counter()
        _, status, usage = os.wait4(self.start(program, *words), 0)
        seconds = time.perf_counter() - began
        if status != 0:
            sys.exit(f"bench/growth: {program} {' '.join(words)} ended with {status}")
        return seconds, usage.ru_utime + usage.ru_stime

    def rustup(self, *words):
        return self.run("rustup", *words)

    def install(self, toolchain):
        return self.rustup("toolchain", "install", toolchain, "--profile", "minimal", "--no-self-update")


def median_of(run, times=TIMES):
    """`run` gives (wall, CPU); what it does in between is not counted."""
    found = [run() for _ in range(times)]
    return [statistics.median(column) for column in zip(*found)]


def readers(home):
    """What changes nothing."""
    return {"toolchain list": lambda: home.rustup("toolchain", "list"),
            "component list": lambda: home.rustup("component", "list"),
            "show": lambda: home.rustup("show"),
            "rustc --version by the proxy": lambda: home.run("rustc", "--version")}


def writers(home, component):
    """An addition and a removal of one component, each after the other's leavings."""
    def add():
        found = home.rustup("component", "add", component)
        home.rustup("component", "remove", component)
        return found

    def remove():
        home.rustup("component", "add", component)
        return home.rustup("component", "remove", component)

    return {"component add": add, "component remove": remove}


def measure_all(operations, size, series):
    for title, run in operations.items():
        series.setdefault(title, []).append((size, *median_of(run)))


def components(make, most):
    """Components of one toolchain, and of one command."""
    home, series = make(), {}
    for size in sizes(most, 64):
        measure_all(readers(home) | writers(home, extra(65)), size, series)
        fresh = [extra(index) for index in range(size)]

        def add_all():
            if there_now := [each for each in fresh if installed(home, each)]:
                home.rustup("component", "remove", *there_now)
            return home.rustup("component", "add", *fresh)

        series.setdefault("component add of so many at once", []).append((size, *median_of(add_all, 5)))
    return series


def installed(home, component):
    listing, = (home.root / "rustup/toolchains").glob("stable-x86*/lib/rustlib/components")
    return any(line.startswith(component) for line in listing.read_text().split())


def toolchains(make, most):
    home, series, there = make(), {}, 1

    def second():
        found = home.install(name(231))
        home.rustup("toolchain", "uninstall", name(231))
        return found

    def uninstall():
        home.install(name(231))
        return home.rustup("toolchain", "uninstall", name(231))

    for size in sizes(most, 200):
        for index in range(there, size):
            home.install(name(index))
        there = max(there, size)
        measure_all(readers(home) | writers(home, extra(65)) |
                    {"toolchain install, same content": second, "toolchain uninstall": uninstall},
                    size, series)
    return series


def generations(make, most):
    """Of one toolchain: each change makes one."""
    home, series, there = make(), {}, 1
    for size in sizes(most, 1024):
        while there < size:
            home.rustup("component", "remove" if installed(home, extra(1)) else "add", extra(1))
            there += 1
        measure_all(readers(home), size, series)
        if installed(home, extra(65)):
            sys.exit("bench/growth: left over")
        measure_all(writers(home, extra(65)), size, series)
        there += 4 * TIMES
    return series


def proxies(make, most):
    """Live tools, each holding the ranges that its proxy took."""
    home, series = make(), {}
    with contextlib.ExitStack() as stack:
        children = []
        stack.callback(lambda: end(children))
        for size in sizes(most, 2000):
            while len(children) < size:
                children.append(home.start("cargo", "exec", "sleep", "100000"))
            wait_until_asleep(children)
            measure_all(readers(home) | writers(home, extra(65)), size, series)
    return series


def wait_until_asleep(children):
    """Until each is the tool that holds ranges: its proxy has become it."""
    for child in children:
        began = time.monotonic()
        while pathlib.Path(f"/proc/{child}/comm").read_text().strip() != "sleep":
            if time.monotonic() - began > ATTEMPTS_SECONDS:
                sys.exit("bench/growth: a proxy does not become its tool")
            time.sleep(0.001)


def end(children):
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    children.clear()


def installers(make, most):
    """So many at once; what is shown is until the last has ended."""
    home, series = make(), {}
    for size in sizes(most, 32):
        names = [name(index) for index in range(size)]
        fresh = [extra(index) for index in range(size)]

        def install():
            found = at_once(home, [("toolchain", "install", each, "--profile", "minimal",
                                    "--no-self-update") for each in names])
            home.rustup("toolchain", "uninstall", *names)
            return found

        def add():
            found = at_once(home, [("component", "add", each) for each in fresh])
            if not all(installed(home, each) for each in fresh):
                sys.exit("bench/growth: a component is lost")
            home.rustup("component", "remove", *fresh)
            return found

        for title, run in (("so many toolchains of one content", install),
                           ("so many components of one toolchain", add)):
            series.setdefault(title, []).append((size, *median_of(run, 5)))
    return series


def at_once(home, commands):
    began = time.perf_counter()
    children = {home.start("rustup", *words): words for words in commands}
    cpu = 0
    for child, words in children.items():
        _, status, usage = os.wait4(child, 0)
        cpu += usage.ru_utime + usage.ru_stime
        if status != 0:
            sys.exit(f"bench/growth: {' '.join(words)} ended with {status}")
    return time.perf_counter() - began, cpu


SUBJECTS = {
    "components": ("components", components),
    "toolchains": ("toolchains", toolchains),
    "generations": ("generations of a toolchain", generations),
    "proxies": ("live proxies holding ranges", proxies),
    "installers": ("concurrent installers", installers),
}


def sizes(most, whole):
    """1, 2, 4, … up to the subject's own end, or `most` if that is less."""
    end_of = min(most or whole, whole)
    found = [1 << power for power in range(int(math.log2(end_of)) + 1)]
    return found if found[-1] == end_of else [*found, end_of]


def slope(points, column):
    """Of the logarithms, by least squares: 0 is constant, 1 linear, 2 quadratic."""
    xs = [math.log(point[0]) for point in points]
    ys = [math.log(point[column]) for point in points]
    x, y = statistics.mean(xs), statistics.mean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


def last_slope(points, column):
    """Of the last three: what counts for those that are larger still."""
    return slope(points[-3:], column)
