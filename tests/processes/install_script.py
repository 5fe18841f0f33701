#!/usr/bin/env python3
"""install.sh of a release: in each shell, with each tool that it may find, and badly served."""

import os
import pty
import shutil
import subprocess

from harness import release
from harness.cases import ProcessTest, main
from harness.environment import HOST, LIMIT_SECONDS
from harness.servers import Nginx, ScriptedServer, short_after

SHELLS = {"dash": ["dash"], "bash": ["bash", "--posix"], "busybox": ["busybox", "ash"]}
# What the script needs besides one that fetches and one that hashes.
BASE = ("uname", "mktemp", "chmod", "rm", "cat", "head")
HASHERS = {"sha256sum": ("sha256sum",), "shasum": ("shasum", "perl"), "openssl": ("openssl",)}
OPTIONS = ("-y", "--default-toolchain", "none", "--no-modify-path")


class InstallScriptTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.served = release.copy(self.root / "served")
        self.script = self.served / "install.sh"
        self.temp = self.home("http://127.0.0.1:9")
        self.tools = self.root / "tools"
        self.tools.mkdir()
        self.environment = self.temp.environment | {
            "PATH": str(self.tools), "RUSTUP_INIT_SKIP_SUDO_CHECK": "yes",
            "RUSTUP_INIT_SKIP_PATH_CHECK": "yes"}
        self.environment["RUSTUP_UPDATE_ROOT"] = Nginx(self, self.served).url
        self.give(*BASE, "curl", "sha256sum")

    def give(self, *names):
        for name in names:
            found = shutil.which(name)
            if not found:
                self.skipTest(f"no {name}")
            if not (self.tools / name).exists():
                (self.tools / name).symlink_to(found)

    def take(self, *names):
        for name in names:
            (self.tools / name).unlink()

    def shells(self):
        for name, words in SHELLS.items():
            if found := shutil.which(words[0]):
                yield name, [found, *words[1:]]
            else:
                print(f"no {name}: the script is not tried in it")

    def run_script(self, *words, shell=("/bin/sh",), piped=False, **variables):
        """`sh install.sh WORDS`, or `… | sh -s -- WORDS`."""
        environment = self.environment | variables
        command = [*shell, "-s", "--", *words] if piped else [*shell, self.script, *words]
        done = subprocess.run(command, env=environment, cwd=self.root, capture_output=True, text=True,
                              timeout=LIMIT_SECONDS, check=False, start_new_session=True,
                              input=self.script.read_text() if piped else "")
        self.assertEqual(os.listdir(self.temp.root / "tmp"), [])  # Whatever happened.
        return done

    def installed(self):
        return (self.temp.root / "cargo").exists()

    def assert_installs(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.temp.root / "cargo/bin/rustup").exists())
        shutil.rmtree(self.temp.root / "cargo")

    def assert_refused(self, done, words):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(words, done.stderr)
        self.assertFalse(self.installed())

    def test_it_installs_in_every_shell_with_either_downloader(self):
        for shell, words in self.shells():
            for fetcher in ("curl", "wget"):
                self.take("curl")
                self.give(fetcher)
                for piped in (False, True):
                    with self.subTest(shell=shell, fetcher=fetcher, piped=piped):
                        done = self.run_script(*OPTIONS, shell=words, piped=piped)
                        self.assertIn("info: downloading installer\n", done.stderr)
                        self.assert_installs(done)
                if fetcher != "curl":
                    self.take(fetcher)
                self.give("curl")

    def test_it_needs_no_more_than_busybox(self):
        if not shutil.which("busybox"):
            self.skipTest("no busybox")
        self.take(*BASE, "curl", "sha256sum")
        for name in (*BASE, "wget", "sha256sum"):
            (self.tools / name).symlink_to(shutil.which("busybox"))
        self.assert_installs(self.run_script(*OPTIONS, shell=[shutil.which("busybox"), "ash"]))

    def test_either_of_three_tools_checks_the_installer(self):
        program = self.served / "archive" / release.version(self.served) / HOST / "rustup-init"
        good = program.read_bytes()
        for hasher, names in HASHERS.items():
            self.take("sha256sum")
            self.give(*names)
            with self.subTest(hasher=hasher):
                program.write_bytes(good)
                self.assert_installs(self.run_script(*OPTIONS))
                program.write_bytes(good[:-1] + b"x")
                self.assert_refused(self.run_script(*OPTIONS), "error: checksum failed for '")
            if hasher != "sha256sum":
                self.take(*names)
            self.give("sha256sum")

    def test_without_a_tool_to_check_or_to_fetch_nothing_is_run(self):
        for name, words in (("sha256sum", "to check the installer: sha256sum shasum openssl"),
                            ("curl", "to download the installer: curl wget")):
            self.take(name)
            for shell, command in self.shells():
                with self.subTest(missing=name, shell=shell):
                    self.assert_refused(self.run_script(*OPTIONS, shell=command), words)
            self.give(name)

    def test_a_program_with_another_hash_is_not_run(self):
        program = self.served / "archive" / release.version(self.served) / HOST / "rustup-init"
        ran = self.root / "ran"
        good = program.read_bytes()
        for bytes_ in (f"#!/bin/sh\n: >{ran}\n".encode(), good + b"\n", good[:100_000], b""):
            program.write_bytes(bytes_)
            for shell, command in self.shells():
                with self.subTest(shell=shell, size=len(bytes_)):
                    done = self.run_script(*OPTIONS, shell=command)
                    self.assert_refused(done, "error: checksum failed for '")
                    self.assertFalse(ran.exists())

    def test_the_hash_in_the_script_counts_whatever_the_server_says(self):
        folder = self.served / "archive" / release.version(self.served) / HOST
        (folder / "rustup-init.sha256").write_text("0" * 64 + " *rustup-init\n")
        self.assert_installs(self.run_script(*OPTIONS))

    def test_a_file_that_is_not_there_is_told(self):
        shutil.rmtree(self.served / "archive")
        for fetcher in ("curl", "wget"):
            self.take("curl")
            self.give(fetcher)
            done = self.run_script(*OPTIONS)
            self.assert_refused(done, "error: could not download '")
            self.take(fetcher)
            self.give("curl")

    def test_a_download_that_breaks_off_is_not_run(self):
        server = ScriptedServer(self, self.served)
        server.on("rustup-init", short_after(200_000))
        done = self.run_script(*OPTIONS, RUSTUP_UPDATE_ROOT=server.url)
        self.assert_refused(done, "error: could not download '")

    def test_a_script_that_was_cut_off_runs_nothing(self):
        text = self.script.read_text()
        ran = self.root / "ran"
        for tool in self.tools.iterdir():
            tool.unlink()
        for name in (*BASE, "curl", "wget", "sha256sum", "shasum", "openssl"):
            stub = self.tools / name
            stub.write_text(f"#!/bin/sh\necho {name} >>{ran}\n")
            stub.chmod(0o755)
        tail = len(text) - 400
        cuts = sorted({*range(0, len(text), 11), *range(tail, len(text)),
                       *(at + 1 for at, letter in enumerate(text) if letter == "\n")} - {len(text)})
        end = len(text.rstrip("\n"))
        for shell, words in self.shells():
            for cut in (each for each in cuts if each < end):
                subprocess.run([*words, "-s", "--", "-y"], input=text[:cut], text=True,
                               env=self.environment, capture_output=True, timeout=60, check=False)
                self.assertFalse(ran.exists(), f"{shell} ran something of {text[:cut][-80:]!r}")
        subprocess.run(["/bin/sh", "-s", "--", "-y"], input=text, text=True, env=self.environment,
                       capture_output=True, timeout=60, check=False)
        self.assertTrue(ran.exists())  # All of it does.

    def test_where_no_temporary_file_can_be_made_that_is_told(self):
        for shell, words in self.shells():
            with self.subTest(shell=shell):
                done = self.run_script(*OPTIONS, shell=words, TMPDIR="/proc/self")
                self.assert_refused(done, "error: could not make a temporary directory in "
                                          "'/proc/self'; TMPDIR may name another")

    def test_other_machines_are_refused(self):
        self.assert_refused(self.run_script(*OPTIONS, RUSTUP_CPUTYPE="m68k"),
                            "error: there is no Latchkey for the processor m68k")
        self.assert_refused(self.run_script(*OPTIONS, RUSTUP_CPUTYPE="s390x"),
                            "this release of Latchkey has no program for s390x-unknown-linux-gnu")
        self.take("uname")
        (self.tools / "uname").write_text("#!/bin/sh\necho Darwin\n")
        (self.tools / "uname").chmod(0o755)
        self.assert_refused(self.run_script(*OPTIONS), "error: there is no Latchkey for Darwin")

    def test_each_processor_gets_its_program(self):
        tuples = {"x86_64": "x86_64-unknown-linux-gnu", "aarch64": "aarch64-unknown-linux-gnu",
                  "armv7l": "armv7-unknown-linux-gnueabihf", "i686": "i686-unknown-linux-gnu",
                  "ppc64le": "powerpc64le-unknown-linux-gnu", "s390x": "s390x-unknown-linux-gnu",
                  "riscv64": "riscv64gc-unknown-linux-gnu"}
        self.take("uname")
        text = self.script.read_text()
        lines = "".join(f"    {name}) echo {'0' * 64} ;;\n" for name in tuples.values())
        own = next(line for line in text.splitlines() if f"{HOST}) echo" in line)
        self.script.write_text(text.replace(own + "\n", lines))
        for machine, name in tuples.items():
            (self.tools / "uname").write_text(
                f"#!/bin/sh\n[ \"$1\" = -m ] && echo {machine} || echo Linux\n")
            (self.tools / "uname").chmod(0o755)
            with self.subTest(machine=machine):
                done = self.run_script(*OPTIONS)
                words = f"/{name}/rustup-init'"
                self.assert_refused(done, words)

    def test_options_are_the_installers(self):
        done = self.run_script("-y", "--default-toolchain", "no such name", "--profile", "minimal")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such name", done.stderr)
        done = self.run_script("-q", *OPTIONS)
        self.assertNotIn("info: downloading installer", done.stderr)
        self.assert_installs(done)
        done = self.run_script("--default-toolchain=none", "--no-modify-path", "-vy")
        self.assert_installs(done)

    def test_help_is_the_installers_and_fetches_nothing(self):
        program = self.served / "dist" / HOST / "rustup-init"
        told = subprocess.run([program, "--help"], env=self.environment | {"COLUMNS": "100"},
                              capture_output=True, text=True, check=True).stdout
        self.take("curl", "sha256sum")
        for option in ("--help", "-h", "-yh"):
            for shell, words in self.shells():
                with self.subTest(option=option, shell=shell):
                    done = self.run_script(option, shell=words)
                    self.assertEqual((done.returncode, done.stdout), (0, told))

    def test_another_version_than_the_scripts_is_refused(self):
        self.assert_refused(self.run_script(*OPTIONS, RUSTUP_VERSION="0.0.1"),
                            "but RUSTUP_VERSION is '0.0.1'")

    def test_questions_are_answered_at_the_terminal(self):
        for shell, words in self.shells():
            with self.subTest(shell=shell):
                shown, code = self.at_terminal([*words, "-s", "--", "--no-modify-path"])
                self.assertIn("3) Cancel installation", shown)
                self.assertIn("aborting installation", shown)
                self.assertEqual(code, 0)
                self.assertFalse(self.installed())

    def at_terminal(self, command):
        """The script through a pipe, in a shell that has a terminal. Cancels the installation."""
        reader, writer = os.pipe()
        child, master = pty.fork()
        if child == 0:
            os.dup2(reader, 0)
            os.close(writer)
            os.execve(command[0], [str(word) for word in command], self.environment)
        os.close(reader)
        with os.fdopen(writer, "w") as file:
            file.write(self.script.read_text())
        shown = ""
        answered = False
        while True:
            try:
                data = os.read(master, 4096)
            except OSError:  # The other end is closed.
                break
            if not data:
                break
            shown += data.decode(errors="replace")
            if not answered and "3) Cancel installation" in shown and shown.rstrip().endswith(">"):
                os.write(master, b"3\n")
                answered = True
        _, status = os.waitpid(child, 0)
        os.close(master)
        return shown, os.waitstatus_to_exitcode(status)

    def test_without_a_terminal_it_wants_an_answer_on_the_command_line(self):
        for shell, words in self.shells():
            with self.subTest(shell=shell):
                done = self.run_script("--no-modify-path", shell=words, piped=True)
                self.assert_refused(done, "error: Unable to run interactively. Run with -y to accept "
                                          "defaults, --help for additional options\n")

    def test_shellcheck_has_nothing_to_say(self):
        if not shutil.which("shellcheck"):
            self.skipTest("no shellcheck")
        done = subprocess.run(["shellcheck", self.script], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    main()
