"""A worker's side of the pipe: the case as flags, then one line of JSON for every line of standard input.

| line | answer |
|---|---|
| `train N [W]` | seconds of N training epochs (of the first W windows only) |
| `forecast N [W]` | seconds of N forecasts of every window (of the first W) |
| `latency N` | seconds of N forecasts of one window |
"""

import argparse
import json
import os
import sys
import time

# Read by the libraries when they are imported, so it has to be said before.
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def parser() -> argparse.ArgumentParser:
    """The flags of a case; a worker adds those of its own settings."""
    flags = argparse.ArgumentParser()
    flags.add_argument("--kind", choices=["lstm", "gru", "rnn", "mlp"], default="lstm")
    flags.add_argument("--layers", type=lambda text: [int(width) for width in text.split(",")], default=[64, 64])
    flags.add_argument("--inputs", type=int, default=10)
    flags.add_argument("--window", type=int, default=60)
    flags.add_argument("--batch", type=int, default=64)
    flags.add_argument("--samples", type=int, default=4000)
    flags.add_argument("--dropout", type=float, default=0.3)
    return flags


def sample(case: argparse.Namespace):
    """Windows [N, T, F] and labels [N] of standard normals, as a peer's users hold them."""
    import numpy

    draw = numpy.random.default_rng(0x5EED)
    panel = draw.standard_normal((case.samples + case.window, case.inputs), dtype=numpy.float32)
    views = numpy.lib.stride_tricks.sliding_window_view(panel, case.window, axis=0)[: case.samples]
    windows = numpy.ascontiguousarray(views.transpose(0, 2, 1))
    return windows, draw.standard_normal(case.samples, dtype=numpy.float32)


def timed(action, count: int) -> list[float]:
    """Seconds of each of `count` calls."""
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return seconds


def serve(train, forecast, latency) -> None:
    """Answers commands until standard input ends. `train(count, windows)` and the others give lists of seconds."""
    # Libraries talk on standard output; the answers must stay alone there.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def answer(value) -> None:
        out.write(json.dumps(value) + "\n")
        out.flush()

    answer({"ready": True})
    for line in sys.stdin:
        verb, *numbers = line.split()
        count, windows = [int(number) for number in [*numbers, "0"][:2]]
        if verb == "train":
            answer({"seconds": train(count, windows or None)})
        elif verb == "forecast":
            answer({"seconds": forecast(count, windows or None)})
        elif verb == "latency":
            answer({"seconds": latency(count)})
        else:
            raise SystemExit(f"no such command: {line.strip()}")
