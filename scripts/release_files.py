"""The files of a release: what is served, tarballs, the installer's script, hashes."""

import dataclasses
import gzip
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import time


class Failure(Exception):
    """What the user is told."""


@dataclasses.dataclass(frozen=True)
class Tuple:
    debian: str  # Architecture.
    binutils: str  # What their programs' names begin with.


TUPLES = {
    "x86_64-unknown-linux-gnu": Tuple("amd64", "x86_64-linux-gnu-"),
    "aarch64-unknown-linux-gnu": Tuple("arm64", "aarch64-linux-gnu-"),
    "armv7-unknown-linux-gnueabihf": Tuple("armhf", "arm-linux-gnueabihf-"),
    "i686-unknown-linux-gnu": Tuple("i386", "i686-linux-gnu-"),
    "powerpc64le-unknown-linux-gnu": Tuple("ppc64el", "powerpc64le-linux-gnu-"),
    "s390x-unknown-linux-gnu": Tuple("s390x", "s390x-linux-gnu-"),
    "riscv64gc-unknown-linux-gnu": Tuple("riscv64", "riscv64-linux-gnu-"),
}

# Shell → the file's name, as each shell looks for it.
COMPLETIONS = {"bash": "rustup.bash", "zsh": "_rustup", "fish": "rustup.fish", "elvish": "rustup.elv",
               "powershell": "_rustup.ps1"}
TEXTS = ("README.md", "CHANGELOG.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE")


@dataclasses.dataclass(frozen=True)
class Program:
    tuple: str
    build: pathlib.Path  # CMake's folder.
    full: pathlib.Path  # Stripped.
    proxy: pathlib.Path

    @property
    def facts(self):
        return TUPLES[self.tuple]


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False,
                          **options)
    if done.returncode != 0:
        raise Failure(f"{words[0]}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compressed(data, level=9):
    """As `gzip -9n`."""
    return gzip.compress(data, level, mtime=0)


def key_note(program, public_key):
    """What to know of the key that is built into a program's bytes, and the one that signs: PEM or None."""
    found = re.search(rb"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----", program)
    if not found:
        return None
    if public_key is None:
        return "a release key is built into the program: without --key, nobody who has it can update to this"
    if b"".join(found[1].split()) not in "".join(public_key.split()).encode():
        return ("another key is built into the program than the one that signs: right only if the last "
                "release has the one that signs")
    return None


def newest_change(changelog):
    """The version of the topmost heading that has one."""
    found = re.search(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    return found[1] if found else None


class Release:
    """What all programs of a release share, and the folder that it is written to."""

    def __init__(self, root, out, work, url, fast):
        self.root, self.out, self.work, self.url, self.fast = root, out, work, url, fast
        self.version = re.search(r"project\(latchkey VERSION ([0-9.]+)",
                                 (root / "CMakeLists.txt").read_text())[1]
        newest = newest_change((root / "CHANGELOG.md").read_text())
        if newest != self.version:
            raise Failure(f"CMakeLists.txt says version {self.version}, CHANGELOG.md {newest}")
        self.time = int(os.environ.get("SOURCE_DATE_EPOCH")
                        or run("git", "-C", root, "log", "-1", "--format=%ct"))
        self.date = time.strftime("%Y-%m-%d", time.gmtime(self.time))
        self.programs = []
        self.pages = {}  # File name → bytes.
        self.completions = {}  # Shell → bytes.
        self.tools = []
        self.help = ""

    # --- the programs

    def load_programs(self, folders):
        for name, folder in sorted(folders.items()):
            program = folder / "latchkey"
            if not program.is_file():
                raise Failure(f"{folder} has no program; build it, such as by "
                              "`cmake --preset release && cmake --build --preset release`")
            full = self.work / f"{name}-latchkey"
            proxy = self.work / f"{name}-proxy"
            self.strip(name, program, full)
            self.strip(name, folder / "latchkey-proxy", proxy)
            self.programs.append(Program(name, folder, full, proxy))

    @staticmethod
    def strip(name, source, target):
        strip = TUPLES[name].binutils + "strip"
        if not shutil.which(strip):
            raise Failure(f"{strip} is not here (Debian's package binutils-"
                          f"{TUPLES[name].binutils.rstrip('-').replace('_', '-')})")
        run(strip, "--strip-all", "-o", target, source)
        target.chmod(0o755)

    # --- what a program says of itself

    def make_texts(self):
        """By a program that runs here: they all say the same."""
        for program in self.programs:
            try:
                said = self.call(program, "latchkey", "--version")
            except (OSError, Failure):
                continue
            if said.split()[:2] != ["latchkey", self.version]:
                raise Failure(f"{program.build} has another version built: {said}")
            return self.make_texts_by(program)
        raise Failure("none of the programs runs on this machine, and one has to tell what the manual "
                      "pages say")

    def make_texts_by(self, program):
        folder = self.work / "pages"
        self.call(program, "latchkey", "man-pages", "--date", self.date, folder)
        self.pages = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        for shell in COMPLETIONS:
            self.completions[shell] = self.call(program, "rustup", "completions", shell).encode()
        self.help = self.call(program, "rustup-init", "--help", COLUMNS="100").rstrip("\n")
        names = subprocess.run([program.full], env=self.environment("none"), capture_output=True,
                               text=True, check=False).stderr
        self.tools = sorted(re.findall(r"'([\w-]+)'", names.split("valid proxy names are")[1]))

    def environment(self, name, **variables):
        """Of a new user's."""
        home = self.work / "home"
        home.mkdir(exist_ok=True)
        return {"HOME": str(home), "PATH": "/usr/bin:/bin", "RUSTUP_FORCE_ARG0": name, **variables}

    def call(self, program, name, *words, **variables):
        return run(program.full, *words, env=self.environment(name, **variables), cwd=self.work)

    # --- what is served

    def write(self, path, data, mode=0o644):
        full = self.out / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data if isinstance(data, bytes) else data.encode())
        full.chmod(mode)

    def write_served(self, program):
        self.write("release-stable.toml",
                   f'schema-version = "1"\nversion = "{self.version}"\nprogram = "latchkey"\n')
        data = program.full.read_bytes()
        for folder in (f"dist/{program.tuple}", f"archive/{self.version}/{program.tuple}"):
            self.write(f"{folder}/rustup-init", data, 0o755)
            self.write(f"{folder}/rustup-init.sha256", f"{sha256(program.full)} *rustup-init\n")

    def write_tarball(self, program):
        top = f"latchkey-{self.version}-{program.tuple}"
        files = {"latchkey": (program.full.read_bytes(), 0o755)}
        for name in TEXTS:
            files[name] = ((self.root / name).read_bytes(), 0o644)
        for name, page in self.pages.items():
            files[f"man/man1/{name}"] = (page, 0o644)
        for shell, name in COMPLETIONS.items():
            files[f"completions/{name}"] = (self.completions[shell], 0o644)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            folders = {str(parent) for name in files
                       for parent in pathlib.PurePath(top, name).parents if str(parent) != "."}
            entries = {**{name: None for name in folders},
                       **{f"{top}/{name}": entry for name, entry in files.items()}}
            for name, entry in sorted(entries.items()):
                about = tarfile.TarInfo(name)
                about.mtime, about.uname, about.gname = self.time, "root", "root"
                if entry is None:
                    about.type, about.mode = tarfile.DIRTYPE, 0o755
                    tar.addfile(about)
                else:
                    about.size, about.mode = len(entry[0]), entry[1]
                    tar.addfile(about, io.BytesIO(entry[0]))
        self.write(f"{top}.tar.gz", compressed(packed.getvalue(), 1 if self.fast else 9))

    def write_installer(self):
        sums = "\n".join(f"    {program.tuple}) echo {sha256(program.full)} ;;"
                         for program in self.programs)
        if "'" in self.url:
            raise Failure(f"no URL of a server: {self.url}")
        text = (self.root / "packaging" / "install.sh").read_text()
        for mark, value in (("VERSION", self.version), ("URL", self.url), ("HELP", self.help),
                            ("SUMS", sums)):
            text = text.replace(f"@{mark}@", value)
        self.write("install.sh", text, 0o755)

    def write_sums(self):
        """Lines of sha256sum, with names from the top: `sha256sum -c SHA256SUMS` there checks all."""
        names = sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*")
                       if path.is_file())
        self.write("SHA256SUMS", "".join(f"{sha256(self.out / name)}  {name}\n" for name in names))
