"""What was measured, as it is kept and shown."""

import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess

from suite import ROOT, dist
from suite.homes import LATCHKEY, RUSTUP


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def rounded(value):
    """Five digits say all that is known."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(each) for each in value]
    return value


def revision():
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def figure_entry(figure, pairs):
    theirs_of = LATCHKEY if figure.own else RUSTUP
    values = {RUSTUP: [pair[theirs_of][figure.theirs] for pair in pairs],
              LATCHKEY: [pair[LATCHKEY][figure.ours] for pair in pairs]}
    medians = {name: statistics.median(each) for name, each in values.items()}
    ratios = [ours / theirs if theirs else None for ours, theirs in zip(values[LATCHKEY], values[RUSTUP])]
    known = [ratio for ratio in ratios if ratio is not None]
    ratio = statistics.median(known) if known else None
    reached = True
    if figure.reach is not None:
        reached = ratio is not None and ratio <= figure.reach
        if figure.or_ms is not None:
            reached = reached or medians[LATCHKEY] * 1000 <= figure.or_ms
    return {"figure": figure.shown, "unit": figure.unit, "own": figure.own, "medians": medians,
            "ratios": ratios, "ratio": ratio, "reach": figure.reach, "or_ms": figure.or_ms,
            "reached": reached}


def entry(row, pairs, limits, loads):
    shown = [figure_entry(figure, pairs) for figure in row.figures]
    limit = max(limits.values(), default=None)
    # "visible" has no limit but a process's start; what is limited is the end.
    ended = next((line for line in shown if line["figure"] in ("ended", "wall")), None)
    distance = ended["medians"][LATCHKEY] / limit if limit and ended else None
    return rounded({"name": row.name, "title": row.title, "when": now(), "revision": revision(),
                    "load": {"first": loads[0], "most": max(loads)}, "pairs": len(pairs),
                    "figures": shown, "limits": limits, "times_the_limit": distance,
                    "each": [{name: pair[name] for name in (RUSTUP, LATCHKEY)} for pair in pairs]})


def file_system(folder):
    """Its kind and options. With `discard`, deleting waits for the device, file by file."""
    best = ("", "", "")
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, rights = line.split()[:4]
        if folder.is_relative_to(place) and len(place) >= len(best[0]):
            best = (place, kind, rights)
    return f"{best[1]} ({best[2]})"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def machine(work):
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"processor": processor(), "processors": len(os.sched_getaffinity(0)),
            "memory_gib": round(pages / 2**30, 1), "kernel": platform.release(),
            "file_system": file_system(work)}


def conditions(packs, work):
    sizes = {encoding: packs.size(dist.DEFAULT, encoding) for encoding in dist.ENCODINGS}
    return machine(work) | {
        "rust": packs.number, "nightly": packs.dates["nightly"], "rustup": "1.29",
        "compression": "least (--fast)" if packs.fast else "xz -9, gzip -9, zstd -12",
        "bytes_of_default_profile": sizes}


class Report:
    """The file of figures: rows that are measured again take the place of their like."""

    def __init__(self, path, packs, work):
        self.path = pathlib.Path(path)
        self.conditions = conditions(packs, work)
        self.entries = {}
        if self.path.exists():
            old = json.loads(self.path.read_text())
            if old["conditions"] == self.conditions:  # Else it tells of another machine.
                self.entries = {each["name"]: each for each in old["rows"]}

    def add(self, new):
        self.entries[new["name"]] = new
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"conditions": self.conditions, "rows": list(self.entries.values())}, indent=1)
        self.path.write_text(text + "\n", encoding="utf-8")

    def reached(self, name):
        return all(line["reached"] for line in self.entries[name].get("figures", []))

    def print(self, names):
        for name in names:
            for line in table_rows([self.entries[name]]):
                print(line)


def amount(value, unit):
    if value is None:
        return ""
    if unit == "MiB":
        return f"{value:.0f} MiB"
    return f"{value * 1000:.2g} ms" if value < 0.1 else f"{value:.2f} s"


def reach_of(line):
    if line["reach"] is None:
        return ""
    text = f"≤ {line['reach']:g}" + (f" or ≤ {line['or_ms']:g} ms" if line["or_ms"] is not None else "")
    return text + (": yes" if line["reached"] else ": **no**")


def table_rows(entries):
    """A line for each figure of each row."""
    for each in entries:
        if "skipped" in each:
            yield f"| {each['title']} | skipped: {each['skipped']} | | | | |"
            continue
        title = each["title"]
        for line in each["figures"]:
            theirs, ours = (amount(line["medians"][name], line["unit"]) for name in (RUSTUP, LATCHKEY))
            ratio = "" if line["ratio"] is None else f"{line['ratio']:.3f}"
            yield f"| {title} | {line['figure']} | {theirs} | {ours} | {ratio} | {reach_of(line)} |"
            title = ""
