"""The works that are measured: what each does in a home, and how much of rustup's time it may take."""

import statistics
import sys

from harness.environment import HOST  # Found by way of suite.
from suite import build_row, dist, measure, proxy_row
from suite.dist import ALL, BROKEN, DEFAULT, MINIMAL, NEW, SIX, UPSTREAM, XZ
from suite.homes import LATCHKEY, RUSTUP
from suite.row import (CPU, FASTER_LINE, FAST_LINE, LINES, LOOPBACK, ONE_CONNECTION, SERVERS, SLOW_LINE,
                       TWO_CONNECTIONS, WALL, Figure, Row, as_dict, figures, removal_figures)

SMALL_MS = 30
ANSWER_MS = 6    # A question that a script asks before each build.
NOTHING_MS = 20  # A change of what is there already.
SMALL_TIMES = 10
GZ_XZ = ("gz", "xz")
MIRROR_MEGABYTES = 4  # A second and connection, as row.SERVERS has it.


class Install(Row):
    def __init__(self, name, title, served, encodings, profile, wall, network=LOOPBACK):
        self.name, self.title, self.served, self.encodings = name, title, served, encodings
        self.profile, self.network = profile, network
        self.figures = figures(wall)
        if network == FAST_LINE:
            self.figures = (*self.figures, Figure("wall, of its own bytes ÷ rate", "line_seconds", WALL,
                                                  1.02, own=True))
        if network == FASTER_LINE:
            self.figures = (*self.figures, Figure("wall, of the better encoding's bytes ÷ rate or decoding ÷ cores",
                                                  "better_seconds", WALL, 1.05, own=True))

    def prepare(self, home):
        home.ask(self.served)
        if self.network == ONE_CONNECTION and home.name == RUSTUP:
            home.environment["RUSTUP_CONCURRENT_DOWNLOADS"] = "1"  # Unasked it gives up at once.

    def run(self, home, bench):
        line = bench.line(self.network) if self.network in LINES else None
        before = line.bytes_passed() if line else 0
        measured = home.install(profile=self.profile)
        wanted = DEFAULT if self.profile == "default" else MINIMAL
        if len(home.components()) != len(wanted):
            sys.exit(f"bench: {home.name} installed {home.components()}")
        if not line:
            return as_dict(measured)
        passed = line.bytes_passed() - before
        rate = LINES[self.network]["megabits"] * 1e6 / 8
        return as_dict(measured, bytes=passed, line_seconds=passed / rate,
                       better_seconds=min(self.least(bench, each) for each in self.encodings))

    def least(self, bench, encoding):
        """Whichever takes longer with this encoding: the line, or the decoders."""
        wanted = DEFAULT if self.profile == "default" else MINIMAL
        decoding, _ = bench.limits.decoding([(each, "stable") for each in wanted], (encoding,))
        return max(bench.packs.size(wanted, encoding) * 8 / LINES[self.network]["megabits"] / 1e6, decoding)

    def limits(self, bench):
        wanted = DEFAULT if self.profile == "default" else MINIMAL
        found = bench.limits.of_install([(each, "stable") for each in wanted], self.encodings)
        if self.network in SERVERS:
            size = min(bench.packs.size(wanted, each) for each in self.encodings)
            rate = MIRROR_MEGABYTES * (2 if self.network == TWO_CONNECTIONS else 1)
            found[f"fewest bytes ÷ {rate} MiB/s"] = size / (rate * 2**20)
        elif self.network:
            rate = LINES[self.network]["megabits"]
            size = min(bench.packs.size(wanted, each) for each in self.encodings)
            found[f"fewest bytes ÷ {rate} Mbit/s"] = size * 8 / rate / 1e6
        return found


class Update(Row):
    name, title = "update", "`update stable`: another release, every artifact differs"
    figures = figures(0.25)
    homes = 2

    def prepare(self, home):
        home.install()
        home.ask(NEW)

    def run(self, home, bench):
        measured = home.rustup("update", "stable", "--no-self-update")
        manifest = home.toolchain() / "lib/rustlib/multirust-channel-manifest.toml"
        if bench.packs.dates["nightly"] not in manifest.read_text()[:200]:
            sys.exit(f"bench: {home.name} did not update")
        return as_dict(measured)

    def limits(self, bench):
        works = [(each, "nightly") for each in DEFAULT]
        return bench.limits.of_install(works, GZ_XZ)


class Installed(Row):
    """In a home that has stable, the default profile."""

    scene = "installed"
    homes = 2

    def set_scene(self, home):
        home.install()


class Small(Installed):
    """An operation of milliseconds: the median of several, within each pair."""

    def __init__(self, name, words, exit_code=0, reach=0.2, or_ms=SMALL_MS):
        self.name, self.title = name.replace(" ", "-").strip("-"), f"`{name}`"
        self.words, self.exit_code = words, exit_code
        self.figures = figures(reach, or_ms=or_ms)[:2]

    def before_each(self, home):
        pass

    def run(self, home, bench):
        found = []
        for _ in range(SMALL_TIMES):
            self.before_each(home)
            found.append(home.rustup(*self.words, expect=self.exit_code))
        return {key: statistics.median(getattr(one, key) for one in found) for key in (WALL, CPU)}


class Answer(Small):
    """A question about what is installed."""

    def __init__(self, name, words):
        super().__init__(name, words, reach=0.15, or_ms=ANSWER_MS)


class Nothing(Small):
    """A change that finds everything there, as in a script that runs each time."""

    def __init__(self, name, title, words):
        super().__init__(name, words, reach=0.15, or_ms=NOTHING_MS)
        self.title = f"{title}: everything is there"


class SmallAdd(Small):
    """rustfmt into stable, while the same content has it under another name: ours has it in the store."""

    def __init__(self):
        super().__init__("component add", ("component", "add", "rustfmt"))
        self.name, self.title = "add-stored", "`component add rustfmt`, which another toolchain has"

    def prepare(self, home):
        home.install(home.number, "default")

    def before_each(self, home):
        home.rustup("component", "remove", "rustfmt")

    def clear(self, home):
        home.rustup("toolchain", "uninstall", home.number)


class SmallRemove(Small):
    def __init__(self):
        super().__init__("component remove", ("component", "remove", "rustfmt"))
        self.name, self.title = "remove-small", "`component remove rustfmt`"

    def before_each(self, home):
        if "rustfmt-preview" not in " ".join(home.components()):
            home.rustup("component", "add", "rustfmt")

    def clear(self, home):
        home.rustup("component", "add", "rustfmt")


class Rollback(Small):
    """An update fails: one component is new, and its archive is cut."""

    def __init__(self):
        super().__init__("rollback", ("update", "stable", "--no-self-update"), exit_code=1)
        self.title = "`update stable` that fails: the one new archive is cut in half"

    def prepare(self, home):
        self.wanted = sorted(home.components())
        home.ask(BROKEN)

    def before_each(self, home):
        if sorted(home.components()) == self.wanted:
            return
        if home.name == LATCHKEY:
            sys.exit(f"bench: {home.name} is changed by an update that failed")
        self._mend(home)  # rustup loses all components in one such update of some.

    def clear(self, home):
        self.before_each(home)
        home.ask(UPSTREAM)

    @staticmethod
    def _mend(home):
        home.ask(UPSTREAM)
        home.rustup("toolchain", "uninstall", "stable")
        home.install()
        home.ask(BROKEN)


class Second(Installed):
    name, title = "second", "`toolchain install` of the same content under a second name"
    figures = figures(0.05)

    def run(self, home, bench):
        return as_dict(home.install(home.number))

    def clear(self, home):
        home.rustup("toolchain", "uninstall", home.number)


class Remove(Installed):
    name, title = "remove", "`component remove rust-docs`"
    figures = removal_figures()

    def run(self, home, bench):
        change = home.removal("rust-docs", "share/doc/rust/html")
        return as_dict(home.rustup("component", "remove", "rust-docs", change=change))

    def clear(self, home):
        home.rustup("component", "add", "rust-docs")

    def limits(self, bench):
        return bench.limits.of_deletion(("rust-docs",))


class Uninstall(Installed):
    name, title = "uninstall", "`toolchain uninstall stable`"
    figures = removal_figures()

    def run(self, home, bench):
        change = measure.Change(home.toolchain())
        return as_dict(home.rustup("toolchain", "uninstall", "stable", change=change))

    def limits(self, bench):
        return bench.limits.of_deletion(DEFAULT)


class Minimal(Row):
    """In a home that has stable, the minimal profile."""

    scene = "minimal"

    def set_scene(self, home):
        home.install(profile="minimal")


class AddSix(Minimal):
    """`at_once`: ours by six processes; rustup loses components so, and has its one command."""

    def __init__(self, name, title, at_once):
        self.name, self.title, self.at_once = name, title, at_once
        self.figures = figures(0.25)

    def run(self, home, bench):
        if self.at_once and home.name == LATCHKEY:
            measure.settle()
            measured = measure.run_together(
                [[home.program, "component", "add", each] for each in SIX], home.environment, home.root)
        else:
            measured = home.rustup("component", "add", *SIX)
        there = " ".join(home.components())
        lost = [each for each in SIX if each not in there]
        if lost:
            sys.exit(f"bench: {home.name} lost {lost}")
        return as_dict(measured)

    def clear(self, home):
        home.rustup("component", "remove", *SIX)

    def limits(self, bench):
        return bench.limits.of_install([(each, "stable") for each in SIX], GZ_XZ)


class Jobs(Row):
    name = "jobs"
    title = "8 CI jobs install 8 toolchain names of 2 contents: ours at once, rustup's one after another"
    figures = figures(0.08)
    homes = 8
    one_by_one = True

    def run(self, home, bench):
        names = bench.packs.names(dist.STABLE_NAMES) + bench.packs.names(dist.NIGHTLY_NAMES)
        measure.settle()
        if home.name == RUSTUP:
            measured = measure.in_all([home.install(name) for name in names])
        else:
            commands = [[home.program, *home.install_words(name)] for name in names]
            measured = measure.run_together(commands, home.environment, home.root)
        there = {path.name for path in (home.root / "rustup/toolchains").iterdir()}
        if there != {f"{name}-{bench.packs.host}" for name in names}:
            sys.exit(f"bench: {home.name} has {there}")
        return as_dict(measured)

    def limits(self, bench):
        works = [(each, release) for each in DEFAULT for release in ("stable", "nightly")]
        return bench.limits.of_install(works, GZ_XZ)


class Proxy(Minimal):
    """What a proxy adds to `rustc --version`."""

    def __init__(self, scene):
        self.name, self.title = f"proxy-{scene}", f"proxy: added to `rustc --version`, {proxy_row.SCENES[scene]}"
        self.kind = scene
        self.figures = (Figure("wall added", "added_wall_seconds", "added_wall_seconds", 0.08),
                        Figure("CPU added", "added_cpu_seconds", "added_cpu_seconds"))

    def run(self, home, bench):
        return proxy_row.measure_home(home, self.kind, bench.proxy_of(home))


class Build(Minimal):
    name = "build"
    title = (f"`cargo build` of {build_row.CRATES} crates through proxies, {build_row.IN_TURN} of them each in "
             "turn")
    figures = (Figure("wall", WALL, WALL, 1.01), Figure("CPU", CPU, CPU))

    def run_pair(self, pair, order, bench):
        return build_row.measure_pair(pair, order, bench)

    def limits(self, bench):
        return {"the same without proxies": bench.median_of(self.name, "direct_seconds")}


def all_rows():
    return [
        Install("default", "default profile, fresh; gz and xz offered, as upstream does", UPSTREAM, GZ_XZ,
                "default", 0.18),
        Install("default-all", "default profile, fresh; gz, xz and zst offered", ALL, ("gz", "xz", "zst"),
                "default", 0.4),
        Install("default-xz", "default profile, fresh; xz only", XZ, ("xz",), "default", 0.33),
        Install("minimal", "minimal profile, fresh", UPSTREAM, GZ_XZ, "minimal", 0.1),
        Install("line-100", "default profile, fresh; a line of 100 Mbit/s", UPSTREAM, GZ_XZ, "default", None,
                network=FAST_LINE),
        Install("line-300", "default profile, fresh; a line of 300 Mbit/s", UPSTREAM, GZ_XZ, "default", None,
                network=FASTER_LINE),
        Install("line-200", "default profile, fresh; a line of 200 Mbit/s, 30 Mbit/s a connection, round trip "
                "50 ms", UPSTREAM, GZ_XZ, "default", 0.25, network=SLOW_LINE),
        Install("mirror-2", "default profile, fresh; a mirror that gives two connections of 4 MiB/s", UPSTREAM,
                GZ_XZ, "default", 1.0, network=TWO_CONNECTIONS),
        Install("mirror-1", "default profile, fresh; a mirror that gives one connection of 4 MiB/s, of which "
                "rustup was told", UPSTREAM, GZ_XZ, "default", 1.0, network=ONE_CONNECTION),
        Update(),
        Second(),
        Remove(),
        Answer("component list", ("component", "list")),
        Answer("toolchain list", ("toolchain", "list")),
        Answer("show", ("show",)),
        Nothing("install-nothing", "`toolchain install stable --no-update`",
                ("toolchain", "install", "stable", "--no-update", "--no-self-update")),
        Nothing("add-nothing", "`component add clippy rustfmt`", ("component", "add", "clippy", "rustfmt")),
        Nothing("target-nothing", "`target add` of the host's target",
                ("target", "add", HOST)),
        Small("--version", ("--version",)),
        SmallAdd(),
        SmallRemove(),
        Rollback(),
        Uninstall(),  # The last of its scene: nothing is left.
        AddSix("add", "`component add` of 6 components: one command", False),
        AddSix("add-at-once", "the same 6 components: ours by 6 processes at once, rustup's by one command",
               True),
        Proxy("default"),
        Proxy("file"),
        Build(),
        Jobs(),
    ]
