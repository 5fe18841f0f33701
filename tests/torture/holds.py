"""What rollbacks may go back to, and what they hold."""

import re

from history import CLOCK_SECONDS


class Holds:
    """The histories and holds of one toolchain, after so many commits.

    A hold ends with `update --unhold`, which leaves no record, so while one may have been at work
    both answers are possible.
    """

    def __init__(self, chain, operations):
        self.releasing = [each for each in operations if each.releases]
        self.lives = [dict(chain.past)]  # Serial → state, of the toolchain that was there then.
        self.serials = [max(chain.past, default=0)]
        # A sweep that was killed may have deleted some of what is not above the last uninstall.
        self.doubtful = [max((at for at, state in chain.past.items() if state is None), default=0)]
        self.held = [(chain.first_held, 0.0, 0.0)]  # (entry, since when: not before, not after)
        for record in chain.records:
            before, now = self.lives[-1].get(self.serials[-1]), record.state
            # A toolchain that comes again before the last one is swept has the history of both.
            kept = self.lives[-1] if record.serial > self.serials[-1] else {}
            self.lives.append(kept | {record.serial: now})
            self.doubtful.append(record.serial if now is None else self.doubtful[-1] if kept else 0)
            self.serials.append(record.serial)
            stays = before and now and before.release == now.release and not record.held_at
            self.held.append(self.held[-1] if stays else
                             (record.held_at, record.when, max(record.when, record.seen)))

    def possible(self, slot, start, end):
        """At which entries it may have been held at some time in [start, end]. None: at none."""
        entry, begins, begun_by = self.held[slot]
        if entry is None:
            return {None}
        begun = [each for each in self.releasing
                 if each.start <= end + CLOCK_SECONDS and each.end >= begins - CLOCK_SECONDS]
        over = any(each.code == 0 and each.start > begun_by and each.end < start for each in begun)
        return {None} if over else {entry, None} if begun else {entry}

    def text(self, slot):
        past = ", ".join(f"{serial} {state}" for serial, state in self.lives[slot].items())
        return f"commit {self.serials[slot]}, held at {self.held[slot][0]}, past: {past}"

    def entries_before(self, slot, held):
        """What may be found as the newest entry of another release before the one at which the toolchain is."""
        now, life = held or self.serials[slot], self.lives[slot]
        here = life.get(self.serials[slot])
        earlier = [serial for serial, state in life.items()
                   if serial < now and state and here and state.release != here.release]
        newest = max(earlier, default=None)
        return {None, *earlier} if (newest or 0) <= self.doubtful[slot] else {newest}


def rollback_answer_fits(each, state, holds, slot):
    """May a rollback have answered so, and changed nothing, when this was the state?"""
    if "is not installed" in each.text:
        return state is None
    life = holds.lives[slot]
    if "has no components: it is not an install" in each.text:
        return state is not None and each.to in life and life[each.to] is None
    if "has no entry" in each.text:
        # The oldest are dropped.
        dropped = each.to <= holds.doubtful[slot] or each.to not in sorted(life)[-60:]
        return state is not None and (each.to not in life or dropped)
    if "no earlier release to go back to" in each.text:
        return state is not None and each.to is None and (len(life) > 60 or any(
            None in holds.entries_before(slot, held)
            for held in holds.possible(slot, each.start, each.end)))
    found = re.search(r"is what entry (\d+) of its history says already", each.text)
    if each.code != 0 or state is None or not (found or each.quiet):
        return False
    return life.get(int(found[1]) if found else each.to or holds.serials[slot]) == state
