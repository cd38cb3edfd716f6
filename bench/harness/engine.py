"""Training epochs of Tidegate, PyTorch and Keras in turn, beside forecasts, memory and the machine's arithmetic peak.

Takes about half an hour on two quiet cores; on busy ones its figures mean nothing."""

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
    parser.add_argument("--python", metavar="PATH", help="an interpreter with the peers (default: make bench/.venv)")
    parser.add_argument("--quick", action="store_true", help="a smoke test: few windows, one round, no Keras")
    parser.add_argument("--cores", type=int, default=2, help="cores to confine everything to (default: %(default)s)")
    parser.add_argument("--peers", help=f"comma-separated: {', '.join(PEERS)}; empty for none (default: all)")
    parser.add_argument("--case", action="append", metavar="TEXT", help="only cases whose name contains TEXT")
    parser.add_argument("--out", metavar="FILE", help="results (default: bench/results/engine.json)")
    parser.add_argument("--resume", action="store_true",
                        help="keep the cases that an interrupted run on this machine has written")


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
    about = machine.describe(python)
    results = {"schema": 1, "quick": arguments.quick, "machine": about, "complete": False, "cases": []}
    name = "engine-quick.json" if arguments.quick else "engine.json"
    out = Path(arguments.out) if arguments.out else environment.BENCH / "results" / name
    if arguments.resume:
        results["cases"] = kept(out, results)
        done = {result["case"]["name"] for result in results["cases"]}
        cases = [case for case in cases if case.name not in done]
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


def kept(out: Path, results: dict) -> list[dict]:
    """The cases of an interrupted run of the same kind, on the same machine with the same versions and networks."""
    if not out.is_file():
        return []
    before = json.loads(out.read_text())
    same = ("cpu", "cpu_family", "cores", "rustc", "python", "torch", "tensorflow", "keras")
    engines = [machine.engine(run["machine"]["tidegate_commit"]) for run in (before, results)]
    if (
        (before["schema"], before["quick"]) != (results["schema"], results["quick"])
        or any(before["machine"].get(key) != results["machine"].get(key) for key in same)
        or engines[0] != engines[1]
    ):
        raise Failure(f"--resume: {out} is of another machine, other versions or other networks; measure anew without it")
    return before["cases"]


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
            # Unrolled steps would be compiled anew, for minutes, for every shape of a forecast.
            trains_only = "compiled" in settings
            entrants.append(Entrant(peer, settings, worker, trains_only))

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
            if activity == "train":
                finalists = rounds.screen(entrants, activity, screened)
                rounds.take_turns(finalists, activity, quick, measure_peak)
                for entrant in finalists:
                    entrant.memory = entrant.worker.peak_memory()
            else:
                able = [entrant for entrant in entrants if not entrant.trains_only]
                rounds.take_turns(rounds.screen(able, activity, case.samples), activity, quick)
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
    return "\n\n".join([
        training_table(results),
        peers_table(results, "settings", {"train": ("training_settings", str), "forecast": ("forecast_settings", str)},
                    [TORCH, TUNED, KERAS]),
        peers_table(results, "forecasts", {"windows/s": ("forecast_windows_per_second", table.count),
                                           "µs for one": ("latency_microseconds", table.count)}),
        peers_table(results, "memory", {"in training": ("peak_memory_bytes", table.mebibytes),
                                        "at start": ("memory_at_start_bytes", table.mebibytes)}),
        machine_lines(results),
    ])


def training_table(results: dict) -> str:
    header = ["training, windows/s", "Tidegate", "1 core", "scaling", "PyTorch", "ratio", "required", "goal", "met",
              "PyTorch, tuned", "ratio", "Keras", "ratio"]
    rows = []
    for result in results["cases"]:
        case, summary = result["case"], result["summary"]
        rate = {
            peer: table.count(summary["peers"].get(peer, {}).get("training_windows_per_second"))
            for peer in (TIDEGATE, ONE_CORE, *PEERS.values())
        }
        ratio = {peer: table.times(summary["ratios"].get(peer)) for peer in PEERS.values()}
        rows.append([
            case["name"], rate[TIDEGATE], rate[ONE_CORE], table.times(summary["scaling"]),
            rate[TORCH], ratio[TORCH], table.times(case["required"]), table.times(case["goal"]), met(result, results),
            rate[TUNED], ratio[TUNED], rate[KERAS], ratio[KERAS],
        ])
    return table.render(header, rows)


def met(result: dict, results: dict) -> str:
    """What the ratio to PyTorch amounts to, where the machine allows a judgement."""
    ratio = result["summary"]["ratios"].get(TORCH)
    if ratio is None or results["quick"]:
        return "n/a"
    if (result["share_used_by_others"] or 0) > QUIET:
        return "not quiet"
    return "goal" if ratio >= result["case"]["goal"] else "required" if ratio >= result["case"]["required"] else "no"


def peers_table(results: dict, what: str, quantities: dict, peers=(TIDEGATE, TORCH, TUNED, KERAS)) -> str:
    """One column per quantity (its name, key in the summary, and how it is shown) and peer."""
    # The tuned PyTorch is told apart from the other by its one word.
    header = [what, *(f"{peer.removeprefix('pytorch, ')} {name}" for name in quantities for peer in peers)]
    rows = []
    for result in results["cases"]:
        found = result["summary"]["peers"]
        values = [(found.get(peer, {}).get(key), show) for key, show in quantities.values() for peer in peers]
        cells = ["n/a" if value is None else show(value) for value, show in values]
        rows.append([result["case"]["name"], *cells])
    return table.render(header, rows)


def machine_lines(results: dict) -> str:
    about = results["machine"]
    names = ("rustc", "python", "torch", "tensorflow", "keras")
    versions = ", ".join(f"{name} {about[name]}" for name in names if about.get(name))
    seen = [result["peak_gflops"] for result in results["cases"]]
    peaks = {count: statistics.median(peak[count] for peak in seen) for count in seen[0]}
    rates = [f"{rate:.1f} GFLOP/s on {cores_of(count)}" for count, rate in peaks.items()]
    lines = [
        f"{about['cpu']}, {cores_of(about['cores'])}; {versions}",
        f"multiply-add peak: {', '.join(rates)}",
        f"scaling goal: {table.times(SCALING_GOAL)} from one core to two",
    ]
    for result in results["cases"]:
        case, cores = result["case"], max(result["peak_gflops"], key=int)
        flop = case["training_flop_per_window"]
        rate = result["summary"]["peers"][TIDEGATE]["training_windows_per_second"] * flop / 1e9
        share = table.share(rate / result["peak_gflops"][cores])
        required = f" (required {table.share(REQUIRED_SHARE_OF_PEAK)})" if case["name"] == CASES[0].name else ""
        work = f"{flop / 1e6:.1f} MFLOP a window, {rate:.1f} GFLOP/s"
        lines.append(f"{case['name']}: {work}, {share} of the peak{required}")
    return "\n".join(lines)


def cores_of(count) -> str:
    return "1 core" if int(count) == 1 else f"{count} cores"
