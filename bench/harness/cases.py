"""The cases of the engine comparison, what is asked of them, and the arithmetic they take."""

from dataclasses import dataclass, replace

GATES = {"lstm": 4, "gru": 3, "rnn": 1}


@dataclass(frozen=True)
class Case:
    """One network and its batch. Shapes: B samples in a batch, T steps, I inputs of a layer, H hidden units."""

    name: str
    kind: str
    layers: tuple[int, ...]
    window: int
    # Windows/s against PyTorch's: what is required, and the goal.
    required: float
    goal: float
    inputs: int = 10
    batch: int = 64
    samples: int = 4000
    dropout: float = 0.3

    def flags(self) -> list[str]:
        """The flags that every worker understands."""
        layers = ",".join(map(str, self.layers))
        return [
            *("--kind", self.kind, "--layers", layers, "--inputs", str(self.inputs), "--window", str(self.window)),
            *("--batch", str(self.batch), "--samples", str(self.samples), "--dropout", str(self.dropout)),
        ]

    def with_samples(self, samples: int) -> "Case":
        """The same on fewer windows, at least a batch."""
        return replace(self, samples=max(samples, self.batch))

    def training_flop(self) -> int:
        """Floating-point operations of the products of one window's training step: forward, weights' gradients,
        and inputs' gradients everywhere but at the panel, which nobody differentiates. A product of [M, K] and
        [K, N] is 2 M N K. Activations, dropout, loss and optimiser are left out."""
        forward, inputs_gradient = self._products()
        return 2 * forward + inputs_gradient

    def forecast_flop(self) -> int:
        """The same of one window's forecast."""
        return self._products()[0]

    def _products(self) -> tuple[int, int]:
        """Of the forward pass, and of the gradients of what each product was fed with."""
        dense = [self.layers[-1], 1]
        forward = inputs_gradient = 0
        if self.kind == "mlp":
            dense = [self.inputs * self.window, *self.layers, 1]
        else:
            below = self.inputs
            for layer, hidden in enumerate(self.layers):
                gates = GATES[self.kind] * hidden
                forward += self.window * 2 * (below + hidden) * gates
                inputs_gradient += self.window * 2 * ((below if layer > 0 else 0) + hidden) * gates
                below = hidden
        for layer, (below, above) in enumerate(zip(dense, dense[1:])):
            forward += 2 * below * above
            inputs_gradient += 2 * below * above if layer > 0 or self.kind != "mlp" else 0
        return forward, inputs_gradient


# The first is the one whose share of the arithmetic peak counts.
CASES = [
    Case("LSTM 2×64, T=60", "lstm", (64, 64), 60, required=4.5, goal=5),
    Case("LSTM 2×32, T=60", "lstm", (32, 32), 60, required=4.5, goal=5),
    Case("LSTM 2×64, T=20", "lstm", (64, 64), 20, required=4.3, goal=5),
    Case("GRU 2×64, T=60", "gru", (64, 64), 60, required=8, goal=10),
    Case("RNN 2×64, T=60", "rnn", (64, 64), 60, required=8, goal=12),
    Case("MLP 600-64-64-1", "mlp", (64, 64), 60, required=5, goal=8),
    Case("LSTM 2×256, T=60", "lstm", (256, 256), 60, required=1.9, goal=2.2),
    Case("LSTM 2×64, T=60, batch 800, F=6", "lstm", (64, 64), 60, required=4.5, goal=5, batch=800, inputs=6),
]

# Of the peak of both cores, for the first case.
REQUIRED_SHARE_OF_PEAK = 0.75
# Windows/s on two cores against one.
SCALING_GOAL = 1.9
