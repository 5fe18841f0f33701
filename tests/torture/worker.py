"""One of those who work in a home at once, at random."""

import os
import random
import re
import select
import threading
import time

import watch
from harness.environment import HOST, SANITIZED
from harness.processes import Running
from history import Operation
from world import CHANNELS, OPTIONAL, RELEASES, TOOL_FILES, WASM, full_name

LIMIT_SECONDS = 600 if SANITIZED else 120  # Nothing takes so long, unless it hangs.
# A worker is known by the words that it uses: a record tells its command line.
SPELLINGS = [(flag, long) for long in (False, True) for flag in (None, "-v", "--verbose", "-q",
                                                                 "--quiet")]
WEIGHTS = {"install": 7, "update": 20, "add": 22, "remove": 18, "uninstall": 6, "prune": 4, "rollback": 10,
           "switch": 9, "tool": 20, "held tool": 2}
# The same components of one toolchain go and come, by all ways.
HARD_WEIGHTS = {"install": 20, "update": 8, "add": 25, "remove": 20, "uninstall": 1, "prune": 1, "rollback": 20,
                "switch": 3, "tool": 12, "held tool": 1}
HARD_CHANNELS = [CHANNELS[1], CHANNELS[1], CHANNELS[1], CHANNELS[0]]
KILLED, HARD_KILLED = 0.15, 0.35  # Of all operations.


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
        hard = self.torture.options.hard
        weights = HARD_WEIGHTS if hard else WEIGHTS
        kind, = self.chance.choices(list(weights), weights.values())
        channel = self.chance.choice(HARD_CHANNELS if hard else CHANNELS)
        killed = self.chance.random() < (HARD_KILLED if hard else KILLED)
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
        released = ["--unhold"] if self.chance.random() < 0.4 else []
        return "update", self.words("update", *released, self.name(channel), "--no-self-update"), ""

    def plan_uninstall(self, channel):
        return "uninstall", self.words("toolchain", "uninstall", self.name(channel)), ""

    def plan_prune(self, channel):
        """May remove this toolchain and no other, unless somebody uses it or it is the default."""
        return "prune", self.words("toolchain", "prune", "--pattern", self.name(channel)), ""

    def plan_rollback(self, channel):
        """To the release before, or to an entry that is there now, or that never was."""
        to = []
        if self.chance.random() < 0.4:
            history = self.torture.home.latchkey / "toolchains" / f"{channel}-{HOST}" / "history"
            try:
                known = sorted(int(name.removesuffix(".json")) for name in os.listdir(history))
            except FileNotFoundError:
                known = []
            to = ["--to", str(self.chance.choice(known or [1000]))]
        return "rollback", self.words("toolchain", "rollback", self.name(channel), *to), ""

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
            TOOL_FILES[words[0]] if kind == "tool" else 0, may_install,
            int(words[-1]) if "--to" in words else None))

    @staticmethod
    def wait(program, seconds):
        file = os.pidfd_open(program.pid)
        try:
            return bool(select.select([file], [], [], seconds)[0])
        finally:
            os.close(file)
