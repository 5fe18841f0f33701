"""The Debian package of a release.

As Debian's own package of rustup does it: tools in /usr/bin, so that any user has them, and toolchains in
each user's home. The programs lie in /usr/lib/latchkey, because the file beside them that says "updates
come from the package manager" must not lie in /usr/bin. Tools are links to the small proxy.
"""

import os
import re
import shutil
import textwrap
import time

from release_files import Failure, compressed, run

PACKAGE = "latchkey"
LIBRARY = "usr/lib/latchkey"
NO_SELF_UPDATE = "This program belongs to a package: `rustup self update` leaves it alone.\n"
MAINTAINER = "The Latchkey contributors <latchkey@localhost.invalid>"
COMPLETIONS = {"bash": "usr/share/bash-completion/completions/rustup",
               "elvish": "usr/share/elvish/lib/rustup.elv",
               "fish": "usr/share/fish/vendor_completions.d/rustup.fish",
               "zsh": "usr/share/zsh/vendor-completions/_rustup"}
# What Debian 13's package of rustup conflicts with, and that one.
RIVALS = ("cargo", "cargo-web", "rust-analyzer", "rust-clippy", "rust-doc", "rust-gdb", "rust-lldb",
          "rust-mozilla-gdb", "rust-mozilla-lldb", "rust-web-clippy", "rust-web-gdb", "rust-web-lldb",
          "rustc", "rustc-web", "rustfmt", "rustfmt-web", "rustup")
DESCRIPTION = """\
process-safe Rust toolchain manager, a drop-in for rustup
Latchkey manages Rust toolchains as rustup does: the same commands, the same
files in a user's home, the same texts. Any number of rustup and cargo
processes may run at once, nested in each other, killed at any moment: no
process sees a toolchain that is half changed, and no change is lost.
.
This package installs rustup and the tools for all users. Toolchains are
installed by each user, from the Rust project's server."""
OVERRIDES = """\
# Each toolchain brings the manual pages of its tools: `rustup man cargo`.
latchkey: no-manual-page [usr/bin/{}]
# They are programs, linked with -static-pie: one file starts sooner, and needs no certain release of Debian.
latchkey: shared-library-lacks-prerequisites *
latchkey: embedded-library *
# It is not uploaded to Debian.
latchkey: initial-upload-closes-no-bugs *
"""


def copyright_text(release, bom):
    """DEP-5: ours, and what is linked statically."""
    mit = (release.root / "LICENSE-MIT").read_text()
    owner = re.search(r"^Copyright \(c\) (.*)$", mit, re.MULTILINE)[1]
    body = mit.split("\n\n", 2)[2].rstrip("\n")
    text = "\n".join(line or "." for line in body.splitlines())
    linked = "\n".join(f" {each['name']} {each['version']} ({each['licenses'][0]['expression']})"
                       for each in bom["components"])
    return f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Latchkey
Comment: The programs have these parts of Debian linked in, as source packages, each under its own
 licence, which Debian's /usr/share/doc/<package>/copyright has:
{linked}

Files: *
Copyright: {owner}
License: MIT or Apache-2.0

License: MIT
{textwrap.indent(text, " ")}

License: Apache-2.0
 On Debian systems, the Apache License, Version 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
"""


def changelog_text(release):
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(release.time))
    return (f"{PACKAGE} ({release.version}-1) unstable; urgency=medium\n\n"
            f"  * Release {release.version}; changelog.gz says what is new.\n\n"
            f" -- {MAINTAINER}  {when}\n")


def require_static(program):
    """Then the package needs no other."""
    if "INTERP" in run("readelf", "--wide", "--program-headers", program.full):
        raise Failure(f"the program in {program.build} is not static")


def control_text(release, program, size_kib):
    lines = {
        "Package": PACKAGE, "Version": f"{release.version}-1", "Architecture": program.facts.debian,
        "Maintainer": MAINTAINER, "Installed-Size": size_kib,
        "Recommends": "ca-certificates, gcc | c-compiler, libc6-dev | libc-dev",
        "Provides": "rustup", "Conflicts": ", ".join(RIVALS), "Replaces": "rustup",
        "Section": "devel", "Priority": "optional",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    first, *others = DESCRIPTION.splitlines()
    return text + f"Description: {first}\n" + "".join(f" {line}\n" for line in others)


class Tree:
    """What the package installs."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()

    def file(self, path, data, mode=0o644):
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data if isinstance(data, bytes) else data.encode())
        full.chmod(mode)

    def link(self, path, target):
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.symlink_to(target)

    def size_kib(self):
        """As dpkg-gencontrol counts."""
        return sum(-(-path.lstat().st_size // 1024) if path.is_file() and not path.is_symlink() else 1
                   for path in self.folder.rglob("*"))

    def sums(self):
        names = sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                       if path.is_file() and not path.is_symlink())
        return run("md5sum", "--", *names, cwd=self.folder)

    def set_times(self, seconds):
        for path in [self.folder, *self.folder.rglob("*")]:
            os.utime(path, (seconds, seconds), follow_symlinks=False)


def fill(tree, release, program, bom):
    tree.file(f"{LIBRARY}/latchkey", program.full.read_bytes(), 0o755)
    tree.file(f"{LIBRARY}/latchkey-proxy", program.proxy.read_bytes(), 0o755)
    tree.file(f"{LIBRARY}/no-self-update", NO_SELF_UPDATE)
    for name in ("latchkey", "rustup"):
        tree.link(f"usr/bin/{name}", "../lib/latchkey/latchkey")
    for name in release.tools:
        tree.link(f"usr/bin/{name}", "../lib/latchkey/latchkey-proxy")
    for name, page in release.pages.items():
        if not name.startswith("rustup-init"):
            tree.file(f"usr/share/man/man1/{name}.gz", compressed(page))
    for shell, path in COMPLETIONS.items():
        tree.file(path, release.completions[shell])
    documents = f"usr/share/doc/{PACKAGE}"
    tree.file(f"{documents}/copyright", copyright_text(release, bom))
    tree.file(f"{documents}/changelog.Debian.gz", compressed(changelog_text(release).encode()))
    tree.file(f"{documents}/changelog.gz", compressed((release.root / "CHANGELOG.md").read_bytes()))
    tree.file(f"{documents}/README.md", (release.root / "README.md").read_bytes())
    tree.file(f"usr/share/lintian/overrides/{PACKAGE}", overrides_text(release))


def overrides_text(release):
    comment, manual, *others = OVERRIDES.splitlines()
    return "\n".join([comment, *(manual.format(name) for name in release.tools), *others]) + "\n"


def make(release, program, bom):
    require_static(program)
    tree = Tree(release.work / f"{program.tuple}-deb")
    fill(tree, release, program, bom)
    size_kib = tree.size_kib()
    sums = tree.sums()
    tree.file("DEBIAN/control", control_text(release, program, size_kib))
    tree.file("DEBIAN/md5sums", sums)
    for path in tree.folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    tree.set_times(release.time)
    name = f"{PACKAGE}_{release.version}-1_{program.facts.debian}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(release.time)}
    # One thread: how many there are would decide where xz begins a block.
    run("dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", f"-z{1 if release.fast else 6}",
        "--build", tree.folder, release.out / name, env=environment)
    shutil.rmtree(tree.folder)
