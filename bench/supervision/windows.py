"""PyTorch's window training, the side to compare with: one label per window of T steps, batches of 64, fused Adam.

Every epoch ends with an evaluation; stopping.py says when training ends and which weights are scored on test. The
learning rate is the one of five with the lowest mean best validation loss over the tuning seeds. One JSON file per run;
what exists is not run again.

    python windows.py SERIES...            tunes, then runs the seeds
"""

import sys
import time
from pathlib import Path

import torch

from network import Lstm, Scored
from series import T, task
from stopping import Stop, stored

RATES = [1e-3, 3e-3, 3e-4, 1e-2, 1e-4]
TUNING, SEEDS = [1, 2], [1, 2, 3, 4, 5]
BATCH, CLIP = 64, 1.0
RESULTS = Path(__file__).parent / "results" / "windows"


def run(data, rate, seed):
    """One training; everything that was seen on the way."""
    torch.manual_seed(seed)
    network = Lstm(data.panel.shape[1])
    train, valid, test = (Scored(data, ends) for ends in (data.train, data.valid, data.test))
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    stop, seconds, cpu, ended = Stop(), 0.0, 0.0, False
    while not ended:
        started, started_cpu = time.perf_counter(), time.process_time()
        for rows in torch.randperm(len(train.labels)).split(BATCH):
            optimizer.zero_grad()
            ((network.last(train.windows[rows]) - train.labels[rows]) ** 2).mean().backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            optimizer.step()
        loss = valid.loss(network)
        seconds += time.perf_counter() - started
        cpu += time.process_time() - started_cpu
        ended = stop.observe(loss, test.loss(network), network.state_dict())
    row_steps = len(stop.history) * T * (len(train.labels) + len(valid.labels) / 3)
    return dict(series=data.name, rate=rate, seed=seed, row_steps=row_steps, seconds=seconds, cpu_seconds=cpu) | stop.result()


def main(names):
    """Tunes and runs each series in turn."""
    for name in names:
        data = task(name)

        def trained(rate, seed):
            return stored(RESULTS / f"{name}-{rate:g}-{seed}.json", lambda: run(data, rate, seed))

        mean = {r: sum(trained(r, s)["valid"] for s in TUNING) / len(TUNING) for r in RATES}
        rate = min(mean, key=mean.get)
        runs = [trained(rate, seed) for seed in SEEDS]
        tests = sorted(r["test"] for r in runs)
        print(f"{name}: rate {rate:g}, test median {tests[len(tests) // 2]:.4f} ({tests[0]:.4f} to {tests[-1]:.4f})", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
