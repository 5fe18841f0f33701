#!/usr/bin/env python3
"""`set use-installed`: an installed toolchain is used in place of a missing one, and no server is asked."""

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import synthetic_dist
from harness.environment import HOST, LIMIT_SECONDS, STABLE
from harness.proxied import call, give_proxies
from harness.servers import ScriptedServer

NUMBER, NIGHTLY = f"1.95.0-{HOST}", f"nightly-{HOST}"
OLD_NIGHTLY, NEW_NIGHTLY = f"nightly-2026-05-19-{HOST}", f"nightly-2026-05-20-{HOST}"
ON = {"RUSTUP_USE_INSTALLED": "1"}


class Deputies(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, synthetic_dist("--formats", "gz", "--synthetic-size", 8))
        self.temp = self.home(self.server.url)
        self.file = self.temp.root / "work" / "rust-toolchain.toml"

    def install(self, *names):
        self.temp.install(*names)
        self.temp.good("default", "none")
        self.asked = len(self.server.requests)

    def tearDown(self):
        if hasattr(self, "asked"):
            self.assertEqual(len(self.server.requests), self.asked)

    def tool(self, name, *words, **variables):
        """Runs a tool through its proxy."""
        if not (self.temp.root / "cargo" / "bin").exists():
            give_proxies(self.temp)
        return call(self.temp, name, *words, **variables).finish(LIMIT_SECONDS)

    def used(self, name, **variables):
        """What is used here for a name, by the proxy and by the program."""
        told = self.temp.good("show", "active-toolchain", RUSTUP_TOOLCHAIN=name, **ON | variables)
        done = self.tool("rustc", "--version", RUSTUP_TOOLCHAIN=name, **ON | variables)
        self.assertEqual(done.code, 0, str(done))
        return told.out.split(" ")[0]

    def test_a_number_without_patch_is_met_by_its_newest_patch(self):
        self.install("1.95.0")
        self.assertEqual(self.used("1.95"), NUMBER)
        self.assertEqual(self.used("1.95.0"), NUMBER)

    def test_stable_is_met_by_the_newest_number_or_dated_stable(self):
        self.install("stable-2026-03-05")
        self.assertEqual(self.used("stable"), f"stable-2026-03-05-{HOST}")
        self.install("1.95.0")
        self.assertEqual(self.used("stable"), NUMBER)

    def test_nightly_is_met_by_the_newest_dated_one_and_a_date_by_its_day(self):
        self.install("nightly-2026-05-19", "nightly-2026-05-20")
        self.assertEqual(self.used("nightly"), NEW_NIGHTLY)
        self.temp.good("uninstall", "nightly-2026-05-20")
        self.install("nightly")
        self.assertEqual(self.used("nightly-2026-05-20"), NIGHTLY)
        self.assertEqual(self.used("nightly-2026-05-19"), OLD_NIGHTLY)

    def test_what_does_not_fit_is_no_deputy(self):
        self.install("1.95.0", "nightly-2026-05-19")
        for name in ("1.94", "1.95.1", "beta", "nightly-2026-05-20", "1.95-i686-unknown-linux-gnu"):
            done = self.temp.run("show", "active-toolchain", RUSTUP_TOOLCHAIN=name,
                                 RUSTUP_AUTO_INSTALL="0", **ON)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("is not installed", done.err)

    def test_an_exact_name_wins(self):
        self.install("stable", "1.95.0")
        self.assertEqual(self.used("stable"), STABLE)

    def test_it_holds_wherever_a_toolchain_is_named(self):
        self.install("1.95.0")
        self.temp.good("set", "use-installed", "enable")
        show = ("show", "active-toolchain")
        self.assertEqual(self.temp.good("run", "1.95", "sh", "-c", "echo $RUSTUP_TOOLCHAIN").out,
                         f"{NUMBER}\n")
        self.assertEqual(self.temp.good("+1.95", *show).out.split(" ")[0], NUMBER)
        self.assertEqual(self.tool("rustc", "+stable", "--version").code, 0)
        self.assertIn(f"/{NUMBER}/", self.temp.good("which", "rustc", "--toolchain", "stable").out)
        settings = self.temp.rustup / "settings.toml"
        text = settings.read_text()
        settings.write_text(text.replace('\n[overrides]', f'default_toolchain = "{STABLE}"\n\n[overrides]'))
        self.assertEqual(self.temp.good(*show).out, f"{NUMBER} (default)\n"
                         f"in place of: {STABLE}, which is not installed\n")
        self.assertEqual(self.tool("rustc", "--version").code, 0)
        settings.write_text(text + f'"{self.temp.root / "work"}" = "1.95-{HOST}"\n')
        self.assertEqual(self.temp.good(*show).out.split(" ")[0], NUMBER)
        self.assertEqual(self.tool("rustc", "--version").code, 0)
        settings.write_text(text)
        self.file.write_text('[toolchain]\nchannel = "stable"\n')
        self.assertEqual(self.temp.good(*show).out.split(" ")[0], NUMBER)
        self.assertEqual(self.tool("rustc", "--version").code, 0)

    def test_one_that_has_what_a_toolchain_file_lists_comes_first(self):
        self.install("stable-2026-03-05", "1.95.0")
        self.temp.good("component", "add", "clippy", "--toolchain", "stable-2026-03-05")
        self.asked = len(self.server.requests)
        self.file.write_text('[toolchain]\nchannel = "stable"\ncomponents = ["clippy"]\n')
        told = self.temp.good("show", "active-toolchain", **ON)
        self.assertEqual(told.out.split(" ")[0], f"stable-2026-03-05-{HOST}")
        self.assertEqual(self.tool("cargo", "--version", **ON).code, 0)

    def test_what_it_lacks_is_an_error_of_one_line_with_the_command_that_helps(self):
        self.install("1.95.0")
        for key, kind, missing in (("components", "component", "clippy"),
                                   ("targets", "target", "wasm32-unknown-unknown")):
            self.file.write_text(f'[toolchain]\nchannel = "stable"\n{key} = ["{missing}"]\n')
            error = (f"error: toolchain '{NUMBER}', which is used in place of '{STABLE}', lacks {kind} "
                     f"'{missing}'; run `rustup {kind} add {missing} --toolchain {NUMBER}` to add it\n")
            for done in (self.tool("rustc", "--version", **ON),
                         self.temp.run("which", "rustc", **ON), self.temp.run("toolchain", "install", **ON)):
                self.assertEqual((done.code, done.err), (1, error), str(done))

    def test_show_and_documents_say_it(self):
        self.install("1.95.0")
        line = f"in place of: {STABLE}, which is not installed\n"
        for words in (("show",), ("show", "active-toolchain"), ("show", "active-toolchain", "-v")):
            self.assertIn(line, self.temp.good(*words, RUSTUP_TOOLCHAIN="stable", **ON).out)
            self.assertNotIn(line, self.temp.good(*words, RUSTUP_TOOLCHAIN="1.95.0", **ON).out)
            told = self.temp.good(*words, "--format", "json", RUSTUP_TOOLCHAIN="stable", **ON)
            active = schemas.check(told.out)["active_toolchain"]
            self.assertEqual((active["name"], active["wanted"]), (NUMBER, STABLE))

    def test_it_may_be_chosen_as_default_or_override_without_being_installed(self):
        self.install("1.95.0")
        told = f"info: toolchain '{STABLE}' is not installed; '{NUMBER}' is used in its place\n"
        done = self.temp.good("default", "stable", **ON)
        self.assertEqual(done.err, told + f"info: default toolchain set to {STABLE}\n")
        self.assertIn(told, self.temp.good("override", "set", "stable", **ON).err)
        self.assertEqual(self.temp.good("show", "active-toolchain", **ON).out.split(" ")[0], NUMBER)

    def test_the_doctor_finds_nothing_wrong_with_a_default_that_has_a_deputy(self):
        self.install("1.95.0")
        settings = self.temp.rustup / "settings.toml"
        settings.write_text(settings.read_text().replace(
            "\n[overrides]", f'default_toolchain = "{STABLE}"\n\n[overrides]'))
        fault = f"settings: the default is toolchain '{STABLE}', which is not installed"
        server = f"file://{self.server.folder}"  # It looks at the server, too.
        self.assertIn(fault, self.temp.run("doctor", RUSTUP_DIST_SERVER=server).out)
        self.assertNotIn(fault, self.temp.run("doctor", RUSTUP_DIST_SERVER=server, **ON).out)

    def test_the_variable_wins_over_the_setting(self):
        self.install("1.95.0")
        off = {"RUSTUP_TOOLCHAIN": "stable", "RUSTUP_AUTO_INSTALL": "0"}
        self.assertEqual(self.temp.run("show", "active-toolchain", **off).code, 1)
        self.temp.good("set", "use-installed")
        self.assertIn('latchkey_use_installed = "enable"\n',
                      (self.temp.rustup / "settings.toml").read_text())
        self.temp.good("show", "active-toolchain", **off)
        done = self.temp.run("show", "active-toolchain", RUSTUP_USE_INSTALLED="0", **off)
        self.assertEqual(done.code, 1, str(done))
        self.temp.good("set", "use-installed", "disable")
        self.assertEqual(self.temp.run("show", "active-toolchain", **off).code, 1)
        self.temp.good("show", "active-toolchain", **off | ON)

    def test_a_value_without_meaning_is_named(self):
        self.install("1.95.0")
        error = ("error: invalid value 'yes' for RUSTUP_USE_INSTALLED: set it to 1 to use installed toolchains "
                 "in place of missing ones, or to 0 not to\n")
        for done in (self.temp.run("show", RUSTUP_USE_INSTALLED="yes"),
                     self.tool("rustc", "+1.95.0", "--version", RUSTUP_USE_INSTALLED="yes")):
            self.assertEqual((done.code, done.err), (1, error), str(done))
        settings = self.temp.rustup / "settings.toml"
        settings.write_text('latchkey_use_installed = "maybe"\n' + settings.read_text())
        done = self.temp.run("show")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("unknown variant `maybe`, expected `enable` or `disable`", done.err)


if __name__ == "__main__":
    main()
