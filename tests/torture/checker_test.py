#!/usr/bin/env python3
"""Histories made by hand: the checker believes the good ones, and only those."""

import unittest


from checker import judge
from history import Chain, History, Operation, Record, State

BASE = frozenset({"rustc"})
TREES = {release: {name: f"{name}-{release}" for name in ("rustc", "docs", "clippy")}
         for release in "ab"}
GONE = "error: toolchain 't' was uninstalled by another process meanwhile"
NOT_THERE = "error: toolchain 't' does not contain component 'docs'"


def state(release, *more):
    return State(release, BASE | set(more))


class Story:
    """A history of one toolchain, told step by step. It begins with release a."""

    def __init__(self, first=state("a")):
        self.history = History(BASE, TREES, [], {})
        self.chain = Chain([], first, first, self.trees(first), past={1: first})
        self.history.chains["t"] = self.chain

    @staticmethod
    def trees(of):
        return {} if of is None else {name: TREES[of.release][name] for name in of.components}

    def did(self, kind, start, end, component="", code=0, text="", offered="a", **more):
        number = len(self.history.operations)
        each = Operation(number, number, kind, "t", f"command {number}", start, end, code, text,
                         component, frozenset(offered), **more)
        self.history.operations.append(each)
        return each

    def commit(self, by, when, after, held_at=None):
        serial = len(self.chain.records) + 2
        self.chain.records.append(Record(str(serial), when, by.command, after, self.trees(after),
                                         serial=serial, held_at=held_at))
        self.chain.last = after

    def change(self, kind, start, end, after, component="", **more):
        """An operation and its commit, in the middle of it, on top of what is current."""
        each = self.did(kind, start, end, component, **more)
        self.commit(each, (start + end) / 2, after)
        return each

    def fetched(self, each, tree, published=None):
        self.history.fetches.append((each.id, tree))
        if published is not None:
            self.history.published.append((published, tree))

    def guilty(self):
        return judge(self.history).guilty


class CheckerTest(unittest.TestCase):
    def assert_good(self, story):
        self.assertEqual(story.guilty(), [])

    def assert_blamed(self, story, promise):
        guilty = story.guilty()
        self.assertTrue(guilty, "nothing was found")
        self.assertEqual({text.split(":")[0] for text in guilty}, {promise}, guilty)


class OrderTest(CheckerTest):
    def test_changes_that_overlap_in_any_order_are_good(self):
        story = Story()
        story.change("add", 1, 9, state("a", "docs"), "docs")
        story.change("add", 2, 8, state("a", "docs", "clippy"), "clippy")
        story.change("update", 3, 9, state("b", "docs", "clippy"), offered="b")
        story.change("remove", 10, 11, state("b", "clippy"), "docs")
        story.did("add", 10, 12, "docs")  # Came before the removal, and had nothing to do.
        story.did("remove", 12, 13, "docs", 1, NOT_THERE)
        story.change("uninstall", 14, 15, None)
        story.did("uninstall", 15, 16)
        story.change("install", 17, 18, state("a"))
        self.assert_good(story)

    def test_a_lost_update_is_found(self):
        """Both read the first state; the second commit does not know of the first."""
        story = Story()
        one = story.did("add", 1, 5, "docs")
        other = story.did("add", 1, 5, "clippy")
        story.commit(one, 3, state("a", "docs"))
        story.commit(other, 4, state("a", "clippy"))
        self.assert_blamed(story, "P2")

    def test_a_lost_update_within_the_chain_is_found(self):
        story = Story()
        story.change("add", 1, 5, state("a", "docs"), "docs")
        story.change("add", 1, 5, state("a", "clippy"), "clippy")
        self.assert_blamed(story, "P2")

    def test_what_was_uninstalled_meanwhile_may_be_told(self):
        story = Story()
        story.did("update", 1, 5, code=1, text=GONE)  # It had nothing to do.
        story.change("uninstall", 2, 3, None)
        story.change("install", 6, 9, state("a"), code=1, text=GONE)
        story.change("uninstall", 7, 8.5, None)
        self.assert_good(story)

    def test_a_prune_may_leave_a_toolchain_and_says_if_it_did_not(self):
        story = Story()
        story.did("prune", 1, 2, text="nothing to remove; 1 stays")
        story.change("prune", 3, 4, None, text="removed t: 1 MiB")
        self.assert_good(story)

    def test_a_prune_that_says_what_it_did_not_do_is_found(self):
        story = Story()
        story.did("prune", 1, 2, text="removed t: 1 MiB")
        self.assert_blamed(story, "P2")

    def test_a_prune_that_does_not_say_what_it_did_is_found(self):
        story = Story()
        story.change("prune", 1, 2, None, text="nothing to remove; 1 stays")
        self.assert_blamed(story, "P2")

    def test_what_is_told_gone_and_is_not_is_found(self):
        story = Story()
        story.did("update", 1, 5, code=1, text=GONE)
        self.assert_blamed(story, "P2")

    def test_success_without_an_effect_is_found(self):
        story = Story()
        story.did("add", 1, 2, "docs")
        self.assert_blamed(story, "P2")

    def test_an_effect_after_its_end_is_found(self):
        story = Story()
        late = story.did("add", 1, 2, "docs")
        story.change("update", 3, 4, state("b"), offered="b")
        story.commit(late, 1.5, state("b", "docs"))
        self.assert_blamed(story, "P2")

    def test_failure_with_an_effect_is_found(self):
        story = Story()
        story.change("add", 1, 2, state("a", "docs"), "docs", code=1, text="error: something")
        self.assert_blamed(story, "P2")

    def test_a_failure_that_nothing_explains_is_found(self):
        story = Story(state("a", "docs"))
        story.did("remove", 1, 2, "docs", 1, NOT_THERE)
        self.assert_blamed(story, "P2")

    def test_of_two_that_follow_at_once_each_has_its_commit(self):
        story = Story()
        first = story.change("uninstall", 1, 2, None)
        story.change("install", 1, 2.0005, state("a"))
        second = story.did("uninstall", 2.001, 3)
        second.command = first.command
        story.commit(second, 2.0015, None)
        self.assert_good(story)

    def test_a_commit_of_nobody_is_found(self):
        story = Story()
        each = story.did("update", 1, 2)
        story.commit(each, 5, state("a", "docs"))
        self.assert_blamed(story, "P2")

    def test_two_commits_of_one_operation_are_found(self):
        story = Story()
        each = story.change("add", 1, 9, state("a", "docs"), "docs")
        story.change("remove", 1, 9, state("a"), "docs")
        story.commit(each, 8, state("a", "docs"))
        self.assert_blamed(story, "P2")

    def test_what_was_seen_is_never_unseen_again(self):
        """Two who did nothing: the later saw the toolchain as it was before the earlier's."""
        story = Story()
        story.change("add", 1, 9, state("a", "docs"), "docs")
        story.did("add", 2, 3, "docs")
        story.did("remove", 4, 5, "docs", 1, NOT_THERE)
        self.assert_blamed(story, "P2")

    def test_an_update_to_what_was_not_offered_is_found(self):
        story = Story()
        story.change("update", 1, 2, state("b"), offered="a")
        self.assert_blamed(story, "P2")

    def test_a_killed_change_has_an_effect_or_none(self):
        for happened in (False, True):
            story = Story()
            story.did("add", 1, 2, "docs", -9)
            if happened:
                story.commit(story.history.operations[0], 1.5, state("a", "docs"))
            story.change("update", 3, 4, state("b", *(["docs"] if happened else [])), offered="b")
            self.assert_good(story)

    def orphan(self, **more):
        story = Story(first=None)
        story.did("tool", 1, 3, **({"code": -9, "may_install": True} | more))
        story.history.operations[-1].command = "cargo build 3"
        rustc = Operation(9, 9, "tool", "t", "rustc --expect a", 0, 0, 0)
        story.commit(rustc, 2, state("a"))
        return story

    def test_a_killed_cargo_leaves_a_rustc_that_may_install(self):
        self.assert_good(self.orphan())

    def test_no_rustc_of_a_living_cargo_installs(self):
        self.assertIn("P2: t/2 (rustc --expect a) is nobody's commit", self.orphan(code=0).guilty())

    def test_no_rustc_installs_where_that_is_not_allowed(self):
        self.assert_blamed(self.orphan(may_install=False), "P2")

    def test_a_killed_change_that_did_something_else_is_found(self):
        story = Story()
        story.change("add", 1, 2, state("a", "clippy"), "docs", code=-9)
        self.assert_blamed(story, "P2")

    def test_a_removed_toolchain_that_comes_back_is_found(self):
        story = Story()
        story.change("uninstall", 1, 2, None)
        story.change("add", 1, 3, state("a", "docs"), "docs")
        self.assert_blamed(story, "P2")


class ChainTest(CheckerTest):
    def test_the_record_of_a_killed_commit_tells_what_was_done(self):
        story = Story()
        story.commit(story.did("update", 1, 2, code=-9, offered="b"), 1.5, state("b"))
        story.did("update", 3, 4, offered="b")  # Had nothing to do.
        self.assert_good(story)

    def test_a_record_of_what_was_not_done_is_found(self):
        for code in (0, -9):
            story = Story()
            story.commit(story.did("update", 1, 2, code=code, offered="b"), 1.5, state("b"))
            story.chain.last = state("a")
            self.assert_blamed(story, "P2")


class ToolTest(CheckerTest):
    def tool(self, story, start, end, told, text="", code=0, files=12):
        return story.did("tool", start, end, code=code, text=text, told=told, files=files)

    def test_a_tool_of_a_generation_that_was_current_is_good(self):
        story = Story()
        story.change("update", 2, 4, state("b"), offered="b")
        self.tool(story, 1, 3, ("a", 12))
        self.tool(story, 1, 3, ("b", 12))
        self.assert_good(story)

    def test_a_tool_of_a_generation_that_was_not_current_is_found(self):
        story = Story()
        story.change("update", 2, 4, state("b"), offered="b")
        self.tool(story, 5, 6, ("a", 12))
        self.assert_blamed(story, "P1")

    def test_a_tool_of_another_release_is_found(self):
        story = Story()
        self.tool(story, 1, 2, ("b", 12))
        self.assert_blamed(story, "P1")

    def test_a_tool_that_lacks_files_is_found(self):
        story = Story()
        self.tool(story, 1, 2, ("a", 11))
        self.assert_blamed(story, "P1")

    def test_a_mixed_tool_is_found(self):
        story = Story()
        self.tool(story, 1, 2, (), "VIOLATION: mixed: rustc is of b, its cargo of a", 90)
        self.assertIn("P4", {text.split(":")[0] for text in story.guilty()})


class HoldTest(CheckerTest):
    """Entry 1 is of release a, entry 2 of b."""

    def setUp(self):
        self.story = Story()
        self.story.change("update", 1, 2, state("b"), offered="b")

    def roll_back(self, start, end, to=1, after=state("a"), **more):
        self.story.commit(self.story.did("rollback", start, end, **more), (start + end) / 2, after, to)
        self.story.chain.last_held = to

    def test_a_rollback_and_what_it_holds_are_good(self):
        self.roll_back(3, 4)
        self.story.did("update", 5, 6, offered="b", text="info: t is held at 1.95.0 since")
        self.story.change("add", 7, 8, state("a", "docs"), "docs")
        self.story.change("install", 9, 10, state("a", "docs", "clippy"), "clippy", offered="b")
        self.story.did("rollback", 11, 12, code=1, text="no earlier release to go back to")
        self.assert_good(self.story)

    def test_a_rollback_to_another_state_than_the_entry_s_is_found(self):
        self.roll_back(3, 4, after=state("a", "docs"))
        self.assert_blamed(self.story, "P2")

    def test_a_rollback_to_an_entry_that_was_not_the_last_of_another_release_is_found(self):
        self.story.change("update", 2.5, 2.6, state("a"), offered="a")
        self.roll_back(3, 4)  # Entry 2 was.
        self.assert_blamed(self.story, "P2")

    def test_a_rollback_that_names_its_entry_goes_there(self):
        self.story.change("update", 2.5, 2.6, state("a"), offered="a")
        self.story.commit(self.story.did("rollback", 3, 4, to=2), 3.5, state("b"), 2)
        self.story.chain.last_held = 2
        self.assert_good(self.story)
        self.story.history.operations[-1].to = 1
        self.assert_blamed(self.story, "P2")

    def test_an_update_that_does_not_know_of_the_hold_is_found(self):
        self.roll_back(3, 4)
        self.story.change("update", 3.1, 6, state("b"), offered="b")
        self.story.chain.last_held = None
        self.assert_blamed(self.story, "P2")

    def test_an_update_that_does_not_see_what_is_held_is_found(self):
        self.roll_back(3, 4)
        self.story.did("update", 5, 6, offered="a", text="info: nothing new")
        self.assert_blamed(self.story, "P2")

    def test_an_update_that_sees_a_hold_where_none_is_is_found(self):
        self.story.did("update", 5, 6, offered="a", text="info: t is held at 1.95.0 since")
        self.assert_blamed(self.story, "P2")

    def release(self, start, end, code=0):
        each = self.story.did("update", start, end, code=code, offered="a")
        each.command = f"rustup update --unhold {each.command}"
        self.story.chain.last_held = None
        return each

    def test_what_is_released_is_updated(self):
        self.roll_back(3, 4)
        self.release(5, 6)
        self.story.change("update", 7, 8, state("b"), offered="b")
        self.assert_good(self.story)

    def test_while_it_is_released_both_are_good(self):
        self.roll_back(3, 4)
        self.release(5, 9, code=-9)
        self.story.did("update", 6, 7, offered="b", text="info: t is held at 1.95.0 since")
        self.story.change("update", 6, 8, state("b"), offered="b")
        self.assert_good(self.story)

    def test_a_hold_that_outlives_its_release_is_found(self):
        self.roll_back(3, 4)
        self.release(5, 6)
        self.story.did("update", 7, 8, offered="b", text="info: t is held at 1.95.0 since")
        self.assert_blamed(self.story, "P2")

    def test_a_release_that_began_while_the_rollback_was_written_may_have_come_before_it(self):
        self.roll_back(3, 4)
        self.story.chain.records[-1].seen = 3.8
        self.release(3.6, 3.9)
        self.story.chain.last_held = 1
        self.story.did("update", 5, 6, offered="b", text="info: t is held at 1.95.0 since")
        self.assert_good(self.story)

    def test_a_hold_that_is_lost_is_found(self):
        self.roll_back(3, 4)
        self.story.chain.last_held = None
        self.assert_blamed(self.story, "P2")

    def test_a_rollback_brings_nothing_back_that_was_uninstalled(self):
        self.story.change("uninstall", 3, 4, None)
        self.story.did("rollback", 3, 5, code=1, text="toolchain 't' is not installed")
        self.assert_good(self.story)
        self.roll_back(6, 7)
        self.assert_blamed(self.story, "P2")

    def test_of_what_was_uninstalled_and_not_swept_yet_entries_may_be_gone(self):
        self.story.change("uninstall", 3, 4, None)
        self.story.change("install", 5, 6, state("b"), offered="b")
        for words in ({"to": 1, "text": "the history of 't' has no entry 1"},
                      {"text": "the history of 't' has no earlier release to go back to"}):
            self.story.did("rollback", 7, 8, code=1, **words)
        self.assert_good(self.story)
        self.story.did("rollback", 9, 10, code=1, to=4, text="the history of 't' has no entry 4")
        self.assert_blamed(self.story, "P2")

    def test_answers_of_rollbacks_that_change_nothing(self):
        self.story.did("rollback", 3, 4, to=9, code=1, text="the history of 't' has no entry 9")
        self.story.did("rollback", 3, 4, to=2, text="t is what entry 2 of its history says already")
        self.assert_good(self.story)
        self.story.did("rollback", 3, 4, to=1, text="t is what entry 1 of its history says already")
        self.assert_blamed(self.story, "P2")

    def test_who_has_to_begin_again_may_fetch_again(self):
        each = self.story.did("update", 2.5, 6, offered="a", text="info: t is held at 1.95.0 since")
        self.story.fetched(each, "docs-a", 2.6)
        self.story.fetched(each, "docs-a", 5)
        self.assertIn("P7", {text.split(":")[0] for text in self.story.guilty()})
        self.roll_back(3, 4)
        self.assert_good(self.story)


class FetchTest(CheckerTest):
    def test_a_fetch_for_each_absence_is_good(self):
        story = Story()
        story.fetched(story.change("add", 1, 2, state("a", "docs"), "docs"), "docs-a", 1.5)
        story.change("remove", 3, 4, state("a"), "docs")
        story.fetched(story.change("add", 5, 6, state("a", "docs"), "docs"), "docs-a", 5.5)
        self.assert_good(story)

    def test_who_installs_again_what_was_uninstalled_may_fetch_again(self):
        story = Story(state("a", "docs"))
        story.change("uninstall", 1, 4, None)
        each = story.did("install", 2, 6, "docs", offered="a")
        story.commit(each, 5, state("a", "docs"))
        story.fetched(each, "docs-a", 2.6)
        story.fetched(each, "docs-a", 4.5)
        self.assert_good(story)

    def test_a_fetch_of_what_is_there_is_found(self):
        story = Story()
        story.fetched(story.change("add", 1, 9, state("a", "docs"), "docs"), "docs-a", 1.5)
        story.fetched(story.did("add", 1, 9, "docs"), "docs-a")
        self.assert_blamed(story, "P7")

    def test_a_fetch_of_what_a_toolchain_has_is_found(self):
        story = Story(state("a", "docs"))
        story.fetched(story.did("add", 1, 9, "docs"), "docs-a", 1.5)
        self.assert_blamed(story, "P7")

    def test_a_fetch_of_what_may_wait_beside_the_state_is_good(self):
        story = Story(state("a", "docs"))
        story.history.pending.add("docs-a")
        story.fetched(story.did("add", 1, 9, "docs"), "docs-a", 1.5)
        self.assert_good(story)

    def test_two_fetches_of_one_operation_are_found(self):
        story = Story()
        each = story.change("add", 1, 2, state("a", "docs"), "docs")
        story.fetched(each, "docs-a", 1.5)
        story.fetched(each, "docs-a")
        self.assert_blamed(story, "P7")

    def test_a_second_fetch_of_what_another_toolchain_took_and_lost_is_good(self):
        story = Story()
        each = story.change("add", 1, 9, state("a", "docs"), "docs")
        story.fetched(each, "docs-a", 1.5)
        story.fetched(each, "docs-a", 8)
        taker = Story(state("a"))
        taker.history = story.history
        for kind, start, after in (("add", 2, state("a", "docs")), ("remove", 4, state("a"))):
            other = taker.change(kind, start, start + 1, after, "docs")
            other.toolchain = "u"
        self.assert_blamed(story, "P7")
        story.history.chains["u"] = taker.chain
        self.assert_good(story)

    def test_a_second_fetch_of_what_was_lost_with_a_killed_one_is_good(self):
        story = Story()
        each = story.change("add", 1, 9, state("a", "docs"), "docs")
        story.fetched(each, "docs-a", 1.5)
        story.fetched(each, "docs-a", 8)
        story.did("add", 2, 3, "docs", -9)
        self.assert_good(story)

    def tool_that_installs_twice(self):
        """Its toolchain is uninstalled, and collected, before it could hold it."""
        story = Story(None)
        cargo = story.did("tool", 1, 9, told=("a", 1), files=1, may_install=True)
        story.commit(cargo, 2, state("a"))
        story.change("uninstall", 3, 4, None)
        story.commit(cargo, 8, state("a"))
        return story, cargo

    def test_a_tool_that_installs_twice_fetches_what_was_collected(self):
        story, cargo = self.tool_that_installs_twice()
        story.fetched(cargo, "rustc-a", 1.5)
        story.fetched(cargo, "rustc-a", 7.5)
        self.assert_good(story)

    def test_a_tool_that_fetches_twice_what_was_not_collected_is_found(self):
        story, cargo = self.tool_that_installs_twice()
        story.fetched(cargo, "rustc-a", 1.5)
        story.fetched(cargo, "rustc-a")
        self.assert_blamed(story, "P7")

    def test_a_killed_fetch_is_no_fault(self):
        story = Story()
        story.fetched(story.did("add", 1, 2, "docs", -9), "docs-a")
        story.fetched(story.change("add", 3, 4, state("a", "docs"), "docs"), "docs-a", 3.5)
        self.assert_good(story)

    def test_a_killed_one_may_publish_and_leave_its_download_to_another(self):
        story = Story()
        story.fetched(story.did("add", 1, 2, "docs", -9), "docs-a", 1.9)
        story.history.published.append((3.5, "docs-a"))
        story.change("add", 3, 4, state("a", "docs"), "docs")
        self.assert_good(story)
        story.history.published.append((3.6, "docs-a"))
        self.assert_blamed(story, "P7")

    def test_a_tree_of_a_download_that_was_there_is_good(self):
        story = Story()
        story.history.downloads.add("docs-a")
        story.history.published.append((3.5, "docs-a"))
        story.change("add", 3, 4, state("a", "docs"), "docs")
        self.assert_good(story)

    def test_a_tree_that_nobody_fetched_is_found(self):
        story = Story()
        story.history.published.append((1.5, "docs-a"))
        self.assert_blamed(story, "P7")


class OtherTest(CheckerTest):
    def test_leftovers_faults_and_hangs_are_told(self):
        for kind, promise in (("leftovers", "P8"), ("faults", "P1"), ("hung", "P5"),
                              ("waited", "P3")):
            story = Story()
            getattr(story.history, kind).append("trees/docs-a.json is left over")
            self.assert_blamed(story, promise)

    def test_a_tree_of_another_release_is_found(self):
        story = Story()
        story.change("add", 1, 2, state("a", "docs"), "docs")
        story.chain.records[0].trees["docs"] = "docs-b"
        self.assert_blamed(story, "P9")

    def test_a_record_that_was_not_seen_makes_it_unclear(self):
        story = Story()
        each = story.did("update", 1, 2)
        story.commit(each, 1.5, state("b"))
        story.chain.unseen += 1
        verdict = judge(story.history)
        self.assertEqual(verdict.guilty, [])
        self.assertTrue(verdict.unclear)


if __name__ == "__main__":
    unittest.main()
