#!/usr/bin/env python3
"""Our own installation, by many processes at once: started, killed, updated under running proxies."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from harness.cases import main
from harness.environment import HOST, LIMIT_SECONDS, STABLE, rounds, seeded
from harness.installed import INIT, NAMES, InstalledTest
from harness.processes import Holder, Running, wait_until
from harness.proxied import TOOLS

class SetupTest(InstalledTest):
    def test_installers_with_a_home_each_take_turns_in_the_cargo_home_that_they_share(self):
        self.good_init("--default-toolchain", "none")
        locks = self.cargo / "latchkey" / "locks"
        holder = Holder(locks, "cargo-home:")
        homes = [self.temp.root / name for name in ("one", "two")]
        installers = [self.init("--default-toolchain", "none", RUSTUP_HOME=str(home))
                      for home in homes]
        for installer in installers:
            wait_until(lambda: "waiting for the programs in" in installer.err)
            self.assertFalse(installer.ended())
        holder.let_go()
        self.assert_good(*self.finish_all(installers))
        self.assert_whole()

    def test_eight_installers_leave_one_whole_installation(self):
        installers = [self.init("--profile", "minimal") for _ in range(8)]
        self.assert_good(*self.finish_all(installers))
        self.assert_whole()
        done = self.call("cargo", "--version")
        self.assertEqual((done.code, done.out.split()[0]), (0, "cargo"), str(done))

    def test_killed_installers_leave_whole_programs_or_none(self):
        chance = seeded()
        for _ in range(rounds(12, 100)):
            shutil.rmtree(self.cargo, ignore_errors=True)
            shutil.rmtree(self.temp.root / "home")
            (self.temp.root / "home").mkdir()
            installers = [self.init("--default-toolchain", "none") for _ in range(3)]
            for installer in installers[:-1]:
                time.sleep(chance.random() * 0.05)
                installer.send(signal.SIGKILL)
            programs = [self.bin / name for name in NAMES]
            for program in filter(pathlib.Path.exists, programs):
                self.assertEqual(program.stat().st_mode & 0o111, 0o111)
                self.assertIn(program.stat().st_size, self.sizes())
            self.finish_all(installers)
            self.good_init("--default-toolchain", "none")
            self.assert_whole()

    def sizes(self):
        """Of the program and of the proxy that it carries."""
        if not hasattr(self, "known_sizes"):
            other = self.root / "sizes"
            self.good_init("--default-toolchain", "none", "--no-modify-path", CARGO_HOME=other)
            self.known_sizes = {(other / "bin" / name).stat().st_size for name in ("rustup", "rustc")}
        return self.known_sizes

    def test_proxies_are_smaller_than_the_program(self):
        self.good_init("--default-toolchain", "none")
        # cargo goes around its proxies when rustc has rustup's size.
        self.assertLess((self.bin / "rustc").stat().st_size, (self.bin / "rustup").stat().st_size)

    def test_a_lone_copy_of_the_program_installs_all(self):
        program = self.root / "rustup-init"
        shutil.copy(self.temp.binary, program)
        environment = self.temp.environment | INIT
        del environment["RUSTUP_FORCE_ARG0"]
        done = Running([program, "-y", "--default-toolchain", "none"], environment,
                       self.root).finish()
        self.assert_good(done)
        program.unlink()
        self.assert_whole()

    def test_an_update_disturbs_no_running_proxy(self):
        self.good_init("--profile", "minimal")
        root = self.serve_release("9.9.9", self.next_version())
        environment = self.temp.environment | {"RUSTUP_UPDATE_ROOT": root}
        loop = ("for i in $(seq 60); do ./rustc --version >/dev/null && ./rustup --version "
                ">/dev/null 2>&1 || exit 1; done")
        loops = [Running(["/bin/sh", "-c", loop], environment, self.bin) for _ in range(2)]
        updates = [Running([self.bin / "rustup", "self", "update"], environment, self.root)
                   for _ in range(3)]
        ended = self.finish_all(loops + updates)
        self.assert_good(*ended)
        self.assertTrue(any("rustup updated - " in done.out for done in ended))
        self.assertEqual((self.bin / "rustup").read_bytes(), self.next_version())
        self.assertEqual(sorted(os.listdir(self.bin)), sorted((".latchkey", *NAMES)))

    def test_a_program_with_a_wrong_hash_is_refused(self):
        self.good_init("--default-toolchain", "none")
        root = self.serve_release("9.9.9", self.next_version())
        (self.root / "updates/archive/9.9.9" / HOST / "rustup-init").write_bytes(
            self.next_version() + b"x")
        done = self.call("rustup", "self", "update", RUSTUP_UPDATE_ROOT=root)
        self.assertEqual(done.code, 1)
        self.assertIn("error: checksum failed for '", done.err)
        self.assert_whole()

    def test_a_release_without_a_hash_is_taken(self):
        self.good_init("--default-toolchain", "none")
        root = self.serve_release("9.9.9", self.next_version(), hashed=False)
        self.assert_good(self.call("rustup", "self", "update", RUSTUP_UPDATE_ROOT=root))
        self.assertEqual((self.bin / "rustup").read_bytes(), self.next_version())

    def test_another_program_never_takes_our_place(self):
        self.good_init("--profile", "minimal")
        for other in (b"#!/bin/sh\necho rustup-init 9.9.9\n", pathlib.Path("/bin/sh").read_bytes()):
            root = self.serve_release("9.9.9", other)
            done = self.call("rustup", "self", "update", RUSTUP_UPDATE_ROOT=root)
            self.assertEqual(done.code, 1)
            self.assertIn("is not Latchkey", done.err)
            environment = {"RUSTUP_UPDATE_ROOT": root, "CI": ""}
            self.assert_good(self.call("rustup", "update", **environment))
            self.assert_whole()
            shutil.rmtree(self.root / "updates")

    def test_a_program_that_cannot_be_started_is_named_as_rustup_does(self):
        self.good_init("--profile", "minimal")
        program = bytearray(self.next_version())
        program[18:20] = b"\xff\xff"  # For a processor that is not there: elf(5), e_machine.
        root = self.serve_release("9.9.9", bytes(program))
        done = self.call("rustup", "update", RUSTUP_UPDATE_ROOT=root, CI="")
        self.assertEqual(done.code, 1)
        self.assertIn(f"error: unable to run updater ({self.bin}/rustup-init): "
                      "Exec format error (os error 8)\n", done.err)
        self.assert_whole()

    def test_a_mirror_of_rustup_is_no_update_server(self):
        self.good_init("--profile", "minimal")
        for marked in ("", "rustup"):
            root = self.serve_release("99.0.0", self.next_version(), marked=marked)
            # Who reads the program fails.
            for path in (self.root / "updates/archive/99.0.0" / HOST).iterdir():
                path.unlink()
            environment = {"RUSTUP_UPDATE_ROOT": root, "CI": ""}
            for words in (["update"], ["check"], ["self", "update"], ["update", "stable"],
                          ["toolchain", "install", "stable"]):
                with self.subTest(marked=marked, words=words):
                    done = self.call("rustup", *words, **environment)
                    self.assert_good(done)
                    self.assertNotIn("update available", done.out)
                    self.assertNotIn("downloading self-update", done.err)
                    self.assertEqual("is not a release of Latchkey" in done.err, words[0] == "self")
            self.assert_whole()
            shutil.rmtree(self.root / "updates")

    def test_without_an_update_root_only_an_explicit_update_complains(self):
        self.good_init("--profile", "minimal")
        quiet = {"RUSTUP_UPDATE_ROOT": "", "CI": ""}
        self.assertNotIn("self-update", self.call("rustup", "update", **quiet).err)
        done = self.call("rustup", "check", **quiet)
        self.assertEqual((done.code, done.out.count("\n")), (0, 1), str(done))
        done = self.call("rustup", "self", "update", **quiet)
        self.assertEqual(done.code, 1)
        self.assertIn("RUSTUP_UPDATE_ROOT", done.err)

    def test_tools_that_are_links_to_the_program_become_proxies(self):
        self.good_init("--profile", "minimal")
        for caller in ("rustup", "cargo"):
            for tool in TOOLS:
                (self.bin / tool).unlink()
                if tool == "rustdoc":
                    os.link(self.bin / ".latchkey" / "rustup", self.bin / tool)
                else:
                    (self.bin / tool).symlink_to("rustup")
            self.assert_good(self.call(caller, "--version"))
            self.assert_whole()

    def test_a_question_ends_with_its_signal(self):
        read, write = os.pipe()
        environment = self.temp.environment | INIT
        installer = subprocess.Popen([self.temp.binary], env=environment, stdin=read,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        text = b""
        while not text.endswith(b"3) Cancel installation\n>"):
            text += os.read(installer.stdout.fileno(), 4096)
        installer.send_signal(signal.SIGINT)
        self.assertEqual(installer.wait(LIMIT_SECONDS), -signal.SIGINT)
        os.close(read)
        os.close(write)
        installer.stdout.close()
        self.assertFalse(self.cargo.exists())

    def test_data_of_before_rustup_1_0_becomes_todays(self):
        self.temp.install()
        (self.temp.rustup / "toolchains" / "nightly" / "bin").mkdir(parents=True)
        settings = self.temp.rustup / "settings.toml"
        settings.write_text('version = "2"\ndefault_toolchain = "nightly"\nmine = 1\n')
        self.assertEqual(self.temp.run("toolchain", "list").code, 1)
        done = self.temp.good("self", "upgrade-data")
        self.assertIn("info: upgrading metadata version from 2 to 12\nwarn: this upgrade removes the "
                      "toolchain 'nightly', ", done.err)
        self.assertEqual(settings.read_text(), 'version = "12"\ndefault_toolchain = "nightly"\n'
                                               'mine = 1\n\n[overrides]\n')
        self.assertEqual(os.listdir(self.temp.rustup / "toolchains"), [STABLE])  # It works.
        self.assertEqual(os.listdir(self.temp.rustup / "update-hashes"), [STABLE])
        self.assertEqual(self.temp.good("self", "upgrade-data").err,
                         "info: nothing to upgrade: metadata version is already '12'\n")

    def test_what_a_variable_says_in_vain_is_told(self):
        self.good_init("--profile", "minimal")
        done = self.call("rustup", "show", "home", RUSTUP_LOG="foo=bar,rustup=debug")
        self.assertRegex(done.err, r"\Aignoring `foo=bar`: invalid filter directive\n.*DEBUG rustup::config: read ")
        done = self.call("rustc", "--version", RUSTUP_LOG="rustup=debug")
        self.assertIn(" DEBUG rustup::config: read metadata version: 12\n", done.err)
        self.assertEqual(done.out, self.call("rustc", "--version").out)
        for name, value, words in (("RUSTUP_USE_CURL", "1", "the curl backend is deprecated"),
                                   ("RUSTUP_USE_RUSTLS", "0", "the native-tls backend is deprecated"),
                                   ("RUSTUP_UNPACK_RAM", "5", r"Ignoring RUSTUP_UNPACK_RAM \(5\) less than")):
            self.assertRegex(self.call("rustup", "component", "add", "clippy", **{name: value}).err,
                             f"(?m)^warn: .*{words}")
            self.assertNotRegex(self.call("rustup", "show", **{name: value}).err, words)

    def test_a_cancelled_installer_leaves_no_files(self):
        before = sorted(self.temp.root.rglob("*"))
        for answers in ("", "3\n", "2\n\n\n\n\n3\n", "2\nnowhere\nnothing\n"):
            done = subprocess.run([self.temp.binary], env=self.temp.environment | INIT, input=answers,
                                  capture_output=True, text=True, cwd=self.temp.root / "work", check=False)
            self.assertIn("Current installation options:", done.stdout)
            self.assertEqual(done.returncode, 0 if answers.endswith("3\n") else 1, done.stderr)
            self.assertEqual(sorted(self.temp.root.rglob("*")), before)

    def test_an_installer_stops_where_others_have_brought_rust(self):
        # Upstream: install_stops_if_rustc_exists, install_stops_if_cargo_exists.
        for name in ("rustc", "cargo"):
            folder = self.temp.root / f"with-{name}"
            folder.mkdir()
            (folder / name).touch()
            environment = self.temp.environment | INIT | {
                "RUSTUP_INIT_SKIP_PATH_CHECK": "no", "PATH": f"{folder}:{self.temp.environment['PATH']}"}
            done = subprocess.run([self.temp.binary], env=environment, input="n\n", text=True,
                                  capture_output=True, cwd=self.temp.root / "work", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertTrue(done.stderr.startswith(
                f"warn: It looks like you have an existing installation of Rust at:\nwarn: {folder}\n"
                "warn: This could mean one of the following:\n"), done.stderr)
            self.assertTrue(done.stderr.endswith("error: cannot install while Rust is installed\n"))
            self.assertFalse(self.cargo.exists())

    def test_an_installer_says_that_settings_have_a_default_toolchain(self):
        # Upstream: install_warns_about_existing_settings_file.
        settings = self.temp.rustup / "settings.toml"
        found = f"warn: it looks like you have an existing rustup settings file at:\nwarn: {settings}\n"
        stays = ("warn: rustup will install the default toolchain as specified in the settings file,\n"
                 "warn: instead of the one inferred from the default host tuple.\n")
        self.temp.rustup.mkdir()
        for line, expected in (("", ""), ('profile = "minimal"', ""),
                               (f'default_toolchain = "stable-{HOST}"', found),
                               ('default_toolchain = "stable"', found + stays),
                               (f'default_toolchain = "beta-{HOST}"', found + stays)):
            settings.write_text(f'version = "12"\n{line}\n')
            done = self.init("--default-toolchain", "none").finish()
            self.assert_good(done)
            self.assertEqual(done.err.partition("info: ")[0], expected)

    def test_an_installer_says_which_linker_is_missing(self):  # install_warns_if_default_linker_missing
        tools = self.temp.root / "tools"
        (tools / "cc").unlink(missing_ok=True)
        program = tools / "my-cc"
        program.write_text("#!/bin/sh\ntouch ran\n")
        program.chmod(0o755)
        advice = "warn: many Rust crates require a system C toolchain to build\n"
        for variables, expected in (
                ({}, f"warn: no default linker (`cc`) was found in your PATH\n{advice}"),
                ({"CC": "ccache other-cc"},
                 f"warn: no default linker (`other-cc`) was found in your PATH\n{advice}"),
                ({"CC": "my-cc"}, ""),
                ({"PATH": None}, f"warn: unable to search PATH for a default linker\n{advice}")):
            done = self.init("--default-toolchain", "none", **variables).finish()
            self.assert_good(done)
            self.assertEqual(done.err.partition("info: skipping toolchain installation\n")[2], expected)
            self.assertNotIn("cargo:", done.out)
        self.assertFalse((self.temp.root / "work" / "ran").exists())

    def test_nothing_is_left_behind(self):
        self.good_init("--profile", "minimal")
        self.assert_good(self.call("rustup", "self", "uninstall", "-y"))
        self.assertFalse(self.cargo.exists())
        self.assertFalse(self.temp.rustup.exists())
        self.assertEqual((self.temp.root / "home/.profile").read_text(), "")


if __name__ == "__main__":
    main()
