"""Training epochs of Tidegate, PyTorch and Keras in turn, beside forecasts, memory and the machine's arithmetic peak.

Takes about a quarter of an hour on two quiet cores; on busy ones its figures mean nothing."""

import json
import re
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from harness import environment, machine, rounds, table
from harness.cases import CASES, REQUIRED_SHARE_OF_PEAK, SCALING_GOAL, Case
from harness.failure import Failure
from harness.rounds import Entrant
from harness.worker import Worker

HELP = "training epochs against PyTorch and Keras"
TIDEGATE, ONE_CORE, TORCH, TUNED, KERAS = "tidegate", "tidegate, 1 core", "pytorch", "pytorch, tuned", "keras"
# What may be left out, by what `--peers` calls it.
PEERS = {"pytorch": TORCH, "tuned": TUNED, "keras": KERAS}
ACTIVITIES = ("train", "forecast", "latency")
QUICK_SAMPLES = 128
# Freed memory stays with the process (glibc): a network's step allocates the same again, and pages that went back to
# the system have to be zeroed anew.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
# Share of the cores that others may use without a warning.
QUIET = 0.05


def add_arguments(parser) -> None:
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has the peers (default: make bench/.venv)")
    parser.add_argument("--quick", action="store_true", help="a smoke test: few windows, one round, no Keras")
    parser.add_argument("--cores", type=int, default=2, help="cores to confine everything to (default: %(default)s)")
    parser.add_argument("--peers", default=None, help=f"comma-separated: {', '.join(PEERS)}; empty for none (default: all)")
    parser.add_argument("--case", action="append", metavar="TEXT", help="only cases whose name contains TEXT")
    parser.add_argument("--out", metavar="FILE", help="results (default: bench/results/engine.json)")


def run(arguments) -> None:
    default = "pytorch" if arguments.quick else ",".join(PEERS)
    asked = [name for name in (default if arguments.peers is None else arguments.peers).split(",") if name]
    if unknown := [name for name in asked if name not in PEERS]:
        raise Failure(f"--peers: no such peer {', '.join(unknown)}; there are {', '.join(PEERS)}")
    peers = [PEERS[name] for name in asked]
    cases = [case for case in CASES if not arguments.case or any(text in case.name for text in arguments.case)]
    if not cases:
        raise Failure(f"--case: no name contains that; the names are {'; '.join(case.name for case in CASES)}")
    python = environment.python(arguments.python) if peers else None
    binary = environment.rust("bench-engine")
    cores = machine.confine(arguments.cores)
    results = {"schema": 1, "quick": arguments.quick, "machine": machine.describe(python), "complete": False, "cases": []}
    name = "engine-quick.json" if arguments.quick else "engine.json"
    out = Path(arguments.out) if arguments.out else environment.BENCH / "results" / name
    start = time.monotonic()
    for case in cases:
        print(f"[{time.monotonic() - start:4.0f} s] {case.name}", file=sys.stderr)
        bystanders = machine.Bystanders()
        results["cases"].append(measure(case, binary, python, peers, cores, arguments.quick))
        results["cases"][-1]["share_used_by_others"] = bystanders.share()
        results["complete"] = len(results["cases"]) == len(CASES)
        results["seconds"] = round(time.monotonic() - start, 1)
        write(results, out)
    print(report(results))
    others = max(result["share_used_by_others"] or 0 for result in results["cases"])
    if others > QUIET:
        print(f"\nwarning: others used up to {table.share(others)} of the cores meanwhile; "
              "these figures are not to be quoted", file=sys.stderr)
    print(f"\nwritten: {out}", file=sys.stderr)


def write(results: dict, out: Path) -> None:
    """Whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    text = json.dumps(results, indent=1, ensure_ascii=False)
    # A list of numbers is one line.
    text = re.sub(r"\[[-+\d.,eE\s]+\]", lambda found: " ".join(found[0].split()), text)
    part.write_text(text + "\n")
    part.replace(out)


def settings_of(peer: str, case: Case, cores: int, quick: bool) -> dict[str, list[str]]:
    """The settings of a peer that are tried, by what they are called."""
    if peer == KERAS:
        return {
            "graph": ["--jit", "off", "--steps-per-execution", "16"],
            "XLA": ["--jit", "on", "--steps-per-execution", "16"],
        }
    # As it is faster with the allocator that comes with it; elsewhere the two are the same.
    readout = ["--readout", "output" if case.kind == "lstm" else "state"]
    threads = [1] if quick else sorted({1, cores})
    names = {count: f"{count} thread{'s' if count > 1 else ''}" for count in threads}
    tried = {names[count]: ["--threads", str(count), *readout] for count in threads}
    if peer == TUNED and case.kind == "mlp":
        # Several threads only lose on products this small, and compiling the loss alone gains nothing.
        tried["1 thread, one graph"] = ["--threads", "1", "--compile", "step"]
    elif peer == TUNED and case.kind in ("rnn", "gru"):
        # The LSTM's own kernel is faster than its unrolled steps, and cannot be compiled.
        compiled = ["--compile", "loss", *readout]
        tried |= {f"{names[count]}, compiled": ["--threads", str(count), *compiled] for count in threads}
    return tried


def measure(case: Case, binary: Path, python: Path | None, peers: list[str], cores: int, quick: bool) -> dict:
    """One case: who is how fast at what, and the arithmetic peak seen meanwhile."""
    if quick:
        case = case.with_samples(QUICK_SAMPLES)
    peak: dict[int, list[dict]] = {count: [] for count in sorted({1, cores})}
    with ExitStack() as stack:
        entrants: list[Entrant] = []

        def enter(peer: str, settings: str, command: list[str]) -> None:
            variables = {} if peer in (TIDEGATE, ONE_CORE, TORCH) else KEEP_MEMORY
            worker = stack.enter_context(Worker(f"{peer}, {settings}", command, variables))
            entrants.append(Entrant(peer, settings, worker))

        enter(TIDEGATE, f"jobs = {cores}", [str(binary), *case.flags(), "--jobs", str(cores)])
        for peer in peers:
            script = environment.BENCH / "peers" / ("keras_worker.py" if peer == KERAS else "torch_worker.py")
            for name, flags in settings_of(peer, case, cores, quick).items():
                enter(peer, name, [str(python), str(script), *case.flags(), *flags])
        enter(ONE_CORE, "jobs = 1", [str(binary), *case.flags(), "--jobs", "1"])

        def measure_peak() -> None:
            for count, seen in peak.items():
                seen.append(entrants[-1].worker.ask(f"peak {count}")["gflops"])

        screened = min(case.samples, max(rounds.SCREENED, 2 * case.batch) // case.batch * case.batch)
        for activity in ACTIVITIES:
            finalists = rounds.screen(entrants, activity, screened if activity == "train" else case.samples)
            rounds.take_turns(finalists, activity, quick, measure_peak if activity == "train" else lambda: None)
            if activity == "train":
                for entrant in finalists:
                    entrant.memory = entrant.worker.peak_memory()
        return {
            "case": {**vars(case), "training_flop_per_window": case.training_flop()},
            "entrants": [entrant.record() for entrant in entrants],
            "peak_gflops": {str(count): peak_of(seen) for count, seen in peak.items()},
            "peak_gflops_seen": {str(count): seen for count, seen in peak.items()},
            "summary": summary(case, entrants, cores),
        }


def peak_of(seen: list[dict]) -> float:
    """The best instruction set's median."""
    return max(statistics.median(rates[name] for rates in seen) for name in seen[0])


def summary(case: Case, entrants: list[Entrant], cores: int) -> dict:
    """Medians as people read them: windows/s, microseconds, bytes; of each peer the better setting."""
    found = {}
    for peer in dict.fromkeys(entrant.peer for entrant in entrants):
        train, forecast, latency = (rounds.best(entrants, peer, activity) for activity in ACTIVITIES)
        found[peer] = {
            "training_windows_per_second": case.samples / train.median("train"),
            "training_settings": train.settings,
            "forecast_windows_per_second": case.samples / forecast.median("forecast"),
            "forecast_settings": forecast.settings,
            "latency_microseconds": 1e6 * latency.median("latency"),
            "latency_settings": latency.settings,
            "peak_memory_bytes": train.memory,
            "memory_at_start_bytes": train.worker.memory_at_start,
        }
    ours = found[TIDEGATE]["training_windows_per_second"]
    ratios = {peer: ours / found[peer]["training_windows_per_second"] for peer in PEERS.values() if peer in found}
    scaling = ours / found[ONE_CORE]["training_windows_per_second"] if cores > 1 else None
    return {"peers": found, "ratios": ratios, "scaling": scaling}


def report(results: dict) -> str:
    """The tables that a reader wants."""
    return "\n\n".join([training_table(results), forecast_table(results), machine_lines(results)])


def training_table(results: dict) -> str:
    header = ["training, windows/s", "Tidegate", "1 core", "scaling", "PyTorch", "its settings", "ratio", "required",
              "goal", "met", "PyTorch, tuned", "its settings", "ratio", "Keras", "ratio"]
    rows = []
    for result in results["cases"]:
        case, summary = result["case"], result["summary"]

        def cells(peer: str, *keys: str) -> list[str]:
            found = summary["peers"].get(peer, {})
            show = {
                "rate": table.count(found.get("training_windows_per_second")),
                "settings": found.get("training_settings", "n/a"),
                "ratio": table.times(summary["ratios"].get(peer)),
            }
            return [show[key] for key in keys]

        ratio = summary["ratios"].get(TORCH)
        if ratio is None or results["quick"]:
            met = "n/a"
        else:
            met = "goal" if ratio >= case["goal"] else "required" if ratio >= case["required"] else "no"
        rows.append([
            case["name"], *cells(TIDEGATE, "rate"), *cells(ONE_CORE, "rate"), table.times(summary["scaling"]),
            *cells(TORCH, "rate", "settings", "ratio"), table.times(case["required"]), table.times(case["goal"]), met,
            *cells(TUNED, "rate", "settings", "ratio"), *cells(KERAS, "rate", "ratio"),
        ])
    return table.render(header, rows)


def forecast_table(results: dict) -> str:
    peers = {"Tidegate": TIDEGATE, "PyTorch": TORCH, "tuned": TUNED, "Keras": KERAS}
    quantities = {
        "windows/s": ("forecast_windows_per_second", table.count),
        "µs for one": ("latency_microseconds", table.count),
        "peak memory": ("peak_memory_bytes", table.mebibytes),
    }
    header = ["forecasts; memory in training", *(f"{peer} {name}" for name in quantities for peer in peers)]
    rows = []
    for result in results["cases"]:
        found = result["summary"]["peers"]
        cells = [
            show(found.get(peer, {}).get(key)) for key, show in quantities.values() for peer in peers.values()
        ]
        rows.append([result["case"]["name"], *cells])
    return table.render(header, rows)


def machine_lines(results: dict) -> str:
    about, lines = results["machine"], []
    lines.append(f"{about['cpu']}, {about['cores']} core(s); " + ", ".join(
        f"{name} {about[name]}" for name in ("rustc", "python", "torch", "tensorflow", "keras") if about.get(name)))
    seen = [result["peak_gflops"] for result in results["cases"]]
    peaks = {count: statistics.median(peak[count] for peak in seen) for count in seen[0]}
    lines.append("multiply-add peak: " + ", ".join(f"{count} core(s) {rate:.1f} GFLOP/s" for count, rate in peaks.items()))
    for result in results["cases"]:
        case, cores = result["case"], max(result["peak_gflops"], key=int)
        rate = result["summary"]["peers"][TIDEGATE]["training_windows_per_second"] * case["training_flop_per_window"] / 1e9
        required = f" (required {table.share(REQUIRED_SHARE_OF_PEAK)})" if case["name"] == CASES[0].name else ""
        lines.append(f"{case['name']}: {case['training_flop_per_window'] / 1e6:.1f} MFLOP a window, {rate:.1f} GFLOP/s, "
                     f"{table.share(rate / result['peak_gflops'][cores])} of the peak of {cores} core(s){required}")
    lines.append(f"scaling goal: {table.times(SCALING_GOAL)} from one core to two")
    return "\n".join(lines)
