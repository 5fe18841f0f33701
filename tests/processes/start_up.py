#!/usr/bin/env python3
"""Shells find the programs after an installation, and start without a word after `self uninstall`.

Each real shell that is here is started as its users start it, in a home with the start-up files that such
a user has and with blanks in its name.
"""

import fcntl
import os
import pathlib
import pty
import shutil
import subprocess
import termios
import unittest

from harness.cases import ProcessTest, main
from harness.environment import BINARY, LIMIT_SECONDS
from harness.processes import Running

OWN = "export MINE=kept\n"  # What was in a start-up file before us.
OWN_TCSH = "setenv MINE kept\n"
CLEAN_PATH = "/usr/bin:/bin"


def shell(name):
    return unittest.skipUnless(shutil.which(name, path=CLEAN_PATH), f"{name} is not installed")


def own_terminal():
    """Standard input becomes the terminal of a session of its own, as in a window."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def answer(words, environment):
    """What the shell says on standard output. It must end well and say nothing else."""
    master, slave = pty.openpty()
    try:
        done = subprocess.run(words, env=environment, cwd=environment["HOME"], stdin=slave,
                              capture_output=True, text=True, timeout=LIMIT_SECONDS,
                              preexec_fn=own_terminal, check=False)
    finally:
        os.close(slave)
        os.close(master)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def variables(text):
    """What `env` printed."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


class User:
    """A home with start-up files, and what its owner's environment is before any shell runs."""

    def __init__(self, home, program, files, more):
        self.home = home
        self.program = program
        for name, text in files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        home.mkdir(exist_ok=True)
        self.environment = {"HOME": str(home), "PATH": CLEAN_PATH, "TERM": "dumb"} | {
            name: value.replace("~", str(home)) for name, value in more.items()}
        self.cargo = pathlib.Path(self.environment.get("CARGO_HOME", home / ".cargo"))
        self.bin = self.cargo / "bin"

    def run(self, program, *words):
        more = {"RUSTUP_INIT_SKIP_SUDO_CHECK": "yes", "RUSTUP_INIT_SKIP_PATH_CHECK": "yes",
                "RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS": "/nonexistent"}
        if program != self.bin / "rustup":
            more["RUSTUP_FORCE_ARG0"] = "rustup-init"
        done = Running([program, *words], self.environment | more, self.home).finish()
        if done.code != 0:
            raise AssertionError(str(done))

    def install(self):
        self.run(self.program, "-y", "--default-toolchain", "none")
        # Of some toolchain, so that no command warns of an empty setup.
        toolchains = self.home / ".rustup" / "toolchains"
        toolchains.mkdir()
        (toolchains / "mine").symlink_to("nowhere")

    def uninstall(self):
        self.run(self.bin / "rustup", "self", "uninstall", "-y")


class StartUp(ProcessTest):
    def assert_found(self, user, words, find, mine):
        text = answer([*words, f"{find} rustup; rustup show home; env"], user.environment)
        self.assertEqual(text.splitlines()[:2], [str(user.bin / "rustup"), f"{user.home}/.rustup"])
        found = variables(text)
        self.assertEqual(found["PATH"].split(":")[0], str(user.bin))
        self.assertEqual(found.get("MINE"), mine)
        # A shell inside of that shell adds nothing more.
        again = answer([*words, "env"], user.environment | {"PATH": found["PATH"]})
        self.assertEqual(variables(again)["PATH"].split(":").count(str(user.bin)), 1)

    def assert_gone(self, user, words, mine):
        found = variables(answer([*words, "env"], user.environment))
        self.assertNotIn(str(user.bin), found["PATH"])
        self.assertEqual(found.get("MINE"), mine)

    def check(self, edited, starts, files=None, find="command -v", home="a home ", more=None):
        """Installed for a user with `files`, the shell finds it, in whichever of these ways it is
        started, because of what is said in `edited`; and uninstalled, it does not."""
        files, mine = files or {}, "kept" if files else None
        home = self.root / f"{home}{len(os.listdir(self.root))}"
        user = User(home, BINARY, files, more or {})
        user.install()
        for path in edited:
            self.assertRegex((user.home / path).read_text(), r"(?m)^(\.|source) .*/env", path)
        for words in starts:
            self.assert_found(user, words, find, mine)
        user.uninstall()
        for path in edited:
            self.assertEqual((user.home / path).read_text().strip("\n"),
                             files.get(path, "").strip("\n"), path)
        for words in starts:
            self.assert_gone(user, words, mine)

    @shell("sh")
    def test_sh_as_login_shell(self):
        self.check([".profile"], [["sh", "-l", "-c"]])
        self.check([".profile"], [["sh", "-l", "-c"]], {".profile": OWN},
                   more={"CARGO_HOME": "~/not the usual"})

    @shell("sh")
    def test_a_strict_shell_without_a_path(self):
        user = User(self.root / "a home", BINARY, {}, {})
        user.install()
        for words in (["sh", "-uec"], ["bash", "-uec"], ["zsh", "-uec"]):
            if not shutil.which(words[0], path=CLEAN_PATH):
                continue
            text = f'unset PATH; . "{user.cargo}/env"; . "{user.cargo}/env"; echo "$PATH"'
            said = answer([shutil.which(words[0]), *words[1:], text], user.environment)
            self.assertEqual(said, f"{user.bin}\n", words)

    @shell("bash")
    def test_bash_as_login_shell(self):
        login = [["bash", "-l", "-c"], ["bash", "-l", "-i", "-c"]]
        self.check([".profile"], login)
        self.check([".profile", ".bash_login"], login[:1], {".bash_login": OWN.rstrip()})
        self.check([".bash_profile", ".bash_login"], login[:1],
                   {".bash_profile": OWN, ".bash_login": ""})

    @shell("bash")
    def test_bash_in_a_terminal(self):
        self.check([".profile", ".bashrc"], [["bash", "-i", "-c"]], {".bashrc": OWN})

    @shell("zsh")
    def test_zsh_however_it_is_started(self):
        starts = [["zsh", "-c"], ["zsh", "-l", "-c"], ["zsh", "-i", "-c"], ["zsh", "-l", "-i", "-c"]]
        self.check([".zshenv"], starts)
        self.check([".zshenv"], starts[:1], {".zshenv": OWN},
                   more={"SHELL": "/usr/bin/zsh", "CARGO_HOME": "~/not the usual"})

    @shell("zsh")
    def test_zsh_with_a_folder_of_its_own(self):
        self.check(["zsh/.zshenv"], [["zsh", "-c"], ["zsh", "-l", "-i", "-c"]], {"zsh/.zshenv": OWN},
                   more={"SHELL": "/usr/bin/zsh", "ZDOTDIR": "~/zsh"})

    @shell("fish")
    def test_fish_however_it_is_started(self):
        line = ".config/fish/conf.d/rustup.fish"
        self.check([line], [["fish", "-c"], ["fish", "-l", "-c"], ["fish", "-i", "-c"]])
        self.check([line], [["fish", "-c"]], {".config/fish/config.fish": "set -x MINE kept\n"},
                   more={"CARGO_HOME": "~/not the usual"})

    @shell("fish")
    def test_fish_with_a_folder_of_its_own(self):
        self.check(["own/fish/conf.d/rustup.fish"], [["fish", "-c"]],
                   more={"XDG_CONFIG_HOME": "~/own"})

    @shell("tcsh")
    def test_tcsh_however_it_is_started(self):
        starts = [["tcsh", "-c"], ["tcsh", "-i", "-c"]]
        plain = {"find": "which"}
        self.check([".tcshrc"], starts, **plain)
        self.check([".tcshrc"], starts[:1], {".tcshrc": OWN_TCSH, ".cshrc": ""}, **plain)
        self.check([".cshrc"], starts[:1], {".cshrc": OWN_TCSH}, **plain,
                   more={"CARGO_HOME": "~/elsewhere"})


if __name__ == "__main__":
    main()
