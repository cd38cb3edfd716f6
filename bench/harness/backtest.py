"""The ledger beside vectorbt and backtesting.py on the same bars and signals, on one core: ours under the whole A-share rule
book and with every figure of a curve, theirs without rules. Needs the file of 600000.SH (TIDEGATE_TEST_DATA)."""

import csv
import json
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from harness import environment, machine, table
from harness.failure import Failure

HELP = "the ledger against vectorbt and backtesting.py (minutes)"
FILE = "ashare_history/daily/600000.SH.csv"
# What is asked: bars a second, as multiples of each peer's.
TIMES_VECTORBT, TIMES_BACKTESTING = 10, 500
COLUMNS, TURNS = [1, 10, 100, 1000], 4
# Ours are shorter: more of them, so that everybody meets as much of a machine's moods.
ROUNDS = {"Tidegate": 60, "vectorbt": 6, "backtesting.py": 6}
# A signal changes on one bar in twenty: in and out of the market about twelve times a year.
CHANGES = 1 / 20


def add_arguments(parser) -> None:
    parser.add_argument("--python", metavar="PATH", help="an interpreter with the peers (default: make bench/.venv-backtest)")
    parser.add_argument("--quick", action="store_true", help="one turn, up to 10 columns: a smoke test, its figures mean nothing")
    parser.add_argument("--out", metavar="FILE", help="results (default: bench/results/backtest.json)")


def run(arguments) -> None:
    file = Path(os.environ.get("TIDEGATE_TEST_DATA", environment.BENCH.parent.parent / "shared" / "data")) / FILE
    if not file.is_file():
        raise Failure(f"{file}: no such file; set TIDEGATE_TEST_DATA to the folder of test data")
    python = environment.python(arguments.python, "requirements-backtest.txt", ".venv-backtest")
    worker = environment.rust("bench-backtest")
    name = "backtest-quick.json" if arguments.quick else "backtest.json"
    out = Path(arguments.out) if arguments.out else environment.BENCH / "results" / name
    columns, turns = ([1, 10], 1) if arguments.quick else (COLUMNS, TURNS)
    folder = Path(tempfile.mkdtemp(prefix="tidegate-bench-"))
    try:
        bars, signals = folder / "bars.csv", folder / "signals.bin"
        count = write_bars(file, bars)
        write_signals(signals, count, max(columns))
        bystanders = machine.Bystanders()
        described = machine.describe(python)
        measured = in_turns(worker, python, bars, signals, columns, turns)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    results = {"machine": described, "share_used_by_others": bystanders.share(), "quick": arguments.quick,
               "bars": count, "changes_a_bar": CHANGES, "measured": measured, **judged(measured)}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=1) + "\n")
    show(results)
    print(f"\n{out}")


def write_bars(file: Path, out: Path) -> int:
    """The columns that everybody reads, ascending; the factor rebuilt from the exchange's reference prices."""
    with open(file, newline="", encoding="utf-8-sig") as rows:
        bars = sorted(csv.DictReader(rows), key=lambda row: row["trade_date"])
    factor, lines = 1.0, ["date,open,high,low,close,volume,pre_close,factor"]
    for before, bar in zip([None, *bars], bars):
        if before is not None:
            factor *= float(before["close"]) / float(bar["pre_close"])
        day = bar["trade_date"]
        lines.append(f"{day[:4]}-{day[4:6]}-{day[6:8]},{bar['open']},{bar['high']},{bar['low']},{bar['close']},"
                     f"{float(bar['vol']) * 100},{bar['pre_close']},{factor!r}")
    out.write_text("\n".join(lines) + "\n")
    return len(bars)


def write_signals(out: Path, bars: int, columns: int) -> None:
    """A byte per bar, 0 or 1, column after column; nothing is decided on the first bar."""
    draws = random.Random(5)
    with open(out, "wb") as file:
        for _ in range(columns):
            target, column = 0, bytearray(bars)
            for bar in range(1, bars):
                target ^= draws.random() < CHANGES
                column[bar] = target
            file.write(column)


def in_turns(worker: Path, python: Path, bars: Path, signals: Path, columns: list[int], turns: int) -> list[dict]:
    """Seconds of all rounds but each process's first, contestants in turns on one core."""
    peers = environment.BENCH / "peers" / "signals_worker.py"
    rows = []
    for count in columns:
        ways = {"Tidegate": [worker], "vectorbt": [python, peers, "vectorbt"]}
        if count == 1:
            ways["backtesting.py"] = [python, peers, "backtesting"]
        row = {"columns": count, "seconds": {name: [] for name in ways}}
        for _ in range(turns):
            for name, command in ways.items():
                told = answer([*command, bars, signals, count, ROUNDS[name]])
                row["seconds"][name] += told["seconds"][1:]
                row.setdefault("trades", {})[name] = told["trades"]
                if name == "Tidegate":
                    row.setdefault("tape_and_figures", []).extend(told["seconds_of_tape_and_figures"][1:])
        total = told["bars"] * count
        row["bars_a_second"] = {name: total / median(times) for name, times in row["seconds"].items()}
        rows.append(row)
    return rows


def answer(command: list) -> dict:
    """The JSON line that a program prints; it runs on one core where the system can see to that."""
    pinned = (lambda: os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})) if hasattr(os, "sched_setaffinity") else None
    try:
        said = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, preexec_fn=pinned)
        return json.loads(said.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        raise Failure(f"{Path(command[0]).name} {command[1]} failed: {error.stderr.strip()[-2000:]}") from None


def judged(measured: list[dict]) -> dict:
    """The multiples asked for, and how far the time of many columns is from linear."""
    times_vectorbt = {row["columns"]: row["bars_a_second"]["Tidegate"] / row["bars_a_second"]["vectorbt"] for row in measured}
    slowest_peer = [row["bars_a_second"]["backtesting.py"] for row in measured if "backtesting.py" in row["bars_a_second"]]
    ours = {row["columns"]: row["bars_a_second"]["Tidegate"] for row in measured}
    return {"times_vectorbt": times_vectorbt, "required_times_vectorbt": TIMES_VECTORBT,
            "times_backtesting": {columns: rate / slowest_peer[0] for columns, rate in ours.items()},
            "required_times_backtesting": TIMES_BACKTESTING,
            "nanoseconds_a_bar": {columns: 1e9 / rate for columns, rate in ours.items()}}


def show(results: dict) -> None:
    print(f"\n600000.SH, {results['bars']:,} bars, one core; Tidegate under A-share rules with all figures, the others without either\n")
    rows = []
    for row in results["measured"]:
        rate, columns = row["bars_a_second"], row["columns"]
        rows.append([f"{columns:,} signals", *(table.count(rate.get(name)) for name in ("Tidegate", "vectorbt", "backtesting.py")),
                     f"{results['nanoseconds_a_bar'][columns]:.1f}", table.times(results["times_vectorbt"][columns]),
                     table.times(results["times_backtesting"][columns])])
    print(table.render(["bars a second", "Tidegate", "vectorbt", "backtesting.py", "ns a bar", "x vectorbt", "x backtesting.py"], rows))
    print(f"\nRequired: {results['required_times_vectorbt']} x vectorbt, {results['required_times_backtesting']} x backtesting.py.")
    share = results["share_used_by_others"]
    if share is not None and share > 0.05:
        print(f"Others used {100 * share:.0f} % of the cores: these figures are not to be quoted.")
