"""Judges a history: is it one that the promises allow?

P2 is decided exactly. Each toolchain's records form a chain by their parents, so the order of the
changes is known, and each commit is somebody's by its command line and time. It remains to place
what changed nothing between two commits, so that each operation sees a state that explains its
answer, and none comes before one that had ended when it began. Toolchains are independent, so a
history is linearisable when each toolchain's is (Herlihy and Wing, 1990).
"""

import collections

from history import State

CHILD = "rustc --expect "  # What a cargo starts.
CLOCK_SECONDS = 0.002  # Records tell milliseconds.
NOTICE_SECONDS = 5.0  # How late a notice of a published tree may be.


class Verdict:
    """What is wrong, each with the promise that it breaks; what could not be seen; and counts."""

    def __init__(self):
        self.guilty, self.unclear = [], []
        self.counts = collections.Counter()

    def blame(self, promise, text):
        self.guilty.append(f"{promise}: {text}")


def judge(history):
    verdict = Verdict()
    by_toolchain = collections.defaultdict(list)
    for operation in history.operations:
        by_toolchain[operation.toolchain].append(operation)
        verdict.counts[operation.kind] += 1
        verdict.counts["killed"] += operation.killed
        verdict.counts["failed"] += operation.code not in (0, -9)
    for toolchain, chain in history.chains.items():
        ToolchainJudge(history, toolchain, chain, by_toolchain[toolchain], verdict).judge()
    judge_fetches(history, verdict)
    for text in history.leftovers:
        verdict.blame("P8", text)
    for text in history.faults:
        verdict.blame("P1", text)
    for text in history.hung:
        verdict.blame("P5", text)
    for text in history.waited:
        verdict.blame("P3", text)
    verdict.unclear += history.unclear
    if not verdict.counts["commits"]:
        verdict.unclear.append("nobody committed anything")
    verdict.counts["operations"] = len(history.operations)
    return verdict


def published_numbers(chain):
    """The numbers that were current one after the other, the first included; None: no toolchain.

    A record is written before its name is switched, so that of a killed commit may have no effect.
    What had one is named by its successor; and of removals that nobody could name, by being the
    highest before an installation without parent.
    """
    def removal_below(number):
        return max((each.number for each in chain.records.values()
                    if each.state is None and each.number < number), default=None)

    numbers = []
    number = chain.last if chain.last is not None else removal_below(float("inf"))
    while number is not None and number in chain.records:
        numbers.append(number)
        if number == chain.first:
            break
        parent = chain.records[number].parent
        number = parent if parent is not None else removal_below(number)
    return numbers[::-1]


class ToolchainJudge:
    def __init__(self, history, toolchain, chain, operations, verdict):
        self.history, self.toolchain, self.chain, self.verdict = history, toolchain, chain, verdict
        self.operations = sorted(operations, key=lambda each: each.start)
        self.numbers = published_numbers(chain)
        self.states = []  # After so many commits.
        self.commits = []  # (number, operation) in order; the first state has none.

    def judge(self):
        records, first = self.chain.records, self.chain.first
        unseen = {number for number in self.chain.unseen if number not in records}
        if unseen:
            self.verdict.unclear.append(f"{self.toolchain}: records {sorted(unseen)} were not seen")
        oldest = records.get(self.numbers[0]) if self.numbers else None
        if first is not None and (oldest is None or oldest.number != first) or (
                first is None and oldest is not None and oldest.parent is not None):
            text = f"{self.toolchain}: from {self.chain.last} back one does not come to {first}"
            if unseen:
                self.verdict.unclear.append(text)
            else:
                self.verdict.blame("P2", f"{text}: {self.numbers}")
            return
        self.states = [(None, None)]
        if first is not None:
            self.numbers = self.numbers[1:]
            self.states = [(first, records[first].state)]
        self.judge_commits()
        self.judge_order()
        self.place_what_changed_nothing()

    def owner(self, record):
        meanwhile = [each for each in self.operations
                     if each.start - CLOCK_SECONDS <= record.when <= each.end + CLOCK_SECONDS]
        found = [each for each in meanwhile if each.command == record.command]
        if not found and record.command.startswith(CHILD):
            # With a killed cargo goes what it held. A rustc that it had started begins afresh, and may
            # install a toolchain that is gone.
            found = [each for each in meanwhile
                     if each.killed and each.may_install and each.command.startswith("cargo ")][:1]
        return found[0] if len(found) == 1 else None

    def judge_commits(self):
        """Each is somebody's, and does what he was asked for to what was there before."""
        owned = collections.Counter()
        for number in self.numbers:
            record = self.chain.records[number]
            self.verdict.counts["commits"] += 1
            what = f"{self.toolchain}/{number} ({record.command})"
            owner = self.owner(record)
            before = self.states[-1][1]
            self.states.append((number, record.state))
            if owner is None:
                self.verdict.blame("P2", f"{what} is nobody's commit")
                continue
            self.commits.append((len(self.states) - 1, owner))
            owned[owner.id] += 1
            self.verdict.counts["commits of killed"] += owner.killed
            # A tool begins again where what it installed was uninstalled before it could hold it,
            # and may then miss a component.
            if owned[owner.id] > 1 and owner.kind != "tool":
                self.verdict.blame("P2", f"{what} is the second commit of {owner}")
            if not effect_fits(owner, before, record.state, self.history.minimal):
                self.verdict.blame("P2", f"{what} made {before} into {record.state}: {owner}")
            self.judge_trees(what, record)
            if owner.code not in (0, -9) and owner.kind != "tool":
                self.verdict.blame("P2", f"{what} is the commit of what says that it failed: "
                                         f"{owner}")

    def judge_trees(self, what, record):
        if not record.state_known:
            self.verdict.blame("P9", f"{what} is of a manifest that nobody serves")
            return
        if record.state is None:
            return
        for name, tree in record.trees.items():
            if self.history.trees[record.state.release].get(name) != tree:
                self.verdict.blame("P9", f"{what}: {name} is of another release, or of none")

    def judge_order(self):
        """No commit comes after one whose operation had not begun when its own had ended."""
        latest = None
        for slot, owner in self.commits:
            if latest is not None and owner.end < latest.start:
                self.verdict.blame("P2", f"commit {self.states[slot][0]} comes too late: {owner}\n"
                                         f"is after {latest}")
            if latest is None or owner.start > latest.start:
                latest = owner

    def place_what_changed_nothing(self):
        """Each to the first place that explains it and that is not before its predecessors'.

        Those who had ended when it began only push it to the right, so the first place is the best.
        """
        changed = {owner.id: slot for slot, owner in self.commits}
        placed = []  # (end, slot)
        for each in self.operations:
            if each.killed or (each.id in changed and each.kind != "tool"):
                continue
            low = max((slot for slot, owner in self.commits if owner.end < each.start), default=0)
            low = max([low, changed.get(each.id, 0),
                       *(slot for end, slot in placed if end < each.start)])
            high = min((slot for slot, owner in self.commits if owner.start > each.end),
                       default=len(self.states)) - 1
            fits = [slot for slot in range(low, high + 1)
                    if answer_fits(each, *self.states[slot], self.history.minimal)]
            self.judge_tool(each)
            if fits:
                placed.append((each.end, fits[0]))
                continue
            promise = "P1" if each.kind == "tool" else "P2"
            seen = "\n  ".join(f"{number}: {state}" for number, state in self.states[low:high + 1])
            self.verdict.blame(promise, f"nothing explains {each}\nstates meanwhile:\n  {seen}")

    def judge_tool(self, each):
        if "VIOLATION" in each.text:
            self.verdict.blame("P4", str(each))
        if each.told and each.told[2] != each.files:
            self.verdict.blame("P1", f"a tool had {each.told[2]} files, not {each.files}: {each}")


def effect_fits(each, before, after, minimal):
    """May `each` have made `before` into `after`?"""
    if each.kind == "uninstall":
        return before is not None and after is None
    if after is None:
        return False
    if each.kind in ("install", "update") or (each.kind == "tool" and each.may_install):
        if each.kind == "tool" and before is not None:
            return False
        wanted = (before.components if before else minimal)
        wanted |= {each.component} if each.component and each.kind != "tool" else set()
        return after.release in each.offered and after.components == wanted and after != before
    if before is None:
        return False
    if each.kind == "add":
        return (each.component not in before.components and
                after == State(before.release, before.components | {each.component}))
    if each.kind == "remove":
        return (each.component in before.components and
                after == State(before.release, before.components - {each.component}))
    return False


def answer_fits(each, number, state, minimal):
    """May `each` have answered as it did, and changed nothing, when this was the state?"""
    there = state is not None
    if each.kind == "tool":
        return tool_answer_fits(each, number, state)
    torn = "checksum failed" in each.text and each.switched
    if each.kind in ("install", "update"):
        if each.code != 0:
            return torn and not there and "is not installable" in each.text
        if torn:
            return there
        has = there and (not each.component or each.component in state.components)
        return has and state.release in each.offered
    if each.kind == "uninstall":
        return each.code == 0 and not there
    if each.code != 0:
        if "is not installed" in each.text:
            return not there
        missing = ("does not contain component" in each.text or
                   "does not have target" in each.text)
        return missing and each.kind == "remove" and there and (
            each.component not in state.components)
    return each.kind == "add" and there and each.component in state.components


def tool_answer_fits(each, number, state):
    if each.code == 0:
        return (state is not None and each.told[:2] == (number, state.release) and
                (not each.component or each.component in state.components))
    if state is None:
        torn = each.may_install and each.switched and "checksum failed" in each.text
        return "is not installed" in each.text or torn
    return bool(each.component) and each.component not in state.components and (
        "is not installed" in each.text)


def judge_fetches(history, verdict):
    """P7: nobody fetches a thing twice, and all that is fetched becomes a tree, once.

    So a fetch of what is in the store already has no tree of its own. Who was killed may have none,
    and may have left the whole download to another, who fetched nothing, be it before it published
    the tree or before it deleted what it was made of; that other may come long after. A tool that installs again,
    because its toolchain was uninstalled and collected meanwhile, needs again what it had fetched:
    then the first tree is gone, so the second fetch has one of its own too.
    """
    operations = {each.id: each for each in history.operations}
    free = collections.defaultdict(list)
    for at, tree in sorted(history.published):
        free[tree].append(at)
    verdict.counts["fetches"] += len(history.fetches)
    verdict.counts["trees published"] += len(history.published)
    for (number, tree), count in collections.Counter(history.fetches).items():
        if count > 1 and not operations[number].may_install:
            verdict.blame("P7", f"{count} fetches of {tree} by {operations[number]}")
    fetched = [(operations[number], tree) for number, tree in history.fetches]
    unfinished = collections.Counter(history.downloads)
    # Whose time ends first chooses first: then all find one, if that is possible at all.
    for each, tree in sorted(fetched, key=lambda pair: (pair[0].killed, pair[0].end)):
        own = [at for at in free[tree] if each.start <= at <= each.end + NOTICE_SECONDS]
        unfinished[tree] += each.killed
        if own:
            free[tree].remove(own[0])
        elif not each.killed:
            verdict.blame("P7", f"{tree} was fetched, and was there already: {each}")
    for tree, left in free.items():
        if len(left) > unfinished[tree]:
            verdict.blame("P7", f"{tree} was published more often than fetched: {left}")
