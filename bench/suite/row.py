"""What a measured work is: its homes, its figures, and how much of rustup's they may be."""

import dataclasses

WALL, CPU, PEAK, VISIBLE = "wall_seconds", "cpu_seconds", "peak_mib", "visible_seconds"
LOOPBACK, FAST_LINE, FASTER_LINE, SLOW_LINE = None, "100 Mbit/s", "300 Mbit/s", "200 Mbit/s, 30 each"
TWO_CONNECTIONS, ONE_CONNECTION = "two connections", "one connection"
# What serve-dist is told, for servers that give only so much.
SERVERS = {TWO_CONNECTIONS: ("--connections", "2", "--rate", "4m"),
           ONE_CONNECTION: ("--connections", "1", "--rate", "4m")}
LINES = {FAST_LINE: {"megabits": 100}, FASTER_LINE: {"megabits": 300},
         SLOW_LINE: {"megabits": 200, "delay_ms": 25, "connection_megabits": 30}}


@dataclasses.dataclass(frozen=True)
class Figure:
    """rustup's figure, ours, and how much of rustup's ours may be; with `or_ms`, or so little. With `own`,
    it is held against another figure of ours instead."""

    shown: str
    theirs: str
    ours: str
    reach: float | None = None
    or_ms: float | None = None
    own: bool = False

    @property
    def unit(self):
        return "MiB" if self.ours == PEAK else "s"


def figures(wall=None, peak=0.5, or_ms=None):
    return (Figure("wall", WALL, WALL, wall, or_ms), Figure("CPU", CPU, CPU),
            Figure("peak memory", PEAK, PEAK, peak))


def removal_figures():
    # rustup promises nothing before its end, so its whole command is what ours is held against.
    return (Figure("visible, of rustup's whole command", WALL, VISIBLE, 0.02),
            Figure("ended", WALL, WALL, 0.8), Figure("CPU", CPU, CPU),
            Figure("peak memory", PEAK, PEAK, 0.5))


class Row:
    """One work. Rows of one `scene` that follow each other share their homes; FRESH is nobody's."""

    name = title = ""
    scene = "fresh"
    figures = figures()
    network = LOOPBACK
    homes = 1     # How many toolchains each home grows to, for the room that is needed.
    one_by_one = False  # Its homes are so large that each pair is deleted before the next.

    def prepare(self, home):
        """Before the row is measured in this home; not measured."""

    def run(self, home, bench):
        """Measures it: a dict of figures."""
        raise NotImplementedError

    def run_pair(self, pair, order, bench):
        """Measures it in both homes, by the names in `order`."""
        found = {}
        for name in order:
            home = pair[name]
            self.prepare(home)
            bench.warm(home)
            found[name] = self.run(home, bench)
            self.clear(home)
        return found

    def clear(self, home):
        """Leaves the home as the next row of the scene wants it."""

    def limits(self, bench):
        """What the machine itself takes, by name."""
        return {}


def as_dict(measured, **more):
    return {key: value for key, value in (dataclasses.asdict(measured) | more).items()
            if value is not None}
