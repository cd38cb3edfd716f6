"""Every-step training, as a prototype: chunks of T + S - 1 steps, the loss at the last S of them.

A pass over the training part lays a grid of chunks at a random offset, so that every label is used exactly once; the
chunks at both ends are shifted inwards and count only the labels the grid has not covered. Every label has at least T
steps of history, the state before a chunk is zero. An evaluation follows after `passes` passes; weights are averaged
over updates, w_avg <- d w_avg + (1 - d) w, corrected for the start. The patience rule is that of windows.py.
"""

import torch

from network import Lstm, Scored
from series import T


class Chunks:
    """Chunks over the contiguous samples `ends` of a task."""

    def __init__(self, task, ends, steps):
        self.steps = min(steps, len(ends))
        self.count = len(ends)
        self.first = int(ends[0])
        self.panel, self.labels = torch.from_numpy(task.panel), torch.from_numpy(task.labels)

    def grid(self, offset):
        """First label of each chunk, counted from the first sample, and the weight of each of its labels [C, S]."""
        begin = torch.arange(offset - self.steps if offset else 0, self.count, self.steps)
        start = begin.clamp(0, self.count - self.steps)
        label = start[:, None] + torch.arange(self.steps)
        weight = (label >= begin[:, None]) & (label < begin[:, None] + self.steps)
        return start, weight.float()

    def gather(self, start):
        """Inputs [B, T + S - 1, F] and labels [B, S] of the chunks whose first labels are `start`."""
        row = self.first + start[:, None]
        return self.panel[row + torch.arange(1 - T, self.steps)], self.labels[row + torch.arange(self.steps)]


class ChunkScored:
    """A part scored in chunks: a cheap stand-in for windows, each label with T to T + S - 1 steps of history."""

    def __init__(self, task, ends, steps=60):
        chunks = Chunks(task, ends, steps)
        start, self.weight = chunks.grid(0)
        self.inputs, self.labels = chunks.gather(start)

    @torch.no_grad()
    def loss(self, network):
        """Mean squared error, dropout off."""
        network.eval()
        error = (network.every(self.inputs, self.labels.shape[1]) - self.labels) ** 2
        network.train()
        return float((error * self.weight).sum() / self.weight.sum())


class Averages:
    """Bias-corrected exponential averages of the weights, one per decay; decay 0 is the weights themselves."""

    def __init__(self, network, decays):
        self.decays, self.power = decays, [1.0] * len(decays)
        self.parameters = list(network.parameters())
        self.flat = [torch.zeros(sum(p.numel() for p in self.parameters)) for _ in decays]

    def observe(self):
        """After every update."""
        now = torch.cat([p.detach().reshape(-1) for p in self.parameters])
        for i, d in enumerate(self.decays):
            self.flat[i].mul_(d).add_(now, alpha=1 - d)
            self.power[i] *= d
        return now

    def value(self, i):
        """The average as one flat vector."""
        return self.flat[i] / (1 - self.power[i])

    def load(self, flat):
        """Writes a flat vector into the network."""
        torch.nn.utils.vector_to_parameters(flat, self.parameters)


def passes(network, optimizer, chunks, batch, averages, clip=1.0):
    """One pass over the training part; the row-steps it took."""
    start, weight = chunks.grid(int(torch.randint(chunks.steps, ())))
    row_steps = 0
    for rows in torch.randperm(len(start)).split(batch):
        inputs, labels = chunks.gather(start[rows])
        w = weight[rows]
        optimizer.zero_grad()
        error = (network.every(inputs, chunks.steps) - labels) ** 2
        # Per label, not per chunk: a batch with few labels moves the weights less.
        ((error * w).sum() / (len(rows) * chunks.steps)).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), clip)
        optimizer.step()
        averages.observe()
        row_steps += inputs.shape[0] * inputs.shape[1]
    return row_steps
