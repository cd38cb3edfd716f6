"""Seconds of both sides in turn, in one process and the same minute: an epoch of PyTorch's window training (with its
evaluation, on one and on two threads) and a whole every-step training of Tidegate on two cores.

    python times.py BINARY SERIES...            one file per series; rounds it has are not measured again

A run of PyTorch then takes its epochs times the median epoch of its faster setting. The stored seconds of the runs
themselves are not compared, because they come from cores that others used too.
"""

import json
import os
import sys
import time
from pathlib import Path

import torch

from network import Lstm, Scored
from series import task
from tidegate import SEEDS, exported, train
from windows import BATCH, CLIP

THREADS, CORES = [1, 2], 2
RESULTS = Path(__file__).parent / "results" / "times"


class Epochs:
    """PyTorch's window training, an epoch at a time."""

    def __init__(self, data):
        torch.manual_seed(1)
        self.network = Lstm(data.panel.shape[1])
        self.part, self.valid = Scored(data, data.train), Scored(data, data.valid)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, fused=True)

    def seconds(self, threads):
        """One epoch and its evaluation."""
        torch.set_num_threads(threads)
        started = time.perf_counter()
        for rows in torch.randperm(len(self.part.labels)).split(BATCH):
            self.optimizer.zero_grad()
            ((self.network.last(self.part.windows[rows]) - self.part.labels[rows]) ** 2).mean().backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
            self.optimizer.step()
        self.valid.loss(self.network)
        return time.perf_counter() - started


def others(since=None):
    """Seconds of wall time and of processor time that others used on all cores; differences if `since` is given."""
    stat = Path("/proc/stat")
    if not stat.is_file():
        return None
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, stat.read_text().split("\n", 1)[0].split()[1:9])
    busy = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    own = sum(os.times()[:4])
    now = (time.perf_counter(), busy - own)
    return now if since is None else tuple(a - b for a, b in zip(now, since))


def rounds(binary, name, file):
    """Rounds until every seed of Tidegate's had its turn, each stored when it is done."""
    result = json.loads(file.read_text()) if file.is_file() else dict(series=name, jobs=CORES, rounds=[])
    if len(result["rounds"]) == len(SEEDS):
        return
    data = task(name)
    epochs = Epochs(data)
    with exported(data) as stored:
        epochs.seconds(CORES)  # warm
        for seed in SEEDS[len(result["rounds"]):]:
            since = others()
            pytorch = {threads: epochs.seconds(threads) for threads in THREADS}
            ours = train(binary, stored, seed, jobs=CORES)["seconds"]
            wall, busy = others(since) if since else (1.0, None)
            share = busy and max(0.0, busy / (wall * os.cpu_count()))
            result["rounds"].append(dict(seed=seed, pytorch_epoch_seconds=pytorch, tidegate_seconds=ours,
                                         share_used_by_others=share))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(result))
            print(f"{name}, round {seed}: PyTorch's epoch {pytorch}, Tidegate's run {ours:.2f} s, "
                  f"others used {100 * (share or 0):.0f} % of the cores", flush=True)


def main(binary, names):
    """One file per series."""
    for name in names:
        rounds(binary, name, RESULTS / f"{name}.json")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
