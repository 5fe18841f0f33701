"""What the benchmarks share. They are started by hand, so the paths that tests get from CMake are put here:
tests/harness knows the machine's own Rust, and scripts/dist_*.py make what is installed.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / "tests"), str(ROOT / "scripts")]
