"""Grid of every-step recipes on the development series: long runs, evaluated often, so that any stopping rule can be
tried on the stored curves.

    python explore.py SERIES S BATCH RATE SEED UPDATES [DROPOUT]
"""

import json
import sys
import time
from pathlib import Path

import torch

from chunks import Averages, Chunks, ChunkScored, passes
from network import Lstm
from series import task

HORIZONS = [0, 1, 2, 4, 8]  # memory of the weight average in passes; 0 is no average
RESULTS = Path(__file__).parent / "results" / "explore"


def run(name, steps, batch, rate, seed, updates, dropout=0.3):
    """Curves of validation and test loss (in chunks) for every horizon, two passes apart."""
    file = RESULTS / f"{name}-S{steps}-B{batch}-r{rate:g}-d{dropout:g}-{seed}.json"
    if file.exists():
        return json.loads(file.read_text())
    data = task(name)
    torch.manual_seed(seed)
    network = Lstm(data.panel.shape[1], dropout=dropout)
    chunks = Chunks(data, data.train, steps)
    valid, test = ChunkScored(data, data.valid), ChunkScored(data, data.test)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    per_pass = -(-len(chunks.grid(1)[0]) // batch)
    decays = [max(0.0, 1 - 1 / (h * per_pass)) if h else 0.0 for h in HORIZONS]
    averages = Averages(network, decays)
    history, done, row_steps = [], 0, 0
    started = time.process_time()
    number = 0
    while done < updates:
        row_steps += passes(network, optimizer, chunks, batch, averages)
        number += 1
        done += per_pass
        if number % 2 == 0:
            now = torch.nn.utils.parameters_to_vector(network.parameters()).detach().clone()
            row = []
            for i in range(len(decays)):
                averages.load(averages.value(i))
                row.append([valid.loss(network), test.loss(network)])
            averages.load(now)
            history.append([done, number, row_steps, row])
    result = dict(series=name, steps=steps, batch=batch, rate=rate, seed=seed, dropout=dropout, horizons=HORIZONS,
                  labels=len(data.train), cpu=time.process_time() - started, history=history)
    RESULTS.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(result))
    best = [min(h[3][i][0] for h in history) for i in range(len(decays))]
    at = [min(history, key=lambda h: h[3][i][0]) for i in range(len(decays))]
    print(name, steps, batch, rate, seed, f"{result['cpu']:.0f}s", " ".join(
        f"[{d}: v{b:.4f} t{h[3][i][1]:.4f} u{h[0]} c{h[2] / len(data.train):.0f}]" for i, (d, b, h) in enumerate(zip(HORIZONS, best, at))),
        flush=True)
    return result


if __name__ == "__main__":
    a = sys.argv
    run(a[1], int(a[2]), int(a[3]), float(a[4]), int(a[5]), int(a[6]), float(a[7]) if len(a) > 7 else 0.3)
