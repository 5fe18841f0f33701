"""What is expected of Latchkey: rustup 1.29.0's recording, what 1.29.1 changed of it, and what may differ."""

import pathlib
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import accepted
import newer
import recorded
from players import Result

HERE = pathlib.Path(__file__).resolve().parent
MOST_ACCEPTED = 20
OLDER = [("rustup show", Result(1, "", "error: old\n")), ("rustup show", Result(0, "a\n", ""))]


class Newer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(setattr, newer, "HERE", newer.HERE)
        self.addCleanup(setattr, newer, "TEXTS", newer.TEXTS)
        newer.HERE = pathlib.Path(folder.name)
        newer.TEXTS = [(r"old", "new", "a word")]
        (newer.HERE / "newer").mkdir()

    def expected(self, *lines, files=None):
        (newer.HERE / "newer" / "one.txt").write_text("\n".join(lines) + "\n")
        return newer.expected("one", OLDER, files or {})

    def test_a_changed_text_is_expected_wherever_it_stands(self):
        results, _, faults = newer.expected("other", OLDER, {})
        self.assertEqual(results[0][1], Result(1, "", "error: new\n"))
        self.assertEqual(OLDER[0][1].err, "error: old\n")
        self.assertEqual(faults, [])

    def test_a_step_stands_for_the_recorded_one(self):
        results, _, faults = self.expected("# why", "$ rustup show", "O| b", "rc 2")
        self.assertEqual([each for _, each in results], [Result(2, "b\n", ""), OLDER[1][1]])
        self.assertEqual(faults, [])

    def test_a_step_stands_for_a_later_one_of_the_same_words(self):
        results, _, faults = self.expected("# why", "$ rustup show", "= 2", "O- b")
        self.assertEqual(results[1][1], Result(0, "b", ""))
        self.assertEqual(faults, [])

    def test_a_step_says_more_at_its_end(self):
        results, _, faults = self.expected("# why", "$ rustup show", "+ an empty setup")
        self.assertEqual(results[0][1].out, "")
        self.assertEqual(results[0][1].err, "error: new\n" + newer.ENDS["an empty setup"])
        self.assertEqual(results[0][1].status, 1)
        self.assertEqual(faults, [])

    def test_files_are_changed_added_and_gone(self):
        _, files, faults = self.expected("# why", "F| a 1", "F| b 2", "F! c",
                                         files={"a": "0", "c": "3", "d": "4"})
        self.assertEqual(files, {"a": "1", "b": "2", "d": "4"})
        self.assertEqual(faults, [])

    def test_says_what_changes_nothing(self):
        _, _, faults = self.expected("# why", "$ rustup show", "E| error: old", "rc 1", "F! c")
        self.assertEqual(len(faults), 2, faults)

    def test_says_that_the_script_has_no_such_step(self):
        _, _, faults = self.expected("# why", "$ rustup show", "= 3", "O| b")
        self.assertEqual(len(faults), 1, faults)

    def test_wants_a_subject(self):
        with self.assertRaises(SystemExit):
            self.expected("$ rustup show", "O| b")


class Lists(unittest.TestCase):
    def test_each_changed_text_was_said_by_the_older_rustup(self):
        streams = "\n".join(result.out + result.err for path in HERE.glob("recorded/*.txt")
                            for _, result in recorded.read(path)[0])
        for pattern, _, subject in newer.TEXTS:
            self.assertRegex(streams, pattern, subject)

    def test_each_changed_step_has_its_script(self):
        for path in HERE.glob("newer/*.txt"):
            self.assertTrue((HERE / "scripts" / path.name).exists(), path.name)

    def test_few_differences_are_accepted(self):
        self.assertLessEqual(len(accepted.TEXTS) + len(accepted.STEPS), MOST_ACCEPTED)

    def test_the_documents_have_each_accepted_difference_with_its_reason(self):
        page = (HERE.parents[1] / "docs" / "differences.md").read_text()
        table = page.split("## Accepted by the comparison")[1].split("\n## ")[0]
        rows = [line.strip("| ").split(" | ")[-1] for line in table.splitlines() if line.startswith("| ")]
        reasons = {entry[-1] for entry in accepted.TEXTS + accepted.STEPS}
        self.assertEqual(sorted(rows[1:]), sorted(reasons))

    def test_each_accepted_difference_has_its_script(self):
        for script, pattern, _, _ in accepted.STEPS:
            self.assertTrue(re.compile(pattern))
            self.assertTrue(script == "*" or (HERE / "scripts" / f"{script}.txt").exists(), script)


if __name__ == "__main__":
    unittest.main()
