"""What the counts say: the strategies, the columns of the table, the properties."""

import dataclasses

STRATEGIES = {
    "none": "no lock",
    "mutex": "one mutex for changes",
    "rwlock": "reader-writer lock file",
    "inherited": "inherited lock",
    "server": "lock server",
    "staging": "staging and exchange",
    "latchkey": "Latchkey",
}

NESTED = ("nested", "nested_deep", "nested_update", "nested_pair", "nested_siblings", "nested_closed")

# A property → which counts are faults against it, of how many of what, in which scenarios (none: all).
PROPERTIES = {
    "no change is lost": (("lost",), "changes", ()),
    "a build is of one version": (("mixed", "failed"), "builds", ("build_update",)),
    "a running tool keeps its version": (("mixed",), "tools",
                                         ("long_reader", "nested_update", "background", "storm")),
    "a new reader finds it whole": (("mixed", "failed"), "tools", ("fresh_readers",)),
    "no reader waits": (("reader_waits",), "tools", ()),
    "nested changes get done": (("deadlocks", "failed"), "operations", NESTED),
    "a long reader holds up no change": (("deadlocks",), "changes", ("long_reader", "background")),
    "many readers starve no writer": (("deadlocks",), "changes", ("storm",)),
    "whole after kill -9": (("mixed", "failed", "left_broken", "deadlocks"), "tools", ("kill",)),
}

# A wait that was ended lasts for ever otherwise.
def wait_text(role):
    def show(entry):
        ms = entry[f"longest_{role}_wait_ms"]
        ended = entry["deadlocks"] and ms >= entry["longest_reader_wait_ms"] and ms >= entry["longest_writer_wait_ms"]
        return f">{ms}" if ended else f"{ms}"
    return show


COLUMNS = [
    ("completed", lambda entry: f"{entry['completed']}/{entry['operations']}"),
    ("lost", lambda entry: str(entry["lost"])),
    ("deadlocks", lambda entry: str(entry["deadlocks"])),
    ("failed", lambda entry: str(entry["failed"])),
    ("mixed", lambda entry: str(entry["mixed"])),
    ("left broken", lambda entry: str(entry["left_broken"])),
    ("reader ms", wait_text("reader")),
    ("writer ms", wait_text("writer")),
    ("per second", lambda entry: f"{entry['per_second']:.1f}"),
]


def line(strategy, scenario, *cells):
    return f"{strategy:<10} {scenario:<16}" + "".join(f"{cell:>12}" for cell in cells)


def entry_of(counts):
    entry = dataclasses.asdict(counts)
    entry["seconds"] = round(counts.seconds, 3)
    entry["per_second"] = round(counts.completed / counts.seconds, 2)
    return entry


def faults_of(results):
    """Strategy → property → faults, and of how many that could have one."""
    faults = {}
    for strategy, entries in results.items():
        for name, (counts, base, where) in PROPERTIES.items():
            chosen = [entry for scenario, entry in entries.items() if not where or scenario in where]
            faults.setdefault(strategy, {})[name] = {
                "faults": sum(entry[count] for entry in chosen for count in counts),
                "of": sum(entry[base] for entry in chosen)}
    return faults


def print_faults(faults):
    for name in PROPERTIES:
        print(f"{name:<34}" + "  ".join(
            f"{strategy} {cells[name]['faults']}/{cells[name]['of']}" for strategy, cells in faults.items()))
