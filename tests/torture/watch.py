"""Looks at a home while others work in it: every commit, every tree, and what was published.

A toolchain's history is deleted with it, so the kernel says when an entry appears (inotify(7)).
"""

import contextlib
import ctypes
import hashlib
import json
import os
import re
import select
import struct
import subprocess
import time

IN_MOVED_TO, IN_CREATE, IN_Q_OVERFLOW, IN_IGNORED = 0x80, 0x100, 0x4000, 0x8000
IN_NONBLOCK = 0o4000


class Notices:
    """What the kernel says of some folders. Each is held open: another may come to its place."""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.file = self.libc.inotify_init1(IN_NONBLOCK)
        if self.file < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        self.folders = {}  # The kernel's number → what was added.

    def add(self, folder, mask):
        """Is it one that was not watched yet?"""
        path = f"/proc/self/fd/{folder.file}"
        number = self.libc.inotify_add_watch(self.file, os.fsencode(path), mask)
        if number < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch", str(folder.path))
        if number in self.folders:
            os.close(folder.file)
            return False
        self.folders[number] = folder
        return True

    def read(self, seconds):
        """[(folder, mask, name)]; waits if there is none yet."""
        if not select.select([self.file], [], [], seconds)[0]:
            return []
        data = os.read(self.file, 1 << 16)
        found, at = [], 0
        while at < len(data):
            number, mask, _, length = struct.unpack_from("iIII", data, at)
            name = data[at + 16:at + 16 + length].rstrip(b"\0").decode()
            found.append((self.folders.get(number), mask, name))
            if mask & IN_IGNORED and number in self.folders:
                os.close(self.folders.pop(number).file)
            at += 16 + length
        return found


class Folder:
    """One that is open. Raises FileNotFoundError."""

    def __init__(self, path, inside=None):
        self.path = path
        where = (path, None) if inside is None else (path.name, inside.file)
        self.file = os.open(where[0], os.O_RDONLY | os.O_DIRECTORY, dir_fd=where[1])

    def text_of(self, name):
        """None: it is not there any more."""
        try:
            with open(os.open(name, os.O_RDONLY, dir_fd=self.file)) as file:
                return file.read()
        except FileNotFoundError:
            return None

    def is_ending(self):
        """Is it being deleted, so that some of it may be gone already?"""
        text = self.text_of("state")
        return text is None or re.search(r"^place removed$", text, re.MULTILINE) is not None


class Keeper:
    """Writes what happens in a home, a line of JSON each.

    A toolchain's folder goes with the toolchain, and comes again: then what is in it already is
    written, too. What was there before anybody could look is told, as an entry that was not seen.
    """

    def __init__(self, latchkey, file):
        self.latchkey, self.file = latchkey, file
        self.notices = Notices()
        self.notices.add(Folder(latchkey / "trees"), IN_MOVED_TO)
        self.notices.add(Folder(latchkey / "toolchains"), IN_CREATE)
        for folder in (latchkey / "toolchains").iterdir():
            self.watch(folder, False)

    def write(self, **line):
        self.file.write(json.dumps({"at": time.time()} | line) + "\n")

    def watch(self, path, fresh):
        """A toolchain's folder."""
        try:
            folder = Folder(path)
        except FileNotFoundError:
            self.write(toolchain=path.name, entry=None)
            return
        if self.notices.add(folder, IN_CREATE):
            self.watch_history(folder, fresh)
        else:
            self.write(toolchain=path.name, entry=None)  # This one is not it, but a later one.

    def watch_history(self, folder, fresh):
        try:
            history = Folder(folder.path / "history", folder)
        except FileNotFoundError:
            return  # Told when it comes; or gone, with the toolchain that it was of.
        if not self.notices.add(history, IN_MOVED_TO) or not fresh:
            return
        for name in os.listdir(history.file):
            if name.endswith(".json"):
                self.write(toolchain=folder.path.name, entry=history.text_of(name))
        if folder.is_ending():
            self.write(toolchain=folder.path.name, entry=None)

    def see(self, folder, mask, name):
        if mask & IN_Q_OVERFLOW:
            self.write(lost=True)
        elif folder is None or mask & IN_IGNORED:
            return
        elif folder.path == self.latchkey / "trees":
            if name.endswith(".json.gz"):
                self.write(tree=name.removesuffix(".json.gz"))
        elif folder.path == self.latchkey / "toolchains":
            self.watch(folder.path / name, True)
        elif name == "history":
            self.watch_history(folder, True)
        elif folder.path.name == "history" and name.endswith(".json"):
            self.write(toolchain=folder.path.parent.name, entry=folder.text_of(name))


def keep(latchkey, out, ready, stop):
    """Until `stop` is set and nothing more comes."""
    with contextlib.suppress(PermissionError):
        os.nice(-10)  # To be faster than who deletes.
    with open(out, "w") as file:
        keeper = Keeper(latchkey, file)
        ready.set()
        while True:
            stopping = stop.is_set()
            found = keeper.notices.read(0.1)
            for each in found:
                keeper.see(*each)
            if stopping and not found:
                return


class Verifier:
    """Compares generations with what the server packed, byte for byte, while they are current.

    It holds what a proxy would: the place and what is listed there, and looks at the state again then.
    """

    def __init__(self, home, world, holder, toolchains):
        self.home, self.world, self.holder, self.toolchains = home, world, holder, toolchains
        self.verified, self.faults, self.missed = set(), [], 0
        self.known = {path for files in world.contents.values() for path in files}

    def run(self, stop):
        while not stop.wait(0.05):
            # Of many changes since the last look only the newest state can be looked at.
            for toolchain in self.toolchains:
                self.look(toolchain)

    @staticmethod
    def listed(state):
        """What a proxy of this state may count on."""
        return {each.name: each.tree for each in state.components if each.standing == "listed"}

    def look(self, toolchain):
        state = self.home.state(toolchain)
        if state is None or state.place not in ("home", "away"):
            return
        name = toolchain, state.serial, state.word
        if name in self.verified:
            return
        listed = self.listed(state)
        place = f"home/{toolchain}" if state.place == "home" else f"away/{state.number}/{toolchain}"
        holder = Holder(self.holder, self.home, "shared", "try", f"directory:{place}",
                        *(f"use:{place}/{each}" for each in listed))
        try:
            now = self.home.state(toolchain)
            if not holder.held or now is None or (now.word, now.number, now.place) != (
                    state.word, state.number, state.place) or not (
                    listed.items() <= self.listed(now).items()):
                self.missed += 1
                return
            folder = self.home.rustup / ("toolchains" if state.place == "home" else
                                         f"latchkey/away/{state.number}") / toolchain
            if state.place == "home" and not folder.exists():
                return  # Being installed: the state comes before the directory.
            self.faults += [f"{toolchain}, {place}: {fault}"
                            for fault in self.compare(folder, listed.values(), self.known)]
            self.verified.add(name)
        finally:
            holder.end()

    def compare(self, folder, trees, known):
        """With `known`, what is being added or taken out meanwhile is no fault."""
        for tree in trees:
            packed = self.world.contents.get(tree)
            if packed is None:
                yield f"nobody packed its tree {tree}"
                continue
            for path, digest in packed.items():
                try:
                    if hashlib.sha256((folder / path).read_bytes()).hexdigest() != digest:
                        yield f"'{path}' is not what was packed"
                except OSError as error:
                    yield f"'{path}': {error.strerror}"
        there = {os.path.relpath(os.path.join(here, name), folder)
                 for here, _, files in os.walk(folder) for name in files}
        mine = {path for tree in trees for path in self.world.contents.get(tree, ())}
        for path in sorted(there - mine - known):
            if not re.fullmatch(r"lib/rustlib/(manifest-.*|components|rust-installer-version|"
                                r"multirust-.*\.toml|\.latchkey.*)", path):
                yield f"'{path}' belongs to no component"


class Holder:
    """A process that holds ranges until `end`."""

    def __init__(self, program, home, mode, how, *keys):
        self.process = subprocess.Popen([program, home.latchkey / "locks", mode, how, *keys],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        answer = self.answer()
        self.held = (self.answer() if answer == "waiting" else answer).startswith("held")

    def answer(self):
        return self.process.stdout.readline().strip()

    def add(self, key):
        """Tries one more."""
        print(f"add {key}", file=self.process.stdin, flush=True)
        return self.answer() == "held"

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
