"""The table of both sides: median test loss over seeds, and what reaching it took.

    python compare.py [--out FILE] [--machine JSON]      all series; FILE gets every figure

A series is complete when the five rates are tuned and all seeds are run on both sides; others are named and left out.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from series import DEVELOPMENT, REPORTED

RATES, TUNING, SEEDS = [1e-3, 3e-3, 3e-4, 1e-2, 1e-4], [1, 2], [1, 2, 3, 4, 5]  # as in windows.py
RESULTS = Path(__file__).parent / "results"
WORST_TEST_RATIO, LEAST_SPEED_RATIO = 1.01, 10.0  # the goal


@dataclass
class Windows:
    """PyTorch's window training of a series: the tuned rate and the runs with it."""

    rate: float
    runs: list[dict]
    tuning: dict[str, list[dict]]


def read(file):
    """One file, or None where it is absent."""
    if not file.is_file():
        return None
    run = json.loads(file.read_text())
    # Runs of the first version of windows.py call their evaluations epochs.
    for now, before in (("evaluations", "epochs"), ("best_evaluation", "best_epoch")):
        if before in run:
            run[now] = run.pop(before)
    return run


def seeds(folder, name, wanted=SEEDS):
    """All runs, or None where one is missing."""
    found = [read(folder / f"{name}-{seed}.json") for seed in wanted]
    return None if None in found else found


def windows(name):
    """The window side, or None while it is incomplete."""
    folder = RESULTS / "windows"
    tuning = {rate: seeds(folder, f"{name}-{rate:g}", TUNING) for rate in RATES}
    if None in tuning.values():
        return None
    rate = min(tuning, key=lambda r: mean(run["valid"] for run in tuning[r]))
    runs = seeds(folder, f"{name}-{rate:g}")
    return runs and Windows(rate, runs, {f"{r:g}": found for r, found in tuning.items()})


def middle(runs, key):
    """Median over runs."""
    return median(run[key] for run in runs)


def epoch_seconds(times):
    """The median epoch of PyTorch's faster number of threads, and that number."""
    seen = [one["pytorch_epoch_seconds"] for one in times["rounds"]]
    return min((median(one[threads] for one in seen), int(threads)) for threads in seen[0])


def series(name):
    """Everything about one series, or None while a side is incomplete."""
    left, right = windows(name), seeds(RESULTS / "tidegate" / "every_step", name)
    if not (left and right):
        return None
    engine = seeds(RESULTS / "tidegate" / f"last_step-{left.rate:g}", name)
    times = read(RESULTS / "times" / f"{name}.json")
    summary = {
        "pytorch_rate": left.rate,
        "pytorch_test": middle(left.runs, "test"),
        "pytorch_valid": middle(left.runs, "valid"),
        "tidegate_test": middle(right, "test"),
        "tidegate_valid": middle(right, "valid"),
        "tidegate_window_test": engine and middle(engine, "test"),
        "cpu_ratio": middle(left.runs, "cpu_seconds") / middle(right, "cpu_seconds"),
        "test_ratio": middle(right, "test") / middle(left.runs, "test"),
    }
    if times:
        epoch, threads = epoch_seconds(times)
        summary |= {
            "pytorch_threads": threads,
            "pytorch_seconds": epoch * middle(left.runs, "evaluations"),
            "tidegate_seconds": middle(times["rounds"], "tidegate_seconds"),
            "rounds": len(times["rounds"]),
            "share_used_by_others": max(one["share_used_by_others"] or 0 for one in times["rounds"]),
        }
        summary["speed_ratio"] = summary["pytorch_seconds"] / summary["tidegate_seconds"]
    # What each evaluation saw is left in results/.
    brief = lambda runs: runs and [{k: v for k, v in run.items() if not isinstance(v, list)} for run in runs]
    return {"summary": summary, "pytorch_windows": brief(left.runs),
            "pytorch_tuning": {rate: brief(runs) for rate, runs in left.tuning.items()},
            "tidegate_every_step": brief(right), "tidegate_windows": brief(engine), "times": times}


def holds(summary):
    """Whether the goal is met, in words."""
    missed = [word for word, bad in (("test loss", summary["test_ratio"] > WORST_TEST_RATIO),
                                     ("time", summary.get("speed_ratio", 0) < LEAST_SPEED_RATIO)) if bad]
    if "speed_ratio" not in summary:
        missed = [word for word in missed if word != "time"] + ["time not measured"]
    return "yes" if not missed else "no: " + ", ".join(missed)


def table(found):
    """Markdown, a line for each complete series."""
    lines = ["| series | PyTorch's rate | PyTorch test (min to max) | every-step test (min to max) | test ratio | "
             "PyTorch s | Tidegate s | times less | CPU s less | cores used by others | goal met |",
             "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"]
    spread = lambda runs: f"{middle(runs, 'test'):.4f} ({min(r['test'] for r in runs):.4f} to {max(r['test'] for r in runs):.4f})"
    number = lambda value, form: "n/a" if value is None else format(value, form)
    for name, one in found.items():
        s = one["summary"]
        lines.append(f"| {name} | {s['pytorch_rate']:g} | {spread(one['pytorch_windows'])} | "
                     f"{spread(one['tidegate_every_step'])} | {s['test_ratio']:.3f} | "
                     f"{number(s.get('pytorch_seconds'), '.1f')} | {number(s.get('tidegate_seconds'), '.2f')} | "
                     f"{number(s.get('speed_ratio'), '.1f')} | "
                     f"{s['cpu_ratio']:.1f} | {number(s.get('share_used_by_others'), '.0%')} | {holds(s)} |")
    return "\n".join(lines)


def main():
    """Prints the tables and writes the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path)
    parser.add_argument("--machine", type=json.loads)
    a = parser.parse_args()
    result = {"schema": 1, "machine": a.machine, "incomplete": []}
    for title, names in (("reported", REPORTED), ("development", DEVELOPMENT)):
        found = {name: series(name) for name in names}
        result[title] = {name: one for name, one in found.items() if one}
        missing = [name for name, one in found.items() if not one]
        result["incomplete"] += missing
        print(f"{title}\n\n{table(result[title])}\n")
        if missing:
            print(f"incomplete: {', '.join(missing)}\n")
    if a.out:
        a.out.parent.mkdir(parents=True, exist_ok=True)
        a.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
