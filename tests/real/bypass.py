#!/usr/bin/env python3
"""cargo goes round a proxy that is as long as the `rustup` on PATH, links followed, and starts the
toolchain's rustc itself, which then holds nothing. Ours are not.

Source: cargo, src/cargo/util/context/mod.rs, `get_tool`.
"""

import pathlib
import re
import sys

from harness import proxied, real_rust
from harness.cases import ProcessTest, main
from harness.processes import Running


class Bypass(ProcessTest):
    def setUp(self):
        super().setUp()
        self.temp = self.home("file:///nonexistent")
        self.temp.good("toolchain", "link", "real", real_rust.find_toolchain())
        self.temp.good("default", "real")
        self.bin = proxied.place_proxies(self.temp.root / "cargo")
        self.package = self.root / "package"
        (self.package / "src").mkdir(parents=True)
        (self.package / "Cargo.toml").write_text('[package]\nname = "one"\nversion = "0.1.0"\n')
        (self.package / "src" / "lib.rs").write_text("")

    def compiler(self, cargo_home):
        """What cargo calls the compiler by, whose PATH begins with this CARGO_HOME's programs."""
        environment = self.temp.environment | {"PATH": "/usr/bin:/bin", "CARGO_HOME": str(cargo_home),
                                               "CARGO_TARGET_DIR": str(cargo_home / "target")}
        done = Running([self.bin / "cargo", "build", "-v"], environment, self.package).finish()
        self.assert_good(done)
        return re.search(r"Running `(\S*rustc) --crate-name", done.err)[1]

    def test_cargo_calls_the_proxy(self):
        self.assertEqual(self.compiler(self.bin.parent), "rustc")
        # It would not, were all of them links to one file.
        alike = self.root / "alike" / "bin"
        alike.mkdir(parents=True)
        for name in ("rustup", "rustc"):
            (alike / name).symlink_to(self.bin / ".latchkey" / "rustup")
        own = pathlib.Path(self.temp.rustup, "toolchains", "real", "bin", "rustc")
        self.assertEqual(self.compiler(alike.parent), str(own))


if __name__ == "__main__":
    try:
        real_rust.find_toolchain()
    except real_rust.Unfit as reason:
        print(f"skipped: {reason}")
        sys.exit(real_rust.SKIPPED)
    main()
