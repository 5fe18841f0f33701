"""A workspace of many crates, each of which keeps rustc busy for a while, built through proxies."""

import filecmp
import functools
import itertools
import shutil
import sys

from suite import measure
from suite.homes import LATCHKEY, RUSTUP

CRATES = 100
IN_TURN = 10
LEAST_SECONDS = 0.2  # Of rustc, for each crate.
FIRST_FUNCTIONS = 4
# Each function is compiled: loops, formatting and a map of its own.
FUNCTION = """
pub fn work_{number}(values: &[u64]) -> String {{
    let mut seen = std::collections::BTreeMap::new();
    for (index, value) in values.iter().enumerate() {{
        let mixed = value.wrapping_mul({odd}).rotate_left({turn}) ^ index as u64;
        *seen.entry(mixed % {modulus}).or_insert({number}u64) += mixed;
    }}
    let text: Vec<String> = seen.iter().map(|(key, sum)| format!("{{key}}={{sum}}/{number}")).collect();
    text.join(";")
}}
"""


def library(functions):
    return "".join(FUNCTION.format(number=number, odd=2 * number + 3, turn=number % 63 + 1,
                                   modulus=number + 7) for number in range(functions))


def crate_names():
    return [f"part{number:03}" for number in range(CRATES)]


def write_workspace(folder, functions):
    names = crate_names()
    folder.mkdir(parents=True)
    members = ", ".join(f'"{name}"' for name in names)
    (folder / "Cargo.toml").write_text(f'[workspace]\nresolver = "2"\nmembers = [{members}]\n')
    text = library(functions)
    for name in names:
        (folder / name / "src").mkdir(parents=True)
        (folder / name / "Cargo.toml").write_text(
            f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n')
        (folder / name / "src/lib.rs").write_text(f"//! {name}\n{text}")
    return folder


@functools.cache
def functions_for(rustc, place):
    """How many functions a crate needs so that rustc alone takes long enough for it."""
    functions = FIRST_FUNCTIONS
    while True:
        source = place / "sample.rs"
        source.write_text(library(functions))
        words = [str(rustc), "--crate-type=lib", "--edition=2021", "--emit=dep-info,metadata,link",
                 "-Cdebuginfo=2", "-o", str(place / "libsample.rlib"), str(source)]
        least = min(measure.run(words, {"PATH": "/usr/bin:/bin"}, place).cpu_seconds for _ in range(3))
        if least >= 1.1 * LEAST_SECONDS:
            return functions, least
        functions = functions * 3 // 2


class Build:
    """Of the workspace, a few crates at a time."""

    def __init__(self, program, home, workspace, target, path):
        self.words = [program, "build", "--offline", "--target-dir", target]
        self.environment = home.environment | {"CARGO_NET_OFFLINE": "true", "PATH": path}
        self.workspace, self.target = workspace, target
        self.parts = []
        shutil.rmtree(target, ignore_errors=True)

    def go_on(self, names):
        words = [*self.words, *(word for name in names for word in ("-p", name))]
        self.parts.append(measure.run(words, self.environment, self.workspace))

    def end(self):
        """All parts together."""
        built = len(list((self.target / "debug").glob("libpart*.rlib")))
        if built != CRATES:
            sys.exit(f"bench: {self.words[0]} built {built} crates of {CRATES}")
        return (sum(part.wall_seconds for part in self.parts), sum(part.cpu_seconds for part in self.parts))


def share_files(target, source):
    """Where a library's pages lie in memory makes a build 5 % faster or slower. So one toolchain is made of
    the other one's files, where they are the same."""
    for path in [path for part in ("bin", "lib") for path in (target / part).rglob("*")]:
        twin = source / path.relative_to(target)
        if path.is_symlink() or not path.is_file() or not twin.is_file():
            continue
        if filecmp.cmp(path, twin, shallow=False):
            path.unlink()
            path.hardlink_to(twin.resolve())


def measure_pair(pair, order, bench):
    """The machine's speed drifts by more, within a minute, than proxies cost. So the builds go on in turn,
    a few crates each."""
    builds, found = {}, {}
    share_files(pair[RUSTUP].toolchain(), pair[LATCHKEY].toolchain().resolve())
    for name, home in pair.items():
        functions, least = bench.calibrate(functions_for, home)
        workspace = home.root / "workspace"
        if not workspace.exists():
            write_workspace(workspace, functions)
        proxies, tools = bench.proxy_of(home), home.toolchain().resolve() / "bin"
        builds[name] = Build(proxies / "cargo", home, workspace, workspace / "target",
                             f"{proxies}:/usr/bin:/bin")
        if name == LATCHKEY:
            direct = Build(tools / "cargo", home, workspace, workspace / "target-direct",
                           f"{tools}:/usr/bin:/bin")
        found[name] = {"rustc_seconds": least, "functions": functions, "crates_in_turn": IN_TURN}
    measure.settle()
    # In each of their orders, as a build finds in the processor's caches what the one before it left there.
    orders = itertools.cycle(itertools.permutations([*(builds[name] for name in order), direct]))
    for first in range(0, CRATES, IN_TURN):
        for build in next(orders):
            build.go_on(crate_names()[first:first + IN_TURN])
    for name, figures in found.items():
        figures["wall_seconds"], figures["cpu_seconds"] = builds[name].end()
    found[LATCHKEY]["direct_seconds"], _ = direct.end()
    return found
