"""The one early-stopping rule of both sides, and where runs are kept."""

import copy
import json

PATIENCE = 10  # evaluations in a row without a lower validation loss
EVALUATIONS = 100  # at most


class Stop:
    """Keeps the weights with the lowest validation loss on zero-state windows; the first of equals stays."""

    def __init__(self):
        self.best, self.best_at, self.kept, self.history = float("inf"), 0, None, []

    def observe(self, valid, test, weights):
        """After every evaluation: whether training ends here. The test loss is noted for the curves and decides nothing."""
        self.history.append([valid, test])
        if valid < self.best:
            self.best, self.best_at, self.kept = valid, len(self.history), copy.deepcopy(weights)
        return len(self.history) - self.best_at >= PATIENCE or len(self.history) == EVALUATIONS

    def result(self):
        """What the run's file says about stopping."""
        return dict(valid=self.best, test=self.history[self.best_at - 1][1], best_evaluation=self.best_at,
                    evaluations=len(self.history), history=self.history)


def stored(file, run):
    """The run from its file, or run now, told and filed."""
    if not file.exists():
        result = run()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".part").write_text(json.dumps(result))
        file.with_suffix(".part").rename(file)
        print(f"{file.stem}: valid {result['valid']:.4f} test {result['test']:.4f}, best {result['best_evaluation']} of "
              f"{result['evaluations']} evaluations, {result['cpu_seconds']:.0f} s", flush=True)
    return json.loads(file.read_text())
