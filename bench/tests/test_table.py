"""Tables line up and numbers read as people write them."""

import unittest

from harness import table


class Tables(unittest.TestCase):
    def test_columns_are_aligned(self):
        text = table.render(["case", "rate"], [["a", "1"], ["longer", "23,456"]])
        self.assertEqual(
            text,
            "| case   |   rate |\n| ------ | -----: |\n| a      |      1 |\n| longer | 23,456 |",
        )

    def test_a_column_without_figures_is_left_out(self):
        text = table.render(["case", "absent", "rate"], [["a", "n/a", "1"], ["b", "n/a", "n/a"]])
        self.assertEqual(text.splitlines()[0], "| case | rate |")

    def test_numbers_have_separators_and_undefined_is_not_a_number(self):
        self.assertEqual(table.count(12345.6), "12,346")
        self.assertEqual(table.count(94.7), "94.7")
        self.assertEqual(table.times(4.5), "4.50 ×")
        self.assertEqual(table.share(0.75), "75.0 %")
        self.assertEqual([table.count(None), table.times(None), table.mebibytes(None)], ["n/a"] * 3)


if __name__ == "__main__":
    unittest.main()
