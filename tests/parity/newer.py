"""What rustup 1.29.1 says where it differs from the 1.29.0 that recorded/ is made from.

An expectation, and no exemption: Latchkey must say exactly this. Texts that changed wherever they stand are
in TEXTS. Everything else is in newer/SCRIPT.txt, in the form of recorded/: a step there has its whole result,
and stands for the recorded step with the same words. Beside that form:

    # SUBJECT      before the first step at least: what 1.29.1 changes here
    = N            after a step: its Nth time in the script, not its first
    F! NAME        after all steps: a file that 1.29.1 does not leave behind

recorded/ stays what 1.29.0 says, so that the real program can record it anew.
"""

import copy
import pathlib
import re

import recorded

HERE = pathlib.Path(__file__).resolve().parent

# What 1.29.0 says, what 1.29.1 says in its place, and what it is about.
TEXTS = [
]


def adapted(text):
    for pattern, replacement, _ in TEXTS:
        text = re.sub(pattern, replacement, text)
    return text


def split(script):
    """What newer/ has for a script: [(number, STEP, Result)], files, and names of files that are gone."""
    path = HERE / "newer" / f"{script}.txt"
    if not path.exists():
        return [], {}, []
    lines = path.read_text().split("\n")
    if not lines or not lines[0].startswith("# "):
        raise SystemExit(f"{path}: the first line must say what 1.29.1 changes: # SUBJECT")
    numbers, gone, rest = [], [], []
    for line in lines:
        if line.startswith("$ "):
            numbers.append(1)
        if line.startswith("= "):
            numbers[-1] = int(line[2:])
        elif line.startswith("F! "):
            gone.append(line[3:])
        elif line and not line.startswith("#"):
            rest.append(line)
    results, files = recorded.parse(rest)
    return [(number, *each) for number, each in zip(numbers, results)], files, gone


def changes_files(script):
    _, more, gone = split(script)
    return bool(more or gone)


def same(one, other):
    return one.status == other.status and (recorded.short(one.out), recorded.short(one.err)) == (
        recorded.short(other.out), recorded.short(other.err))


def expected(script, results, files):
    """What 1.29.1 does, from what 1.29.0 does: the same types; and lines about what is wrong in newer/.

    Where changes_files(), the files must be folded.
    """
    changed, more, gone = split(script)
    results, files = copy.deepcopy(results), dict(files)
    faults, replaced = [], set()
    for number, step, newer in changed:
        places = [index for index, (words, _) in enumerate(results) if words == step]
        if number > len(places):
            faults.append(f"newer/{script}.txt: the script has no '$ {step}' number {number}")
            continue
        place = places[number - 1]
        if same(results[place][1], newer):
            faults.append(f"newer/{script}.txt: 1.29.0 says the same at '$ {step}'")
        results[place] = (step, newer)
        replaced.add(place)
    for place, (_, result) in enumerate(results):
        if place not in replaced:
            result.out, result.err = adapted(result.out), adapted(result.err)
    faults += [f"newer/{script}.txt: 1.29.0 does not leave '{name}', either" for name in gone
               if name not in files]
    kept = {name: content for name, content in (files | more).items() if name not in gone}
    return results, kept, faults


def write(script, older, found):
    """Writes what was found and is not what 1.29.0 does, for a person to hold against 1.29.1. Files are folded."""
    lines, times = ["# SUBJECT"], {}
    for (step, one), (_, other) in zip(older[0], found[0]):
        times[step] = times.get(step, 0) + 1
        head = [f"$ {step}", *([f"= {times[step]}"] if times[step] > 1 else [])]
        lines += [] if same(one, other) else head + recorded.result_lines(other)
    one, other = older[1], found[1]
    lines += [f"F| {name} {content}" for name, content in sorted(other.items())
              if one.get(name) != content]
    lines += [f"F! {name}" for name in sorted(one.keys() - other.keys())]
    (HERE / "newer" / f"{script}.txt").write_text("\n".join(lines) + "\n")
