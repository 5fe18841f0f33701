#!/usr/bin/env python3
"""The GitHub action's script, as a runner calls it: what it installs, and what it tells later steps."""

import hashlib
import re
import subprocess

from harness import release
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import HOST, ROOT, STABLE
from harness.homes import full_name
from harness.processes import Running
from harness.servers import Nginx

ACTION = ROOT / ".github" / "actions" / "setup"
TARGET = "wasm32-unknown-unknown"


def inputs_of_action():
    """Name → default, of action.yml; and the variables in which the script gets them."""
    text = (ACTION / "action.yml").read_text()
    block = text.split("\ninputs:\n")[1].split("\noutputs:\n")[0]
    defaults = {}
    for name, body in re.findall(r"^  ([\w-]+):\n((?:    .*\n)+)", block + "\n", re.MULTILINE):
        found = re.search(r"default: (.*)", body)
        defaults[name] = found[1].strip('"') if found else ""
    variables = dict((name, variable) for variable, name in
                     re.findall(r"(INPUT_\w+): \$\{\{ inputs\.([\w-]+) \}\}", text))
    outputs = re.findall(r"steps\.setup\.outputs\.([\w-]+)", text)
    return defaults, variables, outputs


class ActionTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.temp = self.home(Nginx(self, stable_dist()).url)
        self.served = release.made()
        self.url = Nginx(self, self.served).url
        self.defaults, self.variables, self.outputs = inputs_of_action()
        self.cargo = self.temp.root / "cargo"
        self.work = self.temp.root / "work"

    def step(self, *, variables=None, **inputs):
        """Runs the script with these inputs; underscores are dashes."""
        given = self.defaults | {"url": self.url} | {
            name.replace("_", "-"): value for name, value in inputs.items()}
        environment = self.temp.environment | (variables or {}) | {
            self.variables[name]: value for name, value in given.items()}
        environment["RUSTUP_INIT_SKIP_SUDO_CHECK"] = "yes"
        self.files = {}
        for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT"):
            self.files[name] = self.root / name
            self.files[name].write_text("")
            environment[name] = str(self.files[name])
        return Running(["sh", ACTION / "setup.sh"], environment, self.work).finish()

    def told(self, name):
        """A file of the runner's, as it reads it."""
        found = {}
        lines = iter(self.files[name].read_text().splitlines())
        for line in lines:
            key, between, value = re.match(r"([\w-]+)(=|<<)(.*)", line).groups()
            if between == "<<":
                value = "\n".join(iter(lambda end=value: self.until(lines, end), None))
            found[key] = value
        return found

    @staticmethod
    def until(lines, end):
        line = next(lines)
        return None if line == end else line

    def later(self, *words):
        """A later step."""
        paths = self.files["GITHUB_PATH"].read_text().split()
        environment = self.temp.environment | self.told("GITHUB_ENV")
        environment["PATH"] = ":".join([*reversed(paths), environment["PATH"]])
        return Running(words, environment, self.work).finish()

    def test_every_input_and_output_is_in_both_files(self):
        script = (ACTION / "setup.sh").read_text()
        self.assertEqual(set(self.defaults), set(self.variables))
        self.assertEqual({name for name in self.variables.values() if name not in script}, set())
        written = set(re.findall(r"^ *output ([\w-]+) ", script, re.MULTILINE)) | {"cache-paths"}
        self.assertEqual(set(self.outputs), written)

    def test_later_steps_have_rust(self):
        self.assert_good(self.step())
        done = self.later("cargo", "--version")
        self.assert_good(done)
        told = self.told("GITHUB_OUTPUT")
        self.assertEqual(told["name"], STABLE)
        self.assertEqual(told["rustc-version"], self.later("rustc", "--version").out.split()[1])
        self.assertEqual(told["cargo-version"], done.out.split()[1])
        self.assertEqual(told["rustup-version"], self.later("rustup", "--version").out.split()[1])
        self.assertRegex(told["cachekey"], r"\A[0-9a-f]{12}\Z")
        self.assertIn(f"{self.temp.rustup}/toolchains", told["cache-paths"].splitlines())
        self.assertIn("(latchkey ", self.later("rustup", "--version").out)

    def test_variables_that_are_set_already_stay(self):
        self.assert_good(self.step())
        told = self.told("GITHUB_ENV")
        self.assertEqual(told, {
            "CARGO_HOME": str(self.cargo), "CARGO_INCREMENTAL": "0", "CARGO_TERM_COLOR": "always",
            "RUST_BACKTRACE": "short", "RUSTFLAGS": "-D warnings"})
        self.assert_good(self.step(variables={"RUSTFLAGS": "", "CARGO_TERM_COLOR": "never"}))
        self.assertEqual({"RUSTFLAGS", "CARGO_TERM_COLOR"} & set(self.told("GITHUB_ENV")), set())
        self.assert_good(self.step(rustflags=""))
        self.assertNotIn("RUSTFLAGS", self.told("GITHUB_ENV"))

    def test_components_and_targets_come_with_the_toolchain(self):
        self.assert_good(self.step(toolchain="1.95.0,stable", components="clippy, rust-src",
                                   targets=TARGET))
        self.assertEqual(sorted(path.name for path in (self.temp.rustup / "toolchains").iterdir()),
                         [f"1.95.0-{HOST}", STABLE])
        for name in (f"1.95.0-{HOST}", STABLE):
            self.assertLessEqual({full_name("clippy"), "rust-src", f"rust-std-{TARGET}"},
                                 self.temp.components(name))

    def test_the_last_toolchain_is_the_override_or_the_default(self):
        self.assert_good(self.step(toolchain="stable"))
        self.assertIn(str(self.work), self.later("rustup", "override", "list").out)
        self.assert_good(self.later("rustup", "override", "unset"))
        self.assert_good(self.step(toolchain="1.95.0", override="false"))
        self.assertIn("no overrides", self.later("rustup", "override", "list").out)
        self.assertIn(f"1.95.0-{HOST}", self.later("rustup", "default").out)

    def test_the_toolchain_file_counts_where_no_toolchain_is_named(self):
        (self.work / "sub").mkdir()
        (self.work / "sub" / "rust-toolchain.toml").write_text(
            '[toolchain]\nchannel = "1.95.0"\ncomponents = ["rustfmt"]\n')
        self.assert_good(self.step(rust_src_dir="sub", components="clippy", target=TARGET))
        self.assertEqual(self.told("GITHUB_OUTPUT")["name"], f"1.95.0-{HOST}")
        self.assertLessEqual({full_name("rustfmt"), full_name("clippy"),
                              f"rust-std-{TARGET}"},
                             self.temp.components(f"1.95.0-{HOST}"))
        self.assertEqual(self.later("rustup", "override", "list").out, "no overrides\n")

    def test_a_script_with_another_hash_is_not_run(self):
        done = self.step(sha256="0" * 64)
        self.assertEqual(done.code, 1)
        self.assertIn("::error::", done.out)
        self.assertFalse(self.cargo.exists())
        digest = hashlib.sha256((self.served / "install.sh").read_bytes()).hexdigest()
        self.assert_good(self.step(sha256=digest))

    def test_what_fails_is_an_error_of_the_step(self):
        for inputs, words in (({"url": ""}, "the input url must say"),
                              ({"url": f"{self.url}/nowhere"}, "could not download "),
                              ({"toolchain": "1.2.3"}, "rustup toolchain install 1.2.3 ")):
            with self.subTest(inputs=inputs):
                done = self.step(**inputs)
                self.assertNotEqual(done.code, 0)
                self.assertRegex(done.out, f"(?m)^::error::.*{words}")

    def test_shellcheck_has_nothing_to_say(self):
        try:
            done = subprocess.run(["shellcheck", ACTION / "setup.sh"], capture_output=True, text=True,
                                  check=False)
        except FileNotFoundError:
            self.skipTest("no shellcheck")
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    main()
