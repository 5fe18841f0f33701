"""What the machine itself takes for the parts of an install, with nothing of an installer around them."""

import functools
import itertools
import os
import pathlib
import statistics
import subprocess
import tempfile

from suite import ROOT, measure

TIMES = 3
INFLATE = ROOT / "build" / "release" / "bench" / "bench_inflate"
UNLINK = INFLATE.with_name("bench_unlink")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def packed(seconds, cores):
    """The shortest time in which so many cores get through works of which none can be divided."""
    if len(seconds) <= 10 and cores <= 2:
        return min(max(sum(s for s, where in zip(seconds, places) if where == core)
                       for core in range(cores))
                   for places in itertools.product(range(cores), repeat=len(seconds)))
    loads = [0.0] * cores
    for each in sorted(seconds, reverse=True):
        loads[loads.index(min(loads))] += each
    return max(loads)


class Limits:
    """Measured when first asked for, medians of TIMES; each program alone, all files in the page cache."""

    def __init__(self, packs, work):
        self.packs, self.work = packs, pathlib.Path(work)
        self.cores = len(os.sched_getaffinity(0))

    def _median(self, words, folder=None):
        return statistics.median(
            measure.run(words, ENVIRONMENT, folder or self.work).wall_seconds for _ in range(TIMES))

    @functools.cache
    def decode(self, component, encoding, release="stable"):
        archive = self.packs.archive(component, encoding, release)
        program = {"gz": [INFLATE], "xz": ["/usr/bin/xz", "-dc"], "zst": ["/usr/bin/zstd", "-dcq"]}
        measure.warm(archive)
        # Through a shell, which opens /dev/null; it becomes the program.
        words = ["/bin/sh", "-c", 'exec "$@" > /dev/null', "sh", *map(str, program[encoding]),
                 str(archive)]
        return self._median(words)

    @functools.cache
    def untar(self, component, release="stable"):
        tar = self.packs.tar(component, release)
        measure.warm(tar)
        seconds = []
        for _ in range(TIMES):
            with tempfile.TemporaryDirectory(dir=self.work) as place:
                os.sync()
                seconds.append(measure.run(["/bin/tar", "-xf", str(tar)], ENVIRONMENT, place).wall_seconds)
        return statistics.median(seconds)

    @functools.cache
    def deletion(self, components):
        """Unlinking what was unpacked, on all cores."""
        seconds = []
        for _ in range(TIMES):
            place = pathlib.Path(tempfile.mkdtemp(dir=self.work))
            for component in components:
                subprocess.run(["/bin/tar", "-xf", self.packs.tar(component)], cwd=place, check=True)
            os.sync()
            words = [str(UNLINK), str(place), str(self.cores)]
            seconds.append(measure.run(words, ENVIRONMENT, self.work).wall_seconds)
        return statistics.median(seconds)

    def decoding(self, works, encodings):
        """works: (component, release). The cheapest encoding, best spread over the cores."""
        return min((packed([self.decode(component, encoding, release) for component, release in works],
                           self.cores), encoding) for encoding in encodings)

    def untarring(self, works):
        return packed([self.untar(component, release) for component, release in works], self.cores)

    def of_deletion(self, components):
        return {f"unlinking its files on {self.cores} cores": self.deletion(components)}

    def of_install(self, works, encodings):
        seconds, encoding = self.decoding(works, encodings)
        return {f"decoding {encoding} alone ÷ {self.cores} cores": seconds,
                f"`tar -x` of the plain tars ÷ {self.cores} cores": self.untarring(works)}
