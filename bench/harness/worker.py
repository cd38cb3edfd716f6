"""A process that measures on command: one line in, one line of JSON out. It sleeps while others are measured."""

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from harness.failure import Failure

# Threads of a peer that spin for more work go to sleep within this time.
SETTLE = 0.05


class Worker:
    """A running worker. Use it as a context manager, so that it ends with its block."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str] | None = None):
        self.name = name
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **(environment or {})},
            text=True,
        )
        self.answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._answer(600)
        # What the libraries take before there is any work.
        self.memory_at_start = self.peak_memory()

    def ask(self, line: str, timeout: float = 1800) -> dict:
        """The answer to one command, after a pause in which everybody else falls silent."""
        time.sleep(SETTLE)
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self._failure("has gone") from None
        return self._answer(timeout)

    def seconds(self, line: str) -> list[float]:
        """The times a command took."""
        return self.ask(line)["seconds"]

    def peak_memory(self) -> int | None:
        """The resident set's high-water mark so far, in bytes; None where the system does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.is_file():
            return None
        found = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(found[0].split()[1]) * 1024 if found else None

    def close(self) -> None:
        """Ends the process."""
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put("")

    def _answer(self, timeout: float) -> dict:
        try:
            line = self.answers.get(timeout=timeout)
        except queue.Empty:
            self.process.kill()
            raise self._failure(f"said nothing for {timeout} s") from None
        if not line:
            raise self._failure("has ended")
        try:
            return json.loads(line)
        except json.JSONDecodeError:
            raise self._failure(f"said `{line.strip()}`, which is no answer") from None

    def _failure(self, what: str) -> Failure:
        self.errors.seek(0)
        tail = self.errors.read().decode(errors="replace").strip().splitlines()[-6:]
        return Failure("\n  ".join([f"the worker `{self.name}` {what}; its last words:", *tail]))

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_) -> None:
        self.close()
