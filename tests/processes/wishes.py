#!/usr/bin/env python3
"""`set components`: what every toolchain gets besides its profile, or goes without."""

from harness.cases import ProcessTest, main
from harness.dists import NEW_DATE, OLD_DATE, make_dist, switch_stable, two_stables
from harness.environment import HOST
from harness.homes import full_name
from harness.servers import ScriptedServer


class Wishes(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        switch_stable(self.dist, OLD_DATE)
        self.server = ScriptedServer(self, self.dist)
        self.temp = self.home(self.server.url)
        self.settings = self.temp.rustup / "settings.toml"

    def has(self, *names, toolchain=f"stable-{HOST}"):
        there = self.temp.components(toolchain)
        return [name for name in names if full_name(name) in there]

    def set(self, *words):
        return self.temp.good("set", "components", *words)

    def test_a_new_toolchain_gets_them_whatever_its_profile(self):
        self.set("+clippy,+rust-src,-rust-docs")
        self.temp.good("toolchain", "install", "stable", "--no-self-update")
        self.assertEqual(self.has("clippy", "rust-src", "rust-docs", "rustfmt"),
                         ["clippy", "rust-src", "rustfmt"])
        self.temp.good("toolchain", "install", "1.94.0", "--profile", "minimal")
        self.assertEqual(self.has("clippy", "rust-src", "rustfmt", toolchain=f"1.94.0-{HOST}"),
                         ["clippy", "rust-src"])

    def test_an_update_brings_them_even_if_the_release_is_the_same(self):
        self.temp.install()
        self.set("+clippy")
        self.temp.good("update", "--no-self-update")
        self.assertEqual(self.has("clippy"), ["clippy"])
        asked = len(self.server.archives())
        done = self.temp.good("update", "--no-self-update")
        self.assertIn("unchanged", done.out)
        self.assertEqual(len(self.server.archives()), asked)
        self.set("none")
        switch_stable(self.dist, NEW_DATE)
        self.temp.good("update", "stable", "--no-self-update")
        self.assertEqual(self.has("clippy"), ["clippy"])  # It is not taken out, only not wished.
        self.set("-clippy")
        self.temp.good("update", "stable", "--no-self-update")
        self.assertEqual(self.has("clippy"), [])

    def test_the_command_line_and_a_toolchain_file_go_first(self):
        self.set("-clippy,-rust-docs")
        self.temp.good("toolchain", "install", "stable", "--profile", "default", "--component", "clippy")
        self.assertEqual(self.has("clippy", "rust-docs"), ["clippy"])
        file = self.temp.root / "work" / "rust-toolchain.toml"
        file.write_text('[toolchain]\nchannel = "1.94.0"\ncomponents = ["rust-docs"]\nprofile = "minimal"\n')
        self.temp.good("toolchain", "install")
        self.assertEqual(self.has("clippy", "rust-docs", toolchain=f"1.94.0-{HOST}"), ["rust-docs"])

    def test_what_a_release_lacks_is_warned_of_and_left_out(self):
        self.set("+bogus,+clippy")
        done = self.temp.install()
        self.assertEqual(done.err.count("warn: component 'bogus' of `set components` is not available for "
                                        f"'stable-{HOST}' ({OLD_DATE}); going on without it\n"), 1)
        self.assertEqual(self.has("clippy"), ["clippy"])

    def test_a_nightly_that_lacks_one_is_not_passed_over(self):
        for date, words in (("2026-05-19", ()), ("2026-05-20", ("--unavailable", "clippy"))):
            make_dist(self.dist, "--channel", "nightly", "--formats", "gz", "--synthetic-size", 8, "--date",
                      date, "--rename-version", "1.97.0-nightly", *words)
        self.set("+clippy")
        for date in ("2026-05-19", "2026-05-20"):
            for suffix in ("", ".sha256"):
                name = f"channel-rust-nightly.toml{suffix}"
                (self.dist / "dist" / name).write_bytes((self.dist / "dist" / date / name).read_bytes())
            done = self.temp.install("nightly")
            manifest = self.temp.toolchain(f"nightly-{HOST}") / "lib/rustlib/multirust-channel-manifest.toml"
            self.assertIn(f'date = "{date}"', manifest.read_text())
        self.assertIn("warn: component 'clippy' of `set components` is not available", done.err)
        self.assertEqual(self.has("clippy", toolchain=f"nightly-{HOST}"), [])

    def test_the_setting_is_one_line_that_can_be_cleared(self):
        self.temp.install()
        self.assertEqual(self.set("+rust-src, +clippy").err,
                         "info: components of every toolchain set to +clippy,+rust-src\n")
        self.assertIn('latchkey_components = "+clippy,+rust-src"\n', self.settings.read_text())
        self.assertEqual(self.set("-rust-docs").err, "info: components of every toolchain set to -rust-docs\n")
        for none in ("", "none"):
            self.set("+clippy")
            self.assertEqual(self.set(none).err, "info: components of every toolchain set to none\n")
            self.assertNotIn("latchkey_components", self.settings.read_text())

    def test_unknown_syntax_is_an_error_and_changes_nothing(self):
        self.set("+clippy")
        before = self.settings.read_bytes()
        for text in ("rust-src", "+clippy;+rust-src", "+clippy,-clippy", "-rustc"):
            done = self.temp.run("set", "components", text)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn("write for example '+rust-analyzer,-rust-docs', or 'none'", done.err)
            self.assertEqual(self.settings.read_bytes(), before)
        self.settings.write_text('latchkey_components = "clippy"\n' + before.decode().replace("latchkey_", "x_"))
        done = self.temp.run("show")
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("in 'latchkey_components': invalid component 'clippy'", done.err)


if __name__ == "__main__":
    main()
