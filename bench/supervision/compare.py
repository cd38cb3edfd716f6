"""The table of both sides: median test loss over seeds, and what reaching it took.

    python compare.py RECIPE SERIES...         RECIPE as results/every names it, such as S60-B8-p4-h2-r0.003
"""

import json
import sys
from pathlib import Path
from statistics import mean, median

from windows import RATES, SEEDS, TUNING

RESULTS = Path(__file__).parent / "results"


def read(file):
    """One run."""
    return json.loads(file.read_text())


def windows(name):
    """The tuned rate and the runs of the window side."""
    folder = RESULTS / "windows"
    tuned = {r: mean(read(folder / f"{name}-{r:g}-{s}.json")["valid"] for s in TUNING) for r in RATES}
    rate = min(tuned, key=tuned.get)
    return rate, [read(folder / f"{name}-{rate:g}-{s}.json") for s in SEEDS]


def middle(runs, key):
    """Median over runs."""
    return median(r[key] for r in runs)


def main(recipe, names):
    """Prints one line per series. Row-steps: rows x steps forward and backward; a forward alone counts a third."""
    print("series        windows: rate   valid   test  | every step: valid  test   spread          | test ratio  row-steps  CPU")
    for name in names:
        rate, left = windows(name)
        right = [read(RESULTS / "every" / recipe / f"{name}-{s}.json") for s in SEEDS]
        tests = [r["test"] for r in right]
        ratio = {k: middle(left, k) / middle(right, k) for k in ("row_steps", "cpu_seconds")}
        print(f"{name:12} {rate:>13g} {middle(left, 'valid'):8.4f} {middle(left, 'test'):7.4f} | "
              f"{middle(right, 'valid'):17.4f} {median(tests):7.4f} {min(tests):7.4f}-{max(tests):.4f} | "
              f"{median(tests) / middle(left, 'test'):10.3f} {ratio['row_steps']:9.1f}x {ratio['cpu_seconds']:5.1f}x")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
