"""What was measured on: the CPU, its cores, the versions of everything."""

import datetime
import json
import os
import platform
import subprocess
import time
from pathlib import Path

from harness.environment import BENCH


def cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe(python: Path | None) -> dict:
    """CPU, memory and versions; null where the machine does not tell. `python` is the peers' interpreter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    cpu = dict(tuple(part.strip() for part in line.split(":", 1)) for line in lines if ":" in line)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": cpu.get("model name") or platform.processor() or None,
        "cpu_family": {key: cpu.get(key) for key in ("vendor_id", "cpu family", "model", "stepping")},
        "cores": cores(),
        "vector_instructions": [flag for flag in ("avx2", "fma", "avx512f") if flag in cpu.get("flags", "").split()],
        "system": f"{platform.system()} {platform.release()}",
        "load_at_start": list(os.getloadavg()),
        "tidegate_commit": output(["git", "-C", str(BENCH), "rev-parse", "HEAD"]),
        "tidegate_clean": output(["git", "-C", str(BENCH.parent), "status", "--porcelain", "crates", "bench"]) == "",
        "rustc": (output(["rustc", "--version"]) or "").removeprefix("rustc ") or None,
        **peers(python),
    }


def engine(commit: str | None) -> str | None:
    """What names the networks' sources at a commit."""
    return output(["git", "-C", str(BENCH), "rev-parse", f"{commit}:crates/nn"])


def peers(python: Path | None) -> dict:
    """Versions of Python and of the packages that `bench/requirements*.txt` name."""
    if python is None:
        return {}
    program = (
        "import json, platform\n"
        "from importlib.metadata import version, PackageNotFoundError\n"
        "found = {'python': platform.python_version()}\n"
        "for name in ('numpy', 'pandas', 'pyarrow', 'torch', 'tensorflow', 'keras', 'numba', 'vectorbt', 'backtesting'):\n"
        "    try: found[name] = version(name)\n"
        "    except PackageNotFoundError: found[name] = None\n"
        "print(json.dumps(found))\n"
    )
    answer = output([str(python), "-c", program])
    return json.loads(answer) if answer else {}


def output(command: list[str]) -> str | None:
    """What a command prints, or None if it is not there or fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


class Bystanders:
    """How much of the cores others used meanwhile: figures taken beside other work mean little."""

    def __init__(self):
        self.start, self.busy, self.own = time.monotonic(), busy_seconds(), own_seconds()

    def share(self) -> float | None:
        """Share of the cores' time since then that neither this process nor its ended children used."""
        if self.busy is None:
            return None
        others = (busy_seconds() - self.busy) - (own_seconds() - self.own)
        return max(0.0, others / ((time.monotonic() - self.start) * cores()))


def busy_seconds() -> float | None:
    """Time that the cores this process may run on have worked for anybody, other guests of the host included."""
    stat = Path("/proc/stat")
    if not stat.is_file() or not hasattr(os, "sched_getaffinity"):
        return None
    ticks = 0
    for cpu in os.sched_getaffinity(0):
        line = next(line for line in stat.read_text().splitlines() if line.startswith(f"cpu{cpu} "))
        user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, line.split()[1:9])
        ticks += user + nice + system + irq + softirq + steal
    return ticks / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def confine(wanted: int) -> int:
    """Confines this process and its children to so many cores, distinct physical ones first; how many it got."""
    if not hasattr(os, "sched_setaffinity"):
        return min(wanted, cores())
    allowed = sorted(os.sched_getaffinity(0))
    physical = {}
    for cpu in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        physical.setdefault(siblings.read_text() if siblings.is_file() else str(cpu), []).append(cpu)
    first = [cpus[0] for cpus in physical.values()]
    os.sched_setaffinity(0, (first + [cpu for cpu in allowed if cpu not in first])[:wanted])
    return cores()
