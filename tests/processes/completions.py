#!/usr/bin/env python3
"""The completion scripts load in the shells that are here, and complete."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import BINARY, main

BASH = r"""
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_rustup rustup "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""
# zsh completes only in its editor: what would be offered is told by these in place of its own.
ZSH = r"""
autoload -U compinit; compinit -u -D
source "$1"
[[ ${_comps[rustup]} == _rustup ]] && whence -w _rustup _rustup__toolchain_commands
"""


def output(*words, shell_input=None):
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "dumb"}
        done = subprocess.run([str(word) for word in words], input=shell_input, text=True,
                              capture_output=True, env=environment, timeout=60, check=False)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def shell(name):
    return unittest.skipUnless(shutil.which(name), f"{name} is not installed")


class Completions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="latchkey-completions-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "rustup").symlink_to(os.path.realpath(BINARY))

    def script(self, shell_name, *command):
        path = self.folder / f"completions.{shell_name}"
        path.write_text(output(self.folder / "rustup", "completions", shell_name, *command))
        return path

    def bash(self, *words):
        script = self.script("bash").read_text() + BASH
        return output("bash", "--norc", "-s", "--", *words, shell_input=script).split()

    @shell("bash")
    def test_bash_offers_commands_options_and_values(self):
        self.assertEqual(self.bash("rustup", "tool"), ["toolchain"])
        self.assertEqual(self.bash("rustup", "toolchain", "un"), ["uninstall"])
        self.assertEqual(self.bash("rustup", "set", "profile", "co"), ["complete"])
        self.assertEqual(self.bash("rustup", "install", "--profile", "mi"), ["minimal"])
        self.assertEqual(self.bash("rustup", "component", "list", "--inst"), ["--installed"])
        self.assertEqual(self.bash("rustup", "help", "self", "upg"), ["upgrade-data"])
        self.assertEqual(self.bash("rustup", "nothing-like-it"), [])

    @shell("bash")
    def test_bash_reads_cargos_script_of_the_active_toolchain(self):
        folder = self.folder / "sysroot" / "etc" / "bash_completion.d"
        folder.mkdir(parents=True)
        (folder / "cargo").write_text("echo it was read\n")
        rustc = f"rustc() {{ echo {self.folder}/sysroot; }}\n"
        script = self.script("bash", "cargo").read_text()
        self.assertEqual(output("bash", "--norc", "-s", shell_input=rustc + script), "it was read\n")

    @shell("zsh")
    def test_zsh_defines_its_functions(self):
        told = output("zsh", "-f", "-c", ZSH, "zsh", self.script("zsh"))
        self.assertEqual(told, "_rustup: function\n_rustup__toolchain_commands: function\n")

    @shell("fish")
    def test_fish_offers_commands_options_and_values(self):
        script = self.script("fish")
        for line, offered in {"rustup tool": "toolchain", "rustup toolchain unin": "uninstall",
                              "rustup install --profile mi": "minimal",
                              "rustup component list --inst": "--installed"}.items():
            asked = f"source {script}; complete -C '{line}'"
            told = output("fish", "-c", asked)
            self.assertEqual([each.split("\t")[0] for each in told.splitlines()], [offered])


if __name__ == "__main__":
    main()
