#!/usr/bin/env python3
"""Each fault of a cache or a mirror: what a machine gets of it."""

from harness import fleet_faults
from harness.cases import ProcessTest, main


class Faults(ProcessTest):
    def setUp(self):
        super().setUp()
        self.trial = fleet_faults.Trial(self.root / "trial")

    def test_what_happens_once_is_made_good(self):
        for fault in fleet_faults.FAULTS:
            with self.subTest(fault.title):
                outcome = self.trial.outcome(fault, times=1)
                if outcome != fleet_faults.INSTALLED:
                    self.assertTrue(fault.always)
                    self.assertRegex(outcome, fault.always)

    def test_what_never_ends_is_told(self):
        for fault in fleet_faults.FAULTS:
            with self.subTest(fault.title):
                outcome = self.trial.outcome(fault)
                if fault.always:
                    self.assertRegex(outcome, fault.always)
                else:
                    self.assertEqual(outcome, fleet_faults.INSTALLED)

    def test_a_second_mirror_makes_it_good(self):
        for fault in fleet_faults.FAULTS:
            with self.subTest(fault.title):
                self.assertEqual(self.trial.outcome(fault, second=True), fleet_faults.INSTALLED)


if __name__ == "__main__":
    main()
