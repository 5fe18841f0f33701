#!/usr/bin/env python3
"""Tortures one home: processes that install, change, roll back, uninstall, use and die at random.

The seed decides what each process does; what meets what is the machine's. After each round nobody
works any more, and a checker (checker.py) says whether what happened is what was promised.
Exits with 0 where it is, 1 where it is not, 2 where in each round something could not be seen: on a
busy machine a record may be deleted before it was read. Such rounds are counted and told.

LATCHKEY_KEEP=1 keeps the home, and `history.pickle` beside it: the round that was not, for the checker.
"""

import argparse
import datetime
import json
import multiprocessing
import os
import pathlib
import pickle
import random
import re
import shutil
import sys
import tempfile
import threading
import time

import watch
from checker import judge
from harness import proxied
from harness.checks import leftovers
from harness.environment import HOLDER, HOST
from harness.homes import TempHome
from harness.servers import Nginx
from history import Chain, History, Record, State
from worker import SPELLINGS, Worker
from world import CHANNELS, MINIMAL, OPTIONAL, World, full_name


class Torture:
    def __init__(self, root, options):
        self.root, self.options = root, options
        self.cleanups = []
        self.world = World(root / "dist")
        self.server = Nginx(self, self.world.out)
        self.until = None
        self.home = TempHome(root / "home", self.server.url)
        self.bin = proxied.place_proxies(self.home.root / "cargo")
        self.home.binary = str(self.bin / "rustup")
        self.home.environment["PATH"] = f"{self.bin}:/usr/bin:/bin"
        self.holder = HOLDER
        self.lock, self.number = threading.Lock(), 0
        self.stop = threading.Event()
        for channel in CHANNELS:
            self.home.install(channel)
        if options.keep:
            self.home.good("set", "keep-generations", str(options.keep))
        self.counts = dict.fromkeys(
            ["rounds", "rounds unclear", "operations", "commits", "commits of killed", "killed", "failed", "tool",
             "held ranges", "fetches", "trees published", "generations compared",
             "generations that moved on", "switches"], 0)

    def addCleanup(self, function):
        self.cleanups.append(function)

    def next_number(self):
        with self.lock:
            self.number += 1
            return self.number

    def server_for(self, number):
        """The same server, by an address of the operation's own: so its log tells who fetched."""
        os.symlink(".", self.world.out / f"o{number}")
        return f"{self.server.url}/o{number}"

    def switch(self, channel, release):
        with self.lock:
            self.world.switch(channel, release)
            self.counts["switches"] += 1

    def offered(self, channel, start, end):
        with self.lock:
            switches = list(self.world.switches[channel])
        before = [release for _, after, release in switches if after < start]
        meanwhile = [release for begun, after, release in switches
                     if begun <= end and after >= start]
        return frozenset(before[-1:] + meanwhile), bool(meanwhile)

    def play(self, number):
        """One round. Gives its history."""
        home, toolchains = self.home, [f"{channel}-{HOST}" for channel in CHANNELS]
        firsts = {toolchain: self.first_chain(toolchain) for toolchain in toolchains}
        begun = self.number
        downloads = {path.name.removesuffix(".partial")
                     for path in (home.rustup / "downloads").glob("*")}
        log, ready, over = self.root / "watch.log", multiprocessing.Event(), multiprocessing.Event()
        keeper = multiprocessing.Process(
            target=watch.keep, args=(home.latchkey, log, ready, over))
        keeper.start()
        ready.wait(60)
        self.stop.clear()
        verifier = watch.Verifier(home, self.world, self.holder, toolchains)
        looking = threading.Thread(target=verifier.run, args=(self.stop,))
        looking.start()
        workers = [Worker(self, each, f"{self.options.seed} {number} {each}")
                   for each in range(self.options.processes)]
        for each in workers:
            each.start()
        end = time.monotonic() + min(self.options.round_seconds, self.left())
        while time.monotonic() < end and all(each.is_alive() for each in workers):
            time.sleep(0.05)
        self.stop.set()
        for each in [*workers, looking]:
            each.join()
        lasts = {toolchain: (self.current(toolchain)[0], self.held(toolchain))
                 for toolchain in toolchains}
        unfiled = {toolchain: self.unfiled(toolchain) for toolchain in toolchains}
        over.set()
        keeper.join()
        for each in workers:
            if each.error:
                raise each.error
        self.counts["held ranges"] += sum(each.held for each in workers)
        self.counts["generations compared"] += len(verifier.verified)
        self.counts["generations that moved on"] += verifier.missed
        operations = [each for worker in workers for each in worker.operations]
        history = History(MINIMAL, self.world.trees, operations, {}, faults=verifier.faults,
                          downloads=downloads, pending=self.world.documentation(),
                          hung=[text for each in workers for text in each.hung],
                          waited=[text for each in workers for text in each.waited])
        self.read_watch(history, log, firsts, lasts, unfiled)
        self.read_server(history, begun)
        if not history.hung and not history.waited:
            self.quiet_change(history, verifier, toolchains)
        return history

    def current(self, toolchain):
        """(state, its trees by component) of a moment when nobody works."""
        state = self.home.state(toolchain)
        if state is None or not self.is_in_effect(toolchain, state):
            return None, {}
        trees = {each.name: each.tree for each in state.installed()}
        return State(self.world.manifests.get(state.manifest_hash, "?"), frozenset(trees)), trees

    def held(self, toolchain):
        state = self.home.state(toolchain)
        return state.held if state else None

    def first_chain(self, toolchain):
        """A chain without a record yet, of a moment when nobody works."""
        state, trees = self.current(toolchain)
        unfiled = self.unfiled(toolchain)
        entries = self.home.commits(toolchain) + ([unfiled] if unfiled else [])
        past = {each["serial"]: self.record(each | {"seen": 0}).state for each in entries}
        return Chain([], state, None, trees, past=past,
                     first_held=self.held(toolchain))

    def is_in_effect(self, toolchain, state):
        """A fresh install's state comes before its directory, and may be all that a killed one left."""
        if state.place not in ("home", "away"):
            return False
        directory = self.home.current(toolchain)
        tag = directory / "lib/rustlib/.latchkey" if directory else None
        return tag is not None and tag.exists() and f" {state.word}\n" in tag.read_text()

    def unfiled(self, toolchain):
        """The last commit, as an entry of the history has it that its killed maker did not write."""
        state = self.home.state(toolchain)
        if state is None or not state.commit:
            return None
        if state.place in ("home", "away") and not self.is_in_effect(toolchain, state):
            return None
        serial, what, when, command = state.commit
        if (self.home.latchkey / "toolchains" / toolchain / "history" / f"{serial}.json").exists():
            return None
        components = [{"pkg": each.pkg, "target": each.target, "tree": each.tree}
                      for each in state.installed()]
        held = {"held_at": state.held} if what == "rollback" and state.held else {}
        return held | {"serial": serial, "when": when, "command": command, "what": what,
                       "generation": state.number, "word": state.word,
                       "manifest_hash": state.manifest_hash, "components": components}

    def record(self, fields):
        release = self.world.manifests.get(fields["manifest_hash"])
        trees = {full_name(each["pkg"], each["target"]): each["tree"]
                 for each in fields["components"]}
        removed = fields["what"] == "uninstall"
        state = None if removed else State(release or "?", frozenset(trees))
        when = datetime.datetime.fromisoformat(fields["when"]).timestamp()
        return Record(f"{fields['generation']}@{fields['word']}", when, fields["command"], state,
                      trees, fields["seen"], removed or release is not None, fields["serial"],
                      fields.get("held_at"))

    def read_watch(self, history, log, firsts, lasts, unfiled):
        for toolchain, chain in firsts.items():
            chain.last, chain.last_held = lasts[toolchain]
            history.chains[toolchain] = chain
        entries = {toolchain: {} for toolchain in firsts}  # (when, serial, word) → its fields.
        for line in map(json.loads, log.read_text().splitlines()):
            if line.get("lost"):
                history.unclear.append("the kernel has lost notices")
            elif "tree" in line:
                history.published.append((line["at"], line["tree"]))
            elif line["entry"] is None:
                history.chains[line["toolchain"]].unseen += 1
            else:
                self.note(entries[line["toolchain"]], json.loads(line["entry"]), line["at"])
        for toolchain, known in entries.items():
            if unfiled[toolchain]:
                self.note(known, unfiled[toolchain], time.time())
            history.chains[toolchain].records = [self.record(known[key]) for key in sorted(known)]

    @staticmethod
    def note(known, fields, seen):
        known[fields["when"], fields["serial"], fields["word"]] = fields | {"seen": seen}

    def read_server(self, history, begun):
        for entry in self.server.archives():
            found = re.match(r"/o(\d+)/(.*)$", entry.path)
            if found and entry.status in (200, 206) and int(found[1]) > begun:
                history.fetches.append((int(found[1]), self.world.paths[found[2]]))

    def quiet_change(self, history, verifier, toolchains):
        """Nobody works any more: one change, and nothing may be left over."""
        home = self.home
        home.install("stable")
        there = OPTIONAL["rust-docs"] in home.components(f"stable-{HOST}")
        home.good("component", "remove" if there else "add", "rust-docs", "--toolchain", "stable")
        history.leftovers += leftovers(home, downloads=True)
        for toolchain in toolchains:
            state, trees = self.current(toolchain)
            if state:
                folder = self.home.current(toolchain)
                history.faults += [f"{toolchain}, at the end: {fault}" for fault in
                                   verifier.compare(folder, trees.values(), set())]

    def left(self):
        return self.until - time.monotonic()

    def run(self):
        """Until the time is over or something is wrong. Gives (guilty, unclear)."""
        unclear = []
        self.until = time.monotonic() + self.options.seconds
        while not self.counts["rounds"] or self.left() > 1:
            self.counts["rounds"] += 1
            history = self.play(self.counts["rounds"])
            verdict = judge(history)
            for key in self.counts.keys() & verdict.counts.keys():
                self.counts[key] += verdict.counts[key]
            unclear += verdict.unclear
            self.counts["rounds unclear"] += bool(verdict.unclear)
            if verdict.guilty:
                (self.root / "history.pickle").write_bytes(pickle.dumps(history))
                return verdict.guilty, unclear
        return [], unclear


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--round-seconds", type=float, default=10, help="between two quiet moments")
    parser.add_argument("--processes", type=int, default=6, choices=range(1, len(SPELLINGS) + 1))
    parser.add_argument("--hard", action="store_true",
                        help="most work is on one toolchain, whose components go and come, and a third is killed")
    parser.add_argument("--keep", type=int, default=0, metavar="N", help="former generations of each toolchain")
    parser.add_argument("--json", metavar="FILE", help="where counts go")
    parser.add_argument("--guilty", action="store_true",
                        help="for a program that is known to be wrong: succeed when that is found")
    return parser.parse_args(words)


def main(words):
    options = parse(words)
    mode = (" --hard" if options.hard else "") + (f" --keep {options.keep}" if options.keep else "")
    words = f"--seed {options.seed} --processes {options.processes}{mode}"
    print(words, flush=True)
    root = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-torture-"))
    root.chmod(0o755)
    torture = Torture(root, options)
    try:
        guilty, unclear = torture.run()
    finally:
        for cleanup in torture.cleanups:
            cleanup()
        if os.environ.get("LATCHKEY_KEEP"):
            print(f"kept: {root}")
        else:
            shutil.rmtree(root, ignore_errors=True)
    for text in guilty:
        print(f"GUILTY {text}")
    for text in unclear:
        print(f"UNCLEAR {text}")
    print(", ".join(f"{count} {name}" for name, count in torture.counts.items()), flush=True)
    if guilty or unclear:
        print(f"again: {sys.argv[0]} {words}")
    if options.json:
        facts = {"seed": options.seed, "processes": options.processes, "seconds": options.seconds, "options": mode,
                 "guilty": len(guilty), "unclear": len(unclear)} | torture.counts
        pathlib.Path(options.json).write_text(json.dumps(facts, indent=1) + "\n")
    if options.guilty:
        return 0 if guilty else 1
    blind = torture.counts["rounds unclear"] == torture.counts["rounds"]
    return 1 if guilty else 2 if blind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
