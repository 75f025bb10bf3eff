"""Real processes with their logs, and waiting for a state of the world with a limit."""
import os
import signal
import subprocess
import time
from pathlib import Path

PROGRAMS = Path(os.environ.get("MUSICFLEET_BIN", Path(__file__).parents[2] / "build/dev/bin")).resolve()
LIMIT_SECONDS = 120  # for anything to happen, on a busy machine


def wait_until(what, condition, limit=LIMIT_SECONDS):
    """The first true answer of condition(); fails with `what` once the limit is over."""
    deadline = time.monotonic() + limit
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {limit} s: {what() if callable(what) else what}"
        time.sleep(0.02)


class Process:
    """One of our programs, with everything that it says in a file."""

    def __init__(self, program, arguments, log: Path, environment=None):
        self.log = log
        self.name = log.stem
        with open(log, "ab") as output:
            self.begin = output.tell()
            self.popen = subprocess.Popen([PROGRAMS / program, *arguments], stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})

    def said(self) -> str:
        """What it has said since it was started."""
        return self.log.read_bytes()[self.begin:].decode(errors="replace")

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def kill(self):
        """As a power cut would: no chance to tidy up."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()

    def freeze(self):
        self.popen.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.popen.send_signal(signal.SIGCONT)

    def terminate(self):
        self.popen.send_signal(signal.SIGTERM)

    def end(self, limit=LIMIT_SECONDS) -> int:
        """Waits for its end; its exit status."""
        wait_until(lambda: f"{self.name} ends; it said:\n{self.said()}", lambda: not self.is_running(), limit)
        return self.popen.returncode

    def stop(self) -> int:
        self.terminate()
        return self.end()


def run_program(program, *arguments, **options) -> subprocess.CompletedProcess:
    """Runs it to its end, whatever that is."""
    return subprocess.run([PROGRAMS / program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=LIMIT_SECONDS, check=False, **options)
