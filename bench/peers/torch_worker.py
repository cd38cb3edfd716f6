"""PyTorch at its best: what a user who knows it well would write, with the settings as flags.

Settled here because it was never slower: one precomputed tensor of all windows, shuffled by one gather per epoch;
gradients set to None; clipping by foreach; the fused Adam; subnormals flushed; no loss read or even summed. The top
layer's last step is taken from the final hidden state, which spares a gradient of all steps that is zero but for one.
"""

import protocol

flags = protocol.parser()
flags.add_argument("--threads", type=int, required=True)
flags.add_argument("--layout", choices=["batch_first", "time_first"], default="batch_first")
flags.add_argument("--compile", choices=["off", "default", "max-autotune"], default="off")
flags.add_argument("--forecast-batch", type=int, default=256)
case = flags.parse_args()

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(case.threads)
torch.set_flush_denormal(True)
torch.manual_seed(1)


class Recurrent(nn.Module):
    """Dropout between the layers (the module's own) and before the output."""

    def __init__(self):
        super().__init__()
        kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[case.kind]
        self.recurrent = kind(
            case.inputs,
            case.layers[0],
            num_layers=len(case.layers),
            dropout=case.dropout,
            batch_first=case.layout == "batch_first",
        )
        self.dropout = nn.Dropout(case.dropout)
        self.output = nn.Linear(case.layers[-1], 1)

    def forward(self, x):
        _, state = self.recurrent(x)
        hidden = state[0] if case.kind == "lstm" else state
        return self.output(self.dropout(hidden[-1])).squeeze(1)


class Mlp(nn.Module):
    """Dropout above every hidden layer."""

    def __init__(self):
        super().__init__()
        layers, below = [], case.inputs * case.window
        for width in case.layers:
            layers += [nn.Linear(below, width), nn.ReLU(), nn.Dropout(case.dropout)]
            below = width
        self.layers = nn.Sequential(*layers, nn.Linear(below, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1)


model = Mlp() if case.kind == "mlp" else Recurrent()
parameters = list(model.parameters())
optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=True)

windows, labels = (torch.from_numpy(array) for array in protocol.sample(case))
# The dimension that counts samples: [N, T, F], [T, N, F], or flat [N, T·F].
axis = 1 if case.layout == "time_first" and case.kind != "mlp" else 0
if case.kind == "mlp":
    windows = windows.reshape(case.samples, -1)
elif axis == 1:
    windows = windows.transpose(0, 1).contiguous()


def loss_of(x, y):
    return nn.functional.mse_loss(model(x), y)


def outputs_of(x):
    return model(x)


if case.compile != "off":
    mode = None if case.compile == "default" else case.compile
    loss_of = torch.compile(loss_of, mode=mode, dynamic=False)
    outputs_of = torch.compile(outputs_of, mode=mode, dynamic=False)


def epoch(count):
    order = torch.randperm(count)
    x = windows.index_select(axis, order).split(case.batch, axis)
    y = labels.index_select(0, order).split(case.batch)
    for batch, target in zip(x, y):
        optimizer.zero_grad(set_to_none=True)
        loss_of(batch, target).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        optimizer.step()


def train(count, limit):
    model.train()
    return protocol.timed(lambda: epoch(limit or case.samples), count)


def forecast(count, limit):
    model.eval()
    chunks = windows.narrow(axis, 0, limit or case.samples).split(case.forecast_batch, axis)

    def every_window():
        with torch.inference_mode():
            return torch.cat([outputs_of(chunk) for chunk in chunks])

    return protocol.timed(every_window, count)


def latency(count):
    model.eval()
    one = windows.narrow(axis, 0, 1).contiguous()

    def one_window():
        with torch.inference_mode():
            return outputs_of(one)

    return protocol.timed(one_window, count)


protocol.serve(train, forecast, latency)
