"""The network both sides train, and how it is scored: zero-state windows of T steps, dropout off, mean squared error."""

import torch
from torch import nn

from series import T

torch.set_num_threads(1)


class Lstm(nn.Module):
    """LSTM 2 x 64 with dropout between the layers and before the output, PyTorch's own initial weights."""

    def __init__(self, inputs, hidden=64, layers=2, dropout=0.3):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, layers, batch_first=True, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, 1)

    def last(self, x):
        """[B, T, F] -> [B]: the output after the last step."""
        return self.head(self.dropout(self.lstm(x)[0][:, -1])).squeeze(-1)

    def every(self, x, steps):
        """[B, L, F] -> [B, steps]: the outputs after each of the last steps."""
        return self.head(self.dropout(self.lstm(x)[0][:, -steps:])).squeeze(-1)


class Scored:
    """The windows and labels of one part."""

    def __init__(self, task, ends):
        steps = torch.arange(1 - T, 1)
        ends = torch.as_tensor(ends)
        panel = torch.from_numpy(task.panel)
        self.windows = panel[ends[:, None] + steps]
        self.labels = torch.from_numpy(task.labels)[ends]

    @torch.no_grad()
    def loss(self, network):
        """Mean squared error, dropout off."""
        network.eval()
        total = 0.0
        for x, y in zip(self.windows.split(256), self.labels.split(256)):
            total += float(((network.last(x) - y) ** 2).sum())
        network.train()
        return total / len(self.labels)
