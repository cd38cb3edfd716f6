"""Fair turns: settings are screened, the best of each peer then take turns, so that a noisy minute hits all alike."""

import math
import statistics
from dataclasses import dataclass, field

from harness.failure import Failure
from harness.worker import Worker

# Windows that a screening trains on and forecasts.
SCREENED = 1024
# A setting this close to the fastest of its peer goes on beside it.
CLOSE = 1.15
# A turn lasts at least this many seconds where one epoch is shorter.
TURN = 0.4
MOST_PER_TURN = 40
# Rounds, and rounds where one turn of somebody takes longer than LONG seconds.
ROUNDS, ROUNDS_OF_LONG, LONG = 5, 3, 8.0


@dataclass
class Entrant:
    """One setting of one peer: its process and all its times in seconds."""

    peer: str
    settings: str
    worker: Worker
    # Whether it is left out of forecasts.
    trains_only: bool = False
    screening: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    memory: int | None = None

    # Why it could not take part.
    failure: str | None = None

    def try_out(self, activity: str, windows: int) -> None:
        """Notes the better of two short tries after a first one, which pays for compiling and buffers."""
        count = 10 if activity == "latency" else 1
        try:
            self.worker.seconds(f"{activity} 1 {windows}")
            tries = [min(self.worker.seconds(f"{activity} {count} {windows}")) for _ in range(2)]
            self.screening[activity] = min(tries)
        except Failure as failure:
            self.failure = str(failure)

    def median(self, activity: str) -> float | None:
        """Median of an activity's times; None if it did not go that far."""
        times = self.seconds.get(activity)
        return statistics.median(times) if times else None

    def record(self) -> dict:
        """Everything, for the results file."""
        return {
            "peer": self.peer,
            "settings": self.settings,
            "failure": self.failure,
            "screening_seconds": self.screening,
            "seconds": self.seconds,
            "median_seconds": {activity: self.median(activity) for activity in self.seconds},
            "peak_memory_bytes": self.memory,
            "memory_at_start_bytes": self.worker.memory_at_start,
        }


def screen(entrants: list[Entrant], activity: str, windows: int) -> list[Entrant]:
    """The entrants that go on: of each peer the fastest on `windows` windows, and a second one if it is close. One
    that fails is out of the contest and says why."""
    finalists = []
    for peer in dict.fromkeys(entrant.peer for entrant in entrants):
        of_peer = [entrant for entrant in entrants if entrant.peer == peer and entrant.failure is None]
        if len(of_peer) > 1:
            for entrant in of_peer:
                entrant.try_out(activity, windows)
            of_peer = sorted(
                (entrant for entrant in of_peer if entrant.failure is None),
                key=lambda entrant: entrant.screening[activity],
            )
            of_peer = [e for e in of_peer[:2] if e.screening[activity] <= CLOSE * of_peer[0].screening[activity]]
        if not of_peer:
            reasons = "; ".join(e.failure for e in entrants if e.peer == peer and e.failure)
            raise Failure(f"no setting of {peer} works: {reasons}")
        finalists += of_peer
    return finalists


def take_turns(entrants: list[Entrant], activity: str, quick: bool, between=lambda: None) -> None:
    """Round after round every entrant has its turn, then `between` is called. A first turn is thrown away."""
    first = {id(entrant): entrant.worker.seconds(f"{activity} 1")[0] for entrant in entrants}
    rounds = 1 if quick else ROUNDS_OF_LONG if max(first.values()) > LONG else ROUNDS
    for _ in range(rounds):
        for entrant in entrants:
            count = 1 if quick else min(max(math.ceil(TURN / first[id(entrant)]), 1), MOST_PER_TURN)
            entrant.seconds.setdefault(activity, []).extend(entrant.worker.seconds(f"{activity} {count}"))
        between()


def best(entrants: list[Entrant], peer: str, activity: str) -> Entrant | None:
    """The entrant of a peer with the lowest median; None if the peer did not take part."""
    done = [entrant for entrant in entrants if entrant.peer == peer and activity in entrant.seconds]
    return min(done, key=lambda entrant: entrant.median(activity), default=None)
