"""Servers' folders, made by scripts/make-dist from small stand-ins, and which release they offer."""

import atexit
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from harness.environment import HOST, SCRIPTS

OLD_DATE, NEW_DATE = "2026-03-05", "2026-04-16"  # Of make-dist's two stable releases.
OLD_YEAR, NEW_YEAR = "2015-12-10", "2016-01-21"  # Of two releases in the format of before 2016.


def make_dist(out, *arguments):
    done = subprocess.run([sys.executable, SCRIPTS / "make-dist", "--synthetic", "--quiet",
                           "--out", out, *map(str, arguments)],
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return pathlib.Path(out)


@functools.cache
def synthetic_dist(*arguments):
    """A folder with make-dist's stand-ins, made once for each program. Leave it as it is."""
    folder = tempfile.mkdtemp(prefix="latchkey-processes-dist-")
    os.chmod(folder, 0o755)
    atexit.register(shutil.rmtree, folder, True)
    return make_dist(folder, *arguments)


@functools.cache
def stable_dist():
    """One release of small components; also served as 1.95.0 and 1.95."""
    return synthetic_dist("--channel", "stable", "--formats", "gz", "--synthetic-size", 8)


def two_stables(out, *arguments, size_kb=8):
    """A tree of a test's own with two releases of stable, for `switch_stable`. `size_kb`: of each component."""
    for date, version in ((OLD_DATE, "1.94.0"), (NEW_DATE, "1.95.0")):
        make_dist(out, "--channel", "stable", "--formats", "gz", "--synthetic-size", size_kb, "--date",
                  date, "--rename-version", version, *arguments)
    return pathlib.Path(out)


def switch_stable(dist, date):
    """From now on the channel `stable` is the release of that day."""
    for suffix in ("", ".sha256"):
        name = f"channel-rust-stable.toml{suffix}"
        shutil.copy(dist / "dist" / date / name, dist / "dist" / f"{name}.new")
        os.rename(dist / "dist" / f"{name}.new", dist / "dist" / name)


def add_two_betas(dist):
    """Two releases of beta as one archive each, for `switch_beta`; the newer one is served."""
    for date, version in ((OLD_YEAR, "1.5.0"), (NEW_YEAR, "1.6.0")):
        make_dist(dist, "--v1-only", "--channel", "beta", "--formats", "gz", "--synthetic-size", 8,
                  "--date", date, "--rename-version", version, "--components",
                  "cargo,rustc,rust-std,rust-docs")
    return pathlib.Path(dist)


def switch_beta(dist, date):
    """From now on the channel `beta` is the release of that day."""
    for name in (f"rust-beta-{HOST}.tar.gz", "channel-rust-beta"):
        for suffix in ("", ".sha256"):
            (dist / "dist" / (name + suffix)).unlink(missing_ok=True)
            os.link(dist / "dist" / date / (name + suffix), dist / "dist" / (name + suffix))
