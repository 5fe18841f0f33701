"""Runs rows: homes in pairs, servers, lines."""

import contextlib
import itertools
import os
import pathlib
import shutil
import statistics
import sys

from harness import real_rust
from suite import figures, limits, line, measure
from suite.homes import LATCHKEY, RUSTUP, Home
from suite.row import LINES, LOOPBACK, SERVERS

HOME_GB = 1.7  # Of a toolchain of the default profile, as ext4 lays it out.


def delete(folder):
    """A tool that still ends may make files meanwhile."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)


class Bench:
    """What all rows use."""

    def __init__(self, packs, work, rustup, binary, pairs):
        self.packs, self.work, self.pairs = packs, work, pairs
        self.programs = {RUSTUP: rustup, LATCHKEY: binary}
        self.limits = limits.Limits(packs, work)
        self.measured = {}   # row → pairs
        self._stack = contextlib.ExitStack()
        self._lines = {}
        self._calibrated = None

    def __enter__(self):
        return self

    def __exit__(self, *about):
        return self._stack.__exit__(*about)

    def line(self, network):
        """The server of a network, as a line.Line. Throws Unfit."""
        if network not in self._lines:
            place = self.work / f"nginx-{len(self._lines)}"
            if network is LOOPBACK or network in SERVERS:
                server = self._stack.enter_context(
                    real_rust.served(self.packs.folder, place, *SERVERS.get(network, ())))
                self._lines[network] = line.Line(server.url, ())
            else:
                self._lines[network] = self._stack.enter_context(
                    line.shaped(self.packs.folder, place, **LINES[network]))
        return self._lines[network]

    def proxy_of(self, home):
        """The folder of the home's proxies."""
        place = home.root / "cargo" / "bin"
        if not (place / "rustc").exists():
            home.place_proxies()
            home.rustup("default", "stable")
        return place

    def warm(self, home):
        """What the home is served lies in memory."""
        measure.warm(self.packs.folder / home.environment["RUSTUP_DIST_SERVER"].rpartition("/")[2])

    def calibrate(self, function, home):
        if self._calibrated is None:
            place = self.work / "calibration"
            place.mkdir()
            self._calibrated = function(home.toolchain().resolve() / "bin" / "rustc", place)
        return self._calibrated

    def median_of(self, row, key):
        return statistics.median(pair[LATCHKEY][key] for pair in self.measured[row])

    def measure(self, chosen):
        """An entry for each row, as it is done."""
        fresh = itertools.count()
        groups = itertools.groupby(
            chosen, lambda row: next(fresh) if row.scene == "fresh" else row.scene)
        for _, group in groups:
            yield from self._measure_group(list(group))

    def _measure_group(self, group):
        first = group[0]
        try:
            reached = self.line(first.network)
        except real_rust.Unfit as reason:
            for row in group:
                print(f"{row.name}: skipped: {reason}", file=sys.stderr)
                yield {"name": row.name, "title": row.title, "skipped": str(reason)}
            return
        self._require_room(group)
        homes = []
        for row in group:
            pairs = self.measured[row.name] = []
            loads = []
            for number in range(self.pairs):
                if number == len(homes):
                    homes.append(self._make_homes(first, number, reached))
                loads.append(os.getloadavg()[0])
                pairs.append(self._measure_pair(row, homes[number], number))
                if row.one_by_one:
                    self._delete_homes(homes[number])
            yield figures.entry(row, pairs, row.limits(self), loads)
        for pair in homes:
            self._delete_homes(pair)

    def _make_homes(self, row, number, reached):
        pair = {}
        for name, program in self.programs.items():
            home = Home(name, program, self.work / f"{name}-{number}", reached.url, prefix=reached.prefix)
            home.number = self.packs.number
            if hasattr(row, "set_scene"):
                row.set_scene(home)
            pair[name] = home
        return pair

    def _measure_pair(self, row, pair, number):
        """rustup first in the first pair, Latchkey in the second, and so on."""
        found = row.run_pair(pair, sorted(pair, reverse=number % 2 == 0), self)
        shown = "; ".join(f"{name} {found[name][row.figures[0].ours if name == LATCHKEY else row.figures[0].theirs]:.4g}"
                          for name in self.programs)
        print(f"{row.name}, pair {number + 1}: {shown}", file=sys.stderr, flush=True)
        return found

    def _delete_homes(self, pair):
        for home in pair.values():
            delete(home.root)
        measure.settle()

    def _require_room(self, group):
        """For ours and theirs, and half as much again for what is unpacked meanwhile."""
        each = max(row.homes for row in group) * HOME_GB * 1.5
        at_once = 1 if all(row.one_by_one for row in group) else self.pairs
        free = shutil.disk_usage(self.work).free / 1e9
        if free < each * at_once:
            sys.exit(f"bench: {group[0].name} needs {each * at_once:.0f} GB in {pathlib.Path(self.work)}, "
                     f"{free:.0f} are free")
