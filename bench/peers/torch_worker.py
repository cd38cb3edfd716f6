"""PyTorch at its best: what a user who knows it well would write, with the settings as flags.

Settled here because nothing else was faster: one precomputed tensor of all windows, shuffled by one gather per epoch;
gradients set to None; clipping by foreach; the fused Adam; subnormals flushed; no loss read or even summed; full
float32, since reduced precision would be another computation. With the allocator that PyTorch comes with, how a module
is spelled (batch or time first, last output or final state) matters only by the pattern of its allocations; where
memory is kept instead of handed back to the system, all spellings are equally fast.
"""

import protocol

flags = protocol.parser()
flags.add_argument("--threads", type=int, required=True)
flags.add_argument("--readout", choices=["output", "state"], default="output")
flags.add_argument("--compile", choices=["off", "loss", "step"], default="off")
flags.add_argument("--forecast-batch", type=int, default=250)
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
            case.inputs, case.layers[0], num_layers=len(case.layers), dropout=case.dropout, batch_first=True
        )
        self.dropout = nn.Dropout(case.dropout)
        self.output = nn.Linear(case.layers[-1], 1)

    def forward(self, x):
        outputs, state = self.recurrent(x)
        if case.readout == "output":
            last = outputs[:, -1]
        else:
            last = (state[0] if case.kind == "lstm" else state)[-1]
        return self.output(self.dropout(last)).squeeze(1)


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
windows, labels = (torch.from_numpy(array) for array in protocol.sample(case))
if case.kind == "mlp":
    windows = windows.reshape(case.samples, -1)


def loss_of(x, y):
    return nn.functional.mse_loss(model(x), y)


class Eager:
    """The usual five lines; `compiled` for full batches, where compiling pays."""

    def __init__(self, compiled):
        self.compiled = compiled
        self.optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=True)

    def step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        (self.compiled if len(y) == case.batch else loss_of)(x, y).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        self.optimizer.step()


class OneGraph:
    """Forward, backward, clipping and Adam as one compiled function: no dispatch of single operators is left."""

    def __init__(self):
        self.names = [name for name, _ in model.named_parameters()]
        self.moments = [[torch.zeros_like(p) for p in parameters] for _ in range(2)]
        self.steps = torch.zeros(())
        self.weights = [p.detach() for p in parameters]
        self.compiled = torch.compile(self.whole, dynamic=False)

    def whole(self, weights, first, second, steps, x, y):
        def loss_at(weights):
            outputs = torch.func.functional_call(model, dict(zip(self.names, weights)), (x,))
            return nn.functional.mse_loss(outputs, y)

        gradients = torch.func.grad(loss_at)(weights)
        norm = torch.stack([g.square().sum() for g in gradients]).sum().sqrt()
        scale = (1.0 / (norm + 1e-6)).clamp(max=1.0)
        steps.add_(1)
        rate, spread = 1e-3 / (1 - 0.9**steps), (1 - 0.999**steps).sqrt()
        for w, m, v, g in zip(weights, first, second, gradients):
            g = g * scale
            m.lerp_(g, 0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            w.sub_(rate * m / (v.sqrt() / spread + 1e-8))

    def step(self, x, y):
        self.compiled(self.weights, *self.moments, self.steps, x, y)


if case.compile == "step":
    trainer = OneGraph()
elif case.compile == "loss":
    if case.kind != "mlp":
        # Without this the compiler leaves recurrent modules alone; with it, it unrolls their steps.
        import torch._dynamo

        torch._dynamo.config.allow_rnn = True
    trainer = Eager(torch.compile(loss_of, dynamic=False))
else:
    trainer = Eager(loss_of)
# A recurrent network is compiled for training alone: to unroll it for every shape of a forecast would take minutes.
outputs_of = torch.compile(model, dynamic=False) if case.compile != "off" and case.kind == "mlp" else model


def epoch(count):
    order = torch.randperm(count)
    x = windows.index_select(0, order).split(case.batch)
    y = labels.index_select(0, order).split(case.batch)
    for batch, target in zip(x, y):
        trainer.step(batch, target)


def train(count, limit):
    model.train()
    return protocol.timed(lambda: epoch(limit or case.samples), count)


def forecast(count, limit):
    model.eval()
    chunks = windows[: limit or case.samples].split(case.forecast_batch)

    def every_window():
        with torch.inference_mode():
            return torch.cat([outputs_of(chunk) for chunk in chunks])

    return protocol.timed(every_window, count)


def latency(count):
    model.eval()
    one = windows[:1]

    def one_window():
        with torch.inference_mode():
            return outputs_of(one)

    return protocol.timed(one_window, count)


protocol.serve(train, forecast, latency)
