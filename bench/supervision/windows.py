"""PyTorch's window training, the side to compare with: one label per window of T steps, batches of 64, fused Adam.

Every epoch ends with an evaluation; training stops after PATIENCE evaluations in a row without a lower validation loss,
or after EVALUATIONS of them, and the weights of the best evaluation are scored on test. The learning rate is the one of
five with the lowest mean best validation loss over the tuning seeds. One JSON file per run; what exists is not run again.

    python windows.py SERIES...            tunes, then runs the seeds
"""

import copy
import json
import sys
import time
from pathlib import Path

import torch

from network import Lstm, Scored
from series import T, task

RATES = [1e-3, 3e-3, 3e-4, 1e-2, 1e-4]
TUNING, SEEDS = [1, 2], [1, 2, 3, 4, 5]
PATIENCE, EVALUATIONS, BATCH, CLIP = 10, 100, 64, 1.0
RESULTS = Path(__file__).parent / "results" / "windows"


def run(data, rate, seed):
    """One training; everything that was seen on the way."""
    torch.manual_seed(seed)
    network = Lstm(data.panel.shape[1])
    train, valid, test = (Scored(data, ends) for ends in (data.train, data.valid, data.test))
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    best, best_at, kept, history = float("inf"), 0, None, []
    seconds = cpu = 0.0
    for epoch in range(1, EVALUATIONS + 1):
        started, started_cpu = time.perf_counter(), time.process_time()
        for rows in torch.randperm(len(train.labels)).split(BATCH):
            optimizer.zero_grad()
            ((network.last(train.windows[rows]) - train.labels[rows]) ** 2).mean().backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            optimizer.step()
        loss = valid.loss(network)
        seconds += time.perf_counter() - started
        cpu += time.process_time() - started_cpu
        history.append([loss, test.loss(network)])
        if loss < best:
            best, best_at, kept = loss, epoch, copy.deepcopy(network.state_dict())
        if epoch - best_at >= PATIENCE:
            break
    network.load_state_dict(kept)
    row_steps = epoch * T * (len(train.labels) + len(valid.labels) / 3)
    return dict(series=data.name, rate=rate, seed=seed, valid=best, test=test.loss(network), best_epoch=best_at,
                epochs=epoch, row_steps=row_steps, seconds=seconds, cpu_seconds=cpu, history=history)


def stored(data, rate, seed):
    """The run from its file, or run now and filed."""
    file = RESULTS / f"{data.name}-{rate:g}-{seed}.json"
    if not file.exists():
        result = run(data, rate, seed)
        RESULTS.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".part").write_text(json.dumps(result))
        file.with_suffix(".part").rename(file)
        print(f"{data.name} rate {rate:g} seed {seed}: valid {result['valid']:.4f} test {result['test']:.4f} best epoch "
              f"{result['best_epoch']} of {result['epochs']}, {result['cpu_seconds']:.0f} s", flush=True)
    return json.loads(file.read_text())


def main(names):
    """Tunes and runs each series in turn."""
    for name in names:
        data = task(name)
        mean = {r: sum(stored(data, r, s)["valid"] for s in TUNING) / len(TUNING) for r in RATES}
        rate = min(mean, key=mean.get)
        runs = [stored(data, rate, seed) for seed in SEEDS]
        tests = sorted(r["test"] for r in runs)
        print(f"{name}: rate {rate:g}, test median {tests[len(tests) // 2]:.4f} ({tests[0]:.4f} to {tests[-1]:.4f})", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
