"""Every-step training by the recipe, stopped and scored exactly as windows.py is.

    python every.py [--steps S] [--batch CHUNKS] [--passes N] [--horizon PASSES] [--rate LR] [--seeds 1,2] SERIES...
"""

import argparse
import time
from pathlib import Path

import torch

from chunks import Averages, Chunks, passes
from network import Lstm, Scored
from series import T, task
from stopping import Stop, stored

RESULTS = Path(__file__).parent / "results" / "every"


def run(data, seed, steps, batch, count, horizon, rate):
    """One training; an evaluation after every `count` passes, of the averaged weights."""
    torch.manual_seed(seed)
    network = Lstm(data.panel.shape[1])
    valid, test = Scored(data, data.valid), Scored(data, data.test)
    chunks = Chunks(data, data.train, steps)
    updates = -(-len(chunks.grid(1)[0]) // batch)
    averages = Averages(network, [max(0.0, 1 - 1 / (horizon * updates)) if horizon else 0.0])
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    stop, row_steps, cpu, ended = Stop(), 0.0, 0.0, False
    while not ended:
        started = time.process_time()
        for _ in range(count):
            row_steps += passes(network, optimizer, chunks, batch, averages)
        now = torch.nn.utils.parameters_to_vector(network.parameters()).detach().clone()
        averages.load(averages.value(0))
        loss = valid.loss(network)
        row_steps += T * len(valid.labels) / 3
        cpu += time.process_time() - started
        ended = stop.observe(loss, test.loss(network), network.state_dict())
        averages.load(now)
    return dict(series=data.name, rate=rate, seed=seed, steps=steps, batch=batch, passes=count, horizon=horizon,
                row_steps=row_steps, cpu_seconds=cpu) | stop.result()


def main():
    """Runs the seeds of each series."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--passes", type=int, default=4)
    parser.add_argument("--horizon", type=float, default=2)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("series", nargs="+")
    a = parser.parse_args()
    recipe = f"S{a.steps}-B{a.batch}-p{a.passes}-h{a.horizon:g}-r{a.rate:g}"
    for name in a.series:
        data = task(name)
        runs = [stored(RESULTS / recipe / f"{name}-{seed}.json",
                       lambda: run(data, seed, a.steps, a.batch, a.passes, a.horizon, a.rate))
                for seed in map(int, a.seeds.split(","))]
        tests = sorted(r["test"] for r in runs)
        print(f"{name} {recipe}: test median {tests[len(tests) // 2]:.4f} ({tests[0]:.4f} to {tests[-1]:.4f})", flush=True)


if __name__ == "__main__":
    main()
