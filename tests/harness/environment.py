"""What the tests in Python are told, and chance.

LATCHKEY_BINARY names the program under test. Random tests print their seed; LATCHKEY_SEED repeats
one. LATCHKEY_ROUNDS is a number of rounds, or `full` for as many as a release deserves.
LATCHKEY_SANITIZED says that the program is slower and larger than what is shipped: times and
memory are not asserted.
LATCHKEY_TEST_LAGGING makes every home that `install` prepares lag: its toolchains live away, because
somebody runs from what is at home, as an IDE does after an update.
LATCHKEY_KEEP leaves the folders of a test behind, to be looked at.
"""

import os
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
BINARY = os.environ.get("LATCHKEY_BINARY") or str(ROOT / "build" / "release" / "latchkey")
SANITIZED = bool(os.environ.get("LATCHKEY_SANITIZED"))
LAGGING = bool(os.environ.get("LATCHKEY_TEST_LAGGING"))
HOLDER = os.environ.get("LATCHKEY_LOCK_HOLDER") or str(
    pathlib.Path(BINARY).parent / "tests" / "latchkey_lock_holder")
HOST = f"{os.uname().machine}-unknown-linux-gnu"
STABLE = f"stable-{HOST}"
BETA = f"beta-{HOST}"
LIMIT_SECONDS = 300 if SANITIZED else 60

# What the shell of whoever runs the tests says must not reach the programs under test.
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith(("RUST", "CARGO_", "LATCHKEY_", "XDG_")) and "proxy" not in name.lower()}


def seeded():
    seed = int(os.environ.get("LATCHKEY_SEED") or random.randrange(1 << 32))
    print(f"LATCHKEY_SEED={seed}", flush=True)
    return random.Random(seed)


def rounds(default, full):
    wanted = os.environ.get("LATCHKEY_ROUNDS")
    if not wanted:
        return max(1, default // 5) if SANITIZED else default
    return full if wanted == "full" else int(wanted)
