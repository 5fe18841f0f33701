"""Judges a history: is it one that the promises allow?

P2 is decided exactly. The entries of a toolchain's history are numbered and timed under its range, so
the order of the changes is known, and each commit is somebody's by its command line and time. It
remains to place
what changed nothing between two commits, so that each operation sees a state that explains its
answer, and none comes before one that had ended when it began. Toolchains are independent, so a
history is linearisable when each toolchain's is (Herlihy and Wing, 1990).
"""

import collections

from history import CLOCK_SECONDS, State
from holds import Holds, rollback_answer_fits

CHILD = "rustc --expect "  # What a cargo starts.
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
    spans = collections.defaultdict(list)
    for toolchain, chain in history.chains.items():
        judge_one = ToolchainJudge(history, toolchain, chain, by_toolchain[toolchain], verdict)
        judge_one.judge()
        for tree, since, until in judge_one.spans() if not chain.unseen else ():
            spans[tree].append((since, until))
    judge_fetches(history, spans, verdict)
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


class ToolchainJudge:
    def __init__(self, history, toolchain, chain, operations, verdict):
        self.history, self.toolchain, self.chain, self.verdict = history, toolchain, chain, verdict
        self.operations = sorted(operations, key=lambda each: each.start)
        self.holds = Holds(chain, self.operations)
        self.states = [chain.first]  # After so many commits.
        self.commits = []  # (after so many, operation) in order.

    def judge(self):
        if self.chain.unseen:
            self.verdict.unclear.append(
                f"{self.toolchain}: {self.chain.unseen} records were not seen")
            return
        self.judge_commits()
        if self.states[-1] != self.chain.last:
            self.verdict.blame("P2", f"{self.toolchain} ends as {self.chain.last}, but the last "
                                     f"commit made {self.states[-1]}")
        slot, now = len(self.states) - 1, float("inf")
        if self.chain.last and self.chain.last_held not in self.holds.possible(slot, now, now):
            self.verdict.blame("P2", f"{self.toolchain} ends as held at {self.chain.last_held}")
        self.judge_order()
        self.place_what_changed_nothing()

    def spans(self):
        """(tree, since, until): when it was listed, as far as is known."""
        trees = {tree: float("-inf") for tree in self.chain.first_trees.values()}
        for record in self.chain.records:
            now = set(record.trees.values())
            for tree in trees.keys() - now:
                yield tree, trees.pop(tree), record.when
            trees |= {tree: max(record.when, record.seen) for tree in now - trees.keys()}
        for tree, since in trees.items():
            yield tree, since, float("inf")

    def owner(self, record):
        meanwhile = [each for each in self.operations
                     if each.start - CLOCK_SECONDS <= record.when <= each.end + CLOCK_SECONDS]
        found = [each for each in meanwhile if each.command == record.command]
        if not found and record.command.startswith(CHILD):
            # With a killed cargo goes what it held. A rustc that it had started begins afresh, and may
            # install a toolchain that is gone.
            found = [each for each in meanwhile
                     if each.killed and each.may_install and each.command.startswith("cargo ")][:1]
        if len(found) > 1:  # The same command again, at once.
            found = [each for each in found if each.start <= record.when <= each.end]
        return found[0] if len(found) == 1 else None

    def judge_commits(self):
        """Each is somebody's, and does what he was asked for to what was there before."""
        owned = collections.Counter()
        for record in self.chain.records:
            self.verdict.counts["commits"] += 1
            what = f"{self.toolchain}/{record.name} ({record.command})"
            owner = self.owner(record)
            before = self.states[-1]
            self.states.append(record.state)
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
            if not effect_fits(owner, before, record.state, self.history.minimal) or (
                    not self.hold_fits(owner, record, before)):
                past = self.holds.text(len(self.states) - 2)
                self.verdict.blame("P2", f"{what} made {before} into {record.state}, held at "
                                         f"{record.held_at}, from {past}: {owner}")
            self.judge_trees(what, record)
            if owner.code not in (0, -9) and owner.kind != "tool" and not is_told_gone(owner):
                self.verdict.blame("P2", f"{what} is the commit of what says that it failed: "
                                         f"{owner}")

    def hold_fits(self, owner, record, before):
        """May `owner` have committed this, by what was held?"""
        slot = len(self.states) - 2
        if owner.kind == "rollback":
            low = max((at for at, other in self.commits[:-1] if other.end < owner.start), default=0)
            goals = {owner.to} if owner.to is not None else {
                entry for at in range(low, slot + 1)
                for held in self.holds.possible(at, owner.start, owner.end)
                for entry in self.holds.entries_before(at, held)}
            return record.held_at in goals and (
                self.holds.lives[slot].get(record.held_at) == record.state)
        if record.held_at is not None:
            return False
        if owner.kind not in ("install", "update", "prune") or before is None:
            return True
        free = None in self.holds.possible(slot, owner.start, record.when)
        return free or (owner.kind == "install" and record.state is not None and
                        record.state.release == before.release)

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
                self.verdict.blame("P2", f"commit {slot} comes too late: {owner}\nis after {latest}")
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
                    if answer_fits(each, self.states[slot], self.holds, slot)]
            self.judge_tool(each)
            if fits:
                placed.append((each.end, fits[0]))
                continue
            promise = "P1" if each.kind == "tool" else "P2"
            seen = "\n  ".join(f"{self.states[at]}; {self.holds.text(at)}"
                                for at in range(low, high + 1))
            self.verdict.blame(promise, f"nothing explains {each}\nstates meanwhile:\n  {seen}")

    def judge_tool(self, each):
        if "VIOLATION" in each.text:
            self.verdict.blame("P4", str(each))
        if each.told and each.told[1] != each.files:
            self.verdict.blame("P1", f"a tool had {each.told[1]} files, not {each.files}: {each}")


def effect_fits(each, before, after, minimal):
    """May `each` have made `before` into `after`?"""
    if each.kind == "uninstall":
        return before is not None and after is None
    if each.kind == "prune":
        said = each.killed or f"removed {each.toolchain}:" in each.text
        return before is not None and after is None and said
    if after is None:
        return False
    if each.kind in ("install", "update") or (each.kind == "tool" and each.may_install):
        if each.kind == "tool" and before is not None:
            return False
        wanted = (before.components if before else minimal)
        wanted |= {each.component} if each.component and each.kind != "tool" else set()
        to_held = each.component and before and after.release == before.release
        return (after.release in each.offered or to_held) and after.components == wanted and (
            after != before)
    if before is None:
        return False
    if each.kind == "rollback":
        return after != before or each.to is not None
    if each.kind == "add":
        return (each.component not in before.components and
                after == State(before.release, before.components | {each.component}))
    if each.kind == "remove":
        return (each.component in before.components and
                after == State(before.release, before.components - {each.component}))
    return False


def answer_fits(each, state, holds, slot):
    """May `each` have answered as it did, and changed nothing, when this was the state?"""
    there = state is not None
    if each.kind == "rollback":
        return rollback_answer_fits(each, state, holds, slot)
    if each.kind == "tool":
        return tool_answer_fits(each, state)
    if each.kind in ("install", "update"):
        if each.code != 0:
            torn = "checksum failed" in each.text and each.switched
            return torn or (is_told_gone(each) and not there)
        has = there and (not each.component or each.component in state.components)
        held = holds.possible(slot, each.start, each.end)
        says_held = each.quiet or " is held at " in each.text
        return has and ((None in held and state.release in each.offered) or
                        (held != {None} and says_held))
    if each.kind == "uninstall":
        return each.code == 0 and not there
    if each.kind == "prune":  # What is in use stays, and nobody knows what was.
        return each.code == 0 and f"removed {each.toolchain}:" not in each.text
    if each.code != 0:
        if "is not installed" in each.text:
            return not there
        missing = ("does not contain component" in each.text or
                   "does not have target" in each.text)
        return missing and each.kind == "remove" and there and (
            each.component not in state.components)
    return each.kind == "add" and there and each.component in state.components


def is_told_gone(each):
    """Did an install say that what it made or found was uninstalled before its end?"""
    return "was uninstalled by another process meanwhile" in each.text


def tool_answer_fits(each, state):
    if each.code == 0:
        return (state is not None and each.told[:1] == (state.release,) and
                (not each.component or each.component in state.components))
    if state is None:
        torn = each.may_install and each.switched and "checksum failed" in each.text
        return "is not installed" in each.text or torn
    return bool(each.component) and each.component not in state.components and (
        "is not installed" in each.text)


def may_begin_again(each, history):
    """Did `each` perhaps lose what it had fetched, because its toolchain became another meanwhile?"""
    return each.may_install or each.kind == "rollback" or any(
        other.toolchain == each.toolchain and
        (other.kind in ("rollback", "uninstall", "prune") or other.releases) and
        other.start <= each.end and other.end >= each.start for other in history.operations)


def judge_fetches(history, spans, verdict):
    """P7: nobody fetches a thing twice, nor what a toolchain has; all that is fetched becomes a tree.

    Each fetch publishes its tree's index, once. Who was killed may have published none, and may have
    left the whole download to another, who fetched nothing, be it before the index was published or
    before the download was deleted; that other may come long after. A tool that installs again,
    because its toolchain was uninstalled and collected meanwhile, needs again what it had fetched:
    then the first tree is gone, so the second fetch has one of its own too. So has who fetches again
    because somebody else has taken what had arrived, and has lost it before it could be shared. An
    install that a rollback, an uninstall or the end of a hold makes another change begins again, too.
    """
    operations = {each.id: each for each in history.operations}
    free = collections.defaultdict(list)
    for at, tree in sorted(history.published):
        free[tree].append(at)
    verdict.counts["fetches"] += len(history.fetches)
    verdict.counts["trees published"] += len(history.published)
    for (number, tree), count in collections.Counter(history.fetches).items():
        each = operations[number]
        # What had arrived may have been taken, and lost again: by another toolchain, or with who was
        # killed in the middle of its commit.
        lost = [until for _, until in spans[tree]]
        lost += [other.end for other in history.operations if other.killed]
        lost = sum(each.start - CLOCK_SECONDS <= at <= each.end + CLOCK_SECONDS for at in lost)
        if count > 1 + lost and not may_begin_again(each, history):
            verdict.blame("P7", f"{count} fetches of {tree} by {each}")
    fetched = [(operations[number], tree) for number, tree in history.fetches]
    unfinished = collections.Counter(history.downloads)
    # Whose time ends first chooses first: then all find one, if that is possible at all.
    for each, tree in sorted(fetched, key=lambda pair: (pair[0].killed, pair[0].end)):
        own = [at for at in free[tree] if each.start <= at <= each.end + NOTICE_SECONDS]
        unfinished[tree] += each.killed
        if own:
            free[tree].remove(own[0])
        elif not each.killed:
            verdict.blame("P7", f"{tree} was fetched, and no tree came of it: {each}")
        for since, until in spans[tree]:
            if since + CLOCK_SECONDS < each.start and each.end < until - CLOCK_SECONDS and (
                    tree not in history.pending):
                verdict.blame("P7", f"{tree} was fetched, and was there already: {each}")
    for tree, left in free.items():
        if len(left) > unfinished[tree]:
            verdict.blame("P7", f"{tree} was published more often than fetched: {left}")
