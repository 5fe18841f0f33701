#!/usr/bin/env python3
"""cargo remembers in target/.rustc_info.json what a compiler said, by the path, size and times of the
rustc that a rustup would run: home's. While home lags, another one runs."""

import shutil
import subprocess

from harness import real_releases
from harness.environment import STABLE
from harness.real_releases import LIBRARY, NEW, OLD

SAYS = "fn main() {\n    println!(\"{}\", library::answer());\n}\n"


class CargoCache(real_releases.BuildTest):
    def setUp(self):
        super().setUp()
        self.start_with()
        self.library = real_releases.write_package(self.folder / "library", "library", library=LIBRARY)
        self.package = real_releases.write_package(self.folder / "says", "says", main=SAYS,
                                                   dependencies=["library"])

    def lag(self):
        """A new release, beside an old one that somebody runs."""
        stop = self.folder / "stop"
        nest = real_releases.write_package(self.folder / "nest", "nest", main=real_releases.NEST, library=LIBRARY)
        self.home.tool("cargo", "run", "--quiet", "--", "background", stop, folder=nest)
        self.addCleanup(stop.touch)
        self.home.serve(NEW)
        self.home.good("update", "--no-self-update")
        self.assertIn("latchkey/away", str(self.home.current()))

    def build(self, program, **variables):
        """With PATH's rustc, which is the proxy."""
        environment = self.home.environment | {"RUSTUP_TOOLCHAIN": STABLE} | variables
        return subprocess.run([program, "build"], cwd=self.package, env=environment, text=True,
                              capture_output=True, check=False)

    def test_after_an_update_nobody_gets_the_answers_of_the_old_compiler(self):
        """The old release's cargo, as both releases need one that names what it builds alike."""
        cargo = self.folder / "cargo"
        shutil.copy(self.home.current() / "bin/cargo", cargo)
        self.assertEqual(self.build(cargo).returncode, 0)
        self.assert_compiled_by(self.package / "target", OLD)
        self.lag()
        (self.package / "src/main.rs").write_text("// Changed.\n" + SAYS)
        wrong = self.build(cargo, CARGO_CACHE_RUSTC_INFO="1")
        self.assertIn("error[E0514]", wrong.stderr)
        right = self.build(cargo, CARGO_CACHE_RUSTC_INFO="0")
        self.assertEqual(right.returncode, 0, right.stderr)
        self.assertIn("Compiling library", right.stderr)

    def test_cargo_is_told_so_away_and_not_at_home(self):
        script = "fn main() {\n    println!(\"{:?}\", std::env::var(\"CARGO_CACHE_RUSTC_INFO\"));\n}\n"
        asks = real_releases.write_package(self.folder / "asks", "asks", main=script)
        run = ("cargo", "run", "--quiet")
        self.assertEqual(self.home.tool(*run, folder=asks).out.strip(), "Err(NotPresent)")
        self.home.tool("cargo", "build", folder=self.package)
        self.lag()
        self.assertEqual(self.home.tool(*run, folder=asks).out.strip(), 'Ok("0")')
        (self.package / "src/main.rs").write_text("// Changed.\n" + SAYS)
        self.assertEqual(self.home.tool(*run, folder=self.package).out.strip(), "42")


if __name__ == "__main__":
    real_releases.main()
