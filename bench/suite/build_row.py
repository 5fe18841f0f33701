"""A workspace of many crates, each of which keeps rustc busy for a while, built through proxies."""

import functools
import shutil
import sys

import measure

CRATES = 100
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


def write_workspace(folder, functions):
    names = [f"part{number:03}" for number in range(CRATES)]
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


def build(program, home, folder, **more):
    shutil.rmtree(folder / "target", ignore_errors=True)
    measure.settle()
    environment = home.environment | {"CARGO_NET_OFFLINE": "true"} | more
    measured = measure.run([program, "build", "--offline"], environment, folder)
    built = len(list((folder / "target/debug").glob("libpart*.rlib")))
    if built != CRATES:
        sys.exit(f"bench: {home.name} built {built} crates of {CRATES}")
    return measured


def measure_home(home, bench):
    functions, least = bench.calibrate(functions_for, home)
    folder = home.root / "workspace"
    if not folder.exists():
        write_workspace(folder, functions)
    proxies = bench.proxy_of(home)
    path = f"{proxies}:/usr/bin:/bin"
    through = build(proxies / "cargo", home, folder, PATH=path)
    tools = home.toolchain().resolve() / "bin"
    direct = build(tools / "cargo", home, folder, PATH=f"{tools}:/usr/bin:/bin")
    return {"wall_seconds": through.wall_seconds, "cpu_seconds": through.cpu_seconds,
            "direct_seconds": direct.wall_seconds, "rustc_seconds": least, "functions": functions}
