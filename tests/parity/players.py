"""Programs with homes of their own, and the scripts that they play."""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tomllib

from harness import plain_path
from harness.environment import SCRIPTS
from harness.proxied import TOOLS

MAKE_DIST = SCRIPTS / "make-dist"
LIMIT_SECONDS = 60
TEMPORARY = re.compile(r"(?<='ROOT/rustup/tmp/)[^'/]*")
RELEASE_FILE = re.compile(r"'[^']*/rustup-update[^/']*/(?=release-stable.toml')")
AWAY = re.compile(r"/rustup/latchkey/away/[0-9]+/")
THREAD = re.compile(r"(?<=thread 'main' )\([0-9]+\)")
BUILD = re.compile(r"(rustup(?:-init)? 1\.29\.[01]) \(.*\)")  # Each program's own.


def make_dist(folder, *arguments):
    subprocess.run([sys.executable, MAKE_DIST, "--synthetic", "--synthetic-size", "4", "--quiet",
                    "--out", folder, *arguments], check=True, stdout=subprocess.DEVNULL)


@dataclasses.dataclass
class Result:
    status: int
    out: str
    err: str


class Player:
    """One program, with everything that it may touch."""

    def __init__(self, program, root, server):
        self.root = root
        self.folder = root / "work"
        for folder in ("bin", "home", "work"):
            (root / folder).mkdir(parents=True)
        shutil.copytree(server, root / "server")
        for name in ("rustup", "rustup-init"):
            (root / "bin" / name).symlink_to(program)
        self.input = None
        proxy = pathlib.Path(program).with_name("latchkey-proxy")
        for tool in TOOLS:
            (root / "bin" / tool).symlink_to(proxy if proxy.exists() else program)
        self.environment = {
            "ROOT": str(root),
            "HOME": str(root / "home"),
            "RUSTUP_HOME": str(root / "rustup"),
            "CARGO_HOME": str(root / "cargo"),
            "RUSTUP_DIST_SERVER": f"file://{root}/server",
            "RUSTUP_UPDATE_ROOT": f"file://{root}/server/rustup",
            "RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS": "/nonexistent",
            "PATH": f"{root}/bin:{plain_path.fill(root / 'tools')}",
            "CI": "1",  # No self-update, and no check for one.
            "LATCHKEY_COMPRESSION": "xz",  # As rustup has no choice, and texts name the file.
            "RUSTUP_IO_THREADS": "1",  # With more, rustup takes twenty times as long.
        }

    def run(self, words):
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True,
                              input=self.input or b"", timeout=LIMIT_SECONDS, check=False)
        self.input = None
        return Result(done.returncode, self.plain(done.stdout), self.plain(done.stderr))

    def words(self, text):
        return [word.replace("$ROOT", str(self.root)) for word in shlex.split(text)]

    def plain(self, data):
        text = data.decode(errors="backslashreplace").replace(str(self.root), "ROOT")
        text = TEMPORARY.sub("FILE", text)
        text = AWAY.sub("/rustup/toolchains/", text)
        text = THREAD.sub("(THREAD)", text)
        text = RELEASE_FILE.sub("'TEMPORARY/", text)
        return BUILD.sub(r"\1 (BUILD)", text)

    def shell(self, command):
        done = self.run(["/bin/sh", "-ec", command])
        if done.status != 0:
            raise SystemExit(f"'{command}' failed: {done.err}")

    def change_folder(self, name):
        self.folder = self.root / "work" / name
        self.folder.mkdir(parents=True, exist_ok=True)

    def set(self, name, value):
        self.environment[name] = value.replace("$ROOT", str(self.root))

    def serve(self, channel, date):
        dist = self.root / "server" / "dist"
        for suffix in (".toml", ".toml.sha256"):
            name = f"channel-rust-{channel}{suffix}"
            shutil.copy(dist / date / name, dist / name)

    def prepare(self, verb, rest):
        """What a script does besides running programs."""
        if verb == "sh":
            self.shell(rest)
        elif verb == "cd":
            self.change_folder(rest)
        elif verb == "env":
            self.set(*rest.split("=", 1))
        elif verb == "input":
            self.input = rest.replace("\\n", "\n").encode()
        elif verb == "unset":
            self.environment.pop(rest, None)
        elif verb == "channel":
            self.serve(*rest.split())
        elif verb == "dist":
            make_dist(self.root / "server", *rest.split())
        else:
            raise SystemExit(f"what is '{verb}'?")

    def files(self):
        """Everything that both programs must leave behind alike: name -> content."""
        home = self.root / "rustup"
        found = {}
        if (home / "settings.toml").exists():
            found["settings.toml"] = self.plain((home / "settings.toml").read_bytes())
        for part in ("update-hashes", "toolchains"):
            for folder, folders, names in os.walk(home / part, followlinks=True):
                names = [name for name in names if name != ".latchkey"]  # Our one file there.
                for name in names + [each for each in folders if not os.listdir(f"{folder}/{each}")]:
                    path = pathlib.Path(folder) / name
                    found[str(path.relative_to(home))] = self.content(path)
        for part in ("home", "cargo"):
            for folder, folders, names in os.walk(self.root / part):
                # Our lock files and programs.
                folders[:] = [each for each in folders if each not in ("latchkey", ".latchkey")]
                for name in names:
                    path = pathlib.Path(folder) / name
                    found[str(path.relative_to(self.root))] = self.shell_file(path)
        return found

    def shell_file(self, path):
        if path.parent.name == "bin":
            return "a program" if os.access(path, os.X_OK) else "no program"
        return repr(self.plain(path.read_bytes()))

    def content(self, path):
        if not path.exists():
            return f"link to {self.plain(os.fsencode(os.readlink(path)))}"
        if path.is_dir():
            return "empty folder"
        data = path.read_bytes()
        if path.name in ("multirust-channel-manifest.toml", "multirust-config.toml"):
            with contextlib.suppress(ValueError):  # Damaged by a script: compared as it is.
                return repr(tomllib.loads(data.decode()))
        if path.name == "components" and path.parent.name == "rustlib":
            return repr(sorted(data.decode().splitlines()))  # Their order is that of downloads.
        return f"{path.stat().st_mode & 0o777:o} {hashlib.sha256(data).hexdigest()}"


def steps(path):
    """The script's (verb, rest), without what is empty and the comments."""
    for line in path.read_text().splitlines():
        verb, _, rest = line.strip().partition(" ")
        if verb and not verb.startswith("#"):
            yield verb, rest


def play(path, player):
    """Plays a whole script: [(step, Result)], and the files that it leaves."""
    results = []
    for verb, rest in steps(path):
        if verb == "$":
            results.append((rest, player.run(player.words(rest))))
        else:
            player.prepare(verb, rest)
    return results, player.files()
