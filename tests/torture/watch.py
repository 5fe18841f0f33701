"""Looks at a home while others work in it: every record, every tree, and what was published.

A record may be deleted a few commits later, so the kernel says when one appears (inotify(7)).
"""

import contextlib
import ctypes
import hashlib
import json
import os
import pathlib
import re
import select
import struct
import subprocess
import time

IN_MOVED_TO, IN_DELETE, IN_Q_OVERFLOW = 0x80, 0x200, 0x4000
IN_NONBLOCK = 0o4000


class Notices:
    """What the kernel says of some folders."""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.file = self.libc.inotify_init1(IN_NONBLOCK)
        if self.file < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        self.folders = {}

    def add(self, folder, mask):
        number = self.libc.inotify_add_watch(self.file, os.fsencode(folder), mask)
        if number < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch", str(folder))
        self.folders[number] = pathlib.Path(folder)

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
            at += 16 + length
        return found

    def close(self):
        os.close(self.file)


def keep(latchkey, toolchains, out, ready, stop):
    """Writes what happens, a line of JSON each, until `stop` is set and nothing more comes."""
    with contextlib.suppress(PermissionError):
        os.nice(-10)  # To be faster than who deletes.
    notices = Notices()
    store = latchkey / "store"
    notices.add(store, IN_MOVED_TO | IN_DELETE)
    for toolchain in toolchains:
        notices.add(latchkey / "generations" / toolchain, IN_MOVED_TO)
    ready.set()
    with open(out, "w") as file:
        while True:
            stopping = stop.is_set()
            found = notices.read(0.1)
            for folder, mask, name in found:
                line = {"at": time.time()}
                if mask & IN_Q_OVERFLOW:
                    line["lost"] = True
                elif folder == store:
                    # A tree without its index is nobody's, and whoever needs it makes it anew.
                    line |= {"tree": name.removesuffix(".json"), "gone": bool(mask & IN_DELETE),
                             "index": name.endswith(".json")}
                elif name.endswith(".json"):
                    line |= {"toolchain": folder.name, "number": int(name[:-5]),
                             "record": text_of(folder / name)}
                else:
                    continue
                file.write(json.dumps(line) + "\n")
            if stopping and not found:
                return


def text_of(path):
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


class Verifier:
    """Compares generations with what the server packed, byte for byte, while they are current.

    It holds what a proxy would: the generation and its trees, and looks at the name again then.
    """

    def __init__(self, home, world, holder, toolchains):
        self.home, self.world, self.holder, self.toolchains = home, world, holder, toolchains
        self.verified, self.faults, self.missed = set(), [], 0

    def run(self, stop):
        notices = Notices()
        names = self.home.rustup / "toolchains"
        notices.add(names, IN_MOVED_TO)
        while not stop.is_set():
            # Of many changes since the last look only the newest state can be looked at.
            for toolchain in {name for _, _, name in notices.read(0.1)} & set(self.toolchains):
                self.look(toolchain)
        notices.close()

    def look(self, toolchain):
        number = self.home.current(toolchain)
        if number is None or (toolchain, number) in self.verified:
            return
        text = text_of(self.home.latchkey / "generations" / toolchain / f"{number}.json")
        record = json.loads(text) if text else {"components": []}
        trees = [each["tree"] for each in record["components"]]
        keys = [f"generation:{toolchain}/{number}", *(f"use:{tree}" for tree in trees)]
        holder = Holder(self.holder, self.home, "shared", "try", *keys)
        try:
            if not holder.held or self.home.current(toolchain) != number or not text:
                self.missed += 1
                return
            self.faults += [f"{toolchain}/{number}: {fault}"
                            for fault in self.compare(toolchain, number, trees)]
            self.verified.add((toolchain, number))
        finally:
            holder.end()

    def compare(self, toolchain, number, trees):
        folder = self.home.latchkey / "generations" / toolchain / str(number)
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
                 for here, _, files in os.walk(folder, followlinks=True) for name in files}
        known = {path for tree in trees for path in self.world.contents.get(tree, ())}
        for path in sorted(there - known):
            if not re.fullmatch(r"lib/rustlib/(manifest-.*|components|rust-installer-version|"
                                r"multirust-.*\.toml)", path):
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
