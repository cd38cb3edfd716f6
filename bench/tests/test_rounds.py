"""Screening, turns and the choice of the best, with workers that answer from a script."""

import unittest

from harness import rounds
from harness.failure import Failure
from harness.rounds import Entrant


class Scripted:
    """A worker whose every epoch takes the same time; it writes down what it is asked."""

    memory_at_start = 0

    def __init__(self, seconds: float, diary: list):
        self.each, self.diary = seconds, diary

    def seconds(self, line: str) -> list[float]:
        self.diary.append((self.each, line))
        return [self.each] * int(line.split()[1])

    def ask(self, line: str) -> dict:
        return {"seconds": self.seconds(line)}


def refuse(_line: str) -> list[float]:
    """A worker that has gone."""
    raise Failure("no compiler")


def entrants(diary, **times):
    """One entrant per time; the peer is the name up to the underscore."""
    return [Entrant(name.split("_")[0], name, Scripted(seconds, diary)) for name, seconds in times.items()]


class Screening(unittest.TestCase):
    def test_the_fastest_goes_on_with_one_that_is_close(self):
        field = entrants([], a_slow=3.0, a_fast=1.0, a_close=1.1, a_third=1.12, b_only=9.0)
        names = [entrant.settings for entrant in rounds.screen(field, "train", 128)]
        self.assertEqual(names, ["a_fast", "a_close", "b_only"])

    def test_a_peer_with_one_setting_is_not_screened(self):
        diary = []
        rounds.screen(entrants(diary, a_only=1.0), "train", 128)
        self.assertEqual(diary, [])


    def test_a_setting_that_fails_is_out_and_says_why(self):
        field = entrants([], a_broken=1.0, a_sound=2.0)
        field[0].worker.seconds = refuse
        names = [entrant.settings for entrant in rounds.screen(field, "train", 128)]
        self.assertEqual((names, field[0].failure), (["a_sound"], "no compiler"))

    def test_a_peer_of_which_no_setting_works_ends_the_comparison(self):
        field = entrants([], a_one=1.0, a_two=2.0)
        for entrant in field:
            entrant.worker.seconds = refuse
        with self.assertRaisesRegex(Failure, "no setting of a works: no compiler"):
            rounds.screen(field, "train", 128)


class Turns(unittest.TestCase):
    def test_peers_alternate(self):
        diary = []
        rounds.take_turns(entrants(diary, a=1.0, b=2.0), "train", quick=False)
        self.assertEqual([seconds for seconds, _ in diary], [1.0, 2.0] * (1 + rounds.ROUNDS))

    def test_the_first_turn_is_thrown_away(self):
        field = entrants([], a=1.0)
        rounds.take_turns(field, "train", quick=False)
        self.assertEqual(len(field[0].seconds["train"]), rounds.ROUNDS)

    def test_short_epochs_fill_a_turn_and_long_ones_get_fewer_rounds(self):
        short, long = entrants([], a=0.1), entrants([], b=20.0)
        rounds.take_turns(short, "train", quick=False)
        rounds.take_turns(long, "train", quick=False)
        self.assertEqual(len(short[0].seconds["train"]), 4 * rounds.ROUNDS)
        self.assertEqual(len(long[0].seconds["train"]), rounds.ROUNDS_OF_LONG)


class Best(unittest.TestCase):
    def test_the_lower_median_wins_and_an_absent_peer_is_none(self):
        field = entrants([], a_one=1.0, a_two=1.1)
        rounds.take_turns(field, "train", quick=True)
        self.assertEqual(rounds.best(field, "a", "train").settings, "a_one")
        self.assertIsNone(rounds.best(field, "b", "train"))


if __name__ == "__main__":
    unittest.main()
