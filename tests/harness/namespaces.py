"""Tests that go on in namespaces of their own, so that nothing which they mount or set up outlives them."""

import os
import subprocess
import sys

INSIDE = "LATCHKEY_TEST_NAMESPACES"  # Set there.
SKIPPED = 77


def enter(*more, optional=False):
    """Starts this program again in a mount namespace, and in those of `more`, such as "-n" for a network.

    Where that cannot be, it ends as skipped, or goes on outside if that is `optional`.
    """
    if INSIDE in os.environ:
        return
    words = ["unshare", "-m", *more, "--propagation", "private"]
    if os.geteuid() != 0:
        reason = "only root can mount"
    else:
        tried = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            os.execvpe(words[0], [*words, sys.executable, "-B", *sys.argv], os.environ | {INSIDE: "1"})
        reason = tried.stderr.strip()
    if optional:
        return
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)
