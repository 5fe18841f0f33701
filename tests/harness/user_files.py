"""A home in which the user keeps files of their own, and others may be at work."""

import os
import subprocess

from harness.cases import ProcessTest
from harness.dists import stable_dist
from harness.processes import Running
from harness.users import as_user

ALICE, BOB, GROUP = 61001, 61002, 61000
MEMBER = {user: as_user(user, GROUP) for user in (ALICE, BOB)}
UMASK = {umask: ["sh", "-c", f'umask {umask:o}; exec "$@"', "sh"] for umask in (0o022, 0o077)}


class UserFilesTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.temp = self.home(f"file://{stable_dist()}")
        self.user = self.temp.root / "home"
        self.cargo = self.user / ".cargo"
        self.bin = self.cargo / "bin"
        self.profile = self.user / ".profile"
        self.temp.environment |= {"CARGO_HOME": str(self.cargo), "RUSTUP_INIT_SKIP_PATH_CHECK": "yes",
                                  "RUSTUP_INIT_SKIP_SUDO_CHECK": "yes"}

    def init(self, *words, toolchain="none", **options):
        """Installs the programs, and what the start-up files need."""
        return self.temp.run("-y", "--default-toolchain", toolchain, *words,
                             RUSTUP_FORCE_ARG0="rustup-init", **options)

    def good_init(self, *words, **options):
        done = self.init(*words, **options)
        self.assertEqual(done.code, 0, str(done))
        return done

    def uninstall(self, *words, prefix=(), **variables):
        return Running([*prefix, self.bin / "rustup", "self", "uninstall", "-y", *words],
                       self.temp.environment | variables, self.temp.root / "work").finish()

    def good_uninstall(self, *words, **options):
        done = self.uninstall(*words, **options)
        self.assertEqual(done.code, 0, str(done))
        return done

    def call(self, tool, *words, prefix=()):
        done = Running([*prefix, self.bin / tool, *words], self.temp.environment,
                       self.temp.root / "work").finish()
        self.assertEqual(done.code, 0, str(done))

    def give(self, owner):
        """All of it to somebody."""
        for path in [self.temp.root, *self.temp.root.rglob("*")]:
            os.chown(path, owner, GROUP, follow_symlinks=False)

    def assert_no_draft(self):
        self.assertEqual([name for _, _, names in os.walk(self.temp.root) for name in names
                          if name.endswith((".latchkey", ".new", ".first"))], [])

    def mount(self, source, place):
        subprocess.run(["mount", "--bind", source, place], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(place)], check=False,
                        stderr=subprocess.DEVNULL)
