#!/usr/bin/env python3
"""The completion scripts load in the shells that are here, and complete."""

import os
import pathlib
import pty
import select
import shutil
import subprocess
import tempfile
import time
import unittest

from harness.cases import main
from harness.environment import BINARY, LIMIT_SECONDS

BASH = r"""
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
"_$1" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""
# zsh completes only in its editor: what would be offered is told by these in place of its own.
ZSH = r"""
autoload -U compinit; compinit -u -D
source "$1"
[[ ${_comps[rustup]} == _rustup ]] && whence -w _rustup _rustup__toolchain_commands
"""
# As users have it in their .zshrc. What a line calls, it says.
ZSH_RC = """
cd {folder}
fpath=({folder} $fpath)
autoload -U compinit; compinit -u -D
zstyle ':completion:*' insert-tab false  # Also where more is typed already.
rustup() {{ print "called: $*." }}
PS1="ready. "
"""


def output(*words, shell_input=None):
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "dumb"}
        done = subprocess.run([str(word) for word in words], input=shell_input, text=True,
                              capture_output=True, env=environment, timeout=60, check=False)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Keyboard:
    """A shell at a terminal, to which one types."""

    def __init__(self, test, *words, **environment):
        self.master, slave = pty.openpty()
        self.shell = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave,
                                      start_new_session=True,
                                      env={"PATH": os.environ["PATH"], "TERM": "dumb"} | environment)
        os.close(slave)
        self.shown = ""  # And not yet waited for.
        test.addCleanup(self.end)

    def end(self):
        self.shell.kill()
        self.shell.wait()
        os.close(self.master)

    def type(self, text):
        os.write(self.master, text.encode())

    def wait_for(self, text):
        """Reads until it is shown; the next one begins behind it."""
        end = time.monotonic() + LIMIT_SECONDS
        while text not in self.shown:
            if not select.select([self.master], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"no '{text}' in: {self.shown}")
            self.shown += os.read(self.master, 4096).decode(errors="replace")
        self.shown = self.shown.partition(text)[2]


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
        script = self.script("bash", words[0]).read_text() + BASH
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
    def test_bash_offers_latchkeys_own_where_it_is_called_so(self):
        self.assertEqual(self.bash("latchkey", "loc"), ["locks", "lock"])
        self.assertEqual(self.bash("latchkey", "show", "--form"), ["--format"])
        self.assertEqual(self.bash("latchkey", "toolchain", "list", "--format", "json="), ["json=1"])
        self.assertEqual(self.bash("latchkey", "tool"), ["toolchain"])
        self.assertEqual(self.bash("rustup", "loc"), [])

    @shell("zsh")
    def test_zsh_and_fish_read_latchkeys_scripts(self):
        told = output("zsh", "-f", "-c", ZSH.replace("rustup", "latchkey"), "zsh",
                      self.script("zsh", "latchkey"))
        self.assertEqual(told, "_latchkey: function\n_latchkey__toolchain_commands: function\n")
        if shutil.which("fish"):
            asked = f"source {self.script('fish', 'latchkey')}; complete -C 'latchkey loc'"
            offered = [line.split("\t")[0] for line in output("fish", "-c", asked).splitlines()]
            self.assertEqual(offered, ["lock", "locks"])

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

    @shell("zsh")
    def test_zsh_completes_what_is_typed(self):
        self.script("zsh").rename(self.folder / "_rustup")
        (self.folder / ".zshrc").write_text(ZSH_RC.format(folder=self.folder))
        zsh = Keyboard(self, "zsh", "-i", HOME=str(self.folder))
        # The first word may be a +toolchain, and no file is one.
        (self.folder / "toolbox").touch()
        for typed, completed in (("tool\t", "toolchain"), ("+stable upd\t", "+stable update"),
                                 ("+stable install --profile mi\t", "+stable install --profile minimal"),
                                 ("+stable component list --inst\t", "+stable component list --installed")):
            zsh.wait_for("ready. ")
            zsh.type(f"rustup {typed}\n")
            zsh.wait_for(f"called: {completed}.")

    @shell("zsh")
    def test_zsh_reads_cargos_script_of_the_active_toolchain(self):
        folder = self.folder / "sysroot" / "share" / "zsh" / "site-functions"
        folder.mkdir(parents=True)
        (folder / "_cargo").write_text("echo it was read\n")
        rustc = self.folder / "rustc"
        rustc.write_text(f"#!/bin/sh\necho {self.folder}/sysroot\n")
        rustc.chmod(0o755)
        script = self.script("zsh", "cargo")
        script.rename(self.folder / "_cargo")
        told = output("zsh", "-f", "-c", 'path=("$1" $path) fpath=("$1" $fpath); autoload -U compinit; '
                      'compinit -u -D; echo $_comps[cargo]; autoload +X _cargo && _cargo', "zsh",
                      self.folder)
        self.assertEqual(told, "_cargo\nit was read\n")

    @shell("fish")
    def test_fish_offers_commands_options_and_values(self):
        script = self.script("fish")
        for line, offered in {"rustup tool": "toolchain", "rustup toolchain unin": "uninstall",
                              "rustup install --profile mi": "minimal",
                              "rustup component list --inst": "--installed"}.items():
            asked = f"source {script}; complete -C '{line}'"
            told = output("fish", "-c", asked)
            self.assertEqual([each.split("\t")[0] for each in told.splitlines()], [offered])

    def test_cargo_offers_none_for_fish(self):
        done = subprocess.run([self.folder / "rustup", "completions", "fish", "cargo"],
                              capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (
            1, "", "error: cargo does not currently support completions for fish\n"))


if __name__ == "__main__":
    main()
