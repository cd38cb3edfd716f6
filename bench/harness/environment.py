"""What has to be built before anything is measured: the peers' Python and the bench's own Rust workspace."""

import subprocess
import sys
from pathlib import Path

from harness.failure import Failure

BENCH = Path(__file__).resolve().parent.parent
MINIMUM = (3, 11)


def python(given: str | None, requirements: str = "requirements.txt", home: str = ".venv") -> Path:
    """An interpreter with the peers: the given one, or that of `bench/<home>`, which is made when absent."""
    if given is not None:
        path = Path(given)
        if not path.is_file():
            raise Failure(f"--python {given}: no such file")
        return path
    requirements, home = BENCH / requirements, BENCH / home
    path = home / "bin" / "python"
    # Written last, so that an environment that was cut short is made again; holds what was installed.
    done = home / "installed.txt"
    if done.is_file() and done.read_text() == requirements.read_text():
        return path
    if sys.version_info < MINIMUM:
        raise Failure(f"the peers need Python {MINIMUM[0]}.{MINIMUM[1]} or later to make bench/{home.name}")
    size = "3 GB" if home.name == ".venv" else "100 MB"
    print(f"making bench/{home.name} (about {size} are downloaded, once) ...", file=sys.stderr)
    step([sys.executable, "-m", "venv", "--clear", str(home)])
    step([str(path), "-m", "pip", "install", "--quiet", "--requirement", str(requirements)])
    done.write_text(requirements.read_text())
    return path


def rust(binary: str) -> Path:
    """The release binary of the bench's workspace."""
    step(["cargo", "build", "--release", "--locked", "--manifest-path", str(BENCH / "Cargo.toml"),
          "--target-dir", str(BENCH / "target"), "--bin", binary])
    return BENCH / "target" / "release" / binary


def product() -> Path:
    """The release binary of the product."""
    step(["cargo", "build", "--release", "--locked", "--manifest-path", str(BENCH.parent / "Cargo.toml"),
          "--package", "tidegate-cli"])
    return BENCH.parent / "target" / "release" / "tidegate"


def step(command: list[str]) -> None:
    """Runs a command whose output belongs to standard error."""
    try:
        subprocess.run(command, check=True, stdout=sys.stderr)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not there; install it first") from None
    except subprocess.CalledProcessError as error:
        raise Failure(f"`{' '.join(command)}` failed with status {error.returncode}") from None
