"""Tidegate's side: the same tasks, trained by the recipe of every-step supervision and, for comparison, window by window
at the rate that PyTorch's window training was tuned to.

    python tidegate.py BINARY SERIES...         BINARY is bench-every of the bench's Rust workspace
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from series import T, task
from stopping import stored

SEEDS = [1, 2, 3, 4, 5]
RESULTS = Path(__file__).parent / "results" / "tidegate"
EVERY_STEP = "every_step"


def export(data, file):
    """Writes a task as bench-every reads it: little-endian words of four bytes."""
    parts = [data.train, data.valid, data.test]
    header = [*data.panel.shape, T, *map(len, parts)]
    with open(file, "wb") as out:
        out.write(np.array(header, "<u4").tobytes())
        out.write(np.ascontiguousarray(data.panel, "<f4").tobytes())
        for ends in parts:
            out.write(ends.astype("<u4").tobytes())
            out.write(data.labels[ends].astype("<f4").tobytes())


@contextmanager
def exported(data):
    """The file of a task, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "task"
        export(data, file)
        yield file


def train(binary, file, seed, rate=None, jobs=2, epochs=100):
    """One training; `rate` asks for window training at that rate."""
    windows = ["--last-step", "--rate", f"{rate:g}"] if rate else []
    command = [binary, "--task", file, "--seed", seed, "--jobs", jobs, "--epochs", epochs, *windows]
    before = os.times()
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return dict(seed=seed, jobs=jobs, cpu_seconds=cpu) | json.loads(done.stdout)


def runs(binary, name, mode, rate):
    """Five seeds."""
    data = task(name)
    with exported(data) as file:
        return [stored(RESULTS / mode / f"{name}-{seed}.json",
                       lambda: dict(series=name) | train(binary, file, seed, rate)) for seed in SEEDS]


def main(binary, names):
    """Every series in turn; window training where PyTorch's rate is known."""
    from compare import windows

    for name in names:
        runs(binary, name, EVERY_STEP, None)
        side = windows(name)
        if side:
            runs(binary, name, f"last_step-{side.rate:g}", side.rate)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
