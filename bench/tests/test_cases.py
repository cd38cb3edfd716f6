"""The arithmetic of the cases, by hand."""

import unittest

from harness.cases import CASES, Case


class TrainingFlop(unittest.TestCase):
    def test_the_yardstick_takes_18_3_million_operations_a_window(self):
        self.assertEqual(round(CASES[0].training_flop() / 1e6, 1), 18.3)

    def test_a_layer_of_one_unit_is_counted_by_hand(self):
        # One step: four gates of one input and one hidden unit, 16 operations forward and for the weights'
        # gradients, 8 for the hidden state's; the output weight 2 three times.
        case = Case("", "lstm", (1,), 1, 0, 0, inputs=1)
        self.assertEqual(case.training_flop(), 16 + 16 + 8 + 3 * 2)
        self.assertEqual(case.forecast_flop(), 16 + 2)

    def test_an_mlp_differentiates_everything_but_its_inputs(self):
        case = Case("", "mlp", (64, 64), 60, 0, 0)
        first, second, output = 2 * 600 * 64, 2 * 64 * 64, 2 * 64
        self.assertEqual(case.training_flop(), 2 * first + 3 * second + 3 * output)

    def test_cells_differ_by_their_gates(self):
        def recurrent(kind):
            return Case("", kind, (8, 8), 5, 0, 0).training_flop() - 3 * 2 * 8

        self.assertEqual(recurrent("lstm"), 4 * recurrent("rnn"))
        self.assertEqual(recurrent("gru"), 3 * recurrent("rnn"))


class Names(unittest.TestCase):
    def test_every_case_has_its_own(self):
        self.assertEqual(len({case.name for case in CASES}), len(CASES))


if __name__ == "__main__":
    unittest.main()
