"""What rustup 1.29.1 says where it differs from the 1.29.0 that recorded/ is made from.

An expectation, and no exemption: Latchkey must say exactly this. Texts that changed wherever they stand are
in TEXTS, which newer/ need not say again. Everything else is in newer/SCRIPT.txt, in the form of recorded/: a
step there has its whole result, and stands for the recorded step with the same words. Beside that form:

    # SUBJECT      before the first step at least: what 1.29.1 changes here
    = N            after a step: its Nth time in the script, not its first
    + NAME         after a step: all that 1.29.0 says, and then the lines of ENDS[NAME] on standard error
    F! NAME        after all steps: a file that 1.29.1 does not leave behind

recorded/ stays what 1.29.0 says, so that the real program can record it anew.
"""

import pathlib
import re

import recorded
from players import Result

HERE = pathlib.Path(__file__).resolve().parent
AFTERWARDS = "the files afterwards"

# What 1.29.0 says, what 1.29.1 says in its place, and what it is about.
TEXTS = [
    (r"error: Missing manifest in toolchain '(.*)'",
     r"error: missing manifest in toolchain '\1'\n"
     r"help: this may happen if the toolchain installation was interrupted\n"
     r"help: try reinstalling or updating the toolchain",
     "a toolchain without its manifest: what helps"),
    (r"(does not contain component '.*' for target '.*'); did you mean ('.*'\?)",
     r"\1\nhelp: did you mean \2", "a suggestion for a component has a line of its own"),
    (r"((?:is|are) unavailable for download for channel ')((?:stable|beta|nightly)[0-9-]*|[0-9.]+)'",
     r"\1\2-x86_64-unknown-linux-gnu'", "unavailable components are those of a toolchain"),
    (r"(help:     rustup toolchain add )(nightly[0-9-]*) (--profile minimal)",
     r"\1\2-x86_64-unknown-linux-gnu \3", "unavailable components are those of a toolchain"),
    (r"(    rustup (?:component|target) remove --toolchain )((?:stable|beta)[0-9-]*) ",
     r"\1\2-x86_64-unknown-linux-gnu ", "unavailable components are those of a toolchain"),
    (r"(rustup|rustup-init) 1\.29\.0 \(BUILD\)", r"\1 1.29.1 (BUILD)", "the version"),
    (r"couldn't be converted to partial triple", "couldn't be converted to partial tuple", "tuples"),
    (r"The triple used to identify", "The tuple used to identify", "tuples"),
    (r"HOST_TRIPLE", "HOST_TUPLE", "tuples"),
    (r"<target-triple>", "<target-tuple>", "tuples"),
    (r"Choose a default host triple", "Choose a default host tuple", "tuples"),
    (r"Valid host triples", "Valid host tuples", "tuples"),
    (r"info:(\x1b\[0m)? (setting )?default host triple", r"info:\1 \2default host tuple", "tuples"),
    (r"Default host triple\?", "Default host tuple?", "tuples"),
    (r"( (?:\x1b\[0m)?)default host triple: ", r" \1default host tuple: ", "tuples"),
    (r"(?m)^  -y$", "  -y, --yes", "the long name of -y"),
    (r"(?m)^  -y       ( +Disable confirmation prompt)", r"  -y, --yes\1", "the long name of -y"),
    # In newer/ where there is one.
    (r"warn: It looks like you have an existing rustup settings file at:\nwarn: .*\n"
     r"warn: Rustup will install .*\nwarn: instead of the one .*\n", "", "settings without a default toolchain"),
    (r"warn: It is recommended that rustup be the primary Rust installation\.\n(?:warn: .*\n){4}",
     "warn: This could mean one of the following:\n"
     "warn: - You have already installed rustup: you can quit the installer right now.\n"
     "warn: - You haven't installed rustup yet, but have Rust installed from elsewhere.\n"
     "warn: In the latter case, rustup can coexist with and adopt your existing Rust.\n"
     "warn: To adopt, please reply `yes`, or set RUSTUP_INIT_SKIP_PATH_CHECK to yes,\n"
     "warn: or pass `-y` to ignore all ignorable checks, then follow the instructions at:\n"
     "warn: <https://rust-lang.github.io/rustup/installation/already-installed-rust.html>\n",
     "an existing Rust"),
]

TOLD = "warn: the missing active toolchain `{}-x86_64-unknown-linux-gnu` has been auto-installed\n"
USUAL = TOLD + (
    "warn: this might cause rustup commands to take longer time to finish than expected\n"
    "info: you may opt out with `RUSTUP_AUTO_INSTALL=0` or `rustup set auto-install disable`\n")
DEPRECATED = TOLD + (
    "warn: auto-installation is deprecated for most `rustup` commands\n"
    "warn: scripts relying on this behavior in `rustup` may stop working in the future\n"
    "warn: to install the active toolchain, use `rustup install` instead\n"
    "warn: see <https://github.com/rust-lang/rustup/issues/4836> for more info\n")

# What 1.29.1 says on standard error behind everything else, by what it is about.
ENDS = {
    "an empty setup":
        "warn: no toolchain installed and no default toolchain set\n"
        "help: run 'rustup default stable' to download the latest stable release of Rust and set it as "
        "your default toolchain.\n",
} | {f"{channel} was auto-installed": USUAL.format(channel) for channel in ("stable", "beta", "nightly")
} | {f"{channel} was auto-installed, which is deprecated": DEPRECATED.format(channel)
     for channel in ("stable", "beta", "nightly")}


def adapted(text):
    for pattern, replacement, _ in TEXTS:
        text = re.sub(pattern, replacement, text)
    return text


def adapted_result(result):
    return Result(result.status, adapted(result.out), adapted(result.err))


def split(script):
    """What newer/ has for a script: [(number, end, STEP, Result)], files, and names of files that are gone.

    With an end there is no result but that of 1.29.0.
    """
    path = HERE / "newer" / f"{script}.txt"
    if not path.exists():
        return [], {}, []
    lines = path.read_text().split("\n")
    if not lines or not lines[0].startswith("# "):
        raise SystemExit(f"{path}: the first line must say what 1.29.1 changes: # SUBJECT")
    heads, gone, rest = [], [], []
    for line in lines:
        if line.startswith("$ "):
            heads.append([1, ""])
        if line.startswith("= "):
            heads[-1][0] = int(line[2:])
        elif line.startswith("+ "):
            heads[-1][1] += ENDS[line[2:]]
        elif line.startswith("F! "):
            gone.append(line[3:])
        elif line and not line.startswith("#"):
            rest.append(line)
    results, files = recorded.parse(rest)
    return [(*head, *each) for head, each in zip(heads, results)], files, gone


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
    results = [(step, adapted_result(result)) for step, result in results]
    faults = []
    for number, end, step, newer in changed:
        places = [index for index, (words, _) in enumerate(results) if words == step]
        if number > len(places):
            faults.append(f"newer/{script}.txt: the script has no '$ {step}' number {number}")
            continue
        older = results[places[number - 1]][1]
        newer = Result(older.status, older.out, older.err + end) if end else adapted_result(newer)
        if same(older, newer) and not recorded.is_long(newer):  # Of those, recorded/ has no text to adapt.
            faults.append(f"newer/{script}.txt: nothing is changed at '$ {step}'")
        results[places[number - 1]] = (step, newer)
    faults += [f"newer/{script}.txt: 1.29.0 does not leave '{name}', either" for name in gone
               if name not in files]
    kept = {name: content for name, content in (files | more).items() if name not in gone}
    return results, kept, faults


def write(script, older, found, is_accepted):
    """Writes what was found and is not what 1.29.0 does, for a person to hold against 1.29.1. Files are folded."""
    lines, times = ["# SUBJECT"], {}
    for (step, one), (_, other) in zip(older[0], found[0]):
        times[step] = times.get(step, 0) + 1
        one = adapted_result(one)
        if same(one, other) or is_accepted(step, one, other):
            continue
        lines += [f"$ {step}", *([f"= {times[step]}"] if times[step] > 1 else [])]
        ends = [name for name, end in ENDS.items()
                if same(Result(one.status, one.out, one.err + end), other)]
        lines += [f"+ {ends[0]}"] if ends else recorded.result_lines(other)
    if is_accepted(AFTERWARDS, older[1], found[1]):
        found = found[0], older[1]
    one, other = older[1], found[1]
    lines += [f"F| {name} {content}" for name, content in sorted(other.items())
              if one.get(name) != content]
    lines += [f"F! {name}" for name in sorted(one.keys() - other.keys())]
    (HERE / "newer" / f"{script}.txt").write_text("\n".join(lines) + "\n")
