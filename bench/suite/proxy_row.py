"""What a proxy adds to the start of a tool: `rustc --version`, directly and through the proxy, in turn."""

import os
import random
import statistics
import sys
import time

ROUNDS = 60
WARM_UP = 10
OVERRIDES = 50
SCENES = {
    "default": "the default toolchain",
    "file": f"a rust-toolchain.toml five directories up, {OVERRIDES} overrides in the settings",
}
DEV_NULL = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in range(3)]


def set_scene(home, scene):
    """The working folder of the tools to be started."""
    folder = home.root / f"scene-{scene}"
    if scene == "default":
        folder.mkdir(exist_ok=True)
        return folder
    below = folder.joinpath("a", "b", "c", "d", "e")
    below.mkdir(parents=True, exist_ok=True)
    (folder / "rust-toolchain.toml").write_text('[toolchain]\nchannel = "stable"\n')
    settings = home.root / "rustup" / "settings.toml"
    text = settings.read_text()
    if "/somewhere/else" not in text:
        lines = [f'"/somewhere/else/project-{number}" = "stable"' for number in range(OVERRIDES)]
        text = text.replace("[overrides]\n", "")
        settings.write_text(f"{text}\n[overrides]\n" + "\n".join(lines) + "\n")
    return below


def start(program, environment):
    """Seconds from before the start of `PROGRAM --version` until it has ended, and of processor time."""
    began = time.perf_counter()
    child = os.posix_spawn(program, [program, "--version"], environment, file_actions=DEV_NULL)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    if status != 0:
        sys.exit(f"bench: {program} ended with {status}")
    return seconds, usage.ru_utime + usage.ru_stime


def measure_home(home, scene, proxies):
    """`proxies`: the folder of the home's proxies. The medians of what the proxy adds."""
    folder = set_scene(home, scene)
    ways = {"direct": str(home.toolchain().resolve() / "bin" / "rustc"), "proxy": str(proxies / "rustc")}
    chance = random.Random(home.name)
    found = {way: [] for way in ways}
    here = os.getcwd()
    os.chdir(folder)
    try:
        for number in range(-WARM_UP, ROUNDS):
            for way in chance.sample(sorted(ways), len(ways)):
                figures = start(ways[way], home.environment)
                if number >= 0:
                    found[way].append(figures)
    finally:
        os.chdir(here)
    more = [[after - before for after, before in zip(*pair)] for pair in zip(found["proxy"], found["direct"])]
    wall, cpu = (statistics.median(column) for column in zip(*more))
    return {"added_wall_seconds": wall, "added_cpu_seconds": cpu,
            "direct_seconds": statistics.median(wall for wall, _ in found["direct"])}
