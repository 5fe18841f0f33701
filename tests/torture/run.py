#!/usr/bin/env python3
"""Tortures one home: processes that install, change, roll back, uninstall, use and die at random.

The seed decides what each process does; what meets what is the machine's. After each round nobody
works any more, and a checker (checker.py) says whether what happened is what was promised.
Exits with 0 where it is, 1 where it is not, 2 where in each round something could not be seen: on a
busy machine a record may be deleted before it was read. Such rounds are counted and told.
"""

import argparse
import datetime
import json
import multiprocessing
import os
import pathlib
import random
import re
import select
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
from harness import proxied
from harness.checks import leftovers
from harness.environment import BINARY, HOST, SANITIZED
from harness.homes import TempHome
from harness.processes import Running
from harness.servers import Nginx

import watch
from checker import judge
from history import Chain, History, Operation, Record, State
from world import (CHANNELS, MINIMAL, OPTIONAL, RELEASES, TOOL_FILES, WASM, World,
                   full_name)

LIMIT_SECONDS = 600 if SANITIZED else 120  # Nothing takes so long, unless it hangs.
# A worker is known by the words that it uses: a record tells its command line.
SPELLINGS = [(flag, long) for long in (False, True) for flag in (None, "-v", "--verbose", "-q",
                                                                 "--quiet")]
WEIGHTS = {"install": 7, "update": 20, "add": 22, "remove": 18, "uninstall": 6, "switch": 9,
           "tool": 20, "held tool": 2}
KILLED = 0.15  # Of all operations.


class Worker(threading.Thread):
    """One process after the other, until told to stop."""

    def __init__(self, torture, number, seed):
        super().__init__(daemon=True)
        self.torture, self.number = torture, number
        self.chance = random.Random(seed)
        self.flag, self.long = SPELLINGS[number]
        self.operations, self.hung, self.waited, self.error = [], [], [], None
        self.held = 0

    def run(self):
        try:
            while not self.torture.stop.is_set() and not self.hung and not self.waited:
                self.act()
        except BaseException as error:  # Told by whoever joins.
            self.error = error

    def act(self):
        kind, = self.chance.choices(list(WEIGHTS), WEIGHTS.values())
        channel = self.chance.choice(CHANNELS)
        killed = self.chance.random() < KILLED
        delay = self.chance.random() ** 2 * (4 if SANITIZED else 0.4)
        plan = getattr(self, f"plan_{kind.replace(' ', '_')}")(channel)
        if plan:
            self.perform(channel, *plan, delay if killed else None)

    def name(self, channel):
        return f"{channel}-{HOST}" if self.long else channel

    def words(self, *words):
        return ["rustup", *([self.flag] if self.flag else []), *words]

    def plan_switch(self, channel):
        self.torture.switch(channel, self.chance.choice(list(RELEASES)))

    def plan_install(self, channel):
        words = ["toolchain", "install", self.name(channel), "--profile", "minimal",
                 "--no-self-update"]
        short = self.chance.choice([None, None, *OPTIONAL])
        more = ["--component", short] if short else []
        return "install", self.words(*words, *more), OPTIONAL.get(short, "")

    def plan_update(self, channel):
        return "update", self.words("update", self.name(channel), "--no-self-update"), ""

    def plan_uninstall(self, channel):
        return "uninstall", self.words("toolchain", "uninstall", self.name(channel)), ""

    def change(self, kind, channel):
        if self.chance.random() < 0.2:
            return kind, self.words("target", kind, WASM, "--toolchain", self.name(channel)), (
                full_name("rust-std", WASM))
        short = self.chance.choice(list(OPTIONAL))
        return kind, self.words("component", kind, short, "--toolchain", self.name(channel)), (
            OPTIONAL[short])

    def plan_add(self, channel):
        return self.change("add", channel)

    def plan_remove(self, channel):
        return self.change("remove", channel)

    def plan_tool(self, _):
        tool = self.chance.choice(["rustc", "rustc", "cargo", "clippy-driver", "rustdoc"])
        if tool == "cargo":
            words = ["build", str(self.chance.randint(1, 6))]
        else:
            words = ["--for", str(self.chance.choice([0, 5, 20, 100]))]
        component = OPTIONAL["clippy"] if tool == "clippy-driver" else ""
        return "tool", [tool, *words, "--tell", f"worker-{self.number}"], component

    def plan_held_tool(self, channel):
        """While all that a change waits for is held, a tool must come to its end."""
        torture = self.torture
        trees = [tree for trees in torture.world.trees.values() for tree in trees.values()]
        holder = watch.Holder(torture.holder, torture.home, "exclusive", "wait",
                              f"toolchain:{channel}-{HOST}")
        try:
            keys = [f"toolchain:{other}-{HOST}" for other in CHANNELS if other != channel]
            keys += ["settings:", "cargo-home:", *(f"unpack:{tree}" for tree in sorted(set(trees)))]
            self.held += sum(holder.add(key) for key in keys) + 1
            self.perform(channel, *self.plan_tool(channel), None, held=True)
        finally:
            holder.end()

    def perform(self, channel, kind, words, component, delay, held=False):
        torture, number = self.torture, self.torture.next_number()
        may_install = kind == "tool" and not held and self.chance.random() < 0.3
        server = torture.server_for(number)
        environment = torture.home.environment | {
            "RUSTUP_DIST_SERVER": server, "RUSTUP_AUTO_INSTALL": str(int(may_install))}
        if kind == "tool":
            environment["RUSTUP_TOOLCHAIN"] = self.name(channel)
        start = time.time()
        program = Running([torture.bin / words[0], *words[1:]], environment,
                          torture.home.root / "work")
        in_time = self.wait(program, LIMIT_SECONDS if delay is None else delay)
        if not in_time:
            stacks = "".join(program.kernel_stacks())
            program.process.kill()
        done = program.finish()
        end = time.time()
        text = done.out + done.err
        if not in_time and delay is None:
            (self.waited if held else self.hung).append(f"no end of {' '.join(words)} on {channel}\n{stacks}{text}")
        told = re.search(r"^\S*/ RELEASE(.) (\d+)$", done.out, re.MULTILINE)
        told = (told[1], int(told[2])) if told and done.code == 0 else ()
        offered, switched = torture.offered(channel, start, end)
        self.operations.append(Operation(
            number, self.number, kind, f"{channel}-{HOST}", " ".join(words), start, end, done.code,
            text, component, offered, switched, told,
            TOOL_FILES[words[0]] if kind == "tool" else 0, may_install))

    @staticmethod
    def wait(program, seconds):
        file = os.pidfd_open(program.pid)
        try:
            return bool(select.select([file], [], [], seconds)[0])
        finally:
            os.close(file)


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
        self.holder = os.environ.get("LATCHKEY_LOCK_HOLDER") or str(
            pathlib.Path(BINARY).parent / "tests/latchkey_lock_holder")
        self.lock, self.number = threading.Lock(), 0
        self.stop = threading.Event()
        for channel in CHANNELS:
            self.home.install(channel)
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
        firsts = {toolchain: self.current(toolchain) for toolchain in toolchains}
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
        lasts = {toolchain: self.current(toolchain) for toolchain in toolchains}
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
        return {"serial": serial, "when": when, "command": command, "what": what,
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
                      trees, fields["seen"], removed or release is not None)

    def read_watch(self, history, log, firsts, lasts, unfiled):
        for toolchain, (first, trees) in firsts.items():
            history.chains[toolchain] = Chain([], first, lasts[toolchain][0], trees)
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
            verdict = judge(self.play(self.counts["rounds"]))
            for key in self.counts.keys() & verdict.counts.keys():
                self.counts[key] += verdict.counts[key]
            unclear += verdict.unclear
            self.counts["rounds unclear"] += bool(verdict.unclear)
            if verdict.guilty:
                return verdict.guilty, unclear
        return [], unclear


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--round-seconds", type=float, default=10, help="between two quiet moments")
    parser.add_argument("--processes", type=int, default=6, choices=range(1, len(SPELLINGS) + 1))
    parser.add_argument("--json", metavar="FILE", help="where counts go")
    parser.add_argument("--guilty", action="store_true",
                        help="for a program that is known to be wrong: succeed when that is found")
    return parser.parse_args(words)


def main(words):
    options = parse(words)
    print(f"--seed {options.seed} --processes {options.processes}", flush=True)
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
        print(f"again: {sys.argv[0]} --seed {options.seed} --processes {options.processes}")
    if options.json:
        facts = {"seed": options.seed, "processes": options.processes, "seconds": options.seconds,
                 "guilty": len(guilty), "unclear": len(unclear)} | torture.counts
        pathlib.Path(options.json).write_text(json.dumps(facts, indent=1) + "\n")
    if options.guilty:
        return 0 if guilty else 1
    blind = torture.counts["rounds unclear"] == torture.counts["rounds"]
    return 1 if guilty else 2 if blind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
