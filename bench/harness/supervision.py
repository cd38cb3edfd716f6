"""Every-step training of Tidegate against PyTorch's window training, tuned over five rates, on real series.

Takes hours where PyTorch's runs are not stored yet (thirteen trainings a series); runs are kept in
bench/supervision/results and not repeated. Times are measured at the end; on busy cores they mean nothing."""

import json
import subprocess
from pathlib import Path

from harness import environment, machine
from harness.failure import Failure

HELP = "every-step training against PyTorch's window training (hours)"
FOLDER = environment.BENCH / "supervision"


def add_arguments(parser) -> None:
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has the peers (default: make bench/.venv)")
    parser.add_argument("--series", metavar="NAMES", help="comma-separated (default: all)")
    parser.add_argument("--stored", action="store_true", help="train nothing in PyTorch; series without its runs are left out")
    parser.add_argument("--out", metavar="FILE", help="results (default: bench/results/supervision.json)")


def run(arguments) -> None:
    python = environment.python(arguments.python)
    binary = environment.rust("bench-every")
    names = arguments.series.split(",") if arguments.series else all_series(python)
    if not arguments.stored:
        step(python, "windows.py", *names)
    step(python, "tidegate.py", binary, *names)
    step(python, "times.py", binary, *names)
    out = Path(arguments.out) if arguments.out else environment.BENCH / "results" / "supervision.json"
    step(python, "compare.py", "--out", out, "--machine", json.dumps(machine.describe(python)))


def all_series(python: Path) -> list[str]:
    """Names of the reported and the development series, in this order."""
    found = machine.output([str(python), "-c", f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import series; print(*series.ALL)"])
    if not found:
        raise Failure("bench/supervision/series.py gives no series; numpy and pandas are needed")
    return found.split()


def step(python: Path, script: str, *words) -> None:
    """One program of the folder, told and shown."""
    try:
        subprocess.run([str(python), str(FOLDER / script), *map(str, words)], check=True)
    except subprocess.CalledProcessError as error:
        raise Failure(f"bench/supervision/{script} failed with status {error.returncode}") from None
