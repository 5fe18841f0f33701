"""Other users of the machine, as whom only root can run something."""

import os

IS_ROOT = os.geteuid() == 0
NOBODY = 65534


def as_user(user, group=None):
    """The words that run a command as somebody, who is in one group and no other: by default, of the same number."""
    return ["setpriv", f"--reuid={user}", f"--regid={user if group is None else group}", "--clear-groups"]


AS_NOBODY = as_user(NOBODY)
