"""A home of one of the two programs, and what is done to it."""

import pathlib
import shutil
import subprocess
import sys

from harness import real_rust
from suite import dist, measure

RUSTUP, LATCHKEY = "rustup", "latchkey"
DEV_TOOLS = ("cargo", "rustc", "rustdoc")


class Home:
    """Fresh; `url` is a server of all folders, `served` the one of them that it asks."""

    def __init__(self, name, program, root, url, served=dist.UPSTREAM, prefix=()):
        self.name, self.program, self.root = name, program, pathlib.Path(root)
        self.url, self.prefix = url, prefix
        self.environment = real_rust.clean_environment(self.root)
        self.ask(served)

    def ask(self, served):
        """From now on it installs from this folder."""
        self.environment["RUSTUP_DIST_SERVER"] = f"{self.url}/{served}"
        self.environment["RUSTUP_UPDATE_ROOT"] = f"{self.url}/{served}/rustup"

    def rustup(self, *words, **options):
        measure.settle()
        return measure.run([self.program, *words], self.environment, self.root, prefix=self.prefix,
                           **options)

    def install(self, name="stable", profile="default"):
        return self.rustup(*self.install_words(name, profile))

    @staticmethod
    def install_words(name, profile="default"):
        return ("toolchain", "install", name, "--profile", profile, "--no-self-update")

    def toolchain(self, name="stable"):
        places = list((self.root / "rustup" / "toolchains").glob(f"{name}-*"))
        return places[0] if len(places) == 1 else sys.exit(
            f"bench: {len(places)} toolchains of {self.name} are called {name}")

    def components(self, name="stable"):
        """What rustup's list says is there, and really is: the files of each are looked for."""
        rustlib = self.toolchain(name) / "lib/rustlib"
        names = (rustlib / "components").read_text().split()
        for each in names:
            for line in (rustlib / f"manifest-{each}").read_text().splitlines():
                path = self.toolchain(name) / line.split(":", 1)[1]
                if not path.exists():
                    sys.exit(f"bench: {self.name} has {each}, but not {path}")
        return names

    def place_proxies(self):
        """The program and the tools' proxies in the folder of CARGO_HOME, as each of the two has them."""
        place = self.root / "cargo" / "bin"
        if self.name == RUSTUP:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.program, place / "rustup")
            for tool in DEV_TOOLS:
                (place / tool).symlink_to("rustup")
            return place
        (place / ".latchkey").mkdir(parents=True, exist_ok=True)
        shutil.copy(self.program, place / ".latchkey" / "rustup")
        (place / "rustup").symlink_to(".latchkey/rustup")
        subprocess.run([place / "rustup", "--version"], env=self.environment, check=True,
                       capture_output=True)  # Its first start makes the proxies.
        return place

    def removal(self, component, path, name="stable"):
        toolchain = self.toolchain(name)
        full = f"{component}-{toolchain.name.removeprefix(f'{name}-')}"
        return measure.Change(toolchain / path, toolchain / "lib/rustlib/components", full)

    def delete(self):
        shutil.rmtree(self.root)
