"""The store beside pandas on the same bars: reading every close and volume of 505 symbols over five years, and what 5,000
symbols over 20 years take on disk and in time. Needs the S&P file (TIDEGATE_TEST_DATA) and some 3 GB of scratch space."""

import gzip
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from harness import environment, machine, table
from harness.failure import Failure

HELP = "the store against pandas on Parquet and CSV (minutes)"
FILE = "us_sp500_5yr/all_stocks_5yr.csv.gz"
# What is asked of the store.
LOAD_SECONDS, STORE_BYTES, ANSWER_SECONDS = 0.3, 1_500_000_000, 1.0
SYMBOLS, YEARS = 5000, 20
TURNS, ROUNDS = 3, 5


def add_arguments(parser) -> None:
    parser.add_argument("--python", metavar="PATH", help="an interpreter with pandas and pyarrow (default: make bench/.venv-data)")
    parser.add_argument("--quick", action="store_true", help="a small market, one turn: a smoke test, its figures mean nothing")
    parser.add_argument("--scratch", metavar="DIR", help="where the made-up market is written (default: the system's)")
    parser.add_argument("--out", metavar="FILE", help="results (default: bench/results/data.json)")


def run(arguments) -> None:
    file = Path(os.environ.get("TIDEGATE_TEST_DATA", environment.BENCH.parent.parent / "shared" / "data")) / FILE
    if not file.is_file():
        raise Failure(f"{file}: no such file; set TIDEGATE_TEST_DATA to the folder of test data")
    python = environment.python(arguments.python, "requirements-data.txt", ".venv-data")
    worker, product = environment.rust("bench-store"), environment.product()
    out = Path(arguments.out) if arguments.out else environment.BENCH / "results" / ("data-quick.json" if arguments.quick else "data.json")
    symbols, turns = (200, 1) if arguments.quick else (SYMBOLS, TURNS)
    folder = Path(tempfile.mkdtemp(prefix="tidegate-bench-", dir=arguments.scratch))
    try:
        bystanders = machine.Bystanders()
        described = machine.describe(python)
        load = loading(file, folder, python, worker, turns)
        market = whole_market(folder, worker, product, symbols)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    results = {"machine": described, "share_used_by_others": bystanders.share(), "quick": arguments.quick,
               "load_sp500": load, "whole_market": market}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=1) + "\n")
    show(results)
    print(f"\n{out}")


def loading(file: Path, folder: Path, python: Path, worker: Path, turns: int) -> dict:
    """Every close and volume of the S&P file, each way in turns; times of all rounds and the median."""
    plain, store = folder / "sp500-plain.csv", folder / "sp500.db"
    with gzip.open(file, "rb") as packed, open(plain, "wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    filled = answer([worker, "sp500", plain, store])
    # The same bars for everybody: what the store exports, and what pandas itself makes of it.
    answer([worker, "export", store, folder / "all.csv"])
    reader = environment.BENCH / "peers" / "pandas_reader.py"
    answer([python, reader, "write", folder / "all.csv", folder / "pandas.parquet"])
    ways = {
        "Tidegate store": [worker, "load", store, ROUNDS],
        "pandas, Parquet": [python, reader, "parquet", folder / "pandas.parquet", ROUNDS],
        "pandas, CSV": [python, reader, "csv", folder / "all.csv", ROUNDS],
        "pandas, CSV by pyarrow": [python, reader, "csv-pyarrow", folder / "all.csv", ROUNDS],
    }
    seconds, sums = {name: [] for name in ways}, {}
    for _ in range(turns):
        for name, command in ways.items():
            told = answer(command)
            # The first round of a process is a warm-up for everybody.
            seconds[name] += told["seconds"][1:]
            sums[name] = told["sum_of_closes"]
            if told["rows"] != filled["rows"]:
                raise Failure(f"{name} read {told['rows']} rows, expected {filled['rows']}")
    if max(sums.values()) - min(sums.values()) > 1e-6 * max(sums.values()):
        raise Failure(f"the closes differ: {sums}")
    sizes = {"Tidegate store": store, "pandas, Parquet": folder / "pandas.parquet", "pandas, CSV": folder / "all.csv"}
    return {**filled, "required_seconds": LOAD_SECONDS,
            "bytes": {name: path.stat().st_size for name, path in sizes.items()},
            "seconds": {name: {"median": median(times), "all": times} for name, times in seconds.items()}}


def whole_market(folder: Path, worker: Path, product: Path, symbols: int) -> dict:
    """A made-up market as large as the real one: its size, and how fast the command answers."""
    store = folder / "market.db"
    made = answer([worker, "generate", store, symbols, YEARS])
    answers = {}
    for words in (["list"], ["list", "--json"], ["show", "000001.SZ"]):
        times = []
        for _ in range(ROUNDS):
            start = time.monotonic()
            subprocess.run([str(product), "data", *words, "--store", str(store)], check=True, stdout=subprocess.DEVNULL)
            times.append(time.monotonic() - start)
        answers["data " + " ".join(words)] = {"median": median(times), "all": times}
    return {"symbols": symbols, "years": YEARS, "rows": made["rows"], "columns": 8, "seconds_to_write": made["seconds"],
            "bytes": store.stat().st_size, "required_bytes": STORE_BYTES,
            "required_seconds": ANSWER_SECONDS, "answer_seconds": answers}


def answer(command: list) -> dict:
    """The JSON line that a program prints."""
    try:
        said = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
        return json.loads(said.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        raise Failure(f"{Path(command[0]).name} {command[1]} failed: {error.stderr.strip()[-2000:]}") from None


def show(results: dict) -> None:
    load, market = results["load_sp500"], results["whole_market"]
    rows = [[name, f"{1000 * times['median']:,.0f} ms", table.mebibytes(load["bytes"].get(name)) if name in load["bytes"] else "n/a"]
            for name, times in load["seconds"].items()]
    print(f"\nEvery close and volume of {load['symbols']} symbols, {load['rows']:,} rows "
          f"(required of the store: {1000 * load['required_seconds']:.0f} ms)\n")
    print(table.render(["", "median", "file"], rows))
    per_row = market["bytes"] / market["rows"]
    print(f"\n{market['symbols']:,} symbols × {market['years']} years, {market['rows']:,} bars of eight columns: "
          f"{market['bytes'] / 1e6:,.0f} MB, {per_row:.1f} bytes a bar (required: {market['required_bytes'] / 1e6:,.0f} MB), "
          f"written in {market['seconds_to_write']:.0f} s\n")
    rows = [[f"tidegate {name}", f"{1000 * times['median']:,.0f} ms"] for name, times in market["answer_seconds"].items()]
    print(table.render(["", f"median (required: {1000 * market['required_seconds']:.0f} ms)"], rows))
    share = results["share_used_by_others"]
    if share is not None and share > 0.05:
        print(f"\nOthers used {100 * share:.0f} % of the cores: these figures are not to be quoted.")
